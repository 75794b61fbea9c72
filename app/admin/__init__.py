"""For those who run the site: the rules as they are, the parts of the look, and whether all is well."""

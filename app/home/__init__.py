"""The first page, the list of groups, and what stands around every page."""

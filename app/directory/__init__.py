"""Which companies there are, what they can do and where, and who works there."""

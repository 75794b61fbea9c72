"""Files and jointly written pages of a working group, each with its whole history."""

"""The face of search: features say what can be found. This version keeps nothing yet."""

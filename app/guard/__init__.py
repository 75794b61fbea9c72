"""What keeps talk between competitors safe: texts of the association, and what features ask before they show."""

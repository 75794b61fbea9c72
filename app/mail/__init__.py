"""Letters: rows that wait, are sent once, and lose their body when sent."""

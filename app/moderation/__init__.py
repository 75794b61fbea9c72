"""Reports about texts, the cases they make, what was done about them, and the log of that."""

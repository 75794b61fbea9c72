"""What member companies have and need, and the private talks that come of it. Money and prices stay outside."""

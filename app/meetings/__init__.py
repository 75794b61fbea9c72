"""Meetings: planned, announced, held in a live room, and written down in minutes."""

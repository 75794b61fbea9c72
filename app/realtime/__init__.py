"""Open browser pages: rooms, messages to them, and cutting people off when their right ends."""

"""Threads and posts inside a working group, and who has read how far."""

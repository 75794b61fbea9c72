"""Stored bytes: each content once, under its SHA-256. The owner of a file asks the rights and serves it."""

"""Bringing people in: invitations, lists that are read in, and the first three pages of who accepted."""

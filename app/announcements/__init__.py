"""What the board or a lead has to tell many at once: written, held for ten minutes, sent once."""

"""Work for later: one face, an engine inside the server or on Redis. Rows are the truth, the queue only wakes."""

"""The door for incoming mail: stored first, then placed as a post by the services that the pages call, or answered."""

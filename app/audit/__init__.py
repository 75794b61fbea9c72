"""The permanent record: every event, who caused it, when; each entry sealed to the one before."""

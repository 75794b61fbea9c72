"""What each person should hear about. This version rings the bell; mail and digest come later."""

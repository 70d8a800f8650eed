"""What people write to the hotline, and its answers: a thread by mail, kept as a request with a number and a state."""

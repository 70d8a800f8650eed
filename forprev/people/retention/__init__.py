"""What is kept of people, for how long, and how it goes (security.md, C4; decision 16)."""

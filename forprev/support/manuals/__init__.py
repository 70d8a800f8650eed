"""The manuals, one a profile: what they are made of, on line and on paper."""

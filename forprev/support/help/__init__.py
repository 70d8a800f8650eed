"""Help: questions and answers that the network writes, and a search that forgives accents and typing errors (A50)."""

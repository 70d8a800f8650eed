"""The network’s own people: who holds which of its roles, as the national administration gives and ends them."""

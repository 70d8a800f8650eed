"""The national committee: its meetings, its agenda, its decisions and their effects."""

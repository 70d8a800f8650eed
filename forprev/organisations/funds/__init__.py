"""The regional funds, as the national administration keeps them: how they are reached, their departments."""

"""Getting in and out, changing role, choosing a password."""

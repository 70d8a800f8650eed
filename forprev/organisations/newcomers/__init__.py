"""Who is to get a role, of the register or new: the first step of every screen that gives one (A11)."""

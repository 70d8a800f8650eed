"""The screens of accreditations, and of the users of an entity, whose roles are made of them."""

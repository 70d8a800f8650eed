"""The screens of the support, by subject."""

"""Screens of the applicant: beginning a dossier, entering it, following it."""

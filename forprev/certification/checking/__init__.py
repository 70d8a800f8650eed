"""The public check of certificates: their codes, what is answered to whom, its limits and its counts (security.md, C6)."""

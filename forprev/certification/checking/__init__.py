"""The public check of certificates: their codes, who is told what, its limits and its counts (security.md, C6)."""

"""The life of a certificate after its issue: cancelled, replaced, shown to its holder (security.md, item 50)."""

"""One's own terms as a calendar that a telephone or a mail program subscribes to (RFC 5545)."""

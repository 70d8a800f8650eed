"""What people do with accounts: opening, passwords, addresses, second factors, sessions, profile."""

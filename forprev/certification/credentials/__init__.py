"""Open Badges 3.0: a certificate as a credential that its holder takes along; the lists of those revoked."""

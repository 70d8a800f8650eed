"""The templates of certificates, as the national administration writes them: versions, and specimens (B46)."""

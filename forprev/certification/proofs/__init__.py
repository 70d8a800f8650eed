"""What proves a certificate without this server: its keys, and the signed text of its QR code (docs/proofs.md)."""

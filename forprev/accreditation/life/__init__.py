"""The life of an accreditation: suspended, active again, withdrawn (B09)."""

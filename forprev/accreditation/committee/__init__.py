"""The national committee: its meetings, what is on their agenda, what is decided in one sitting, the minutes (B02)."""

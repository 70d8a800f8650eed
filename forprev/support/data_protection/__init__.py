"""What the national administration follows of personal data: the register, the passages, who looked at whom."""

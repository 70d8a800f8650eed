"""Targeted messages: what the network writes to users chosen by role, scheme, level, region and kind of entity."""

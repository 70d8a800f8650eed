"""Reads of the main job."""

"""The screens of the main job."""

"""The use cases of the main job: the only code that writes sessions, trainees, results and certificates."""

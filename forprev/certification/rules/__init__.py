"""The conditions of the main job: each function looks, names its rule and says what it found; none writes."""

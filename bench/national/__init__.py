"""The national data set: ten years of the whole network, or a part of it, written through COPY from a seed."""

from tests.certification.conftest import clock

__all__ = ["clock"]

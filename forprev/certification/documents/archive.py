from typing import Any
def zip_of(documents: Any) -> bytes:
    raise NotImplementedError
def file_name(certificate: Any) -> str:
    raise NotImplementedError

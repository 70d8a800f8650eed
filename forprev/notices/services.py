from __future__ import annotations

from typing import Any


def send_mail(to: str, template: str, context: dict[str, Any], *, person: Any = None, key: str | None = None) -> None:
    pass

"""Reading entities, their users and sites."""

from __future__ import annotations


def department_of(postal_code: str) -> str:
    """`21000` -> `21`, `20167` -> `2A`, `20200` -> `2B`, `97400` -> `974`."""
    if postal_code.startswith("20"):
        return "2A" if postal_code < "20200" else "2B"
    if postal_code.startswith("97"):
        return postal_code[:3]
    return postal_code[:2]

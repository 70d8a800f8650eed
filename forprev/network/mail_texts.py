"""The mail of this package, which its author writes each time."""

from __future__ import annotations

from forprev.notices.texts import register_fixed


def register_texts() -> None:
    register_fixed(
        "network/mails/targeted_message",
        "Message ciblé",
        "Quand le réseau écrit à des utilisateurs choisis.",
        "Son auteur écrit chaque message, sur l’écran « Messages ciblés ».",
    )

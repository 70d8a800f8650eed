"""What is never shown to whoever sees as somebody else, by the names of the addresses.

Besides these, whatever answers with anything but a page (a file, data) is closed: a new download needs no line here.
"""

from __future__ import annotations

CLOSED = frozenset(
    {
        # how the person proves who it is
        "accounts:password",
        "accounts:sessions",
        "accounts:end_sessions",
        "accounts:factors",
        "accounts:totp",
        "accounts:remove_totp",
        "accounts:passkey",
        "accounts:passkey_options",
        "accounts:passkey_made",
        "accounts:remove_passkey",
        "accounts:recovery_codes",
        "accounts:openid_unbind",
        "accounts:openid_start",
        "accounts:openid_return",
        "accounts:openid_bind",
        "accounts:confirm_identity",
        "accounts:confirm_challenge",
        "accounts:confirm_answer",
        # links of mails, and what they open
        "accounts:password_link",
        "accounts:new_password",
        "accounts:confirm_email",
        "accreditation:candidacy",
        "accreditation:confirm_candidacy",
        "notices:unsubscribe",
        # what the person alone may take away
        "accounts:my_data_json",
        "accounts:my_data_pdf",
        "network:calendar",
        "network:revoke_calendar",
        "certification:own_badge",
        "certification:pdf",
        "certification:archive",
        "network:received_document",
        "support:own_correction_document",
        "accreditation:dossier_document",
        "organisations:urssaf",
        "organisations:wished_urssaf",
    }
)

from __future__ import annotations

import pytest
from django.test import Client


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=X", "application/x-www-form-urlencoded"])
def test_a_form_sent_where_json_is_due_is_refused_politely(db: None, kind: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/connexion")
    token = client.cookies["csrftoken"].value
    body = '--X\r\nContent-Disposition: form-data; name="id"\r\n\r\nx\r\n--X--\r\n'
    answer = client.post("/connexion/cle-d-acces/reponse", body, content_type=kind, headers={"X-CSRFToken": token})
    assert (answer.status_code, list(answer.json())) == (400, ["message"])


@pytest.mark.parametrize(
    "body", ["", "[]", '{"id": []}', '{"id": "\\ud800"}', '{"id": "AA", "rawId": 5}', "[" * 100_000, b"\xff\xfe"]
)
def test_a_body_of_any_shape_is_refused_politely(client: Client, db: None, body: str | bytes) -> None:
    client.post("/connexion/cle-d-acces")
    answer = client.post("/connexion/cle-d-acces/reponse", body, content_type="application/json")
    assert (answer.status_code, list(answer.json())) == (400, ["message"])

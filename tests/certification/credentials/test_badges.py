"""Open Badges and their status lists, as their holder fetches them, verified by libraries that are not ours."""

from __future__ import annotations

import gzip
import json
import subprocess
from base64 import urlsafe_b64decode
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as site
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forprev.certification.credentials import badges
from forprev.certification.credentials.status import SIZE
from forprev.certification.models import Certificate
from forprev.certification.proofs import keys
from forprev.core.dates import now
from tests.certification.common import go_to
from tests.certification.proofs.common import put_key
from tests.factories.certification import ended, issued_session, trainer
from tests.http.world import browser_of
from tests.openid_provider import node

pytestmark = pytest.mark.django_db

HERE = "http://localhost:8000"
ISSUER = "did:web:localhost%3A8000"
SCRIPT = Path(__file__).with_name("verify.mjs")
Document = dict[str, Any]


def fetched(address: str) -> Document:
    answer = Client().get(address.removeprefix(HERE))
    assert answer.status_code == 200, address
    return json.loads(answer.content)


def verified(credential: Document, **resources: Document) -> Document:
    """What the validator says of it; it asks for the keys and lists that we publish, unless others are given."""
    found = {ISSUER: fetched("/.well-known/did.json")}
    if "credentialStatus" in credential:
        address = credential["credentialStatus"]["statusListCredential"]
        found[address] = fetched(address)
    told = json.dumps({"credential": credential, "resources": found | resources, "now": now().isoformat()})
    command = [node(), str(SCRIPT)]
    run = subprocess.run(command, input=told, cwd=site.BASE_DIR, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


GENUINE = {"verified": True, "problems": [], "revoked": False}


def own_badge() -> tuple[Certificate, Document]:
    holder = trainer()
    certificate = holder.certificates.get()
    answer = browser_of(holder).get(f"/certificats/{certificate.pk}/badge.json")
    assert answer.headers["Content-Type"] == "application/vc"
    assert answer.headers["Content-Disposition"].endswith('.json"')
    return certificate, json.loads(answer.content)


def bits(number: int) -> str:
    encoded = fetched(f"/badges/statuts/{number}")["credentialSubject"]["encodedList"]
    assert encoded[0] == "u"
    content = gzip.decompress(urlsafe_b64decode(encoded[1:] + "=="))
    return "".join(f"{byte:08b}" for byte in content)


def test_the_holder_s_file_is_a_badge_that_others_verify() -> None:
    certificate, badge = own_badge()
    assert verified(badge) == GENUINE
    assert badge["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert badge["@context"] == [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ]
    assert badge["proof"]["cryptosuite"] == "eddsa-rdfc-2022"
    subject = badge["credentialSubject"]
    assert subject["type"] == ["AchievementSubject"]
    assert {each["identityType"]: each["identityHash"] for each in subject["identifier"]} == {
        "name": certificate.holder,
        "ext:numeroForprev": certificate.holder_number,
    }
    assert subject["licenseNumber"] == certificate.number
    assert subject["source"]["name"] == certificate.organisation_name
    achievement = subject["achievement"]
    assert achievement["name"] == badge["name"] == certificate.title
    assert achievement["criteria"]["narrative"]
    assert achievement["type"] == ["Achievement"]


def test_it_is_valid_on_both_its_days_in_paris() -> None:
    """Days of summer and of winter."""
    holder = trainer(issued_on=date(2025, 7, 1), expires_on=date(2027, 12, 1))
    badge = badges.badge(holder.certificates.get())
    assert badge["validFrom"] == "2025-06-30T22:00:00Z"
    assert badge["validUntil"] == "2027-12-01T22:59:59Z"


def test_it_says_no_more_of_the_holder_than_name_and_number() -> None:
    certificate, badge = own_badge()
    said = json.dumps(badge)
    for secret in (certificate.holder_birth_date.isoformat(), certificate.verification_code, "@demo", "@exemple"):
        assert secret not in said


def test_where_it_is_hosted_it_is_the_same() -> None:
    _, badge = own_badge()
    answer = Client().get(badge["id"].removeprefix(HERE))
    assert answer.headers["Content-Type"] == "application/vc"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert json.loads(answer.content) == badge
    assert verified(json.loads(answer.content)) == GENUINE


def test_an_address_cannot_be_guessed() -> None:
    certificate, other = own_badge()[0], trainer().certificates.get()
    code, wrong = badges.code_of(certificate), badges.code_of(other).partition("-")[2]
    for guess in (
        f"{certificate.pk}-{wrong}",
        f"{certificate.pk}-{certificate.verification_code[:22]}",
        f"0{code}",
        f"{code}%0A",
        code[:-1],
        str(certificate.pk),
        certificate.verification_code,
        f"{10**17}-{wrong}",
        "9" * 30 + f"-{wrong}",
        "é" * 24,
    ):
        assert Client().get(f"/badges/{guess}").status_code == 404, guess


def test_nobody_fetches_the_file_of_another_nor_an_expired_one(clock: time_machine.Traveller) -> None:
    certificate, _ = own_badge()
    path = f"/certificats/{certificate.pk}/badge.json"
    assert browser_of(trainer()).get(path).status_code == 404
    session = issued_session(trainees=1)
    assert browser_of(session.created_by).get(path).status_code == 403
    go_to(clock, certificate.expires_on)
    assert browser_of(certificate.person).get(path).status_code == 200
    go_to(clock, certificate.expires_on + timedelta(days=1))
    assert browser_of(certificate.person).get(path).headers["Location"] == "/sans-role"


@pytest.mark.parametrize(
    "path",
    [
        ("name",),
        ("validUntil",),
        ("credentialSubject", "identifier", 0, "identityHash"),
        ("credentialSubject", "achievement", "criteria", "narrative"),
        ("credentialStatus", "statusListIndex"),
        ("proof", "created"),
        ("proof", "proofValue"),
    ],
)
def test_a_badge_that_was_changed_is_refused(path: tuple[str | int, ...]) -> None:
    _, badge = own_badge()
    place: Any = badge
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = {
        "validUntil": "2040-01-01T00:00:00Z",
        "statusListIndex": "131071",
        "created": "2026-03-15T00:00:00Z",
        "proofValue": badge["proof"]["proofValue"][:-4] + "1111",
    }.get(str(path[-1]), "MENTEUR Max")
    assert verified(badge)["verified"] is False


def test_a_badge_with_a_word_added_is_refused() -> None:
    _, badge = own_badge()
    badge["credentialSubject"]["role"] = "Formateur de formateurs"
    assert verified(badge)["verified"] is False


def test_a_badge_signed_by_somebody_else_is_refused(key_folder: Path) -> None:
    put_key(key_folder, date(2020, 1, 1), "a")
    _, badge = own_badge()
    next(key_folder.iterdir()).unlink()
    put_key(key_folder, date(2020, 1, 1), "b")
    keys.forget()
    assert verified(badge)["verified"] is False


def test_what_an_old_key_signed_stays_verified(key_folder: Path) -> None:
    put_key(key_folder, date(2020, 1, 1), "a")
    _, badge = own_badge()
    put_key(key_folder, date(2026, 3, 1), "b")
    keys.forget()
    assert verified(badge) == GENUINE
    _, later = own_badge()
    assert later["proof"]["verificationMethod"] != badge["proof"]["verificationMethod"]


@pytest.mark.parametrize("kind", ["cancelled", "replaced"])
def test_a_certificate_that_ended_is_revoked(kind: str) -> None:
    certificate, badge = own_badge()
    assert verified(badge) == GENUINE
    ended(certificate, kind)
    assert verified(badge) == GENUINE | {"revoked": True}  # still signed by us, and revoked


def test_its_neighbours_are_not() -> None:
    people = [trainer() for _ in range(3)]
    middle = people[1].certificates.get()
    ended(middle)
    number, place = divmod(middle.pk, SIZE)
    assert bits(number) == "0" * place + "1" + "0" * (SIZE - place - 1)
    for person in (people[0], people[2]):
        assert verified(badges.badge(person.certificates.get())) == GENUINE


def test_the_list_is_itself_a_credential_that_others_verify_and_refuse_changed() -> None:
    certificate, badge = own_badge()
    number = certificate.pk // SIZE
    found = fetched(f"/badges/statuts/{number}")
    assert verified(found) == {"verified": True, "problems": [], "revoked": None}
    ended(certificate)
    forged = fetched(f"/badges/statuts/{number}")
    forged["credentialSubject"]["encodedList"] = found["credentialSubject"]["encodedList"]
    assert verified(forged)["verified"] is False
    assert verified(badge, **{found["id"]: forged})["verified"] is False


def test_a_list_of_long_ago_says_nothing(clock: time_machine.Traveller) -> None:
    certificate, badge = own_badge()
    old = fetched(f"/badges/statuts/{certificate.pk // SIZE}")
    go_to(clock, date(2026, 3, 24))
    assert verified(badge) == GENUINE
    assert verified(badge, **{old["id"]: old})["verified"] is False


def test_lists_go_as_far_as_certificates() -> None:
    model = trainer().certificates.get()
    copied = {f.attname: getattr(model, f.attname) for f in model._meta.concrete_fields if not f.generated}
    far = Certificate.objects.create(
        **{**copied, "id": 5 * SIZE + 7, "number": "X/2026/1", "verification_code": "X" * 26, "typed_code": "X" * 12}
    )
    ended(far)
    assert bits(5)[7] == "1"
    assert bits(5).count("1") == 1
    assert "1" not in bits(4)
    assert [Client().get(f"/badges/statuts/{number}").status_code for number in (6, 10**30)] == [404, 404]


def test_a_list_may_be_kept_a_minute_and_costs_two_queries() -> None:
    first = trainer().certificates.get()
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            answer = Client().get(f"/badges/statuts/{first.pk // SIZE}")
        counts.append(len(captured))
        assert "max-age=60" in answer.headers["Cache-Control"]
        for person in [trainer() for _ in range(5)]:
            ended(person.certificates.get())
    assert counts == [2, 2]


def test_the_issuer_s_document_names_every_key() -> None:
    document = fetched("/.well-known/did.json")
    assert document["id"] == ISSUER
    assert document["assertionMethod"] == [method["id"] for method in document["verificationMethod"]]
    assert [method["id"] for method in document["verificationMethod"]] == [
        f"{ISSUER}#{key.kid}" for key in keys.published()
    ]
    assert {method["type"] for method in document["verificationMethod"]} == {"Multikey"}
    assert {method["controller"] for method in document["verificationMethod"]} == {ISSUER}

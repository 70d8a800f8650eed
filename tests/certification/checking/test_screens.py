"""The public check through HTTP: what each answer shows, hides and forbids."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client, override_settings

from forprev.certification.checking import codes, services
from forprev.certification.checking.codes import grouped, new_qr_code, new_typed_code
from forprev.certification.models import Certificate, CertificateCheck, CheckAttempt, CheckCount
from forprev.certification.sealing import Seal
from forprev.core.dates import today
from forprev.organisations.services import choose_fund
from tests.documents import pdf
from tests.factories.accounts import AccountFactory, browser_of
from tests.factories.certification import ended, taken_over
from tests.factories.organisations import fund
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db

PHONE = "Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile"


@pytest.fixture
def certificate() -> Certificate:
    person = PersonFactory(last_name="DE LA ROCHE", first_name="Éloïse", birth_date=date(1980, 2, 29))
    choose_fund(person, fund("bretagne"))
    return taken_over(person, "SST-2")


def text_of(response: HttpResponse) -> str:
    body = re.sub(r"(?s)<head>.*?</head>", "", response.content.decode())
    return " ".join(re.sub(r"<[^>]+>", " ", body).replace("&nbsp;", " ").replace("\xa0", " ").split())


def typed(code: str, surname: str = "de la roche", **options: str) -> HttpResponse:
    return Client(**options).post("/verification", {"code": code, "surname": surname})


def dropped(content: bytes = b"", **options: str) -> HttpResponse:
    file = SimpleUploadedFile("certificat.pdf", content or pdf(), "application/pdf")
    return Client(**options).post("/verification", {"way_file": "1", "file": file})


def word_of(response: HttpResponse) -> str:
    return re.search(r'class="verdict-word">([^<]+)<', response.content.decode())[1]  # type: ignore[index]


class TestQrCode:
    def test_alone_it_shows_initials_and_year_of_birth(self, certificate: Certificate) -> None:
        response = Client().get(f"/verification/{certificate.verification_code.lower()}")
        page = text_of(response)
        assert (response.status_code, word_of(response)) == (200, "Valide")
        for shown in (
            certificate.title,
            "É. D., né(e) en 1980",
            certificate.organisation_name,
            f"{certificate.issued_on:%d/%m/%Y}",
            f"{certificate.expires_on:%d/%m/%Y}",
            certificate.number,
            "Vérifié le 16/03/2026 à 10 h 00",
            "ne vous demandera jamais",
            "localhost:8000/verification",
        ):
            assert shown in page
        for hidden in ("ROCHE", "Éloïse", "29/02", certificate.holder_number, certificate.typed_code):
            assert hidden not in response.content.decode()

    def test_with_the_surname_it_shows_the_full_name(self, certificate: Certificate) -> None:
        url = f"/verification/{certificate.verification_code}"
        right = Client().post(url, {"surname": "delaroche"})
        assert "DE LA ROCHE Éloïse, né(e) en 1980" in text_of(right)
        wrong = Client().post(url, {"surname": "Rocher"})
        assert wrong.status_code == 422
        assert "Ce nom n’est pas celui du titulaire" in text_of(wrong)
        assert 'value="Rocher"' in wrong.content.decode()
        assert "Éloïse" not in text_of(wrong)

    def test_without_a_surname_nothing_is_tried_on_the_holder(self, certificate: Certificate) -> None:
        response = Client().post(f"/verification/{certificate.verification_code}", {"surname": " "})
        assert response.status_code == 422
        assert "Le nom du titulaire doit être renseigné." in text_of(response)
        assert "Éloïse" not in text_of(response)

    @pytest.mark.parametrize("method", ["get", "post"])
    @pytest.mark.parametrize("code", ["VOQA2GDOMOMH4DZSQ3K2DBDR34", "x", "A" * 25, "1" * 26, "%00", "é"])
    def test_unknown(self, code: str, method: str) -> None:
        response = getattr(Client(), method)(f"/verification/{code}", {"surname": "GOUROUX"})
        assert (response.status_code, word_of(response)) == (404, "Introuvable")
        assert "surname" not in response.content.decode()

    def test_asking_for_the_headers_counts_for_the_limits_and_not_for_the_holder(
        self, certificate: Certificate
    ) -> None:
        client = Client()
        assert client.head(f"/verification/{certificate.verification_code}").status_code == 200
        assert not CheckCount.objects.exists()
        for _ in range(10):
            assert client.head(f"/verification/{new_qr_code()}").status_code == 404
        assert client.head(f"/verification/{certificate.verification_code}").status_code == 429


class TestTypedCode:
    def test_with_the_surname_it_shows_the_full_name(self, certificate: Certificate) -> None:
        response = typed(grouped(certificate.typed_code).lower())
        assert (response.status_code, word_of(response)) == (200, "Valide")
        assert "DE LA ROCHE Éloïse, né(e) en 1980" in text_of(response)
        assert certificate.verification_code not in response.content.decode()

    def test_a_wrong_surname_and_an_unknown_code_get_the_same_answer(self, certificate: Certificate) -> None:
        wrong, unknown = typed(certificate.typed_code, "Rocher"), typed(new_typed_code(), "Rocher")
        assert wrong.status_code == unknown.status_code == 404
        assert word_of(wrong) == "Introuvable"
        assert wrong.content == unknown.content
        assert wrong.headers == unknown.headers
        assert not CheckCount.objects.exists()

    def test_a_slip_is_told_without_a_look_and_nothing_typed_is_lost(
        self, certificate: Certificate, django_assert_num_queries
    ) -> None:
        code = certificate.typed_code
        slip = code[:-1] + codes.TYPED_SYMBOLS[codes.TYPED_SYMBOLS.index(code[-1]) - 1]
        with django_assert_num_queries(0):
            responses = [typed(slip), typed(code[:-1]), typed("")]
        for response in responses:
            assert response.status_code == 422
            assert 'value="de la roche"' in response.content.decode()
        assert f'value="{slip}"' in responses[0].content.decode()
        assert "vérifiez la saisie" in text_of(responses[0])
        assert not CheckAttempt.objects.exists()

    def test_no_surname_no_answer(self, certificate: Certificate, django_assert_num_queries) -> None:
        with django_assert_num_queries(0):
            response = typed(certificate.typed_code, "")
        assert response.status_code == 422
        assert "Le nom du titulaire doit être renseigné." in text_of(response)


class TestStates:
    def test_expired_says_since_when(self) -> None:
        ended_yesterday = taken_over(PersonFactory(), "SST-2", expires_on=today() - timedelta(1))
        response = Client().get(f"/verification/{ended_yesterday.verification_code}")
        assert word_of(response) == "Expiré"
        assert "n’est plus valable depuis le 16/03/2026" in text_of(response)

    def test_cancelled_says_no_reason(self, certificate: Certificate) -> None:
        ended(certificate, "cancelled")
        response = Client().get(f"/verification/{certificate.verification_code}")
        assert word_of(response) == "Annulé"
        assert "Erreur de saisie" not in response.content.decode()

    def test_replaced_says_that_there_is_another_and_not_which(self, certificate: Certificate) -> None:
        newer = taken_over(certificate.person, "SST-2", issued_on=today())
        ended(certificate, "replaced")
        response = typed(certificate.typed_code)
        assert word_of(response) == "Remplacé"
        assert "un certificat plus récent existe" in text_of(response)
        for secret in (newer.verification_code, newer.typed_code, grouped(newer.typed_code), newer.number):
            assert secret not in response.content.decode()

    def test_the_end_of_a_certificate_shows_at_once(self, certificate: Certificate) -> None:
        client, url = Client(), f"/verification/{certificate.verification_code}"
        assert word_of(client.get(url)) == "Valide"
        ended(certificate, "cancelled")
        assert word_of(client.get(url)) == "Annulé"


class TestLimits:
    def test_past_ten_in_vain_a_page_says_how_long_and_whom_to_call(self, certificate: Certificate) -> None:
        answers = [typed(new_typed_code()) for _ in range(11)]
        assert [answer.status_code for answer in answers] == [404] * 10 + [429]
        refused = answers[-1]
        assert refused.headers["Retry-After"] == "60"
        for words in ("Trop de vérifications", "Réessayez dans une minute", "01 40 44 30 44"):
            assert words in text_of(refused)
        assert typed(certificate.typed_code).content == refused.content

    def test_ways_are_counted_together(self) -> None:
        for _ in range(5):
            typed(new_typed_code())
            Client().get(f"/verification/{new_qr_code()}")
        assert dropped().status_code == 429

    @override_settings(TRUSTED_PROXY_COUNT=1)
    def test_addresses_are_those_that_our_own_proxy_saw(self) -> None:
        def ask(forwarded: str) -> int:
            return Client(headers={"X-Forwarded-For": forwarded}).get(f"/verification/{new_qr_code()}").status_code

        for n in range(10):
            assert ask(f"203.0.113.{n}, 2001:db8:1:2::{n}") == 404
        assert ask("2001:db8:1:2:ffff::1") == 429
        assert ask("2001:db8:1:3::1") == 404

    def test_an_address_that_the_client_made_up_is_not_believed(self) -> None:
        for n in range(10):
            Client(headers={"X-Forwarded-For": f"203.0.113.{n}"}).get(f"/verification/{new_qr_code()}")
        assert (
            Client(headers={"X-Forwarded-For": "203.0.113.99"}).get(f"/verification/{new_qr_code()}").status_code == 429
        )


class TestFile:
    @pytest.fixture
    def seal(self, monkeypatch: pytest.MonkeyPatch, certificate: Certificate) -> dict[str, object]:
        """What the file's seal says; changed by the tests."""
        found = {"sealed": True, "intact": True, "whole": True, "ours": True, "number": certificate.number}
        monkeypatch.setattr(services, "examine", lambda content: Seal(**found))  # type: ignore[arg-type]
        return found

    def test_a_genuine_file_shows_its_state_and_no_name(
        self, seal: dict[str, object], certificate: Certificate
    ) -> None:
        response = dropped()
        assert (response.status_code, word_of(response)) == (200, "Valide")
        assert "Le sceau du fichier est intact" in text_of(response)
        assert "É. D., né(e) en 1980" in text_of(response)
        assert "Éloïse" not in response.content.decode()
        assert CertificateCheck.objects.get().way == "file"
        ended(certificate, "cancelled")
        assert word_of(dropped()) == "Annulé"

    @pytest.mark.parametrize(
        ("fault", "said"),
        [
            ("sealed", "ne porte pas le sceau"),
            ("ours", "ne porte pas le sceau"),
            ("intact", "a été modifié"),
            ("whole", "a été modifié"),
        ],
    )
    def test_any_other_proves_nothing(self, seal: dict[str, object], fault: str, said: str) -> None:
        seal[fault] = False
        response = dropped()
        assert (response.status_code, word_of(response)) == (404, "Introuvable")
        assert said in text_of(response)
        assert "Délivré le" not in text_of(response)
        assert not CheckCount.objects.exists()

    def test_a_file_without_any_seal(self) -> None:
        response = dropped()
        assert (response.status_code, word_of(response)) == (404, "Introuvable")

    @pytest.mark.parametrize(
        ("content", "said"),
        [(b"GIF89a", "n’est pas un PDF"), (b"%PDF-" + b"0" * (5 << 20), "dépasse 5 Mo")],
    )
    def test_what_no_certificate_can_be(self, seal: dict[str, object], content: bytes, said: str) -> None:
        response = dropped(content)
        assert response.status_code == 422
        assert said in text_of(response)

    def test_no_file(self) -> None:
        response = Client().post("/verification", {"way_file": "1"})
        assert response.status_code == 422
        assert "Choisissez un fichier PDF." in text_of(response)

    def test_each_file_counts_as_a_try(self, seal: dict[str, object]) -> None:
        assert [dropped().status_code for _ in range(11)] == [200] * 10 + [429]


class TestEveryAnswer:
    def test_is_kept_nowhere_and_sets_no_cookie(self, certificate: Certificate) -> None:
        client = Client(enforce_csrf_checks=True)
        answers = [
            client.get("/verification"),
            client.get(f"/verification/{certificate.verification_code}"),
            client.post(f"/verification/{certificate.verification_code}", {"surname": "x"}),
            client.post("/verification", {"code": certificate.typed_code, "surname": "de la roche"}),
            client.post("/verification", {"code": "x"}),
            *(client.get(f"/verification/{new_qr_code()}") for _ in range(12)),
        ]
        assert {answer.status_code for answer in answers} == {200, 404, 422, 429}
        for answer in answers:
            assert answer.headers["X-Robots-Tag"] == "noindex"
            assert "no-store" in answer.headers["Cache-Control"]
            assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert not client.cookies

    def test_the_device_is_all_that_is_noted_of_who_asks(self, certificate: Certificate) -> None:
        url = f"/verification/{certificate.verification_code}"
        for device in (PHONE, "Mozilla/5.0 (Windows NT 10.0; Win64) Firefox/140.0", "curl/8"):
            Client(headers={"User-Agent": device}).get(url)
        origins = CertificateCheck.objects.order_by("pk").values_list("origin", flat=True)
        assert [*origins] == ["phone", "computer", "other"]


def test_the_holder_sees_how_often(clock: time_machine.Traveller, certificate: Certificate) -> None:
    holder = browser_of(AccountFactory(person=certificate.person))
    assert "Aucune" in text_of(holder.get("/certificats"))
    Client().get(f"/verification/{certificate.verification_code}")
    clock.shift(timedelta(minutes=5))
    typed(certificate.typed_code)
    page = text_of(holder.get("/certificats"))
    assert "2 vérifications, la dernière le 16/03/2026" in page


def test_what_is_kept_is_among_the_holder_s_data(certificate: Certificate) -> None:
    Client(headers={"User-Agent": PHONE}).get(f"/verification/{certificate.verification_code}")
    told = browser_of(AccountFactory(person=certificate.person)).get("/mon-profil/mes-donnees/json").json()["checks"]
    assert [(each["number"], each["way"], each["origin"]) for each in told] == [
        (certificate.number, "QR code", "Téléphone")
    ]

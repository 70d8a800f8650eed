"""What the check finds, counts and refuses, whoever asks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import structlog
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from forprev.certification.checking import codes, limits, services
from forprev.certification.checking.selectors import by_qr_code, by_typed_code, same_surname
from forprev.certification.models import (
    Certificate,
    CertificateCheck,
    CertificateEnd,
    CertificateState,
    CheckAttempt,
    CheckCount,
    Way,
)
from forprev.core.dates import add_months, now, today
from tests.factories.certification import ended, issued_session, taken_over
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db

HERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"
PHONE = CertificateCheck.Origin.PHONE


def certificate_of(last_name: str = "GOUROUX", **dates: date) -> Certificate:
    return taken_over(PersonFactory(last_name=last_name, first_name="Nicolas"), "SST-2", **dates)


class TestCodes:
    def test_each_certificate_gets_both_and_is_found_by_their_hashes(self) -> None:
        made = issued_session(trainees=3).certificates.order_by("pk")
        assert len({c.verification_code for c in made}) == len({c.typed_code for c in made}) == 3
        for certificate in made:
            assert codes.read_qr_code(certificate.verification_code) == certificate.verification_code
            assert codes.read_typed_code(certificate.typed_code) == certificate.typed_code
            assert bytes(certificate.qr_hash) == codes.hash_of_qr(certificate.verification_code)
            assert bytes(certificate.typed_hash) == codes.hash_of_typed(certificate.typed_code)
            assert by_qr_code(certificate.verification_code) == certificate
            assert by_typed_code(certificate.typed_code, certificate.holder_last_name) == certificate

    def test_item51_neither_code_opens_the_other_s_door(self) -> None:
        certificate = certificate_of()
        assert by_qr_code(certificate.typed_code) is None
        assert by_qr_code(certificate.number) is None
        assert by_qr_code("") is None
        assert by_typed_code(certificate.verification_code, "GOUROUX") is None

    def test_rows_are_looked_for_by_hash_alone(self) -> None:
        certificate = certificate_of()
        with CaptureQueriesContext(connection) as queries:
            by_qr_code(certificate.verification_code)
            by_typed_code(certificate.typed_code, "GOUROUX")
        asked = " ".join(query["sql"] for query in queries)
        assert certificate.verification_code not in asked
        assert certificate.typed_code not in asked

    @pytest.mark.parametrize("field", ["verification_code", "typed_code"])
    def test_the_database_takes_no_code_twice_and_changes_none(self, field: str) -> None:
        one, other = certificate_of(), certificate_of()
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            Certificate.objects.filter(pk=one.pk).update(**{field: "X"})
        copy = Certificate.objects.get(pk=other.pk)
        copy.pk, copy._state.adding, copy.number = None, True, "X"
        copy.verification_code, copy.typed_code = codes.new_qr_code(), codes.new_typed_code()
        setattr(copy, field, getattr(one, field))
        with pytest.raises(DatabaseError, match="_hash"), transaction.atomic():
            copy.save()

    def test_a_code_that_a_certificate_bears_is_not_drawn_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        taken = certificate_of().typed_code
        fresh = codes.new_typed_code()
        drawn = iter([taken, taken, fresh, fresh])
        monkeypatch.setattr(codes, "new_typed_code", lambda: next(drawn))
        assert services.draw_typed_codes(1) == [fresh]
        monkeypatch.undo()
        assert len({*services.draw_typed_codes(50)}) == 50
        assert services.draw_typed_codes(0) == []


class TestSurname:
    @pytest.mark.parametrize(
        ("typed", "known"),
        [
            ("gouroux", "GOUROUX"),
            ("Lévêque", "LEVEQUE"),
            ("leveque", "LÉVÊQUE"),
            ("de la Roche", "DE LA ROCHE"),
            ("Roche", "DE LA ROCHE"),
            ("DELAROCHE", "DE LA ROCHE"),
            ("Martin Durand", "MARTIN-DURAND"),
            ("d'oeuf", "D’ŒUF"),
            ("Le Goff", "LEGOFF"),
            ("  le   goff ", "LE GOFF"),
            ("LE", "LE"),
        ],
    )
    def test_is_the_same(self, typed: str, known: str) -> None:
        assert same_surname(typed, known)

    @pytest.mark.parametrize(
        ("typed", "known"),
        [
            ("GOUROUD", "GOUROUX"),
            ("MARTIN", "MARTIN-DURAND"),
            ("NICOLAS", "GOUROUX"),
            ("de", "LE"),
            ("de la", "DE LA ROCHE"),
            ("", "LE"),
            ("?", "GOUROUX"),
            ("-", "DE LA ROCHE"),
        ],
    )
    def test_is_another(self, typed: str, known: str) -> None:
        assert not same_surname(typed, known)

    @pytest.mark.parametrize("typed", ["?", " ? ", "%", "_", "", "NOBODY", "？"])
    def test_no_surname_opens_a_code_that_no_certificate_has(self, typed: str) -> None:
        assert by_typed_code(codes.new_typed_code(), typed) is None

    def test_unknown_and_wrong_ask_the_same_of_the_database(self) -> None:
        certificate = certificate_of()
        asked = []
        for code, surname in ((certificate.typed_code, "AUTRE"), (codes.new_typed_code(), "GOUROUX")):
            with CaptureQueriesContext(connection) as queries:
                assert services.check_code(code, surname, HERE, PHONE) is None
            asked.append([query["sql"].split("WHERE")[0].split("VALUES")[0] for query in queries])
        assert asked[0] == asked[1]
        assert not CertificateCheck.objects.exists()


class TestStatus:
    def test_a43_valid_on_its_last_day_and_expired_the_day_after(self) -> None:
        certificate = certificate_of(expires_on=today())
        assert certificate.state_on(today()) == CertificateState.VALID
        assert certificate.state_on(today() + timedelta(1)) == CertificateState.EXPIRED
        assert CertificateState.EXPIRED.label == "Expiré"

    @pytest.mark.parametrize(("kind", "label"), [("cancelled", "Annulé"), ("replaced", "Remplacé")])
    @pytest.mark.parametrize("expires_on", [date(2026, 12, 1), date(2020, 1, 1)])
    def test_an_end_counts_more_than_the_dates(self, kind: str, label: str, expires_on: date) -> None:
        certificate = certificate_of(expires_on=expires_on)
        ended(certificate, kind)
        found = by_qr_code(certificate.verification_code)
        assert found is not None
        assert found.state_on(today()).label == label

    def test_b46_an_end_is_for_good(self) -> None:
        end = ended(certificate_of(), "cancelled")
        for change in (lambda: CertificateEnd.objects.update(kind="replaced"), end.delete):
            with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
                change()


class TestCounts:
    def test_each_answer_counts_and_a_try_in_vain_does_not(self) -> None:
        certificate = certificate_of()
        services.check_qr(certificate.verification_code, HERE, PHONE)
        services.check_code(certificate.typed_code, "gouroux", HERE, CertificateCheck.Origin.COMPUTER)
        services.check_code(certificate.typed_code, "autre", HERE, PHONE)
        services.check_qr(certificate.verification_code, HERE, None)
        services.check_holder(certificate.verification_code, "autre", HERE, PHONE)
        services.check_holder(certificate.verification_code, "gouroux", HERE, PHONE)
        assert CheckCount.objects.get().count == 3
        kept = CertificateCheck.objects.order_by("pk").values_list("way", "origin")
        assert [*kept] == [("qr", "phone"), ("code", "computer"), ("code", "phone")]

    def test_nothing_that_is_kept_tells_who_asked(self) -> None:
        assert {field.name for field in CertificateCheck._meta.fields} == {"id", "certificate", "at", "way", "origin"}

    def test_details_go_after_thirteen_months_and_the_count_stays(self, clock: time_machine.Traveller) -> None:
        certificate = certificate_of()
        services.check_qr(certificate.verification_code, HERE, PHONE)
        made = today()
        clock.shift(timedelta(days=(add_months(made, 13) - made).days))
        services.check_qr(certificate.verification_code, HERE, PHONE)
        services.forget()
        assert CertificateCheck.objects.count() == 2
        clock.shift(timedelta(days=1))
        services.forget()
        assert CertificateCheck.objects.count() == 1
        assert CheckCount.objects.get().count == 2


class TestLimits:
    def tries(self, count: int, address: str = HERE) -> None:
        for _ in range(count):
            assert services.check_qr(codes.new_qr_code(), address, PHONE) is None

    def test_ten_in_vain_a_minute(self, clock: time_machine.Traveller) -> None:
        self.tries(10)
        with pytest.raises(limits.TooManyChecks) as refusal:
            self.tries(1)
        assert refusal.value.retry_after == 60
        self.tries(10, ELSEWHERE)
        clock.shift(timedelta(seconds=59))
        with pytest.raises(limits.TooManyChecks):
            self.tries(1)
        clock.shift(timedelta(seconds=1))
        self.tries(1)

    def test_sixty_in_vain_an_hour(self, clock: time_machine.Traveller) -> None:
        for _ in range(6):
            self.tries(10)
            clock.shift(timedelta(minutes=1))
        with pytest.raises(limits.TooManyChecks) as refusal:
            self.tries(1)
        assert refusal.value.retry_after == 54 * 60
        clock.shift(timedelta(seconds=refusal.value.retry_after))
        self.tries(1)

    def test_whoever_is_turned_away_does_not_wait_the_longer(self, clock: time_machine.Traveller) -> None:
        self.tries(10)
        for _ in range(30):
            with pytest.raises(limits.TooManyChecks):
                self.tries(1)
        clock.shift(timedelta(minutes=1))
        self.tries(1)

    def test_a_genuine_certificate_is_turned_away_too_and_not_counted(self) -> None:
        """Otherwise whoever is past the limit would still learn which codes exist."""
        certificate = certificate_of()
        self.tries(10)
        for check in (
            lambda: services.check_qr(certificate.verification_code, HERE, PHONE),
            lambda: services.check_code(certificate.typed_code, "GOUROUX", HERE, PHONE),
            lambda: services.check_holder(certificate.verification_code, "GOUROUX", HERE, PHONE),
        ):
            with pytest.raises(limits.TooManyChecks):
                check()
        assert not CheckCount.objects.exists()

    def test_surnames_cannot_be_tried_on_a_qr_code(self) -> None:
        certificate = certificate_of()
        for _ in range(10):
            assert services.check_holder(certificate.verification_code, "AUTRE", HERE, PHONE)[1] is False
        with pytest.raises(limits.TooManyChecks):
            services.check_holder(certificate.verification_code, "GOUROUX", HERE, PHONE)

    def test_certificates_that_are_found_have_wider_limits(self, clock: time_machine.Traveller) -> None:
        certificate = certificate_of()
        for _ in range(60):
            assert services.check_qr(certificate.verification_code, HERE, PHONE)
        with pytest.raises(limits.TooManyChecks):
            services.check_qr(certificate.verification_code, HERE, PHONE)
        for _ in range(9):
            clock.shift(timedelta(minutes=1))
            for _ in range(60):
                services.check_qr(certificate.verification_code, HERE, PHONE)
        clock.shift(timedelta(minutes=1))
        with pytest.raises(limits.TooManyChecks):
            services.check_qr(certificate.verification_code, HERE, PHONE)
        assert CheckCount.objects.get().count == 600

    def test_addresses_are_forgotten_after_an_hour(self, clock: time_machine.Traveller) -> None:
        self.tries(3)
        clock.shift(timedelta(minutes=61))
        self.tries(1)
        limits.forget()
        assert CheckAttempt.objects.count() == 1


class TestAlarm:
    def attempts(self, good: int, bad: int) -> None:
        CheckAttempt.objects.bulk_create(
            CheckAttempt(way=Way.CODE, address=f"192.0.2.{n % 200}", succeeded=n < good, at=now())
            for n in range(good + bad)
        )

    @pytest.mark.parametrize(
        ("good", "bad", "raised"), [(99, 101, True), (100, 100, False), (0, 199, False), (0, 200, True)]
    )
    def test_is_raised_while_most_of_many_checks_fail(self, good: int, bad: int, raised: bool) -> None:
        self.attempts(good, bad)
        with structlog.testing.capture_logs() as said:
            limits.watch()
        assert [entry["event"] for entry in said] == ["checks_mostly_fail"] * raised
        if raised:
            assert (said[0]["checks"], said[0]["failures"], said[0]["log_level"]) == (good + bad, bad, "error")

    def test_what_was_before_counts_no_more(self, clock: time_machine.Traveller) -> None:
        self.attempts(0, 300)
        clock.shift(timedelta(minutes=16))
        with structlog.testing.capture_logs() as said:
            limits.watch()
        assert said == []

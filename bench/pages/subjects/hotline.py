"""What the hotline does for people: accounts, requests, corrections, duplicates, what is held on somebody."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from bench.pages.asking import Ask, Desk, act, of_one, plain

LOOKED_AT = 1000
"""Certificates among whose holders somebody without an account is looked for."""


def accounts(desk: Desk) -> Iterator[Ask]:
    from forprev.accounts.models import Account, Role
    from forprev.accounts.services.factors import ask_factor_reset
    from tests.factories.organisations import acting_national

    yield from plain({"accounts:desk": "comptes : recherche", "accounts:lost_factors": "seconds facteurs perdus"})
    manager = Account.objects.filter(has_second_factor=False).order_by("pk")[0]
    search = reverse("accounts:desk")
    yield act("comptes : trouvé par e-mail", search, {"identifier": manager.email})
    yield act("comptes : trouvé par n° Forprev", search, {"identifier": manager.person.number})
    yield act("comptes : introuvable", search, {"identifier": "personne@exemple.test"}, statuses=(422,))
    yield from of_one(manager, {"accounts:desk_account": "compte"})
    address = reverse("accounts:desk_account", args=[manager.pk])
    for action, said in (("link", "lien envoyé"), ("forgive", "essais oubliés"), ("end", "sessions finies")):
        yield act(f"compte : {said}", address, {"action": action})
    strong = Account.objects.filter(has_second_factor=True).order_by("pk")[0]
    lost = reverse("accounts:lost_factors")
    asked = {"identifier": strong.email, "reason": "Téléphone perdu"}
    yield act("second facteur perdu : demandé", lost, asked)
    reset = ask_factor_reset(acting_national(Role.SUPPORT_AGENT), strong, "Téléphone perdu")
    yield from of_one(reset, {"accounts:lost_factor": "second facteur perdu"})
    yield act("second facteur perdu : décidé", reverse("accounts:lost_factor", args=[reset.pk]), {"approve": "1"})


def contacts(desk: Desk) -> Iterator[Ask]:
    from forprev.core.dates import french
    from forprev.organisations.models import Membership
    from forprev.support.contact.models import CannedAnswer
    from tests.factories.contact import contacted
    from tests.factories.support import proof

    yield from plain(
        {
            "support:contact_requests": "demandes de contact",
            "support:canned_answers": "réponses types",
            "support:canned_new": "réponse type : nouvelle",
        }
    )
    about = Membership.objects.select_related("person").order_by("pk")[0]
    contact = contacted(person=about.person, organisation_id=about.organisation_id, documents=(proof(),))
    message = contact.messages.get()
    pages = {
        "support:contact_request": "demande de contact",
        "support:contact_person": "demande de contact : personne",
        "support:contact_organisation": "demande de contact : entité",
    }
    yield from of_one(contact, pages)
    yield Ask("demande de contact : pièce", reverse("support:contact_document", args=[contact.pk, message.pk]))
    entity = reverse("support:contact_organisation", args=[contact.pk])
    yield Ask("demande de contact : entité cherchée", f"{entity}?q=FORMATION")
    yield Ask("demande de contact : entité introuvable", f"{entity}?q=ZZQXZZ")
    yield Ask("entité vue par l’assistance", reverse("support:organisation", args=[about.organisation_id]))
    known = about.person

    def done(name: str, said: str, **typed: object) -> Ask:
        return act(said, reverse(f"support:contact_{name}", args=[contact.pk]), {"version": contact.version, **typed})

    yield done("answer", "contact : réponse", text="Bonjour, la voici.")
    yield done("answer", "contact : réponse et résolution", text="Bonjour, la voici.", resolve="1")
    yield done("answer", "contact : note", text="À revoir.", note="1")
    yield done("assign", "contact : affectation", agent=desk.acting.person_id)
    yield done("link", "contact : personne rattachée par son n°", number=known.number)
    yield done("organisation", "contact : entité rattachée", organisation=about.organisation_id)
    yield done("move", "contact : résolue", action="resolve")
    papers = {"last_name": f"{known.last_name}E", "first_name": known.first_name}
    papers["birth_date"] = french(known.birth_date)
    looked = reverse("support:contact_person", args=[contact.pk])
    version = {"version": contact.version}
    yield act("contact : personne cherchée", looked, version | papers, statuses=(200,))
    typed = {"title": "Session introuvable", "text": "Elle est dans « À traiter ».", "is_active": "on"}
    yield act("réponse type créée", reverse("support:canned_new"), typed)
    canned = CannedAnswer.objects.create(title="Une réponse", text="Bonjour.")
    yield from of_one(canned, {"support:canned_edit": "réponse type"})
    yield act("réponse type modifiée", reverse("support:canned_edit", args=[canned.pk]), typed)


def corrections(desk: Desk) -> Iterator[Ask]:
    from forprev.accounts.models import Account
    from tests.factories.support import asked, proof

    yield from plain({"support:corrections": "corrections"})
    account = Account.objects.filter(has_second_factor=False).select_related("person").order_by("pk")[0]
    waiting = asked(account.person, document=proof(), last_name=f"{account.person.last_name}E")
    pages = {
        "support:correction": "correction",
        "support:correction_document": "correction : pièce",
        "support:apply_correction": "correction : à appliquer",
        "support:refuse_correction": "correction : à refuser",
    }
    yield from of_one(waiting, pages)
    yield act("correction appliquée", reverse("support:apply_correction", args=[waiting.pk]), {})
    refusal = {"reason": "Le justificatif manque."}
    yield act("correction refusée", reverse("support:refuse_correction", args=[waiting.pk]), refusal)


def duplicates(desk: Desk) -> Iterator[Ask]:
    """Two records of one person, both of the actor's; looked for, compared, merged, parted again."""
    from forprev.certification.models import Certificate
    from forprev.organisations.models import RegionalFund
    from forprev.organisations.services import choose_fund
    from forprev.people.models import Merge, Person
    from forprev.people.services import create_person

    yield from plain({"support:merges": "doublons", "support:choose_duplicates": "doublons : choisir"})
    certified = Certificate.objects.order_by("pk")
    if desk.actor.role == "fund_officer":
        certified = certified.filter(organisation__department__fund_id=desk.acting.fund_id)
    first = list(certified.values_list("person", flat=True)[:LOOKED_AT])
    kept = Person.objects.filter(pk__in=first, account=None).order_by("pk").first()
    if kept is None:
        desk.missing |= {"support:compare_duplicates": "person without an account"}
        return
    gone = create_person(last_name=f"{kept.last_name}E", first_name=kept.first_name, birth_date=kept.birth_date)
    if desk.actor.role == "fund_officer":
        choose_fund(gone, RegionalFund.objects.get(pk=desk.acting.fund_id))
    choose = reverse("support:choose_duplicates")
    yield act("doublons : cherchés", choose, {"number": kept.number}, statuses=(200,))
    yield act("doublons : deux n°", choose, {"number": kept.number, "other": gone.number})
    compare = reverse("support:compare_duplicates", args=[gone.pk, kept.pk])
    yield Ask("doublons : comparés", compare)
    merge = act("doublons réunis", compare, {"reason": "Même personne, nom mal saisi."}, statuses=(302,))
    yield merge
    desk.done(merge)
    done = Merge.objects.latest("pk")
    yield from of_one(done, {"support:merge": "fusion", "support:undo_merge": "fusion : annulation"})
    yield act("fusion annulée", reverse("support:undo_merge", args=[done.pk]), {})


def person_data(desk: Desk) -> Iterator[Ask]:
    from forprev.people.models import Person

    yield from plain({"support:person_data": "données d’une personne"})
    one = Person.objects.filter(account=None).order_by("pk").first()
    if one:
        typed = {"number": one.number, "surname": one.last_name, "reason": "Lettre du 3 novembre"}
        address = reverse("support:person_data")
        for form in ("pdf", "json"):
            name = f"données d’une personne : {form.upper()}"
            yield act(name, address, typed | {"form": form}, "file", statuses=(200,))


def letters(desk: Desk) -> Iterator[Ask]:
    from forprev.notices.models import OutgoingMail

    yield from plain({"notices:dead_letters": "courriels non remis"})
    lost = OutgoingMail.objects.exclude(failed_at=None).order_by("-failed_at")
    yield from desk.of(lost, {"notices:dead_letter": "courriel non remis"})
    one = lost.first()
    if one:
        yield act("courriel renvoyé", reverse("notices:dead_letter", args=[one.pk]), {})


def seeing(desk: Desk) -> Iterator[Ask]:
    """`Voir comme l’utilisateur`, which leaves the agent in another role: the last of all."""
    from forprev.accounts.acting import roles_of
    from forprev.accounts.models import Account
    from forprev.accounts.views.sessions import FACTOR_PROVED
    from forprev.core.dates import now

    shown = Account.objects.filter(has_second_factor=False, person__memberships__role="manager").order_by("pk").first()
    if shown is None:
        desk.missing |= {"support:see_as": "manager"}
        return
    session = desk.client.session
    session[FACTOR_PROVED] = int(now().timestamp())
    session.save()
    yield from of_one(shown, {"support:see_as": "voir comme l’utilisateur"})
    roles = roles_of(shown.person)
    begin = act(
        "voir comme l’utilisateur : commencé",
        reverse("support:see_as", args=[shown.pk]),
        {"reason": "Il ne voit pas sa session", "role": roles[0].key},
    )
    yield begin
    desk.done(begin)
    yield Ask("tableau de bord vu par l’assistance", reverse("dashboard"), "dashboard")
    stop = act("voir comme l’utilisateur : quitté", reverse("support:stop_seeing"), {})
    yield stop
    desk.done(stop)

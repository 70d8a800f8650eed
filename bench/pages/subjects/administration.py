"""What the national administration keeps: catalogue, papers, funds, people of the network, texts, registers."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count
from django.urls import reverse

from bench.pages.asking import Ask, Desk, act, of_one, plain
from bench.pages.subjects.users import NEW


def catalogue(desk: Desk) -> Iterator[Ask]:
    from forprev.catalogue.models import QualificationRules, Scheme, Signatory

    yield from plain(
        {
            "catalogue:catalogue": "catalogue",
            "catalogue:new_scheme": "nouveau dispositif",
            "catalogue:signatories": "signataires",
            "catalogue:new_signatory": "nouveau signataire",
        }
    )
    scheme = Scheme.objects.get(code="SST")
    level = scheme.levels.order_by("number")[0]
    qualification = level.qualifications.order_by("pk")[0]
    signatory = Signatory.objects.order_by("pk")[0]
    yield from of_one(scheme, {"catalogue:scheme": "dispositif"})
    yield from of_one(level, {"catalogue:edit_level": "niveau", "catalogue:remove_level": "niveau : retrait"})
    yield from of_one(level, {"catalogue:new_qualification": "nouveau modèle de certificat"})
    pages = {
        "catalogue:qualification": "modèle de certificat",
        "catalogue:edit_qualification": "modèle de certificat : modifier",
        "catalogue:open_qualification": "modèle de certificat : ouvrir",
        "catalogue:close_qualification": "modèle de certificat : fermer",
        "catalogue:plan_rules": "règles à venir",
        "certification:specimen": "modèle de certificat : spécimen",
    }
    yield from of_one(qualification, pages)
    yield from of_one(signatory, {"catalogue:edit_signatory": "signataire"})
    for growing in Scheme.objects.alias(held=Count("levels")).filter(held__lt=3).order_by("pk")[:1]:
        page, adding = (reverse(f"catalogue:{name}", args=[growing.pk]) for name in ("scheme", "new_level"))
        yield desk.filled("niveau ajouté", page, at=adding, trainee_kind="trainer")
    address = reverse("catalogue:plan_rules", args=[qualification.pk])
    plan = desk.filled("règles prévues", address, effective_on="01/03/2027")
    yield plan
    desk.done(plan)
    rules = QualificationRules.objects.filter(qualification=qualification).latest("pk")
    yield from of_one(rules, {"catalogue:edit_rules": "règles", "catalogue:drop_rules": "règles : abandon"})
    for name, one, said in (
        ("scheme", scheme, "dispositif enregistré"),
        ("edit_level", level, "niveau enregistré"),
        ("edit_qualification", qualification, "modèle de certificat enregistré"),
        ("edit_signatory", signatory, "signataire enregistré"),
        ("close_qualification", qualification, "modèle de certificat fermé"),
        ("drop_rules", rules, "règles abandonnées"),
    ):
        page = reverse(f"catalogue:{name}", args=[one.pk])
        yield desk.filled(said, page, at=page)


def papers(desk: Desk) -> Iterator[Ask]:
    from forprev.catalogue.models import CertificateTemplate, TemplateVersion

    yield from plain({"certification:templates": "modèles", "certification:new_template": "nouveau modèle"})
    template = CertificateTemplate.objects.order_by("pk")[0]
    start = act("version préparée", reverse("certification:new_version", args=[template.pk]), {})
    yield start
    desk.done(start)
    draft = TemplateVersion.objects.filter(template=template).latest("number")
    for name, said in {
        "template_version": "version en préparation",
        "publish_version": "version : publication",
        "version_pdf": "version : spécimen PDF",
        "version_png": "version : spécimen PNG",
    }.items():
        yield Ask(said, reverse(f"certification:{name}", args=[draft.number]))
    page = reverse("certification:template_version", args=[draft.number])
    yield desk.filled("version enregistrée", page, at=page)
    publication = reverse("certification:publish_version", args=[draft.number])
    yield desk.filled("version publiée", publication, at=publication)
    yield act("modèle créé", reverse("certification:new_template"), {"name": "Un autre modèle"})


def funds(desk: Desk) -> Iterator[Ask]:
    from forprev.organisations.models import Department, RegionalFund

    yield from plain({"organisations:funds": "caisses", "organisations:new_fund": "nouvelle caisse"})
    fund = RegionalFund.objects.order_by("pk")[0]
    pages = {
        "organisations:fund": "caisse",
        "organisations:edit_fund": "caisse : modifier",
        "organisations:move_departments": "caisse : départements",
    }
    yield from of_one(fund, pages)
    page = reverse("organisations:edit_fund", args=[fund.pk])
    yield desk.filled("caisse enregistrée", page, at=page)
    elsewhere = Department.objects.exclude(fund=fund).order_by("code")[0]
    moving = reverse("organisations:move_departments", args=[fund.pk])
    yield act(
        "caisse : département à rattacher",
        moving,
        {"departments": f"{elsewhere.code}:{elsewhere.fund_id}"},
        statuses=(200,),
    )


def staff(desk: Desk) -> Iterator[Ask]:
    from forprev.organisations.models import NetworkRole

    yield from plain(
        {
            "organisations:staff": "personnes du réseau",
            "organisations:ended_staff": "personnes du réseau : rôles terminés",
            "organisations:new_staff": "nouvelle personne du réseau",
        }
    )
    held = NetworkRole.objects.filter(role="committee").order_by("pk")
    pages = {"organisations:network_role": "rôle du réseau", "organisations:end_network_role": "rôle du réseau : fin"}
    yield from desk.of(held, pages)
    one = held.first()
    if one:
        page = reverse("organisations:end_network_role", args=[one.pk])
        yield act("rôle du réseau fini", page, {"reason": "Départ"})
    new = act("nouvelle personne du réseau : inconnue", reverse("organisations:new_staff"), NEW)
    yield new
    role = desk.done(new)["Location"]
    yield Ask("nouvelle personne du réseau : rôle", role)
    yield Ask("nouvelle personne du réseau : informations", role.removesuffix("/role"))
    yield desk.filled("nouvelle personne du réseau : enregistrée", role, role="committee")


def writing(desk: Desk) -> Iterator[Ask]:
    """Questions, manuals, texts of mails, parameters."""
    from forprev.support.help.models import Question
    from forprev.support.manuals.models import Chapter

    yield from plain(
        {
            "support:questions": "questions",
            "support:question_new": "nouvelle question",
            "support:write_manuals": "manuels à écrire",
            "notices:texts": "textes des courriels",
            "network:parameters": "paramètres",
        }
    )
    yield from desk.of(Question.objects.order_by("pk"), {"support:question_edit": "question"})
    question = Question.objects.order_by("pk").first()
    if question:
        page = reverse("support:question_edit", args=[question.pk])
        yield desk.filled("question enregistrée", page, at=page)
    yield Ask("manuel à écrire", reverse("support:write_manual", args=["formateur"]))
    yield Ask("manuel : nouveau chapitre", reverse("support:chapter_new", args=["formateur"]))
    chapter = Chapter.objects.get(manual="formateur", slug="reperes")
    yield from of_one(chapter, {"support:chapter_edit": "chapitre", "support:chapter_remove": "chapitre : retrait"})
    page = reverse("support:chapter_edit", args=[chapter.pk])
    yield desk.filled("chapitre publié", page, at=page)
    moved = {"version": chapter.version, "sens": "descendre"}
    yield act("chapitre déplacé", reverse("support:chapter_move", args=[chapter.pk]), moved)
    removal = reverse("support:chapter_remove", args=[chapter.pk])
    remove = desk.filled("chapitre retiré", removal, at=removal)
    yield remove
    desk.done(remove)
    yield act("chapitre d’origine repris", reverse("support:chapter_take", args=["formateur", "reperes"]), {})
    slug = "notices-password_change"
    yield Ask("texte d’un courriel", reverse("notices:edit_text", args=[slug]))
    yield Ask("texte d’un courriel : d’origine", reverse("notices:restore_text", args=[slug]), statuses=(200, 302))
    page = reverse("notices:edit_text", args=[slug])
    yield desk.filled("texte d’un courriel enregistré", page, subject="[FORPREV] Votre mot de passe")
    yield Ask("paramètres d’un sujet", reverse("network:edit_parameters", args=["comptes"]))


def registers(desk: Desk) -> Iterator[Ask]:
    """Conservation, records consulted, consultations of the hotline."""
    from forprev.support.seeing.selectors import visible_to

    yield from plain(
        {
            "support:retention": "conservation",
            "support:retention_runs": "conservation : passages",
            "support:consulted": "fiches consultées",
            "support:consultations": "consultations de l’assistance",
        }
    )
    for form in ("csv", "xlsx"):
        address = f"{reverse('support:retention')}?export={form}"
        yield Ask(f"conservation : export {form.upper()}", address, "export")
    page = reverse("support:retention_rule", args=["persons"])
    yield Ask("conservation d’une sorte", page)
    simulated = desk.filled("conservation : durée simulée", page, months="48", reason="Décision du délégué")
    yield Ask(simulated.name, simulated.address, data=simulated.data)
    seen = visible_to(desk.acting).order_by("-pk")
    yield from desk.of(seen, {"support:consultation": "consultation de l’assistance"})

"""The catalogue as the sources give it (domain.md, section 2.2).

`unconfirmed` names the values that no source gives: ours until the network confirms them, changeable like all others.
"""

from __future__ import annotations

from dataclasses import dataclass

from forprev.catalogue.models import TraineeKind

SIGNATORY_NAME = "Camille VERDIER"
SIGNATORY_TITLE = "Chef du département Formation de l’INRS"
TEMPLATE_NAME = "Modèle commun"
ALWAYS_UNCONFIRMED = ("signatory",)

ACTOR, TRAINER = TraineeKind.ACTOR, TraineeKind.TRAINER


@dataclass(frozen=True)
class SchemeFacts:
    code: str
    name: str
    title: str
    levels: tuple[tuple[int, TraineeKind], ...]
    site_required: bool = False
    unconfirmed: tuple[str, ...] = ()


@dataclass(frozen=True)
class QualificationFacts:
    """Numbers in months, hours, persons and years; the tuples hold codes of other qualifications."""

    scheme: str
    level: int
    code: str
    short_label: str
    title: str
    validity_months: int
    taught_by: tuple[str, ...]
    initial_hours: int | None = None
    refresher_hours: int | None = None
    group: tuple[int | None, int | None] = (None, None)
    minimum_age: int | None = None
    trainers_required: int = 1
    bases_required: bool = False
    prerequisites: tuple[str, ...] = ()
    equivalents: tuple[str, ...] = ()
    renews: tuple[str, ...] = ()
    sessions_expected: tuple[int | None, int | None] = (None, None)
    unconfirmed: tuple[str, ...] = ()


SCHEMES = (
    SchemeFacts("SST", "SST", "Sauvetage secourisme du travail", ((1, ACTOR), (2, TRAINER), (3, TRAINER))),
    SchemeFacts(
        "PRAPIBC",
        "PRAP IBC",
        "Prévention des risques liés à l’activité physique – industrie, BTP, commerce, bureau",
        ((1, ACTOR), (2, TRAINER)),
    ),
    SchemeFacts(
        "PRAP2S",
        "PRAP 2S",
        "Prévention des risques liés à l’activité physique – sanitaire et social",
        ((1, ACTOR), (2, TRAINER)),
    ),
    SchemeFacts(
        "APS-ASD", "APS-ASD", "Acteur prévention secours – aide et soin à domicile", ((1, ACTOR), (2, TRAINER))
    ),
    SchemeFacts(
        "AP-TRL",
        "AP-TRL",
        "Animateur prévention – transport routier et logistique",
        ((1, ACTOR), (2, TRAINER)),
        unconfirmed=("levels",),
    ),
    SchemeFacts(
        "Catec",
        "Catec",
        "Certificat d’aptitude à travailler en espaces confinés",
        ((1, ACTOR), (2, TRAINER)),
        site_required=True,
    ),
    SchemeFacts(
        "Amiante sous-section 4",
        "Amiante sous-section 4",
        "Prévention du risque amiante – activités de sous-section 4",
        ((1, ACTOR), (2, TRAINER)),
        # The presentation's own session of this scheme has a free place, a secondary source asks for a site.
        unconfirmed=("site_required",),
    ),
)

_GUESSED_TRAINER = ("validity_months", "group_min", "group_max", "prerequisites", "taught_by")

QUALIFICATIONS = (
    QualificationFacts(
        "SST",
        1,
        "SST-1",
        "SST-1",
        "Certificat de sauveteur secouriste du travail",
        24,
        taught_by=("SST-2", "SST-3"),
        initial_hours=14,
        refresher_hours=7,
        group=(4, 10),
        equivalents=("APS-ASD-1",),
    ),
    QualificationFacts(
        "SST",
        2,
        "SST-2",
        "SST-2",
        "Certificat former des sauveteurs secouristes du travail",
        36,
        taught_by=("SST-3",),
        initial_hours=56,
        refresher_hours=21,
        group=(5, 10),
        bases_required=True,
        prerequisites=("SST-1",),
    ),
    QualificationFacts(
        "SST",
        3,
        "SST-3",
        "SST-3",
        "Certificat former des formateurs de sauveteurs secouristes du travail",
        36,
        taught_by=("SST-3",),
        initial_hours=56,
        refresher_hours=21,
        group=(6, 12),
        bases_required=True,
        prerequisites=("SST-2",),
        renews=("SST-2",),
        sessions_expected=(30, 15),
        unconfirmed=("title",),
    ),
    QualificationFacts(
        "PRAPIBC",
        1,
        "PRAPIBC-1",
        "PRAP IBC-1",
        "Certificat d’acteur PRAP – industrie, BTP, commerce, bureau",
        24,
        taught_by=("PRAPIBC-2",),
        initial_hours=14,
        refresher_hours=7,
        group=(4, 10),
        unconfirmed=("title",),
    ),
    QualificationFacts(
        "PRAPIBC",
        2,
        "PRAPIBC-2",
        "PRAP IBC-2",
        "Certificat former des acteurs PRAP – industrie, BTP, commerce, bureau",
        36,
        taught_by=("PRAPIBC-2",),
        initial_hours=70,
        refresher_hours=21,
        bases_required=True,
        unconfirmed=("title", *_GUESSED_TRAINER),
    ),
    QualificationFacts(
        "PRAP2S",
        1,
        "PRAP2S-1",
        "PRAP 2S-1",
        "Certificat d’acteur PRAP – sanitaire et social",
        24,
        taught_by=("PRAP2S-2",),
        initial_hours=28,
        refresher_hours=14,
        group=(4, 10),
        unconfirmed=("title",),
    ),
    QualificationFacts(
        "PRAP2S",
        2,
        "PRAP2S-2",
        "PRAP 2S-2",
        "Certificat former des acteurs PRAP – sanitaire et social",
        36,
        taught_by=("PRAP2S-2",),
        initial_hours=98,
        refresher_hours=28,
        unconfirmed=("title", *_GUESSED_TRAINER),
    ),
    QualificationFacts(
        "APS-ASD",
        1,
        "APS-ASD-1",
        "APS-ASD-1",
        "Certificat d’acteur prévention secours – aide et soin à domicile",
        24,
        taught_by=("APS-ASD-2",),
        initial_hours=21,
        refresher_hours=14,
        group=(4, 10),
        unconfirmed=("title",),
    ),
    QualificationFacts(
        "APS-ASD",
        2,
        "APS-ASD-2",
        "APS-ASD-2",
        "Certificat former des acteurs prévention secours – aide et soin à domicile",
        36,
        taught_by=("APS-ASD-2",),
        initial_hours=56,
        refresher_hours=21,
        unconfirmed=("title", *_GUESSED_TRAINER),
    ),
    QualificationFacts(
        "AP-TRL",
        1,
        "AP-TRL-1",
        "AP-TRL-1",
        "Certificat d’animateur prévention – transport routier et logistique",
        24,
        taught_by=("AP-TRL-2",),
        unconfirmed=("title", "validity_months", "initial_hours", "refresher_hours", "group_min", "group_max"),
    ),
    QualificationFacts(
        "AP-TRL",
        2,
        "AP-TRL-2",
        "AP-TRL-2",
        "Certificat former des animateurs prévention – transport routier et logistique",
        36,
        taught_by=("AP-TRL-2",),
        unconfirmed=("title", "initial_hours", "refresher_hours", *_GUESSED_TRAINER),
    ),
    *(
        QualificationFacts(
            "Catec",
            1,
            code,
            label,
            title,
            36,
            taught_by=("Catec-2",),
            trainers_required=trainers,
            equivalents=() if code == "Catec-1-M" else ("Catec-1-M",),
            unconfirmed=("title", "initial_hours", "refresher_hours", "group_min", "group_max"),
        )
        for code, label, title, trainers in (
            ("Catec-1-S", "Catec-1 Surveillant", "Certificat de surveillant en espaces confinés", 1),
            ("Catec-1-I", "Catec-1 Intervenant", "Certificat d’intervenant en espaces confinés", 1),
            (
                "Catec-1-M",
                "Catec-1 Surveillant et intervenant",
                "Certificat de surveillant et d’intervenant en espaces confinés",
                2,
            ),
        )
    ),
    QualificationFacts(
        "Catec",
        2,
        "Catec-2",
        "Catec-2",
        "Certificat former des surveillants et des intervenants en espaces confinés",
        36,
        taught_by=("Catec-2",),
        unconfirmed=("title", "initial_hours", "refresher_hours", *_GUESSED_TRAINER),
    ),
    *(
        QualificationFacts(
            "Amiante sous-section 4",
            1,
            f"Amiante-1-{code}",
            f"Amiante s/s4-1 {function}",
            f"Attestation de compétence amiante sous-section 4 – {function}",
            36,
            taught_by=("Amiante-2",),
            initial_hours=hours,
            refresher_hours=7,
            minimum_age=18,
            unconfirmed=("title", "group_min", "group_max"),
            equivalents=() if code == "CF" else ("Amiante-1-CF",),
        )
        for code, function, hours in (
            ("OC", "Opérateur de chantier", 14),
            ("EC", "Encadrant de chantier", 35),
            ("ET", "Encadrant technique", 35),
            ("CF", "Cumul de fonctions", 35),
        )
    ),
    QualificationFacts(
        "Amiante sous-section 4",
        2,
        "Amiante-2",
        "Amiante s/s4-2",
        "Certificat former à la prévention du risque amiante sous-section 4",
        36,
        taught_by=("Amiante-2",),
        minimum_age=18,
        unconfirmed=("title", "initial_hours", "refresher_hours", *_GUESSED_TRAINER),
    ),
)

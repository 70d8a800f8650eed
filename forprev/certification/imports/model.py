"""The file to fill in: the columns that an import expects, and how to write what goes there."""

from __future__ import annotations

from io import BytesIO

import xlsxwriter

COLUMNS = ("Nom", "Prénom", "Date de naissance")
TRAINER_COLUMNS = (*COLUMNS, "E-mail", "N° Forprev")
DATE_COLUMN = 2
ADVICE = (
    "Remplissez la feuille « Stagiaires », une ligne par personne, sans changer les en-têtes.",
    "Date de naissance : JJ/MM/AAAA, par exemple 17/05/1990. "
    "Une année à deux chiffres est celle des cent dernières années.",
)
TRAINER_ADVICE = (
    "E-mail : obligatoire pour une personne qui n’a pas de compte Forprev.",
    "N° Forprev : trois lettres et cinq chiffres, pour une personne connue de Forprev.",
)


def model_file(*, makes_trainers: bool) -> bytes:
    """An empty workbook whose first sheet is to be filled in: names as text, dates as dates."""
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet("Stagiaires")
    sheet.freeze_panes(1, 0)
    for place, label in enumerate(TRAINER_COLUMNS if makes_trainers else COLUMNS):
        sheet.set_column(place, place, 26, day if place == DATE_COLUMN else text)
        sheet.write_string(0, place, label, bold)
    advice = book.add_worksheet("Mode d’emploi")
    advice.set_column(0, 0, 100)
    for line, sentence in enumerate((*ADVICE, *(TRAINER_ADVICE if makes_trainers else ()))):
        advice.write_string(line, 0, sentence)
    book.close()
    return file.getvalue()

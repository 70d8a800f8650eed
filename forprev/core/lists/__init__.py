"""List screens: one component gives every list its sort, pages, criteria, count and exports.

A package declares in `tables.py` a table and its screen:

    class SessionTable(tables.Table):
        numero = tables.Column("Numéro", accessor="number", linkify=True)  # get_absolute_url()
        fin = DateColumn("Date de fin de session", accessor="end_date")
        etat = tables.Column("État", accessor="state")

    class SessionList(ListScreen):
        noun = Noun("session", "sessions", feminine=True)
        table_class = SessionTable
        default_sort = "-fin"
        criteria = (
            Criterion("numero", "Numéro", "number", Number()),
            Criterion("fin", "Date de fin de session", "end_date", Date()),
            Criterion("etat", "État", "state", Choice(State.choices)),
            Criterion("nom", "Nom", "trainer__normalised_last_name", Text(normalise), personal=True),
        )

and its view, found by GET (and by POST where a criterion is personal), answers

    return SessionList(request, selectors.sessions_visible_to(acting)).response("certification/sessions.html")

where the template says `{% include "core/lists/list.html" %}`. The queryset bears the person's rights: no
more than it holds is counted, shown or exported. A link in the first column takes the whole row.
"""

from forprev.core.lists.columns import DateColumn, MomentColumn
from forprev.core.lists.criteria import Criterion
from forprev.core.lists.kinds import Beginning, Choice, Date, Moment, Number, Text
from forprev.core.lists.parts import Noun
from forprev.core.lists.screen import ListScreen

__all__ = [
    "Beginning",
    "Choice",
    "Criterion",
    "Date",
    "DateColumn",
    "ListScreen",
    "Moment",
    "MomentColumn",
    "Noun",
    "Number",
    "Text",
]

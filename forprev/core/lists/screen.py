"""One list on one screen: sort, pages, criteria, count and export, all from the address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

import django_tables2 as tables
import structlog
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.encoding import escape_uri_path
from django.utils.text import slugify

from forprev.core.dates import today
from forprev.core.lists import searches
from forprev.core.lists.criteria import (
    EMPTY_ROW,
    FIELD,
    MOST_ROWS,
    OPERATOR,
    VALUE,
    Criterion,
    Row,
    Triple,
    operators_by_kind,
    read_row,
    triples,
)
from forprev.core.lists.export import FORMATS, cells, file_response
from forprev.core.lists.kinds import Operator, Option, quoted
from forprev.core.lists.parts import Header, Link, Noun, PageLink, Tag

PAGE_SIZES = (10, 25, 50, 100)
PAGE, SIZE, SORT, SEARCH, NEW, EXPORT = "page", "taille", "tri", "recherche", "nouveau", "export"
_CRITERIA = (FIELD, OPERATOR, VALUE, SEARCH)
_PASSING = (PAGE, NEW, EXPORT, "csrfmiddlewaretoken")
"""What does not outlive a change of criteria, sort or size."""

logger = structlog.get_logger(__name__)


class ListScreen:
    """Subclass it beside the table; see `forprev.core.lists` for an example.

    `limit` bounds what is counted, sorted, paged through and exported: a list of millions of rows is to be searched,
    and counting or sorting them would take longer than a page may. One that has more stays in its own order, which an
    index must give.
    """

    noun: ClassVar[Noun]
    table_class: ClassVar[type[tables.Table]]
    criteria: Sequence[Criterion] = ()
    default_sort: ClassVar[str] = ""
    """Name of a column of the table, with `-` for descending; else the order of the queryset."""
    empty_text: ClassVar[str] = ""
    """Said under `Aucune session` when there is none at all: what to do to get one."""
    limit: ClassVar[int] = 20_000
    keys_first: ClassVar[bool] = False
    """Whether the keys of a page are found, then its rows, in one query more: going far down a large table reads no
    relation on the way."""
    empty_row: ClassVar[Row] = EMPTY_ROW
    most_rows: ClassVar[int] = MOST_ROWS
    export_name: ClassVar[str] = ""
    """Beginning of the exported file's name; else the plural of the noun."""
    is_exported: ClassVar[bool] = True
    """Off where strangers read the list: a file of all its rows costs seconds, which nobody unknown may ask for."""

    def __init__(self, request: HttpRequest, queryset: QuerySet[Any], *, exclude: Sequence[str] = ()) -> None:
        """`queryset` is what the person may see, relations selected; `exclude` names columns to leave out."""
        self.request = request
        self._queryset = queryset
        self._exclude = exclude
        self._sent = request.POST if request.method == "POST" else request.GET

    def response(self, template: str, context: dict[str, Any] | None = None) -> HttpResponseBase:
        """The page (with this object as `list`), an exported file, or a redirect to the clean address."""
        if self._sent is self.request.POST or self._personal(triples(self._sent)):
            return HttpResponseRedirect(self._clean_address())
        file_format = self._sent.get(EXPORT)
        if self.is_exported and file_format in FORMATS:
            return self._export(file_format)
        return render(self.request, template, {**(context or {}), "list": self})

    # Criteria

    @cached_property
    def rows(self) -> list[Row]:
        """The rows of the search form, those of the address and, if asked for, an empty one."""
        typed = [*(self._saved or ()), *triples(self._sent)][:MOST_ROWS]
        known = [each for each in typed if each.field in self._by_key or not each.field]
        rows = [read_row(each, self._by_key.get(each.field), self._options.get(each.field, ())) for each in known]
        return [*rows, EMPTY_ROW] if NEW in self._sent and len(rows) < MOST_ROWS else rows

    @property
    def in_force(self) -> list[Row]:
        return [row for row in self.rows if row.condition is not None]

    @property
    def errors(self) -> int:
        return sum(bool(row.error) for row in self.rows)

    @property
    def search_lost(self) -> bool:
        """Whether the address names criteria that this session does not hold."""
        return SEARCH in self._sent and self._saved is None

    @property
    def may_add_row(self) -> bool:
        return len(self.rows) < MOST_ROWS

    @property
    def form_method(self) -> str:
        return "post" if any(criterion.personal for criterion in self.criteria) else "get"

    @property
    def operators(self) -> list[tuple[str, Sequence[Operator]]]:
        return operators_by_kind(self.criteria)

    @property
    def choices(self) -> list[tuple[str, Sequence[Option]]]:
        """Options by key of criterion, for those that have some."""
        return [(key, options) for key, options in self._options.items() if options]

    @property
    def kept_fields(self) -> list[tuple[str, str]]:
        """What the search form sends again: sort, size, and what the rest of the page has in the address."""
        dropped = (*_CRITERIA, *_PASSING)
        return [(name, value) for name, values in self._sent.lists() if name not in dropped for value in values]

    @cached_property
    def tags(self) -> list[Tag]:
        return [Tag(row.label, self._url_without(row)) for row in self.in_force]

    @property
    def ways_out(self) -> list[Tag]:
        """For an empty list: each criterion, and what the list would hold without it."""
        found = []
        for tag, left_out in zip(self.tags, self.in_force, strict=True):
            others = (row.condition for row in self.in_force if row is not left_out)
            count = self._count(self._filtered(others))
            found.append(Tag(tag.label, tag.url, self._counted(count)))
        return found

    @property
    def rows_with_urls(self) -> list[tuple[Row, str]]:
        return [(row, self._url_without(row)) for row in self.rows]

    @property
    def without_criteria_url(self) -> str:
        return self._address(self.kept_fields)

    @cached_property
    def _by_key(self) -> dict[str, Criterion]:
        return {criterion.key: criterion for criterion in self.criteria}

    @cached_property
    def _options(self) -> dict[str, Sequence[Option]]:
        return {criterion.key: criterion.kind.options() for criterion in self.criteria}

    @cached_property
    def _saved(self) -> list[Triple] | None:
        search_id = self._sent.get(SEARCH)
        return searches.find(self.request, search_id) if search_id else None

    def _personal(self, typed: Sequence[Triple]) -> list[Triple]:
        return [each for each in typed if each.value and self._is_personal(each)]

    def _is_personal(self, typed: Triple) -> bool:
        criterion = self._by_key.get(typed.field)
        return criterion is not None and criterion.personal

    def _clean_address(self) -> str:
        """The address of what was sent, personal values being replaced by the id of a kept search."""
        new = [(NEW, "1")] if NEW in self._sent else []
        typed = triples(self._sent) if self._sent is self.request.POST else [row.typed for row in self.rows]
        return self._criteria_url(typed, [*self.kept_fields, *new])

    def _url_without(self, left_out: Row) -> str:
        return self._criteria_url([row.typed for row in self.rows if row is not left_out], self.kept_fields)

    def _criteria_url(self, typed: Sequence[Triple], pairs: Sequence[tuple[str, str]]) -> str:
        personal = self._personal(typed)
        pairs = list(pairs)
        if personal:
            pairs.append((SEARCH, searches.save(self.request, personal)))
        for each in typed:
            if each not in personal and (each.field or each.value):
                pairs += [(FIELD, each.field), (OPERATOR, each.operator), (VALUE, each.value)]
        return self._address(pairs)

    # Rows, order, pages

    @cached_property
    def table(self) -> tables.Table:
        """The columns, and which of them sorts; rows are in `page`."""
        table = self.table_class(self._queryset.none(), exclude=self._exclude)
        table.order_by = self._sort_of(table)
        return table

    @cached_property
    def page(self) -> Page[Any]:
        ordered = self._ordered.values_list("pk", flat=True) if self.keys_first else self._ordered
        paginator = Paginator(ordered, self.size)
        paginator.count = self.total  # bounded, and counted without ordering
        page = paginator.get_page(self._sent.get(PAGE, "1"))
        if self.keys_first:
            page.object_list = self._in_order(self._queryset.filter(pk__in=list(page.object_list)))
        return page

    @cached_property
    def total(self) -> int:
        """The number of rows found, `limit` at most."""
        return min(self._found, self.limit)

    @property
    def has_more(self) -> bool:
        """Whether more than `limit` rows answer the criteria."""
        return self._found > self.limit

    @property
    def summary(self) -> str:
        """`Affichage de 1 à 8 sur 8 sessions`, or `Aucune session`."""
        if not self.total:
            return self.noun.none
        first, last = self.page.start_index(), self.page.end_index()
        return f"Affichage de {first} à {last} sur {self._counted(self._found)}"

    @property
    def caption(self) -> str:
        """What the table is, for those who do not see the page around it."""
        sorted_by = next((header for header in self.headers if header.aria_sort), None)
        caption = self.noun.many[:1].upper() + self.noun.many[1:]
        if sorted_by is None:
            return caption
        order = "croissant" if sorted_by.aria_sort == "ascending" else "décroissant"
        return f"{caption}, par ordre {order} de la colonne {quoted(sorted_by.label)}"

    @cached_property
    def headers(self) -> list[Header]:
        return [self._header(column) for column in self.table.columns]

    @property
    def size(self) -> int:
        asked = self._sent.get(SIZE)
        return next((size for size in PAGE_SIZES if str(size) == asked), PAGE_SIZES[0])

    @property
    def sizes(self) -> list[Link]:
        return [Link(str(size), self._url(**{SIZE: str(size)}), size == self.size) for size in PAGE_SIZES]

    @property
    def page_links(self) -> tuple[list[PageLink], list[PageLink]]:
        """First and previous, next and last."""
        page = self.page
        last = page.paginator.num_pages
        before, after = page.number > 1, page.number < last
        return (
            [
                PageLink("<<", "Première page", self._page_url(1) if before else ""),
                PageLink("<", "Page précédente", self._page_url(page.number - 1) if before else ""),
            ],
            [
                PageLink(">", "Page suivante", self._page_url(page.number + 1) if after else ""),
                PageLink(">>", "Dernière page", self._page_url(last) if after else ""),
            ],
        )

    @property
    def export_links(self) -> list[Link]:
        return [Link(f"Exporter en {name.upper()}", self._url(**{EXPORT: name})) for name in FORMATS]

    @property
    def limit_text(self) -> str:
        return self.noun.counted(self.limit)

    def _sort_of(self, table: tables.Table) -> str:
        """The column that the address names if it may be sorted by, else the list's own."""
        asked = self._sent.get(SORT, "")
        name = asked.removeprefix("-")
        known = name in table.columns and table.columns[name].orderable
        return asked if known and not self.has_more else self.default_sort

    def _header(self, column: tables.columns.BoundColumn) -> Header:
        if not column.orderable:
            return Header(column.header, attrs=column.attrs["th"])
        direction = "descending" if column.order_by_alias.is_descending else "ascending"
        return Header(
            column.header,
            "" if self.has_more else self._url(**{SORT: column.order_by_alias.next}),
            direction if column.is_ordered else "",
            column.attrs["th"],
        )

    @cached_property
    def _found(self) -> int:
        return self._count(self._filtered(row.condition for row in self.in_force))

    @property
    def _ordered(self) -> QuerySet[Any]:
        return self._in_order(self._filtered(row.condition for row in self.in_force))

    def _in_order(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """In a total order, so that no row stands on two pages or on none."""
        if not self.table.order_by:
            return queryset if queryset.ordered else queryset.order_by("pk")
        alias = self.table.order_by[0]
        paths = [path.for_queryset() for path in self.table.columns[alias.removeprefix("-")].order_by]
        return queryset.order_by(*paths, "-pk" if alias.startswith("-") else "pk")

    def _filtered(self, conditions: Iterator[Q | None]) -> QuerySet[Any]:
        return self._queryset.filter(*(condition for condition in conditions if condition is not None))

    def _count(self, queryset: QuerySet[Any]) -> int:
        """The number of rows, `limit` + 1 standing for any larger one."""
        return queryset.order_by()[: self.limit + 1].count()

    def _counted(self, count: int) -> str:
        return self.noun.counted(min(count, self.limit), more=count > self.limit)

    def _export(self, file_format: str) -> HttpResponseBase:
        if self.has_more:
            messages.error(
                self.request,
                f"L’export est limité à {self.limit_text} : ajoutez un critère pour réduire la liste.",
            )
            return HttpResponseRedirect(self._url())
        name = self.export_name or slugify(self.noun.many)
        # The names of the criteria and not their values, which may be personal.
        fields = [row.typed.field for row in self.in_force]
        logger.info("list_exported", list=name, format=file_format, rows=self.total, criteria=fields)
        return file_response(cells(self.table, self._ordered), file_format, f"{name}-{today().isoformat()}")

    # Addresses

    @property
    def path(self) -> str:
        return escape_uri_path(self.request.path)

    def _page_url(self, number: int) -> str:
        return self._url(**{PAGE: str(number)})

    def _url(self, **changes: str) -> str:
        """The present address with these changes, back on the first page."""
        query: QueryDict = self._sent.copy()
        for name in _PASSING:
            query.pop(name, None)
        for name, value in changes.items():
            query[name] = value
        return self._address([(name, value) for name, values in query.lists() for value in values])

    def _address(self, pairs: Sequence[tuple[str, str]]) -> str:
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path

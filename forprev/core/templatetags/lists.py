"""The tag of list screens and of small tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import django_tables2 as tables
from django import template
from django.utils.safestring import SafeString

from forprev.core.lists.rows import rows

register = template.Library()


@register.simple_tag
def table_rows(table: tables.Table, records: Iterable[Any]) -> SafeString:
    """`{% table_rows table records %}`: what stands in `<tbody>`, a row a line."""
    return SafeString("\n".join(rows(table, records)))

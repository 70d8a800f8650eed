"""The blocks of a chapter as HTML."""

from __future__ import annotations

from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from forprev.support.manuals.illustrations import all_illustrations
from forprev.support.manuals.markup import Block

EMPTY = mark_safe("")
BREAK = mark_safe("<br>")


def html(content: list[Block], manual: str) -> SafeString:
    """`manual`: the one whose chapters its links name."""
    return _joined(_block(block, manual) for block in content)


def _joined(parts: Any) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _block(block: Block, manual: str) -> SafeString:
    match block["kind"]:
        case "heading":
            inline = _inline(block["inline"], manual)
            tag = f"h{block['level']}"
            return format_html('<{} id="{}">{}</{}>', tag, block["anchor"], inline, tag)
        case "paragraph":
            inline = _inline(block["inline"], manual)
            return inline if block["tight"] else format_html("<p>{}</p>", inline)
        case "list":
            items = _joined(format_html("<li>{}</li>", html(item, manual)) for item in block["items"])
            tag = "ol" if block["ordered"] else "ul"
            return format_html("<{}>{}</{}>", tag, items, tag)
        case "note":
            return format_html(
                '<div class="manual-note manual-{}" role="note"><p class="manual-note-title">{}</p>{}</div>',
                block["tone"],
                block["title"],
                html(block["blocks"], manual),
            )
        case "table":
            return _table(block, manual)
    return _figure(block)


def _table(block: Block, manual: str) -> SafeString:
    head = _joined(format_html('<th scope="col">{}</th>', _inline(cell, manual)) for cell in block["head"])
    rows = _joined(
        format_html(
            '<tr><th scope="row">{}</th>{}</tr>',
            _inline(row[0], manual),
            _joined(format_html("<td>{}</td>", _inline(cell, manual)) for cell in row[1:]),
        )
        for row in block["rows"]
    )
    return format_html(
        '<div class="manual-table"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>', head, rows
    )


def _figure(block: Block) -> SafeString:
    """Nothing for a picture that this release has not."""
    picture = all_illustrations().get(block["name"])
    if picture is None:
        return EMPTY
    image = format_html(
        '<img src="{}" width="{}" height="{}" alt="{}" loading="lazy" decoding="async">',
        static(picture.static_path),
        picture.width,
        picture.height,
        block["alt"],
    )
    caption = format_html("<figcaption>{}</figcaption>", block["caption"]) if block["caption"] else EMPTY
    return format_html('<figure class="manual-figure">{}{}</figure>', image, caption)


def _inline(pieces: list[Block], manual: str) -> SafeString:
    return _joined(_piece(piece, manual) for piece in pieces)


def _piece(piece: Block, manual: str) -> SafeString:
    match piece["kind"]:
        case "strong" | "em" as tag:
            return format_html("<{}>{}</{}>", tag, _inline(piece["inline"], manual), tag)
        case "link":
            href = piece["href"]
            if href.startswith("#"):
                href = reverse("support:chapter", args=[manual, href[1:]])
            return format_html('<a href="{}">{}</a>', href, _inline(piece["inline"], manual))
        case "break":
            return BREAK
        case "code":
            return format_html("<code>{}</code>", piece["text"])
        case "text":
            return format_html("{}", piece["text"])
    return EMPTY

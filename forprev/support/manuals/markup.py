"""The light Markdown of the manuals: read once into blocks, which the screen and the paper show each in their way.

Paragraphs, `##` and `###` headings, lists, tables, **bold**, *italics*, `code`, links to a chapter (`#address`), a page
(`/aide`) or a site, notes (`> Astuce : …`) and illustrations alone on their line: `![what it shows](name "legend")`.
HTML is text like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from forprev.support.help.selectors import VARIABLE, VARIABLES
from forprev.support.manuals.illustrations import all_illustrations

Block = dict[str, Any]
"""`kind` and what it holds: of plain data only, as the paper's template wants it."""

NOTES = {"Astuce": "tip", "Attention": "warning", "À savoir": "info"}
_NOTE = re.compile(rf"({'|'.join(NOTES)})[ \u00a0]?:[ \u00a0\n]*")
_SPACE_BEFORE = re.compile(" (?=[:;?!»])")
_SPACE_AFTER = re.compile("(?<=«) ")
_READER = MarkdownIt("commonmark", {"html": False}).enable("table")
_READER.disable(["code", "fence", "hr", "lheading", "reference", "html_block", "html_inline", "autolink"])


def blocks(text: str, values: dict[str, str]) -> list[Block]:
    """What the text says, with what its variables stand for."""
    filled = VARIABLE.sub(lambda found: values.get(found[1], found[0]), text)
    return [_block(node) for node in SyntaxTreeNode(_READER.parse(filled)).children]


def headings(content: list[Block]) -> list[tuple[str, str]]:
    """Address and words of each part of a chapter."""
    return [(block["anchor"], words(block["inline"])) for block in content if block["kind"] == "heading"]


def words(inline: list[Block]) -> str:
    """Without their look."""
    return "".join(each["text"] if "text" in each else words(each.get("inline", [])) for each in inline)


def faults(text: str, chapters: set[str]) -> list[str]:
    """What keeps a text from being published, in French; `chapters`: the addresses of its manual."""
    found = [f"Variable inconnue : {{{name}}}." for name in VARIABLE.findall(text) if name not in VARIABLES]
    for each in _everything(blocks(text, {})):
        match each["kind"]:
            case "figure" if each["name"] not in all_illustrations():
                found.append(f"Illustration inconnue : {each['name']}.")
            case "figure" if not each["alt"]:
                found.append(f"L’illustration {each['name']} n’a pas de texte de remplacement, entre les crochets.")
            case "image":
                found.append("Une illustration se met seule, entre deux lignes vides.")
            case "link" if fault := _fault_of_link(each["href"], chapters):
                found.append(fault)
    return list(dict.fromkeys(found))


def _fault_of_link(href: str, chapters: set[str]) -> str:
    if href.startswith("#"):
        return "" if href[1:] in chapters else f"Aucun chapitre de ce manuel n’a l’adresse {href}."
    if href.startswith("/") and not href.startswith("//"):
        return ""
    if urlsplit(href).scheme in ("https", "mailto"):
        return ""
    return f"Ce lien doit commencer par #, /, https: ou mailto: : {href}."


def _everything(content: Any) -> Iterator[Block]:
    if isinstance(content, dict):
        yield content
        for value in content.values():
            yield from _everything(value)
    elif isinstance(content, list):
        for value in content:
            yield from _everything(value)


def _block(node: SyntaxTreeNode) -> Block:
    match node.type:
        case "heading":
            inline = _inline(node.children[0])
            level = min(max(int(node.tag[1:]), 2), 3)
            return {"kind": "heading", "level": level, "inline": inline, "anchor": slugify(words(inline))}
        case "paragraph":
            return _paragraph(node)
        case "bullet_list" | "ordered_list":
            items = [[_block(child) for child in item.children] for item in node.children]
            return {"kind": "list", "ordered": node.type == "ordered_list", "items": items}
        case "blockquote":
            return _note([_block(child) for child in node.children])
        case "table":
            rows = [
                [_inline(cell.children[0]) for cell in row.children] for part in node.children for row in part.children
            ]
            return {"kind": "table", "head": rows[0], "rows": rows[1:]}
    raise ValueError(node.type)


def _paragraph(node: SyntaxTreeNode) -> Block:
    inline = node.children[0].children
    if [child.type for child in inline] == ["image"]:
        image = inline[0]
        caption = _french(str(image.attrs.get("title", "")))
        return {"kind": "figure", "name": str(image.attrs["src"]), "alt": _french(image.content), "caption": caption}
    tight = bool(node.nester_tokens and node.nester_tokens.opening.hidden)
    return {"kind": "paragraph", "inline": _inline(node.children[0]), "tight": tight}


def _note(content: list[Block]) -> Block:
    """The first word says which sort of note; another one is a thing to know."""
    title = "À savoir"
    first = content[0]["inline"] if content and content[0]["kind"] == "paragraph" else []
    if first and first[0]["kind"] == "text" and (found := _NOTE.match(first[0]["text"])):
        title = found[1]
        rest = first[0]["text"][found.end() :]
        first[0]["text"] = rest[:1].upper() + rest[1:]
    return {"kind": "note", "tone": NOTES[title], "title": title, "blocks": content}


def _inline(node: SyntaxTreeNode) -> list[Block]:
    return [_piece(child) for child in node.children]


def _piece(node: SyntaxTreeNode) -> Block:
    match node.type:
        case "softbreak":
            return {"kind": "text", "text": " "}
        case "hardbreak":
            return {"kind": "break"}
        case "strong" | "em":
            return {"kind": node.type, "inline": _inline(node)}
        case "link":
            return {"kind": "link", "href": str(node.attrs["href"]), "inline": _inline(node)}
        case "image":
            return {"kind": "image", "name": str(node.attrs["src"])}
        case "code_inline":
            return {"kind": "code", "text": node.content}
    return {"kind": "text", "text": _french(node.content)}


def _french(text: str) -> str:
    """With the spaces that no line may end at."""
    return _SPACE_AFTER.sub("\u00a0", _SPACE_BEFORE.sub("\u00a0", text))

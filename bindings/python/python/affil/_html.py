"""Small pieces of HTML for notebooks. It must never format a figure: what is exact is shown as it is."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_RIGHT = ' style="text-align:right;font-variant-numeric:tabular-nums"'
_LEFT = ' style="text-align:left"'


def table(kinds: Mapping[str, str], rows: Sequence[Mapping[str, Any]], total: int) -> str:
    """Show the first rows of a table of `total` rows, with figures to the right."""

    def style(name: str) -> str:
        return _RIGHT if kinds[name] in {"money", "count", "number"} else _LEFT

    head = "".join(f"<th{style(name)}>{escape(name)}</th>" for name in kinds)
    body = "".join(
        "<tr>" + "".join(f"<td{style(name)}>{_cell(row[name])}</td>" for name in kinds) + "</tr>" for row in rows
    )
    rest = total - len(rows)
    more = f"<p>… and {rest:,} more rows</p>" if rest else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:,f}"
    if isinstance(value, datetime):
        return escape(value.isoformat(sep=" ").replace("+00:00", "Z"))
    return escape(str(value))


def paragraph(text: str) -> str:
    """Show a line of text."""
    return f"<p>{escape(text)}</p>"


def items(texts: Sequence[str]) -> str:
    """Show lines of text as a list."""
    return "<ul>" + "".join(f"<li>{escape(text)}</li>" for text in texts) + "</ul>"

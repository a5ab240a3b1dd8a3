"""Pictures of results, drawn with matplotlib. It must never compute a figure that it shows."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from affil._what_if import Comparison

#: Told apart by people who do not see red and green alike.
_MORE, _LESS, _SAME = "#0072b2", "#d55e00", "#8a8f98"


def axes(ax: Any, width: float, height: float) -> Any:  # noqa: ANN401 - matplotlib is not needed to use affil
    """The axes that were given, or those of a new figure."""
    if ax is not None:
        return ax
    _, made = importlib.import_module("matplotlib.pyplot").subplots(figsize=(width, height), layout="constrained")
    return made


def _colour(difference: Decimal) -> str:
    if difference == 0:
        return _SAME
    return _MORE if difference > 0 else _LESS


def bars(rows: Sequence[tuple[str, Decimal]], title: str, label: str, ax: Any) -> Any:  # noqa: ANN401
    """Draw a bar for each row, the first on top, with its figure at its end."""
    names = [name.replace(", ", "\n") for name, _ in rows]
    lines = sum(name.count("\n") + 1 for name in names)
    longest = max((len(line) for name in names for line in name.split("\n")), default=0)
    ax = axes(ax, 6.5 + 0.08 * longest, 1.2 + 0.26 * max(lines, 2))
    places = range(len(rows))
    drawn = ax.barh(places, [float(value) for _, value in rows], color=[_colour(value) for _, value in rows])
    ax.bar_label(drawn, labels=[f"{value:+,f}" for _, value in rows], padding=4, fontsize=9)
    ax.set_yticks(places, names)
    ax.invert_yaxis()
    ax.axvline(0, color="#333333", linewidth=0.8)
    ax.margins(x=0.25)
    ax.set_xlabel(label)
    ax.set_title(title, loc="left", fontsize=11)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    ax.xaxis.set_major_formatter(importlib.import_module("matplotlib.ticker").StrMethodFormatter("{x:,.0f}"))
    return ax


def winners(changes: Sequence[tuple[str, Decimal]], title: str, currency: str, top: int, ax: Any) -> Any:  # noqa: ANN401
    """Draw those for whom most changes, from the highest gain to the highest loss."""
    changed = [row for row in changes if row[1] != 0]
    most = sorted(changed, key=lambda row: -abs(row[1]))[:top]
    more = f"; the {top} for whom most changes of {len(changed)}" if len(changed) > top else ""
    return bars(sorted(most, key=lambda row: -row[1]), title, f"{currency} more or less than before{more}", ax)


def costs(comparisons: Sequence[Comparison], currency: str, ax: Any) -> Any:  # noqa: ANN401
    """Draw what each variant makes in all."""
    rows = [(comparison.name, comparison.difference) for comparison in comparisons]
    return bars(rows, "What each variant makes", f"{currency} more or less than before", ax)

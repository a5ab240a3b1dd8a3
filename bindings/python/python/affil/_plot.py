"""Pictures of results, drawn with matplotlib. It must never compute a figure that it shows."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from affil._earnings import Earned
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


def earnings(rows: Sequence[Earned], currency: str, ax: Any) -> Any:  # noqa: ANN401
    """Draw what the sales so far earn, in percent of them, and mark the orders at which it jumps or falls."""
    ax = axes(ax, 8, 4.5)
    sold = [row for row in rows if row.sales > 0]
    rates = [float(100 * row.owed / row.sales) for row in sold]
    ax.plot([float(row.sales) for row in sold], rates, color=_MORE, linewidth=1.8)
    for row, rate in zip(sold, rates, strict=True):
        if row.cliff:
            ax.plot([float(row.sales)], [rate], "o", color=_LESS, markersize=6)
            at = f"{row.sales:,f}: this order brings {row.more:,f}"
            # Towards the middle, so that it stays on the picture.
            shift, side = ((8, -14), "left") if row.sales * 2 < sold[-1].sales else ((-8, 6), "right")
            place = (float(row.sales), rate)
            ax.annotate(at, place, textcoords="offset points", xytext=shift, ha=side, fontsize=9)
    ticker = importlib.import_module("matplotlib.ticker")
    ax.xaxis.set_major_formatter(ticker.StrMethodFormatter("{x:,.0f}"))
    ax.yaxis.set_major_formatter(ticker.StrMethodFormatter("{x:.1f} %"))
    ax.set_xlabel(f"sales in the month{', ' + currency if currency else ''}")
    ax.set_title("What the sales so far earn, in percent of them", loc="left", fontsize=11)
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(visible=True, axis="y", color="#e3e6ea")
    ax.margins(x=0.02, y=0.15)
    return ax

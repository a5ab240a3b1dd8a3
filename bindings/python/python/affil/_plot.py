"""Pictures of results, drawn with matplotlib. It must never compute a figure that it shows."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
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


#: One for each plan, then again from the first; told apart by people who do not see all colours.
_PLANS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")


def fan(rows: Sequence[Mapping[str, Any]], names: Sequence[str], currency: str, ax: Any) -> Any:  # noqa: ANN401
    """Draw what each month may cost: the middle half and nine tenths of the replicates, and the median."""
    ax = axes(ax, 8, 4.5)
    for index, name in enumerate(names):
        own = [row for row in rows if row["plan"] == index]
        places, colour = range(len(own)), _PLANS[index % len(_PLANS)]
        for low, high, alpha in (("p5", "p95", 0.18), ("p25", "p75", 0.3)):
            band = [float(row[low]) for row in own], [float(row[high]) for row in own]
            ax.fill_between(places, *band, color=colour, alpha=alpha, linewidth=0)
        ax.plot(places, [float(row["p50"]) for row in own], color=colour, linewidth=1.8, label=name)
        every = max(1, len(own) // 12)
        ax.set_xticks(list(places)[::every], [row["month"] for row in own][::every], rotation=45, ha="right")
    ax.set_title("What each month may cost: median, half and nine tenths of the replicates", loc="left", fontsize=11)
    return _tidy(ax, currency, len(names))


def distribution(
    totals: Sequence[Sequence[float]],
    names: Sequence[str],
    budget: Decimal | None,
    currency: str,
    ax: Any,  # noqa: ANN401
) -> Any:  # noqa: ANN401
    """Draw how often the total comes to what, with the budget."""
    ax = axes(ax, 8, 4.5)
    lowest, highest = min(map(min, totals)), max(map(max, totals))
    width = (highest - lowest) / 30 or 1.0
    edges = [lowest + width * step for step in range(31)]
    for index, (name, own) in enumerate(zip(names, totals, strict=True)):
        ax.hist(own, bins=edges, color=_PLANS[index % len(_PLANS)], alpha=0.55, label=name)
    if budget is not None:
        ax.axvline(float(budget), color="#333333", linewidth=1.4, linestyle="--", label=f"budget {budget:,f}")
    ax.xaxis.set_major_formatter(importlib.import_module("matplotlib.ticker").StrMethodFormatter("{x:,.0f}"))
    ax.set_xlabel(f"{currency}, all months together")
    ax.set_title("How often the total comes to what", loc="left", fontsize=11)
    _tidy(ax, "replicates", len(names) + (budget is not None))
    ax.yaxis.set_major_locator(importlib.import_module("matplotlib.ticker").MaxNLocator(integer=True))
    return ax


def models(shares: Mapping[str, Sequence[float]], channels: Sequence[str], ax: Any) -> Any:  # noqa: ANN401
    """Draw a group of bars for each channel, a bar for each model."""
    ax = axes(ax, max(6.0, 0.6 * len(channels) + 3), 4.5)
    width = 0.8 / len(shares)
    for index, (name, own) in enumerate(shares.items()):
        places = [at - 0.4 + width * (index + 0.5) for at in range(len(channels))]
        ax.bar(places, own, width, color=_PLANS[index % len(_PLANS)], label=name)
    ax.set_xticks(range(len(channels)), channels, rotation=30, ha="right")
    ax.set_title("What each channel contributed", loc="left", fontsize=11)
    return _tidy(ax, "conversions", len(shares))


def _tidy(ax: Any, label: str, named: int) -> Any:  # noqa: ANN401
    ax.yaxis.set_major_formatter(importlib.import_module("matplotlib.ticker").StrMethodFormatter("{x:,.0f}"))
    ax.set_ylabel(label)
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(visible=True, axis="y", color="#e3e6ea")
    ax.set_axisbelow(True)
    ax.margins(x=0.02)
    if named > 1:
        ax.legend(frameon=False, fontsize=9)
    return ax

"""Paths of touches, and what they say about channels."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from affil import _affil, _html, _plot
from affil._facts import ArrowArray, ArrowStream
from affil._table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from affil._facts import TableLike

#: What is asked if nothing else is.
_MODELS = ("first", "last", "linear", "position", "shapley", "markov-1")


class Paths:
    """What customers touched before they converted, or did not: sequences of channels.

    `paths` is a data frame, or a list of dicts, with a row for each path:

    - `path`: its channels as a list of text, in the order of time;
    - `conversions`: how many customers took it and converted, or a flag;
    - `others`: how many took it and did not convert. Without it, a path without a conversion is one customer;
    - `value`: what the conversions are worth together, read if `currency` is given: decimals or text, never floats.

    If the touches are in a data frame of their own, give it as `touches`: it has a row for each touch, with `path`
    (text or whole numbers) and `channel`, those of one path in the order of time; the column `path` of `paths` then
    holds the same names.

    Raises `PathsError` with all problems at once.

    >>> import affil
    >>> affil.Paths([
    ...     {"path": ["blog", "search"], "conversions": 3, "others": 10},
    ...     {"path": ["blog", "mail", "mail", "search"], "conversions": 1, "others": 2},
    ...     {"path": ["search"], "conversions": 0, "others": 40},
    ... ])
    <affil.Paths: 3 paths with 7 touches of 3 channels; 4 conversions, 52 others>
    """

    __slots__ = ("_paths",)

    def __init__(
        self, paths: TableLike, *, touches: ArrowStream | ArrowArray | None = None, currency: str | None = None
    ) -> None:
        if isinstance(paths, ArrowStream | ArrowArray) or touches is not None:
            self._paths = _affil.Paths(paths, touches, currency)
        else:
            self._paths = _listed([dict(row) for row in paths], currency)

    @property
    def channels(self) -> list[str]:
        """The names of the channels, in alphabetic order."""
        return self._paths.channels

    @property
    def conversions(self) -> int:
        """How many conversions there are."""
        return self._paths.conversions

    @property
    def others(self) -> int:
        """How many customers did not convert."""
        return self._paths.others

    @property
    def touches(self) -> int:
        """How many touches the paths have, each path counted once."""
        return self._paths.touches

    def __len__(self) -> int:
        return len(self._paths)

    def attribute(
        self,
        *models: str,
        position: tuple[int, int, int] = (40, 20, 40),
        collapse: bool = False,
        threads: int | None = None,
    ) -> Attribution:
        """Share conversions and value among channels.

        The models are ``first``, ``last``, ``linear``, ``position``, ``shapley``, and Markov chains ``markov-1``,
        ``markov-2``, ``markov-3``; without any, all but the last two. `position` weighs the first touch, those between
        together, and the last. With `collapse`, touches that follow one of their own channel are left out first. How
        many threads work makes no difference to any figure.

        Raises `PathsError` with all problems at once.

        >>> import affil
        >>> paths = affil.Paths([{"path": ["mail", "mail", "search"], "conversions": 1}])
        >>> paths.attribute("linear", "shapley").fractions("linear")
        {'mail': Fraction(2, 3), 'search': Fraction(1, 3)}
        """
        return Attribution._of(self._paths.attribute(list(models or _MODELS), position, collapse, threads))

    def __repr__(self) -> str:
        of = self._paths
        counted = f"{len(of):,} paths with {of.touches:,} touches of {len(of.channels):,} channels"
        return f"<affil.Paths: {counted}; {of.conversions:,} conversions, {of.others:,} others>"


def _listed(rows: Sequence[dict[str, Any]], currency: str | None) -> _affil.Paths:
    """Paths of dicts; a key that some rows lack is zero in them, but for what every path needs."""
    others = None
    if any("others" in row for row in rows):
        others = [row.get("others", 0) for row in rows]
    value = None
    if currency is not None:
        value = [_amount(row.get("value", "0")) for row in rows]
    paths = [row["path"] for row in rows]
    return _affil.Paths.of_lists(paths, [int(row["conversions"]) for row in rows], others, value, currency)


def _amount(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if not isinstance(value, str):
        raise TypeError(f"a value is text or a Decimal, not {type(value).__name__}: a float loses cents")
    return value


class Attribution:
    """What each model says of each channel; it comes from `Paths.attribute`.

    >>> import affil
    >>> paths = affil.Paths([{"path": ["mail", "search"], "conversions": 3, "value": "100.00"}], currency="EUR")
    >>> attribution = paths.attribute("linear", "markov-1")
    >>> for row in attribution.table.to_dicts():
    ...     print(row["model"], row["channel"], row["conversions"], row["value"])
    linear mail 1.5 50.00
    linear search 1.5 50.00
    markov-1 mail 1.5 50.00
    markov-1 search 1.5 50.00
    """

    _attribution: _affil.Attribution

    def __new__(cls) -> Self:
        """Refuse to make an empty one."""
        raise TypeError("an attribution comes from affil.Paths.attribute(...)")

    @classmethod
    def _of(cls, attribution: _affil.Attribution) -> Attribution:
        made = object.__new__(cls)
        made._attribution = attribution
        return made

    @property
    def models(self) -> list[str]:
        """The models, in the order in which they were asked for."""
        return self._attribution.models

    @property
    def channels(self) -> list[str]:
        """The names of the channels, in alphabetic order."""
        return self._attribution.channels

    @property
    def conversions(self) -> int:
        """How many conversions were shared."""
        return self._attribution.conversions

    @property
    def currency(self) -> str | None:
        """The currency of values; None where paths have none."""
        return self._attribution.currency

    @cached_property
    def table(self) -> Table:
        """A row for each model and channel: `model, channel, conversions`, and `value` where paths have one.

        Conversions are floats, the nearest to each share; `fractions` has them exactly. The values of a model add up to
        all value, to the cent.
        """
        return Table(self._attribution.table())

    @cached_property
    def removals(self) -> Table:
        """What Markov chains say beside: `model, channel, effect`, and `value_effect` where paths have a value.

        An effect is the share of conversions (of value) that is lost without the channel.
        """
        return Table(self._attribution.removals())

    @property
    def residuals(self) -> dict[str, float]:
        """By Markov chain: how far off its effects may be.

        For order 1, by how much an equation of the chain is missed at most; for orders 2 and 3, an upper bound for what
        was not followed to its end. Both are in parts of the probability of a conversion.
        """
        return {name: residual for name, _, residual in self._attribution.chains()}

    def fractions(self, model: str) -> dict[str, Fraction]:
        """By channel: the exact conversions that a model shares out.

        Raises `ValueError` for a Markov chain, whose shares are floats, and `KeyError` for a model not asked for.
        """
        found = self._attribution.fractions(model)
        if found is None:
            raise ValueError(f"the shares of {model} are floats: see `table`")
        shares = (Fraction(int(above), int(below)) for above, below in found)
        return dict(zip(self.channels, shares, strict=True))

    def plot(self, *, ax: Any = None) -> Any:  # noqa: ANN401 - matplotlib is not needed to use affil
        """Draw the conversions of each channel side by side by model; answers the `matplotlib` axes."""
        return _plot.models(self._by_model(), self.channels, ax)

    def _by_model(self) -> dict[str, list[float]]:
        shares = [row["conversions"] for row in self.table.to_dicts()]
        count = len(self.channels)
        return {model: shares[at * count : (at + 1) * count] for at, model in enumerate(self.models)}

    def __repr__(self) -> str:
        models, channels = ", ".join(self.models), len(self.channels)
        return f"<affil.Attribution: {self.conversions:,} conversions among {channels:,} channels by {models}>"

    def __str__(self) -> str:
        width = max(map(len, self.channels))
        wide = [max(len(model), 12) for model in self.models]
        heads = zip(self.models, wide, strict=True)
        lines = [" " * width + "".join(f"  {model:>{room}}" for model, room in heads)]
        shares = list(self._by_model().values())
        for index, channel in enumerate(self.channels):
            figures = zip(shares, wide, strict=True)
            lines.append(f"{channel:<{width}}" + "".join(f"  {own[index]:>{room},.2f}" for own, room in figures))
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        by_model = self._by_model()
        kinds = {"channel": "text", **dict.fromkeys(by_model, "number")}
        rows = [
            {"channel": channel, **{model: f"{own[index]:,.2f}" for model, own in by_model.items()}}
            for index, channel in enumerate(self.channels)
        ]
        return _html.table(kinds, rows, len(rows))

"""numpy: counts by length and channel with bincount, fractions only at the end."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from contestant import Clock, report
from given import Ints, arguments, arrays, checked, table


def shares(offsets: Ints, codes: Ints, conversions: Ints, channels: int) -> dict[str, list[Fraction]]:
    """The shares of each model."""
    converted = np.flatnonzero(conversions)
    weights = conversions[converted]
    lengths = np.diff(offsets)[converted]

    def counted(which: Ints, weights: Ints) -> Ints:
        # Sums of whole numbers far below 2^53 are exact in floats.
        return np.bincount(which, weights, minlength=channels).astype(np.int64)

    first = counted(codes[offsets[converted]], weights)
    last = counted(codes[offsets[converted + 1] - 1], weights)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    row = np.repeat(np.arange(len(converted)), lengths)
    touched = codes[np.arange(starts[-1]) - starts[row] + offsets[converted][row]].astype(np.int64)
    distinct = np.unique(row * channels + touched)
    sharing = np.bincount(distinct // channels, minlength=len(converted))

    def divided(parts: Ints, which: Ints, weights: Ints) -> list[Fraction]:
        most = int(parts.max()) + 1
        by_parts = np.bincount(parts * channels + which, weights, minlength=most * channels).astype(np.int64)
        rows = by_parts.reshape(most, channels)
        return [
            sum((Fraction(int(count), part) for part, count in enumerate(rows[:, at]) if count), Fraction(0))
            for at in range(channels)
        ]

    return {
        "first": [Fraction(int(count)) for count in first],
        "last": [Fraction(int(count)) for count in last],
        "linear": divided(lengths[row], touched, weights[row]),
        "shapley": divided(sharing[distinct // channels], distinct % channels, weights[distinct // channels]),
    }


def main() -> None:
    """Race."""
    names, offsets, codes, conversions, _ = arrays(table(arguments().data))
    clock = Clock()
    found = shares(offsets, codes, conversions, len(names))
    clock.stop()
    report("paths", "numpy", clock, checked(found))


if __name__ == "__main__":
    main()

"""pandas: a row for each touch, grouped."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
from contestant import Clock, report
from given import arguments, arrays, checked, table


def shares(touches: pd.DataFrame, conversions: pd.Series, names: list[str]) -> dict[str, list[Fraction]]:
    """The shares of each model."""
    touches = touches[touches["path"].isin(conversions.index[conversions > 0])]
    by_path = touches.groupby("path", sort=False)["channel"]

    def alone(found: pd.Series) -> list[Fraction]:
        counted = conversions.loc[found.index].groupby(found, observed=False).sum()
        return [Fraction(int(counted.get(name, 0))) for name in names]

    def divided(rows: pd.DataFrame) -> list[Fraction]:
        parts = rows.groupby("path")["channel"].transform("size")
        weights = conversions.loc[rows["path"]].to_numpy()
        counted = pd.Series(weights, index=rows.index).groupby([rows["channel"], parts], observed=True).sum()
        found = dict.fromkeys(names, Fraction(0))
        for (name, part), count in counted.items():
            found[name] += Fraction(int(count), int(part))
        return list(found.values())

    return {
        "first": alone(by_path.first()),
        "last": alone(by_path.last()),
        "linear": divided(touches),
        "shapley": divided(touches.drop_duplicates()),
    }


def main() -> None:
    """Race."""
    names, offsets, codes, conversions, _ = arrays(table(arguments().data))
    path = np.repeat(np.arange(len(conversions)), np.diff(offsets))
    touches = pd.DataFrame({"path": path, "channel": pd.Categorical.from_codes(codes, names)})
    clock = Clock()
    found = shares(touches, pd.Series(conversions), names)
    clock.stop()
    report("paths", "pandas", clock, checked(found))


if __name__ == "__main__":
    main()

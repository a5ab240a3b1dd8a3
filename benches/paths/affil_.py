"""affil: all models in one pass over the table."""

from __future__ import annotations

from contestant import Clock, report, threads
from given import arguments, checked, table

import affil

MODELS = {
    "shares": ("first", "last", "linear", "shapley"),
    "markov": ("first", "last", "linear", "position", "shapley", "markov-1"),
}


def main() -> None:
    """Race."""
    given = arguments()
    paths = table(given.data)
    clock = Clock()
    read = affil.Paths(paths)
    counted = Clock()
    attribution = read.attribute(*MODELS[given.mode], threads=threads())
    shown = attribution.table
    counted.stop()
    clock.stop()
    shares = {model: list(attribution.fractions(model).values()) for model in MODELS["shares"]}
    close = None
    if given.mode == "markov":
        rows = [row for row in shown.to_dicts() if row["model"] == "markov-1"]
        close = {row["channel"]: (row["conversions"], 0.0) for row in rows}
    notes = f"{counted.seconds:.3f} s of it once the table is read"
    report("paths", "affil", clock, checked(shares), notes, close=close)


if __name__ == "__main__":
    main()

"""Path sets and what every model says of them, in exact fractions, by the definitions alone.

Nothing here is shared with the crate: Shapley values are summed over all sets of channels, chains are solved with and
without each channel by Gaussian elimination. `python reference.py > reference.json` writes what the tests read.
"""

from __future__ import annotations

import itertools
import json
import random
import sys
from fractions import Fraction as F
from math import factorial


def windows(path: tuple[int, ...], order: int) -> list[tuple[int, ...]]:
    """The states of a path."""
    if len(path) <= order:
        return [path]
    return [path[at : at + order] for at in range(len(path) - order + 1)]


def chain(paths: list, order: int) -> tuple[dict, dict]:
    """Steps between states by their counts, and the value of the conversions from each last state."""
    steps: dict = {}
    worth: dict = {}
    for path, yes, no, value in paths:
        states = windows(path, order)
        walked = ["start", *states]
        for one, other in itertools.pairwise(walked):
            steps.setdefault(one, {}).setdefault(other, F(0))
            steps[one][other] += yes + no
        for end, count in (("yes", yes), ("no", no)):
            steps.setdefault(states[-1], {}).setdefault(end, F(0))
            steps[states[-1]][end] += count
        worth[states[-1]] = worth.get(states[-1], F(0)) + value
    return {state: outs for state, outs in steps.items() if sum(outs.values())}, worth


def solve(matrix: list[list[F]], right: list[list[F]]) -> list[list[F]]:
    """Gauss and Jordan, with the first row that can serve as pivot."""
    size = len(matrix)
    rows = [own + more for own, more in zip(matrix, right, strict=True)]
    for column in range(size):
        pivot = next(row for row in range(column, size) if rows[row][column])
        rows[column], rows[pivot] = rows[pivot], rows[column]
        head = rows[column][column]
        rows[column] = [x / head for x in rows[column]]
        for row in range(size):
            factor = rows[row][column]
            if row != column and factor:
                rows[row] = [x - factor * y for x, y in zip(rows[row], rows[column], strict=True)]
    return [row[size:] for row in rows]


def ends(steps: dict, worth: dict, without: int | None) -> tuple[F, F]:
    """Probability of a conversion from the start, and its value, if a channel leads to nothing."""
    gone = lambda state: state != "start" and without in state  # noqa: E731
    states = [state for state in steps if not gone(state)]
    at = {state: index for index, state in enumerate(states)}
    matrix, right = [], []
    for state in states:
        all_ = sum(steps[state].values())
        row = [F(0)] * len(states)
        row[at[state]] += 1
        for other, count in steps[state].items():
            if other in at:
                row[at[other]] -= count / all_
        matrix.append(row)
        right.append([steps[state].get("yes", F(0)) / all_, worth.get(state, F(0)) / all_])
    return tuple(solve(matrix, right)[at["start"]])


def markov(paths: list, channels: int, order: int) -> dict:
    steps, worth = chain(paths, order)
    probability, value = ends(steps, worth, None)
    effects, values = [], []
    for channel in range(channels):
        without = ends(steps, worth, channel)
        effects.append(1 - without[0] / probability)
        values.append(1 - without[1] / value if value else F(0))
    return {"effects": effects, "value_effects": values, "probability": [probability]}


def shapley(paths: list, channels: int, which: int) -> list[F]:
    """By the definition: the mean, over all orders of the channels, of what each adds to those before it."""

    def worth(group: frozenset) -> F:
        return sum((F(path[which]) for path in paths if set(path[0]) <= group), F(0))

    found = []
    for channel in range(channels):
        others = [other for other in range(channels) if other != channel]
        total = F(0)
        for size in range(channels):
            weight = F(factorial(size) * factorial(channels - size - 1), factorial(channels))
            for group in itertools.combinations(others, size):
                own = frozenset(group)
                total += weight * (worth(own | {channel}) - worth(own))
        found.append(total)
    return found


def by_touch(paths: list, channels: int, which: int, weights: object) -> list[F]:
    found = [F(0)] * channels
    for path in paths:
        for channel, weight in zip(path[0], weights(len(path[0])), strict=True):
            found[channel] += weight * path[which]
    return found


def position(first: int, between: int, last: int) -> object:
    def weights(length: int) -> list[F]:
        if length == 1:
            return [F(1)]
        if length == 2:
            both = first + last
            return [F(first, both), F(last, both)] if both else [F(1, 2), F(1, 2)]
        all_ = first + between + last
        return [F(first, all_), *[F(between, all_ * (length - 2))] * (length - 2), F(last, all_)]

    return weights


def rounded(shares: list[F], whole: int) -> list[int]:
    """Largest remainders."""
    units = [share.numerator // share.denominator for share in shares]
    order = sorted(range(len(shares)), key=lambda index: units[index] - shares[index])
    for index in order[: whole - sum(units)]:
        units[index] += 1
    return units


def case(name: str, channels: int, paths: list, weights: tuple[int, int, int], *, collapse: bool = False) -> dict:
    given = [(list(path), yes, no, value) for path, yes, no, value in paths]
    if collapse:
        paths = [(tuple(key for key, _ in itertools.groupby(path)), *rest) for path, *rest in paths]
    heuristics = {
        "first": lambda length: [F(1)] + [F(0)] * (length - 1),
        "last": lambda length: [F(0)] * (length - 1) + [F(1)],
        "linear": lambda length: [F(1, length)] * length,
        "position": position(*weights),
    }
    exact = {name: (by_touch(paths, channels, 1, how), by_touch(paths, channels, 3, how)) for name, how in heuristics.items()}
    exact["shapley"] = (shapley(paths, channels, 1), shapley(paths, channels, 3))
    whole = sum(path[3] for path in paths)
    told = {name: {"conversions": [text(x) for x in one], "value": rounded(two, whole)} for name, (one, two) in exact.items()}
    for order in (1, 2, 3):
        found = markov(paths, channels, order)
        told[f"markov-{order}"] = {key: [text(x) for x in values] for key, values in found.items()}
    return {"name": name, "channels": channels, "paths": given, "position": weights, "collapse": collapse, "models": told}


def text(x: F) -> str:
    return f"{x.numerator}/{x.denominator}"


def drawn(seed: int) -> list:
    draw = random.Random(seed)  # noqa: S311 - for tests
    paths = []
    for _ in range(draw.randint(4, 14)):
        length = min(1 + int(draw.expovariate(0.4)), 8)
        path = tuple(draw.randrange(5) for _ in range(length))
        yes = draw.randint(0, 3)
        paths.append((path, yes, draw.randint(0 if yes else 1, 4), draw.randint(0, 10_000) if yes else 0))
    return [*paths, ((0, 1), 1, 0, 777)]


def main() -> None:
    tiny = [((0, 1), 1, 1, 1000), ((1,), 1, 1, 501)]
    loops = [((0, 0, 1), 1, 2, 100), ((1, 0, 0, 0), 2, 0, 333), ((2,), 0, 3, 0)]
    cases = [
        case("two channels", 2, tiny, (40, 20, 40)),
        case("repeats", 3, loops, (30, 40, 30)),
        case("repeats, collapsed", 3, loops, (30, 40, 30), collapse=True),
        case("weights of the middle alone", 3, loops, (0, 1, 0)),
        *(case(f"drawn {seed}", 5, drawn(seed), (seed, 20, 40), collapse=seed % 3 == 0) for seed in range(1, 13)),
    ]
    json.dump(cases, sys.stdout, separators=(",", ":"))
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()

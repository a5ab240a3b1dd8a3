"""What a year of a plan costs, many times over, by numpy: a replicate at a time, whole arrays in cents.

Two ways: every cell alike and one thread, as it is usually written; and with `--expert` several threads, in which only
cells with orders are drawn and priced any further.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import contestant
import numpy as np
import numpy.typing as npt

SIZES = {"tiny": (20, 200), "S": (100, 10_000), "M": (1_000, 10_000)}
MONTHS = 12
SEED = 2027
QUANTILE_ERROR = 2.1132
"""How many times the error of a mean that of the 5 % quantile is, of a normal total: √(p (1 - p)) / φ(z)."""

Cents = npt.NDArray[np.int64]


def half_even(numerator: Cents, denominator: int | Cents) -> Cents:
    """A quotient of whole numbers from zero on, rounded half to even."""
    quotient = numerator // denominator
    twice = 2 * (numerator - quotient * denominator)
    up = (twice > denominator) | ((twice == denominator) & (quotient & 1).astype(bool))
    rounded: Cents = quotient + up
    return rounded


def price(new: Cents, sales: Cents, refunded: Cents) -> Cents:
    """What the plan pays for months in which something is sold."""
    owed = sales * 500
    for start, more in ((100_000, 50), (1_000_000, 50), (10_000_000, 100)):
        owed += np.maximum(sales - start, 0) * more
    owed += new * 5_000_000
    paid = np.minimum(half_even(owed, 10_000), 2_500_000)
    return paid - half_even(paid * refunded, np.maximum(sales, 1))


def priced(new: Cents, sales: Cents, refunded: Cents, *, expert: bool) -> int:
    """What the plan pays for all months of a replicate."""
    if not expert:
        # Where nothing is sold nothing is refunded, and nothing divided.
        return int(price(new, sales, refunded).sum())
    sold = sales > 0
    return int(price(new[sold], sales[sold], refunded[sold]).sum() + 500 * new[~sold].sum())


def drawn(seed: np.random.SeedSequence, replicates: int, means: npt.NDArray[np.float64], *, expert: bool) -> list[int]:
    """The totals of some replicates."""
    random = np.random.Generator(np.random.SFC64(seed))
    totals = []
    for _ in range(replicates):
        orders = random.poisson(means, size=(MONTHS, len(means)))
        if expert:
            orders = orders[orders > 0]
        sales = np.floor(random.gamma(1.2 * orders, 6_500.0) + 0.5).astype(np.int64)
        new = random.binomial(orders, 0.3)
        share = random.beta(2.0, 38.0, size=orders.shape)
        refunded = np.minimum(np.floor(sales * share + 0.5).astype(np.int64), sales)
        totals.append(priced(new, sales, refunded, expert=expert))
    return totals


def given(new: Cents, sales: Cents, refunded: Cents, *, expert: bool) -> list[int]:
    """The totals of replicates whose draws are given."""
    return [priced(new[one], sales[one], refunded[one], expert=expert) for one in range(len(sales))]


def quantile(totals: list[int], percent: int) -> int:
    """The nearest rank."""
    rank = max(1, -(-percent * len(totals) // 100))
    return sorted(totals)[rank - 1]


def main() -> None:
    """Draw, or read what was drawn, and price it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mode", choices=["drawn", "given"])
    parser.add_argument("--size", choices=list(SIZES))
    parser.add_argument("--data", type=Path)
    parser.add_argument("--expert", action="store_true")
    words = parser.parse_args()
    replicates, affiliates = SIZES[words.size]
    name = "numpy, two threads" if words.expert else "numpy"
    threads = contestant.threads() if words.expert else 1
    parts = [replicates // threads + (one < replicates % threads) for one in range(threads)]
    with ThreadPoolExecutor(threads) as pool:
        if words.mode == "drawn":
            clock = contestant.Clock()
            means = 200 / np.arange(1, affiliates + 1) ** 0.6
            seeds = np.random.SeedSequence(SEED).spawn(threads)
            found: Any = pool.map(partial(drawn, expert=words.expert), seeds, parts, [means] * threads)
        else:
            columns = [
                np.fromfile(words.data / f"simulate-{name}.bin", dtype="<i8").reshape(replicates, -1)
                for name in ("new", "sales", "refunded")
            ]
            clock = contestant.Clock()
            ends = np.cumsum(parts)
            halves = [[column[end - part : end] for part, end in zip(parts, ends, strict=True)] for column in columns]
            found = pool.map(partial(given, expert=words.expert), *halves)
        totals = [total for part in found for total in part]
        low, high = quantile(totals, 5), quantile(totals, 95)
        clock.stop()
    if words.mode == "given":
        weighted = sum(at * total for at, total in enumerate(totals, 1))
        check = {"sum": sum(totals), "weighted": weighted, "P5": low, "P95": high}
        contestant.report("simulate", name, clock, check)
        return
    euros = np.array(totals) / 100
    error = float(euros.std(ddof=1) / len(totals) ** 0.5)
    close = {
        "mean": (float(euros.mean()), error),
        "P5": (low / 100, QUANTILE_ERROR * error),
        "P95": (high / 100, QUANTILE_ERROR * error),
    }
    contestant.report("simulate", name, clock, None, close=close)


if __name__ == "__main__":
    main()

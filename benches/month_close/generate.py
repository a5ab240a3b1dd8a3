"""Makes the month's data: seeded, in chunks, as Parquet and as Arrow files.

It must never know what anything earns.
"""

from __future__ import annotations

import argparse
import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq
from planted import BRAND, CLOSE, DAY, OPEN, TIE_DAY, TIE_RATE, WINDOW, Case, Cast, cases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Ints = np.ndarray[Any, Any]

SIZES = {"tiny": 2_000, "S": 100_000, "M": 1_000_000, "L": 10_000_000}
"""Orders; ten times as many touches."""
SEED = 7
AFFILIATES = 10_000
FIRST_AFFILIATE = 10_001
FIRST_ORDER = 1_000_000_000
RESERVED = 200
"""Affiliates that only planted touches name."""
EXCLUDED = 11
CURRENCIES = ["USD", "EUR", "GBP", "CAD"]
ROWS = 1 << 18
"""Rows of a record batch and of a row group."""
CHUNK = 1 << 21
"""Rows drawn at a time."""
STAMP = pa.timestamp("us", "UTC")


@dataclass
class Orders:
    """All orders in order of time; `case` is the number of the planted case, or -1."""

    id: Ints
    customer: Ints
    ts: Ints
    currency: Ints
    status: Ints
    case: Ints


@dataclass
class Affiliates:
    """All affiliates in order of id, and the chance of each to be named by a touch, added up."""

    id: Ints
    active: Ints
    plan: Ints
    cap: Ints
    odds: Ints
    reserved: Ints


class Writer:
    """Writes one table twice, as Parquet and as an Arrow file."""

    def __init__(self, folder: Path, name: str, schema: pa.Schema) -> None:
        """Open `NAME.parquet` and `NAME.arrow`."""
        self._schema = schema
        self._parquet = pq.ParquetWriter(folder / f"{name}.parquet", schema, compression="snappy")
        self._arrow = pa.ipc.new_file(folder / f"{name}.arrow", schema)

    def add(self, *columns: object) -> None:
        """Append rows."""
        arrays = [_array(column, kind.type) for column, kind in zip(columns, self._schema, strict=True)]
        table = pa.table(arrays, schema=self._schema)
        self._parquet.write_table(table, row_group_size=ROWS)
        self._arrow.write_table(table, max_chunksize=ROWS)

    def close(self) -> None:
        """Finish both files."""
        self._parquet.close()
        self._arrow.close()


def _array(column: Any, kind: pa.DataType) -> pa.Array:  # noqa: ANN401 - an array of numpy or of Arrow
    if isinstance(column, pa.Array):
        return column
    if pa.types.is_decimal(kind):
        # The unscaled whole number, widened to 128 bits.
        wide = np.empty((len(column), 2), dtype="<i8")
        wide[:, 0], wide[:, 1] = column, np.asarray(column) >> 63
        return pa.Array.from_buffers(kind, len(column), [None, pa.py_buffer(wide.tobytes())])
    if pa.types.is_dictionary(kind):
        return pa.DictionaryArray.from_arrays(pa.array(column, pa.int8()), pa.array(CURRENCIES))
    return pa.array(column, kind)


def affiliates(rng: np.random.Generator) -> Affiliates:
    """Ten thousand of them; how often they are named falls with their rank to the power of 1.05."""
    ids = np.arange(FIRST_AFFILIATE, FIRST_AFFILIATE + AFFILIATES)
    active = rng.random(AFFILIATES) >= 0.03
    plan = rng.integers(0, 2, AFFILIATES)
    cap = np.exp(rng.uniform(np.log(5_000), np.log(5_000_000), AFFILIATES)).astype(np.int64)
    rank = rng.permutation(AFFILIATES) + 1
    reserved = np.flatnonzero(rank > AFFILIATES - RESERVED)
    active[reserved] = np.arange(RESERVED) >= 3
    cap[reserved] = np.where(np.arange(RESERVED) % 10 == 9, 5_000, 5_000_000)
    weight = np.where(rank > AFFILIATES - RESERVED, 0.0, rank**-1.05)
    return Affiliates(ids, active, plan, cap, np.cumsum(weight) / weight.sum(), reserved)


def rates(rng: np.random.Generator) -> list[int]:
    """Basis points by category; odd ones too, so that half cents come up."""
    return [*(int(one) for one in rng.integers(40, 250, EXCLUDED) * 5), 0]


def fx(rng: np.random.Generator) -> Ints:
    """Millionths of a dollar by local day and currency."""
    days = (CLOSE - OPEN + DAY // 2) // DAY
    steps = rng.integers(-4_000, 4_001, (days, len(CURRENCIES)))
    quotes = np.array([1_000_000, 1_040_000, 1_250_000, 700_000]) + np.cumsum(steps, axis=0)
    quotes[:, 0] = 1_000_000
    quotes[(TIE_DAY - OPEN) // DAY, 1] = TIE_RATE
    return quotes


def orders(rng: np.random.Generator, count: int, planted: list[Case]) -> Orders:
    """Approved 85, pending 10, cancelled 5 of a hundred; half as many customers as orders."""
    drawn = count - len(planted)
    people = count // 2
    names = {name: people + 1 + number for number, name in enumerate(dict.fromkeys(case.customer for case in planted))}
    ts = np.concatenate([rng.integers(OPEN, CLOSE, drawn), [case.ts for case in planted]]).astype(np.int64)
    order = np.argsort(ts, kind="stable")
    currency = rng.choice(len(CURRENCIES), drawn, p=[0.6, 0.2, 0.12, 0.08])
    status = rng.choice(3, drawn, p=[0.85, 0.1, 0.05])
    return Orders(
        id=FIRST_ORDER + np.cumsum(rng.integers(1, 4, count)),
        customer=np.concatenate([rng.integers(1, people + 1, drawn), [names[case.customer] for case in planted]])[
            order
        ],
        ts=ts[order],
        currency=np.concatenate([currency, [case.currency for case in planted]])[order],
        status=np.concatenate([status, [case.status for case in planted]])[order],
        case=np.concatenate([np.full(drawn, -1), np.arange(len(planted))])[order],
    )


def touches(
    rng: np.random.Generator, all_orders: Orders, whose: Affiliates, planted: list[Case]
) -> Iterator[tuple[Ints, Ints, Ints, Ints]]:
    """Customer, affiliate, channel and instant of ten touches for each order, week by week in order of time."""
    first, last = OPEN - WINDOW, CLOSE
    buckets: list[list[tuple[Ints, ...]]] = [[] for _ in range((last - first) // (7 * DAY) + 1)]
    customers = all_orders.customer[np.argsort(all_orders.case, kind="stable")][len(all_orders.case) - len(planted) :]
    by_hand = [(int(who), *one) for who, case in zip(customers, planted, strict=True) for one in case.touches]
    chunks: list[tuple[Ints, ...]] = [tuple(np.array(column) for column in zip(*by_hand, strict=True))]
    left = 10 * len(all_orders.id) - len(by_hand)
    # An order in seven is reached by nobody's advertising.
    reached = np.flatnonzero((all_orders.case < 0) & (rng.random(len(all_orders.id)) < 6 / 7))
    while left or chunks:
        count = min(left, CHUNK)
        left -= count
        if count:
            chunks.append(_draw(rng, count, all_orders, reached, whose))
        for chunk in chunks:
            narrow = tuple(column.astype(kind) for column, kind in zip(chunk, ("i8", "i4", "i1", "i8"), strict=True))
            week = np.clip((narrow[3] - first) // (7 * DAY), 0, len(buckets) - 1)
            order = np.argsort(week, kind="stable")
            ends = np.searchsorted(week[order], np.arange(1, len(buckets)))
            parts = [np.split(column[order], ends) for column in narrow]
            for bucket, part in zip(buckets, zip(*parts, strict=True), strict=True):
                bucket.append(part)
        chunks = []
    for bucket in buckets:
        columns = [np.concatenate(parts) for parts in zip(*bucket, strict=True)]
        bucket.clear()
        order = np.argsort(columns[3], kind="stable")
        yield columns[0][order], columns[1][order], columns[2][order], columns[3][order]


def _draw(
    rng: np.random.Generator, count: int, all_orders: Orders, reached: Ints, whose: Affiliates
) -> tuple[Ints, Ints, Ints, Ints]:
    """Seven of ten lie in the window of an order, at most a month before it."""
    inside = int(count * 0.7)
    which = reached[rng.integers(0, len(reached), inside)]
    young = all_orders.ts[which] - (rng.random(inside) ** 2 * WINDOW).astype(np.int64)
    people = len(all_orders.id) // 2
    customer = np.concatenate([all_orders.customer[which], rng.integers(1, people + 1, count - inside)])
    ts = np.concatenate([young, rng.integers(OPEN - WINDOW, CLOSE, count - inside)])
    affiliate = whose.id[np.minimum(np.searchsorted(whose.odds, rng.random(count), side="right"), AFFILIATES - 1)]
    channel = rng.choice(6, count, p=[0.25, 0.2, 0.12, 0.22, 0.13, 0.08])
    assert channel.max() <= BRAND  # noqa: S101 - the last channel is the excluded one
    return customer, affiliate, channel, ts


def lines(
    rng: np.random.Generator, all_orders: Orders, planted: list[Case]
) -> Iterator[tuple[Ints, Ints, Ints, Ints, Ints, Ints]]:
    """Place of the order, number, category, quantity, cents and instant of the lines: 2.46 for each order."""
    for start in range(0, len(all_orders.id), CHUNK // 2):
        case = all_orders.case[start : start + CHUNK // 2]
        count = np.minimum(1 + rng.poisson(1.46, len(case)), 12)
        hand = np.flatnonzero(case >= 0)
        count[hand] = [len(planted[case[row]].lines) for row in hand]
        place = np.repeat(np.arange(start, start + len(case)), count)
        begins = np.cumsum(count) - count
        number = np.arange(len(place)) - np.repeat(begins, count) + 1
        category = rng.choice(12, len(place), p=[0.09] * 11 + [0.01])
        quantity = np.minimum(rng.geometric(0.7, len(place)), 10)
        cents = np.clip(np.exp(rng.normal(np.log(3_500), 0.9, len(place))), 100, 50_000).astype(np.int64)
        for row in hand:
            for offset, line in enumerate(planted[case[row]].lines):
                category[begins[row] + offset], quantity[begins[row] + offset], cents[begins[row] + offset] = line
        yield place, number, category, quantity, cents, all_orders.ts[place]


def refunds(rng: np.random.Generator, place: Ints, number: Ints, gross: Ints, ts: Ints) -> tuple[Ints, ...]:
    """Refunds of eight lines in a hundred: whole, in part, twice, and of more than was paid."""
    row = np.flatnonzero(rng.random(len(place)) < 0.08)
    kind = rng.choice(4, len(row), p=[0.6, 0.25, 0.1, 0.05])
    at = ts[row] + rng.integers(3_600_000_000, 45 * DAY, len(row))
    part = np.maximum(1, (gross[row] * rng.uniform(0.05, 0.95, len(row))).astype(np.int64))
    amount = np.select([kind == 0, kind == 3], [gross[row], gross[row] + part], part)
    twice = kind == 2
    again = at[twice] + rng.integers(1, 10 * DAY, int(twice.sum()))
    rest = np.maximum(1, (part[twice] * rng.uniform(0.2, 1.4, int(twice.sum()))).astype(np.int64))
    rows = np.concatenate([row, row[twice]])
    return place[rows], number[rows], np.concatenate([at, again]), np.concatenate([amount, rest])


def refunds_by_hand(all_orders: Orders, planted: list[Case]) -> tuple[Ints, ...]:
    """The planted refunds, in the columns of `refunds`."""
    place = {int(all_orders.case[row]): int(row) for row in np.flatnonzero(all_orders.case >= 0)}
    rows = [
        (place[number], line, case.ts + after, amount)
        for number, case in enumerate(planted)
        for line, after, amount in case.refunds
    ]
    return tuple(np.array(column) for column in zip(*rows, strict=True))


def write_lines(rng: np.random.Generator, folder: Path, all_orders: Orders, planted: list[Case]) -> None:
    """Write `lines` and `refunds`."""
    schema = [
        ("order_id", pa.int64()),
        ("line_no", pa.int16()),
        ("category", pa.int16()),
        ("qty", pa.int32()),
        ("unit_price", pa.decimal128(18, 2)),
    ]
    writer = Writer(folder, "lines", pa.schema(schema))
    back = [refunds_by_hand(all_orders, planted)]
    for place, number, category, quantity, cents, ts in lines(rng, all_orders, planted):
        writer.add(all_orders.id[place], number, category, quantity, cents)
        chance = all_orders.case[place] < 0
        gross = quantity * cents
        back.append(refunds(rng, place[chance], number[chance], gross[chance], ts[chance]))
    writer.close()
    place, number, ts, amount = (np.concatenate(column) for column in zip(*back, strict=True))
    order = np.argsort(ts, kind="stable")
    schema = [("order_id", pa.int64()), ("line_no", pa.int16()), ("ts", STAMP), ("amount", pa.decimal128(18, 2))]
    once(folder, "refunds", schema, all_orders.id[place][order], number[order], ts[order], amount[order])


def once(folder: Path, name: str, schema: Iterable[tuple[str, pa.DataType]], *columns: object) -> None:
    """Write a table that is held whole."""
    writer = Writer(folder, name, pa.schema(list(schema)))
    writer.add(*columns)
    writer.close()


def write_orders(folder: Path, all_orders: Orders) -> None:
    """Write `orders`."""
    schema = [
        ("order_id", pa.int64()),
        ("customer_id", pa.int64()),
        ("ts", STAMP),
        ("currency", pa.dictionary(pa.int8(), pa.string())),
        ("status", pa.int8()),
    ]
    columns = (all_orders.id, all_orders.customer, all_orders.ts, all_orders.currency, all_orders.status)
    once(folder, "orders", schema, *columns)


def write_touches(folder: Path, weeks: Iterable[tuple[Ints, ...]]) -> None:
    """Write `touches`."""
    schema = [("customer_id", pa.int64()), ("affiliate_id", pa.int32()), ("channel", pa.int8()), ("ts", STAMP)]
    writer = Writer(folder, "touches", pa.schema(schema))
    for week in weeks:
        writer.add(*week)
    writer.close()


def write_small(folder: Path, whose: Affiliates, rate: list[int], quotes: Ints) -> None:
    """Write `affiliates`, `rates` and `fx`."""
    schema = [("affiliate_id", pa.int32()), ("active", pa.bool_()), ("plan", pa.int8()), ("cap_cents", pa.int64())]
    once(folder, "affiliates", schema, whose.id, whose.active, whose.plan, whose.cap)
    schema = [("category", pa.int16()), ("excluded", pa.bool_()), ("rate", pa.decimal128(9, 4))]
    once(folder, "rates", schema, np.arange(12), np.arange(12) == EXCLUDED, np.array(rate))
    first = dt.date(2025, 1, 1).toordinal() - dt.date(1970, 1, 1).toordinal()
    days = np.repeat(np.arange(first, first + len(quotes)), len(CURRENCIES)).astype(np.int32)
    names = pa.array(CURRENCIES * len(quotes))
    schema = [("day", pa.date32()), ("currency", pa.string()), ("rate", pa.decimal128(12, 6))]
    once(folder, "fx", schema, days, names, quotes.reshape(-1))


def generate(size: str, folder: Path, program: Callable[[list[int]], str]) -> None:
    """Write all tables of a size, and the program beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    streams = [np.random.Generator(np.random.PCG64(one)) for one in np.random.SeedSequence(SEED).spawn(6)]
    whose, rate, quotes = affiliates(streams[0]), rates(streams[1]), fx(streams[1])
    reserved = whose.id[whose.reserved]
    awake = whose.active[whose.reserved]
    cast = Cast(reserved[awake].tolist(), reserved[~awake].tolist(), rate[:EXCLUDED], EXCLUDED)
    planted: list[Case] = []
    for again in range(max(1, SIZES[size] // 50_000)):
        fresh = cases(streams[2], cast)
        for case in fresh:
            case.customer += f" {again}"
        planted += fresh
    all_orders = orders(streams[3], SIZES[size], planted)
    write_small(folder, whose, rate, quotes)
    write_orders(folder, all_orders)
    write_lines(streams[4], folder, all_orders, planted)
    write_touches(folder, touches(streams[5], all_orders, whose, planted))
    (folder / "program.toml").write_text(program(rate), encoding="utf-8")


def document(rate: list[int]) -> str:
    """The program as affil's document: a rule for each category, since a rule has one rate."""
    ladder = {"1000.00": "0.5", "10000.00": "1", "100000.00": "2"}
    rungs = [f'{{ from = "{start}", add = "{add}" }}' for start, add in ladder.items()]
    steps = f"steps = [{', '.join(rungs)}]"
    head = [
        'schema = "affil/1"',
        'currency = "USD"',
        'zone = "America/New_York"',
        'conflict = "first"',
        f'exclude = [{{ id = "no-commission", when = {{ line = {{ category = "{EXCLUDED}" }} }} }}]',
        'refunds = { caps = "none", excess = "cap" }',
        "",
        "[attribution]",
        'windows = { click = "30d" }',
        'ties = "smaller_id"',
        'exclude = { channel = "5" }',
    ]
    rules = []
    for category, points in enumerate(rate[:EXCLUDED]):
        when = f'when = {{ line = {{ category = "{category}" }} }}'
        percent = f"{points // 100}.{points % 100:02}"
        rules += ["", "[[rules]]", f'id = "c{category}"', when, f'pay = {{ percent = "{percent}" }}']
    rules += ["", "[[rules]]", 'id = "new"', "on_top = true", "when = { customer = { new = true } }"]
    rules += ['pay = { flat = "5.00", per = "order" }']
    for group, mode in (("retro", "whole"), ("slices", "marginal")):
        when = f'when = {{ group = "{group}" }}'
        rules += ["", "[[tiers]]", f'id = "{group}"', when, f'mode = "{mode}"', steps]
    rules += ["", "[[caps]]", 'id = "order"', 'per = "order"', 'amount = "150.00"', 'share = "cumulative"']
    rules += ["", "[[caps]]", 'id = "month"', 'per = "affiliate"', 'period = "month"', 'amount = "1000000.00"']
    return "\n".join([*head, *rules, 'attribute = "cap"', ""])


def main() -> None:
    """Make one size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="tiny")
    parser.add_argument("--data", type=Path, help="the folder to write; benches/.data/SIZE if not given")
    given = parser.parse_args()
    folder = given.data or Path(__file__).resolve().parent.parent / ".data" / given.size
    generate(given.size, folder, document)


if __name__ == "__main__":
    main()

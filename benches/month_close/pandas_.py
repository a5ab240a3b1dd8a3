"""The month close in pandas: merge_asof and running sums over groups, on whole numbers of cents.

It must never know what another contestant answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import sheet

if TYPE_CHECKING:
    from pathlib import Path

ZONE = "America/New_York"
CLOSE = 1_743_480_000_000_000
WINDOW = 30 * 86_400_000_000
EPOCH = 1_733_000_000_000_000
SLOT = 1 << 15
BRAND = 5
STEPS = [(100_000, 50), (1_000_000, 50), (10_000_000, 100)]
"""Cents of the month from which on, and basis points that are added to those before."""
BONUS = 500
ORDER_CAP = 15_000
GROUP = ["affiliate_id", "month"]

Frame = Any
Frames = dict[str, Frame]
Column = Any
"""A column or array of whole numbers."""


def half_even(a: Column, b: Column) -> Column:
    """The whole number nearest to a/b, halves to the even one."""
    whole, rest = np.divmod(a, b)
    return whole + ((2 * rest > b) | ((2 * rest == b) & (whole % 2 == 1)))


def day_of(ts: pd.Series) -> pd.Series:
    """The day in New York, as days since 1970."""
    there = ts.dt.tz_convert(ZONE).dt.tz_localize(None)
    return there.to_numpy().astype("datetime64[D]").astype(np.int32)


def month_of(day: Column) -> Column:
    """Such as 202501."""
    months = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int32)
    return (1970 + months // 12) * 100 + months % 12 + 1


def micros(ts: pd.Series) -> Column:
    """Microseconds since 1970."""
    return ts.dt.tz_localize(None).to_numpy().astype("datetime64[us]").astype(np.int64)


def attribute(frames: Frames) -> Frame:
    """Attributed orders: latest touch, then lowest id, as one packed number."""
    who = frames["affiliates"]
    touches = frames["touches"]
    active = np.full(int(who.affiliate_id.max()) + 1, fill_value=False)
    active[who.affiliate_id] = who.active
    touches = touches[(touches.channel.to_numpy() != BRAND) & active[touches.affiliate_id.to_numpy()]]
    packed = (micros(touches.ts) - EPOCH) * SLOT + (SLOT - 1 - touches.affiliate_id.to_numpy())
    eligible = pd.DataFrame({"customer_id": touches.customer_id.to_numpy(), "packed": packed})
    eligible = eligible.sort_values("packed", kind="stable", ignore_index=True)
    # Where nothing is found the column becomes floats: places survive that, packed numbers would not.
    eligible["place"] = np.arange(len(eligible))
    orders = frames["orders"]
    orders = orders.loc[orders.status == 0, ["order_id", "customer_id", "ts"]]
    orders["packed"] = (micros(orders.ts) - EPOCH) * SLOT + SLOT - 1
    orders["new"] = ~orders.customer_id.duplicated()
    orders = pd.merge_asof(orders, eligible, on="packed", by="customer_id")
    orders = orders[orders.place.notna()]
    touch = eligible.packed.to_numpy()[orders.place.astype(np.int64)]
    orders = orders.assign(affiliate_id=SLOT - 1 - touch % SLOT)
    return orders.loc[orders.packed // SLOT - touch // SLOT < WINDOW, ["order_id", "affiliate_id", "new"]]


def with_sales(frames: Frames) -> Frame:
    """Lines in the order of the input, with affiliate, month and the sale in dollars."""
    fx = frames["fx"]
    orders = frames["orders"][["order_id", "ts", "currency"]]
    day = day_of(orders.ts)
    names = orders.currency.cat.categories
    first = int(fx.day.min())
    quotes = np.zeros((int(fx.day.max()) - first + 1, len(names)), dtype=np.int64)
    quotes[fx.day - first, names.get_indexer(fx.currency)] = fx.rate
    quote = quotes[day - first, orders.currency.cat.codes]
    orders = pd.DataFrame({"order_id": orders.order_id, "month": month_of(day), "quote": quote})
    orders = orders.merge(attribute(frames), on="order_id", how="left")
    orders["affiliate_id"] = orders.affiliate_id.fillna(0).astype(np.int32)
    orders["new"] = orders.new.eq(True)  # noqa: FBT003 - missing is not true
    # Both stand in the order of their ids, so each line finds its order by binary search.
    lines = frames["lines"]
    place = np.searchsorted(orders.order_id.to_numpy(), lines.order_id.to_numpy())
    rates = frames["rates"].set_index("category")
    lines = lines.assign(
        gross=lines.qty.to_numpy().astype(np.int64) * lines.unit_price.to_numpy(),
        rate=rates.rate.to_numpy()[lines.category],
        **{name: orders[name].to_numpy()[place] for name in ("affiliate_id", "month", "new")},
    )
    lines["eligible"] = (lines.affiliate_id != 0) & ~rates.excluded.to_numpy()[lines.category]
    lines["sale"] = np.where(lines.eligible, half_even(lines.gross * quote[place], 10**6), 0)
    return lines


def upliftsum(lines: Frame) -> Column:
    """Basis points times cents that the ladder adds."""
    groups = lines.groupby(GROUP, sort=False).sale
    after, total = groups.cumsum().to_numpy(), groups.transform("sum").to_numpy()
    sale, plan = lines.sale.to_numpy(), lines.plan.to_numpy()
    whole = sum(points * (total >= start) for start, points in STEPS) * sale
    marginal = sum(points * (np.maximum(after, start) - np.maximum(after - sale, start)) for start, points in STEPS)
    return np.where(plan == 0, whole, marginal)


def with_commissions(lines: Frame, frames: Frames) -> Frame:
    """Eligible lines in sequence, with their commission after both caps."""
    who = frames["affiliates"]
    lines = lines[lines.eligible]
    place = np.searchsorted(who.affiliate_id.to_numpy(), lines.affiliate_id.to_numpy())
    lines = lines.assign(plan=who.plan.to_numpy()[place], cap=who.cap_cents.to_numpy()[place])
    first = lines.new & ~lines.order_id.duplicated()
    raw = half_even(lines.sale * lines.rate + upliftsum(lines), 10**4) + BONUS * first
    lines["raw"] = raw
    groups = lines.groupby("order_id", sort=False).raw
    total = groups.transform("sum").to_numpy()
    running = groups.cumsum().to_numpy()
    divisor = np.maximum(total, 1)
    shared = ORDER_CAP * running // divisor - ORDER_CAP * (running - raw) // divisor
    lines["kept"] = np.where(total > ORDER_CAP, shared, raw)
    used = lines.groupby(GROUP, sort=False).kept.cumsum()
    lines["commission"] = np.minimum(used, lines.cap) - np.minimum(used - lines.kept, lines.cap)
    return lines


def clawbacks(eligible: Frame, frames: Frames) -> Frame:
    """What each refund before the close takes back, and in which month."""
    refunds = frames["refunds"]
    refunds = refunds[micros(refunds.ts) < CLOSE]
    sold = eligible.loc[eligible.gross > 0, ["order_id", "line_no", "affiliate_id", "gross", "commission"]]
    sold = sold.assign(place=sold.index)
    refunds = refunds.merge(sold, on=["order_id", "line_no"])
    running = refunds.groupby(["order_id", "line_no"], sort=False).amount.cumsum()
    after, before = (np.minimum(one, refunds.gross) for one in (running, running - refunds.amount))
    claw = half_even(refunds.commission * after, refunds.gross) - half_even(refunds.commission * before, refunds.gross)
    return refunds[["place", "affiliate_id"]].assign(month=month_of(day_of(refunds.ts)), clawback_cents=claw)


def close(frames: Frames) -> tuple[Frame, Frame]:
    """Tables A and B."""
    lines = with_sales(frames)
    eligible = with_commissions(lines, frames)
    claws = clawbacks(eligible, frames)
    a = lines[["order_id", "line_no", "affiliate_id", "month", "sale"]].rename(columns={"sale": "sale_cents"})
    a["commission_cents"] = eligible.commission.reindex(a.index, fill_value=0)
    a["clawback_cents"] = claws.groupby("place").clawback_cents.sum().reindex(a.index, fill_value=0)
    eligible = eligible.assign(orders=~eligible.order_id.duplicated())
    sold = eligible.groupby(GROUP)[["orders", "sale", "commission"]].sum()
    back = claws.groupby(GROUP).clawback_cents.sum()
    b = sold.join(back, how="outer").fillna(0).astype(np.int64)
    b = b.rename(columns={"sale": "sale_cents", "commission": "commission_cents"})
    b["tier"] = sum((b.sale_cents >= start).astype(np.int8) for start, _ in STEPS)
    b["net_cents"] = b.commission_cents - b.clawback_cents
    return a, b.reset_index()[sheet.B]


def frame(table: pa.Table) -> Frame:
    """A table with cents as whole numbers: pandas would make an object of every decimal."""
    for place, column in enumerate(table.schema):
        if pa.types.is_decimal(column.type):
            # The low half of 128 bits; all amounts fit into it.
            parts = [
                np.frombuffer(part.buffers()[1], "<i8")[part.offset * 2 :: 2][: len(part)]
                for part in table[place].chunks
            ]
            table = table.set_column(place, column.name, pa.array(np.concatenate(parts)))
        elif pa.types.is_date(column.type):
            table = table.set_column(place, column.name, table[place].cast(pa.int32()))
    return table.to_pandas()


def load(folder: Path) -> Frames:
    """All tables as frames."""
    return {name: frame(pq.read_table(folder / f"{name}.parquet")) for name in sheet.TABLES}


def files(folder: Path, out: Path) -> None:
    """From Parquet to Parquet."""
    for name, made in zip("ab", close(load(folder)), strict=True):
        made.to_parquet(out / f"{name}.parquet", compression="snappy", index=False)


def arrow(made: Frame) -> pa.Table:
    """A frame as an Arrow table."""
    return pa.Table.from_pandas(made, preserve_index=False)


if __name__ == "__main__":
    sheet.main("pandas", load, close, arrow, files)

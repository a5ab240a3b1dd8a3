"""The quarter close in polars: lazy queries on whole numbers of cents, run by the streaming engine.

It must never know what another contestant answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import columns
import polars as pl
import sheet
from polars import col

if TYPE_CHECKING:
    from pathlib import Path

ZONE = "Europe/Berlin"
CLOSE = 1_743_480_000_000_000
WINDOW = 7 * 86_400_000_000
EPOCH = 1_733_000_000_000_000
"""Before every touch, so that an instant and an affiliate fit into one whole number."""
SLOT = 1 << 15
BRAND = 5
LOW = [3, 7]
CAP = 100_000

Frames = dict[str, pl.LazyFrame]


def half_up(a: pl.Expr, b: pl.Expr | int) -> pl.Expr:
    """The whole number nearest to a/b, halves up; nothing is below zero here."""
    return (2 * a + b) // (2 * b)


def units(column: str) -> pl.Expr:
    """A decimal as the number of its smallest units."""
    return col(column).to_physical().cast(pl.Int64)


def month_of(ts: pl.Expr) -> pl.Expr:
    """Such as 202501, in Berlin."""
    day = ts.dt.convert_time_zone(ZONE).dt.date()
    return day.dt.year() * 100 + day.dt.month()


def orders(frames: Frames) -> pl.LazyFrame:
    """Approved orders in euros with month, and with the affiliate of the earliest touch that is young enough.

    The first touch in a window is the first at or after its beginning, so long as it comes before the order.
    """
    active = frames["affiliates"].filter("active").select("affiliate_id")
    packed = (col("ts").to_physical() - EPOCH) * SLOT + col("affiliate_id").cast(pl.Int64)
    eligible = (
        frames["touches"]
        .filter(col("channel") != BRAND)
        .join(active, on="affiliate_id", how="semi")
        .select("customer_id", packed=packed)
        .sort("packed")
        .with_columns(touch="packed")
    )
    return (
        frames["orders"]
        .filter(col("status") == 0, col("currency") == "EUR")
        .select("order_id", "customer_id", "ts", month=month_of(col("ts")))
        # Exactly as old as the window is too old.
        .with_columns(packed=(col("ts").to_physical() - EPOCH - WINDOW + 1) * SLOT)
        .set_sorted("packed")
        .join_asof(eligible, on="packed", by="customer_id", strategy="forward", check_sortedness=False)
        .select(
            "order_id",
            "month",
            affiliate_id=pl.when(col("touch") // SLOT <= col("ts").to_physical() - EPOCH)
            .then(col("touch") % SLOT)
            .fill_null(0)
            .cast(pl.Int32),
        )
    )


def with_commissions(frames: Frames) -> pl.LazyFrame:
    """The lines that count, in the order of the input, with what they earn."""
    group = ["affiliate_id", "quarter"]
    quarter = col("month") // 100 * 10 + (col("month") % 100 + 2) // 3
    rate = pl.when(col("category").is_in(LOW)).then(400).otherwise(800).cast(pl.Int64)
    before = col("sale").cum_sum().over(group) - col("sale")
    added = 100 * ((before >= 50_000).cast(pl.Int64) + (before >= 500_000).cast(pl.Int64))
    used = col("raw").cum_sum().over(group)
    return (
        frames["lines"]
        .set_sorted("order_id")
        .select("order_id", "line_no", "category", gross=col("qty").cast(pl.Int64) * units("unit_price"))
        .join(orders(frames).set_sorted("order_id"), on="order_id", maintain_order="left")
        .with_columns(quarter=quarter, sale=pl.when(col("affiliate_id") != 0).then("gross").otherwise(0))
        .with_columns(raw=half_up(col("sale") * (rate + added), 10**4))
        .with_columns(commission=pl.min_horizontal(used, CAP) - pl.min_horizontal(used - col("raw"), CAP))
        .select("order_id", "line_no", "affiliate_id", "month", "gross", "sale", "commission")
    )


def clawbacks(lines: pl.LazyFrame, frames: Frames) -> pl.LazyFrame:
    """What each refund before the close takes back, and in which month."""
    refunded = col("R").cum_sum().over("order_id", "line_no")
    after, before = (pl.min_horizontal(one, "gross") for one in (refunded, refunded - col("R")))
    share = [half_up(col("commission") * part, col("gross")) for part in (after, before)]
    return (
        frames["refunds"]
        .filter(col("ts").to_physical() < CLOSE)
        .select("order_id", "line_no", booked=month_of(col("ts")), R=units("amount"))
        .join(lines.filter(col("affiliate_id") != 0), on=["order_id", "line_no"], maintain_order="left")
        .select("order_id", "line_no", "affiliate_id", month="booked", claw=share[0] - share[1])
    )


def statements(lines: pl.LazyFrame, claws: pl.LazyFrame) -> pl.LazyFrame:
    """Table B."""
    group = ["affiliate_id", "month"]
    sold = (
        lines.filter(col("affiliate_id") != 0)
        .group_by(group)
        .agg(
            orders=col("order_id").n_unique().cast(pl.Int64),
            sale_cents=col("sale").sum(),
            commission_cents=col("commission").sum(),
        )
    )
    back = claws.group_by(group).agg(clawback_cents=col("claw").sum())
    return (
        sold.join(back, on=group, how="full", coalesce=True)
        .fill_null(0)
        .with_columns(net_cents=col("commission_cents") - col("clawback_cents"))
        .select(columns.B)
        .sort(group)
    )


def close(frames: Frames) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Tables A and B; what both need is computed once."""
    key = ["order_id", "line_no"]
    lines = with_commissions(frames).collect(engine="streaming").lazy()
    claws = clawbacks(lines, frames).collect(engine="streaming").lazy()
    by_line = claws.group_by(key).agg(clawback_cents=col("claw").sum())
    a = (
        lines.join(by_line, on=key, how="left", maintain_order="left")
        .with_columns(col("clawback_cents").fill_null(0), sale_cents="sale", commission_cents="commission")
        .select(sheet.A)
    )
    made = pl.collect_all([a, statements(lines, claws)], engine="streaming")
    return made[0], made[1]


def load(folder: Path) -> Frames:
    """All tables in memory."""
    return {name: pl.read_parquet(folder / f"{name}.parquet").lazy() for name in sheet.TABLES}


def files(folder: Path, out: Path) -> None:
    """From Parquet to Parquet."""
    made = close({name: pl.scan_parquet(folder / f"{name}.parquet") for name in sheet.TABLES})
    for name, table in zip("ab", made, strict=True):
        table.write_parquet(out / f"{name}.parquet", compression="snappy")


if __name__ == "__main__":
    sheet.main("polars", load, close, lambda made: made.to_arrow(), files, "quarter-close", columns.B)

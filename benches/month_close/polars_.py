"""The month close in polars: lazy queries on whole numbers of cents, run by the streaming engine.

It must never know what another contestant answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import sheet
from polars import col

if TYPE_CHECKING:
    from pathlib import Path

ZONE = "America/New_York"
CLOSE = 1_743_480_000_000_000
WINDOW = 30 * 86_400_000_000
EPOCH = 1_733_000_000_000_000
"""Before every touch, so that an instant and an affiliate fit into one whole number."""
SLOT = 1 << 15
BRAND = 5
STEPS = [(0, 0), (100_000, 50), (1_000_000, 100), (10_000_000, 200)]
BONUS = 500
ORDER_CAP = 15_000

Frames = dict[str, pl.LazyFrame]


def half_even(a: pl.Expr, b: pl.Expr | int) -> pl.Expr:
    """The whole number nearest to a/b, halves to the even one."""
    whole = a // b
    twice = 2 * (a - whole * b)
    return whole + ((twice > b) | ((twice == b) & (whole % 2 == 1))).cast(pl.Int64)


def units(column: str) -> pl.Expr:
    """A decimal as the number of its smallest units."""
    return col(column).to_physical().cast(pl.Int64)


def day_of(ts: pl.Expr) -> pl.Expr:
    """The day in New York."""
    return ts.dt.convert_time_zone(ZONE).dt.date()


def month_of(day: pl.Expr) -> pl.Expr:
    """Such as 202501."""
    return day.dt.year() * 100 + day.dt.month()


def attribute(frames: Frames) -> pl.LazyFrame:
    """Approved orders with their affiliate: latest touch, then lowest id, as one packed number."""
    active = frames["affiliates"].filter("active").select("affiliate_id")
    approved = frames["orders"].filter(col("status") == 0)
    eligible = (
        frames["touches"]
        .filter(col("channel") != BRAND)
        .join(active, on="affiliate_id", how="semi")
        .select(
            col("customer_id").cast(pl.Int32),
            packed=(col("ts").to_physical() - EPOCH) * SLOT + (SLOT - 1 - col("affiliate_id").cast(pl.Int64)),
        )
        .sort("packed")
    )
    return (
        # Narrow keys are joined faster; the cast fails where they do not fit.
        approved.with_columns(
            col("customer_id").cast(pl.Int32), packed=(col("ts").to_physical() - EPOCH) * SLOT + SLOT - 1
        )
        .set_sorted("packed")
        .join_asof(
            eligible.with_columns(touch="packed"),
            on="packed",
            by="customer_id",
            tolerance=None,
            check_sortedness=False,
        )
        .with_columns(
            affiliate_id=pl.when(col("packed") // SLOT - col("touch") // SLOT < WINDOW)
            .then(SLOT - 1 - col("touch") % SLOT)
            .fill_null(0)
            .cast(pl.Int32),
            new=col("customer_id").is_first_distinct(),
        )
    )


def with_sales(frames: Frames) -> pl.LazyFrame:
    """Lines in the order of the input, with affiliate, month, and the sale in dollars."""
    fx = frames["fx"].select("day", "currency", fx=units("rate"))
    rates = frames["rates"].select("category", "excluded", rate=units("rate"))
    orders = (
        frames["orders"]
        .select("order_id", "currency", day=day_of(col("ts")))
        .with_columns(col("currency").cast(pl.String), month=month_of(col("day")))
        .join(fx, on=["day", "currency"], how="left", maintain_order="left")
        .set_sorted("order_id")
        .join(
            attribute(frames).select("order_id", "affiliate_id", "new").set_sorted("order_id"),
            on="order_id",
            how="left",
            maintain_order="left",
        )
        .select("order_id", "month", "fx", "new", col("affiliate_id").fill_null(0))
    )
    return (
        frames["lines"]
        .with_row_index("place")
        .select("place", "order_id", "line_no", "category", gross=col("qty").cast(pl.Int64) * units("unit_price"))
        .set_sorted("order_id")
        .join(orders.set_sorted("order_id"), on="order_id", how="left", maintain_order="left")
        .join(rates, on="category", how="left", maintain_order="left")
        .with_columns(eligible=(col("affiliate_id") != 0) & ~col("excluded"))
        .with_columns(sale=pl.when("eligible").then(half_even(col("gross") * col("fx"), 10**6)).otherwise(0))
    )


def upliftsum() -> pl.Expr:
    """Basis points times cents that the ladder adds; `before` and `total` are of the affiliate's month."""
    after = col("before") + col("sale")
    marginal = pl.lit(0, pl.Int64)
    whole = pl.lit(0, pl.Int64)
    last = 0
    for start, points in STEPS[1:]:
        more = points - last
        last = points
        marginal += more * (after.clip(start) - col("before").clip(start))
        whole += more * (col("total") >= start).cast(pl.Int64)
    return pl.when(col("plan") == 0).then(whole * col("sale")).otherwise(marginal)


def with_commissions(lines: pl.LazyFrame, frames: Frames) -> pl.LazyFrame:
    """Eligible lines in sequence, with their commission after both caps."""
    group = ["affiliate_id", "month"]
    plans = frames["affiliates"].select("affiliate_id", "plan", "cap_cents")
    raw = half_even(col("sale") * col("rate") + upliftsum(), 10**4)
    first = col("new") & (col("order_id") != col("order_id").shift(1).fill_null(0))
    # The lines of an order stand together, so its running sum is that of all lines less what stood before it.
    running = col("running") - col("begun")
    capped = pl.when(col("A") > ORDER_CAP).then(
        ORDER_CAP * running // col("A") - ORDER_CAP * (running - col("sum")) // col("A")
    )
    used = col("kept").cum_sum().over(group)
    cap = col("cap_cents")
    return (
        lines.filter("eligible")
        .join(plans, on="affiliate_id", how="left", maintain_order="left")
        .with_columns(
            before=col("sale").cum_sum().over(group) - col("sale"),
            total=col("sale").sum().over(group),
        )
        .with_columns(sum=raw + first.cast(pl.Int64) * BONUS)
        .with_columns(running=col("sum").cum_sum())
        .with_columns(A=col("sum").sum().over("order_id"), begun=(col("running") - col("sum")).min().over("order_id"))
        .with_columns(kept=capped.otherwise(col("sum")))
        .with_columns(used=used)
        .with_columns(commission=pl.min_horizontal("used", cap) - pl.min_horizontal(col("used") - col("kept"), cap))
    )


def clawbacks(eligible: pl.LazyFrame, frames: Frames) -> pl.LazyFrame:
    """What each refund before the close takes back, and in which month."""
    after = pl.min_horizontal(col("R").cum_sum().over("order_id", "line_no"), "gross")
    before = pl.min_horizontal(col("R").cum_sum().over("order_id", "line_no") - col("R"), "gross")
    return (
        frames["refunds"]
        .filter(col("ts").to_physical() < CLOSE)
        .select("order_id", "line_no", refund_month=month_of(day_of(col("ts"))), R=units("amount"))
        .join(
            eligible.select("place", "order_id", "line_no", "affiliate_id", "gross", "commission").filter(
                col("gross") > 0
            ),
            on=["order_id", "line_no"],
            maintain_order="left",
        )
        .select(
            "place",
            "affiliate_id",
            month="refund_month",
            claw=half_even(col("commission") * after, col("gross"))
            - half_even(col("commission") * before, col("gross")),
        )
    )


def statements(eligible: pl.LazyFrame, claws: pl.LazyFrame) -> pl.LazyFrame:
    """Table B."""
    group = ["affiliate_id", "month"]
    sold = eligible.group_by(group).agg(
        orders=col("order_id").n_unique().cast(pl.Int64),
        sale_cents=col("sale").sum(),
        commission_cents=col("commission").sum(),
    )
    back = claws.group_by(group).agg(clawback_cents=col("claw").sum())
    tier = pl.sum_horizontal(*((col("sale_cents") >= start).cast(pl.Int8) for start, _ in STEPS[1:]))
    return (
        sold.join(back, on=group, how="full", coalesce=True)
        .fill_null(0)
        .with_columns(tier=tier.cast(pl.Int8), net_cents=col("commission_cents") - col("clawback_cents"))
        .select(sheet.B)
        .sort(group)
    )


def queries(frames: Frames) -> list[pl.LazyFrame]:
    """Tables A and B; what both need is computed here, once."""
    lines = with_sales(frames).collect(engine="streaming").lazy()
    eligible = (
        with_commissions(lines, frames)
        .select("place", "order_id", "line_no", "affiliate_id", "month", "gross", "sale", "commission")
        .collect(engine="streaming")
        .lazy()
    )
    claws = clawbacks(eligible, frames).collect(engine="streaming").lazy()
    by_line = claws.group_by("place").agg(clawback_cents=col("claw").sum())
    a = (
        lines.set_sorted("place")
        .join(
            eligible.select("place", commission_cents="commission").set_sorted("place"),
            on="place",
            how="left",
            maintain_order="left",
        )
        .join(by_line, on="place", how="left", maintain_order="left")
        .with_columns(col("commission_cents", "clawback_cents").fill_null(0), sale_cents="sale")
        .select(sheet.A)
    )
    return [a, statements(eligible, claws)]


def close(frames: Frames) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Tables A and B."""
    a, b = pl.collect_all(queries(frames), engine="streaming")
    return a, b


def load(folder: Path) -> Frames:
    """All tables in memory."""
    return {name: pl.read_parquet(folder / f"{name}.parquet").lazy() for name in sheet.TABLES}


def files(folder: Path, out: Path) -> None:
    """From Parquet to Parquet."""
    made = queries({name: pl.scan_parquet(folder / f"{name}.parquet") for name in sheet.TABLES})
    sinks = [
        query.sink_parquet(out / f"{name}.parquet", compression="snappy", lazy=True)
        for name, query in zip("ab", made, strict=True)
    ]
    pl.collect_all(sinks, engine="streaming")


if __name__ == "__main__":
    sheet.main("polars", load, close, lambda made: made.to_arrow(), files)

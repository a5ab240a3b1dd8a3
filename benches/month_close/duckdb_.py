"""The month close in DuckDB: SQL on whole numbers of cents.

It must never know what another contestant answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import sheet

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

# What `//` and `%` give is exact; `/` on decimals is a double.
MACROS = """
create macro half_even(a, b) as a // b + (2 * (a % b) > b or (2 * (a % b) = b and (a // b) % 2 = 1))::bigint;
create macro day_of(ts) as (ts at time zone 'America/New_York')::date;
create macro month_of(day) as (year(day) * 100 + month(day))::integer;
create macro micros(ts) as epoch_us(ts) - 1733000000000000;
create macro units(amount, scale) as (amount * scale)::bigint;
create macro rung(total) as
    ((total >= 100000)::tinyint + (total >= 1000000)::tinyint + (total >= 10000000)::tinyint)::tinyint;
create macro whole(total) as (array_value(0, 50, 100, 200))[rung(total) + 1]::bigint;
create macro slices(c) as
    50 * greatest(c - 100000, 0) + 50 * greatest(c - 1000000, 0) + 100 * greatest(c - 10000000, 0);
"""

# Latest touch, then lowest id: one packed number, of which the last before the order is wanted.
ATTRIBUTED = """
create temp table attributed as
with eligible as (
    select customer_id, micros(ts) * 32768 + 32767 - affiliate_id as packed
    from touches semi join (from affiliates where active) using (affiliate_id)
    where channel <> 5
), approved as (
    select order_id, customer_id, micros(ts) * 32768 + 32767 as packed,
        row_number() over (partition by customer_id order by ts, order_id) = 1 as new
    from orders where status = 0
), joined as (
    select o.order_id, o.new, o.packed // 32768 - t.packed // 32768 < 2592000000000 as young, t.packed % 32768 as slot
    from approved o asof left join eligible t on o.customer_id = t.customer_id and o.packed >= t.packed
)
select order_id, new, (32767 - slot)::integer as affiliate_id from joined where young
"""

SALES = """
create temp table sales as
with dated as (
    select order_id, currency::varchar as currency, day_of(ts) as day, status = 0 as approved from orders
), priced as (
    select d.order_id, month_of(d.day) as month, units(f.rate, 1000000) as fx,
        coalesce(a.affiliate_id, 0) as affiliate_id, a.new
    from dated d join fx f using (day, currency) left join attributed a using (order_id)
), grossed as (
    select l.order_id, l.line_no, l.category, l.qty::bigint * units(l.unit_price, 100) as gross,
        p.month, p.fx, p.affiliate_id, p.new
    from lines l join priced p using (order_id)
)
select g.order_id, g.line_no, g.affiliate_id, g.month, g.gross, g.new, units(r.rate, 10000) as rate,
    g.affiliate_id <> 0 and not r.excluded as eligible,
    case when g.affiliate_id <> 0 and not r.excluded then half_even(g.gross * g.fx, 1000000) else 0 end as sale
from grossed g join rates r using (category)
"""

# Running sums within groups as one running sum over all lines, less what the groups before have in all:
# several times faster than a window for each group where a few groups have most of the lines.
ELIGIBLE = """
create temp table eligible as
select s.*, p.plan, p.cap_cents as cap,
    s.affiliate_id * 16::bigint + month % 16 as part, order_id * 32768 + line_no as place
from sales s join affiliates p using (affiliate_id) where eligible
"""

RAISED = """
create temp table raised as
with totals as (
    select part, total, (sum(total) over (order by part) - total)::bigint as begun
    from (select part, sum(sale)::bigint as total from eligible group by part)
), firsts as (
    select min(place) as place from eligible where new group by order_id
), running as (
    select *, (sum(sale) over (order by part, place rows unbounded preceding))::bigint as running from eligible
), summed as (
    select r.*, t.total, r.running - t.begun as after, f.place is not null as first
    from running r join totals t using (part) left join firsts f using (place)
)
select order_id, line_no, affiliate_id, month, gross, sale, cap, part, place, half_even(sale * rate
    + case when plan = 0 then sale * whole(total) else slices(after) - slices(after - sale) end, 10000)
    + case when first then 500 else 0 end as raw
from summed
"""

EARNED = """
create temp table earned as
with over as (
    select order_id, sum(raw)::bigint as a from raised group by order_id having a > 15000
), shared as (
    select place, raw, a,
        (sum(raw) over (partition by order_id order by place rows unbounded preceding))::bigint as running
    from raised join over using (order_id)
), kept as (
    select r.*, coalesce(15000 * s.running // s.a - 15000 * (s.running - s.raw) // s.a, r.raw) as kept
    from raised r left join shared s using (place)
), totals as (
    select part, (sum(total) over (order by part) - total)::bigint as begun
    from (select part, sum(kept)::bigint as total from kept group by part)
), running as (
    select *, (sum(kept) over (order by part, place rows unbounded preceding))::bigint as running from kept
), used as (
    select r.*, r.running - t.begun as used from running r join totals t using (part)
)
select order_id, line_no, affiliate_id, month, gross, sale, least(used, cap) - least(used - kept, cap) as commission
from used
"""

CLAWS = """
create temp table claws as
with back as (
    select e.order_id, e.line_no, e.affiliate_id, e.gross, e.commission, month_of(day_of(r.ts)) as month,
        units(r.amount, 100) as amount,
        (sum(units(r.amount, 100)) over (
            partition by r.order_id, r.line_no order by r.ts rows unbounded preceding
        ))::bigint as refunded
    from refunds r join earned e using (order_id, line_no)
    where r.ts < timestamptz '2025-04-01 04:00:00Z' and e.gross > 0
)
select order_id, line_no, affiliate_id, month, half_even(commission * least(refunded, gross), gross)
    - half_even(commission * least(refunded - amount, gross), gross) as claw
from back
"""

TABLE_A = """
with back as (select order_id, line_no, sum(claw)::bigint as claw from claws group by all)
select s.order_id, s.line_no, s.affiliate_id, s.month, s.sale as sale_cents,
    coalesce(e.commission, 0) as commission_cents, coalesce(b.claw, 0) as clawback_cents
from sales s left join earned e using (order_id, line_no) left join back b using (order_id, line_no)
order by s.order_id, s.line_no
"""

TABLE_B = """
with sold as (
    select affiliate_id, month, count(distinct order_id) as orders, sum(sale)::bigint as sale_cents,
        sum(commission)::bigint as commission_cents
    from earned group by all
), back as (
    select affiliate_id, month, sum(claw)::bigint as clawback_cents from claws group by all
), both_ as (
    select affiliate_id, month, coalesce(orders, 0) as orders, coalesce(sale_cents, 0) as sale_cents,
        coalesce(commission_cents, 0) as commission_cents, coalesce(clawback_cents, 0) as clawback_cents
    from sold full join back using (affiliate_id, month)
)
select affiliate_id, month, orders, sale_cents, rung(sale_cents) as tier, commission_cents, clawback_cents,
    commission_cents - clawback_cents as net_cents
from both_ order by affiliate_id, month
"""

Connection = Any
"""A connection to DuckDB, which says nothing of its types."""


def open_database() -> Connection:
    """A database in memory, with the macros."""
    database = duckdb.connect(config={"threads": sheet.threads()})
    database.execute("set timezone = 'UTC'")
    database.execute(MACROS)
    return database


def load(folder: Path) -> Connection:
    """All tables as DuckDB's own."""
    database = open_database()
    for name in sheet.TABLES:
        database.execute(f"create table {name} as from '{folder / name}.parquet'")
    return database


def prepare(database: Connection) -> None:
    """Everything that both tables are made of."""
    steps = (
        (ATTRIBUTED, ""),
        (SALES, "attributed"),
        (ELIGIBLE, ""),
        (RAISED, "eligible"),
        (EARNED, "raised"),
        (CLAWS, ""),
    )
    for query, done in steps:
        database.execute(query)
        if done:
            database.execute(f"drop table {done}")


def close(database: Connection) -> tuple[pa.Table, pa.Table]:
    """Tables A and B, in DuckDB's own form."""
    prepare(database)
    database.execute(f"create temp table a as {TABLE_A}")
    database.execute(f"create temp table b as {TABLE_B}")
    return database.table("a"), database.table("b")


def files(folder: Path, out: Path) -> None:
    """From Parquet to Parquet."""
    database = open_database()
    for name in sheet.TABLES:
        database.execute(f"create view {name} as from '{folder / name}.parquet'")
    prepare(database)
    for name, query in (("a", TABLE_A), ("b", TABLE_B)):
        database.execute(f"copy ({query}) to '{out / name}.parquet' (format parquet, compression snappy)")


def arrow(table: duckdb.DuckDBPyRelation) -> pa.Table:
    """A table of DuckDB's as one of Arrow's."""
    return table.to_arrow_table()


if __name__ == "__main__":
    sheet.main("duckdb", load, close, arrow, files)

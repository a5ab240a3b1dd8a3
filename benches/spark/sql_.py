"""The month close in Spark SQL, on whole numbers of cents.

It must never know what another contestant answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import job
import pyarrow as pa
import pyarrow.parquet as pq
import sheet

if TYPE_CHECKING:
    from pathlib import Path

# Latest touch, then lowest id, is one packed number; who wins and who is new need one exchange and one sort. Spark has
# no join as of an instant.
ORDERS = """
with both_ as (
    select customer_id, (unix_micros(ts) - 1733000000000000) * 32768 + 32767 - affiliate_id as packed,
        cast(null as bigint) as order_id, cast(null as timestamp) as ts, cast(null as string) as currency,
        false as approved
    from touches left semi join (select affiliate_id as id from affiliates where active) on affiliate_id = id
    where channel <> 5
    union all
    select customer_id, (unix_micros(ts) - 1733000000000000) * 32768 + 32767 as packed,
        order_id, ts, currency, status = 0 as approved
    from orders
), seen as (
    select *, max(case when order_id is null then packed end) over so_far as touch,
        count_if(approved) over so_far as count
    from both_
    window so_far as (partition by customer_id order by packed, order_id rows unbounded preceding)
), found as (
    select order_id, to_date(from_utc_timestamp(ts, 'America/New_York')) as day, currency,
        approved and count = 1 as new,
        case when approved and packed div 32768 - touch div 32768 < 2592000000000
            then cast(32767 - touch % 32768 as int) else 0 end as affiliate_id
    from seen where order_id is not null
)
select order_id, affiliate_id, new, year(f.day) * 100 + month(f.day) as month,
    cast(cast(rate as decimal(12, 6)) * 1000000 as bigint) as fx, coalesce(plan, 0) as plan,
    coalesce(cap_cents, 0) as cap
from found f join fx using (day, currency) left join affiliates using (affiliate_id)
"""

SALES = """
with grossed as (
    select o.*, l.line_no, l.qty * cast(cast(l.unit_price as decimal(14, 2)) * 100 as bigint) as gross,
        cast(cast(r.rate as decimal(9, 4)) * 10000 as bigint) as rate,
        o.affiliate_id <> 0 and not r.excluded as eligible
    from lines l join priced o using (order_id) join rates r using (category)
), exact as (
    select *, gross * fx div 1000000 as whole, gross * fx % 1000000 as rest from grossed
)
select *, case when not eligible then 0 else
    whole + cast(2 * rest > 1000000 or (2 * rest = 1000000 and whole % 2 = 1) as int) end as sale,
    -- What belongs to nobody is spread; nothing is summed over it.
    case when affiliate_id = 0 then order_id % 64 else 0 end as salt
from exact
"""

# All windows go by one exchange and one sort: an order has one affiliate and one month.
RAISED = """
with summed as (
    select *, sum(sale) over part as total, sum(sale) over so_far as after, count_if(eligible) over of_order as place
    from sales
    window part as (partition by affiliate_id, month, salt),
        so_far as (partition by affiliate_id, month, salt order by order_id, line_no rows unbounded preceding),
        of_order as (partition by affiliate_id, month, salt, order_id order by line_no rows unbounded preceding)
), lifted as (
    select *, eligible and place = 1 as first, sale * rate + case when plan = 0
        then sale * (case when total >= 10000000 then 200 when total >= 1000000 then 100
            when total >= 100000 then 50 else 0 end)
        else 50 * (greatest(after - 100000, 0) - greatest(after - sale - 100000, 0))
            + 50 * (greatest(after - 1000000, 0) - greatest(after - sale - 1000000, 0))
            + 100 * (greatest(after - 10000000, 0) - greatest(after - sale - 10000000, 0)) end as exact
    from summed
), raised as (
    select *, case when not eligible then 0 else exact div 10000 + cast(2 * (exact % 10000) > 10000
        or (2 * (exact % 10000) = 10000 and (exact div 10000) % 2 = 1) as int)
        + case when first and new then 500 else 0 end end as raw
    from lifted
), shared as (
    select *, sum(raw) over all_of_order as a, sum(raw) over of_order as running from raised
    window all_of_order as (partition by affiliate_id, month, salt, order_id),
        of_order as (partition by affiliate_id, month, salt, order_id order by line_no rows unbounded preceding)
), kept as (
    select *, case when a > 15000 then 15000 * running div a - 15000 * (running - raw) div a else raw end as kept
    from shared
), used as (
    select *, sum(kept) over (
        partition by affiliate_id, month, salt order by order_id, line_no rows unbounded preceding
    ) as used
    from kept
)
select order_id, line_no, affiliate_id, month, gross, eligible, first, sale,
    least(used, cap) - least(used - kept, cap) as commission
from used
"""

CLAWS = """
with back as (
    select order_id, line_no, from_utc_timestamp(ts, 'America/New_York') as day,
        cast(cast(amount as decimal(14, 2)) * 100 as bigint) as amount,
        sum(cast(cast(amount as decimal(14, 2)) * 100 as bigint)) over (
            partition by order_id, line_no order by ts rows unbounded preceding
        ) as refunded
    from refunds where ts < timestamp'2025-04-01 04:00:00Z'
), parts as (
    select order_id, line_no, affiliate_id, year(day) * 100 + month(day) as month, gross,
        commission * least(refunded, gross) as now, commission * least(refunded - amount, gross) as before
    from back join earned using (order_id, line_no) where eligible and gross > 0
)
select order_id, line_no, affiliate_id, month,
    now div gross + cast(2 * (now % gross) > gross or (2 * (now % gross) = gross and (now div gross) % 2 = 1) as int)
    - (before div gross
        + cast(2 * (before % gross) > gross or (2 * (before % gross) = gross and (before div gross) % 2 = 1) as int)
    ) as claw
from parts
"""

TABLE_A = """
with back as (select order_id, line_no, sum(claw) as claw from claws group by order_id, line_no)
select order_id, line_no, affiliate_id, month, sale as sale_cents, commission as commission_cents,
    coalesce(claw, 0) as clawback_cents
from earned left join back using (order_id, line_no)
"""

TABLE_B = """
with parts as (
    select affiliate_id, month, cast(first as int) as orders, sale, commission, 0 as claw from earned where eligible
    union all
    select affiliate_id, month, 0 as orders, 0 as sale, 0 as commission, claw from claws
)
select affiliate_id, month, sum(orders) as orders, sum(sale) as sale_cents,
    cast(sum(sale) >= 100000 as int) + cast(sum(sale) >= 1000000 as int) + cast(sum(sale) >= 10000000 as int) as tier,
    sum(commission) as commission_cents, sum(claw) as clawback_cents, sum(commission) - sum(claw) as net_cents
from parts group by affiliate_id, month
"""


def close(spark: Any, data: Path, out: Path) -> None:  # noqa: ANN401 - pyspark has no types here
    """From Parquet to Parquet; what both tables are made of is kept."""
    for name in sheet.TABLES:
        spark.read.parquet(str(data / f"{name}.parquet")).createOrReplaceTempView(name)
    spark.sql(ORDERS).createOrReplaceTempView("priced")
    spark.sql(SALES).createOrReplaceTempView("sales")
    earned = spark.sql(RAISED).persist()
    earned.createOrReplaceTempView("earned")
    claws = spark.sql(CLAWS).persist()
    claws.createOrReplaceTempView("claws")
    spark.sql(TABLE_A).write.parquet(str(out / "a"))
    spark.sql(TABLE_B).write.parquet(str(out / "b"))
    claws.unpersist()
    earned.unpersist()


def closed(out: Path) -> tuple[pa.Table, pa.Table]:
    """What was written."""
    return pq.read_table(out / "a"), pq.read_table(out / "b")


if __name__ == "__main__":
    job.main("Spark SQL", close, closed)

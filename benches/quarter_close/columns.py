"""The columns of the quarter's statement.

It must never know how they are computed.
"""

B = ["affiliate_id", "month", "orders", "sale_cents", "commission_cents", "clawback_cents", "net_cents"]
"""A row for each affiliate and month with a line that counts, or with a refund of one."""

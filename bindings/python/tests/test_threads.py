"""Other threads go on while affil works."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from sample import PAID, documents, paid

import affil


def many(orders: int) -> affil.Facts:
    facts = documents()
    order = {"at": "2026-03-10T10:00:00Z", "customer": "kim", "lines": [{"amount": "1.00", "category": "shoes"}]}
    facts["orders"] = [{"id": str(number), **order} for number in range(orders)]
    facts["refunds"] = []
    return affil.Facts(**facts)


def ticks_while_settling(plan: affil.Plan, facts: affil.Facts) -> int:
    ticks: list[float] = []
    stop = threading.Event()

    def tick() -> None:
        while not stop.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0.001)

    other = threading.Thread(target=tick)
    other.start()
    start = time.perf_counter()
    plan.settle(facts)
    end = time.perf_counter()
    stop.set()
    other.join()
    # One tick at either end could fall between the clock and the call.
    return sum(start < tick < end for tick in ticks)


def test_settling_lets_other_threads_run(plan: affil.Plan) -> None:
    # How long settling takes depends on the machine, so the work grows until it is long enough to see.
    orders = 5_000
    while ticks_while_settling(plan, many(orders)) < 10:
        orders *= 2
        assert orders < 500_000, "no other thread ran while affil settled"


def test_one_plan_serves_many_threads(plan: affil.Plan) -> None:
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: paid(plan.settle(**documents())), range(16)))
    assert found == [PAID] * 16


def test_one_ledger_serves_many_threads(plan: affil.Plan) -> None:
    ledger = affil.Ledger()
    settlement = plan.settle(**documents())
    with ThreadPoolExecutor(4) as threads:
        booked = list(threads.map(lambda _: len(ledger.post(settlement)), range(16)))
    assert sorted(booked) == [0] * 15 + [4]

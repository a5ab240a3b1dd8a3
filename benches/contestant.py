"""What every contestant written in Python shares: the clock, the peak of memory, and the line of JSON at the end.

It must never know what is computed.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def threads() -> int:
    """How many threads a contestant may use."""
    return int(os.environ.get("BENCH_THREADS", "2"))


def peak_mib() -> int:
    """The most memory this process has held so far, in MiB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most >> (20 if sys.platform == "darwin" else 10)


class Clock:
    """Runs from its making, or from the start of the process, until `stop`."""

    def __init__(self, *, whole_process: bool = False) -> None:
        """Start; of a whole process `run.py` says when it began, interpreter and imports included."""
        began = os.environ.get("BENCH_STARTED")
        gone = time.time() - float(began) if whole_process and began else 0.0
        self._begun = time.perf_counter() - gone
        self.seconds = 0.0
        self.peak = 0

    def stop(self) -> None:
        """Note the time and the peak of memory; what comes after counts for neither."""
        self.seconds = time.perf_counter() - self._begun
        self.peak = peak_mib()


def report(
    work: str,
    contestant: str,
    clock: Clock,
    check: Mapping[str, int] | None,
    notes: str = "",
    close: Mapping[str, tuple[float, float]] | None = None,
    rates: Mapping[str, float] | None = None,
) -> None:
    """Print the one line that `run.py` reads; whole numbers as text, so that no reader makes floats of them."""
    line: dict[str, object] = {
        "work": work,
        "contestant": contestant,
        "seconds": round(clock.seconds, 6),
        "peak_mib": clock.peak,
        "check": None if check is None else {name: str(value) for name, value in check.items()},
        "notes": notes,
    }
    if close is not None:
        line["close"] = close
    if rates is not None:
        line["rates"] = {name: round(rate) for name, rate in rates.items()}
    print(json.dumps(line))

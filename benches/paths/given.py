"""What the contestants share: the data, and the form of what they say.

It must never compute a share of a conversion.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.ipc

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

Ints = np.ndarray[Any, Any]


def arguments() -> argparse.Namespace:
    """The folder of the data, and the mode."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--mode", choices=["shares", "markov"], default="shares")
    return parser.parse_args()


def table(data: Path) -> pa.Table:
    """All paths, in memory and in one piece."""
    with pa.ipc.open_file(data / "paths.arrow") as file:
        read: pa.Table = file.read_all()
    return read.combine_chunks()


def arrays(paths: pa.Table) -> tuple[list[str], Ints, Ints, Ints, Ints]:
    """The names of the channels, the offsets of the paths, the channels of the touches, conversions and others."""
    lists = paths["path"].chunk(0)
    names: list[str] = lists.values.dictionary.to_pylist()
    conversions, others = (np.asarray(paths[name]) for name in ("conversions", "others"))
    return names, np.asarray(lists.offsets), np.asarray(lists.values.indices), conversions, others


def checked(shares: Mapping[str, Sequence[Fraction]]) -> dict[str, Any]:
    """The shares of every model and channel, as text in lowest terms."""
    return {f"{model} {at}": share for model, own in shares.items() for at, share in enumerate(own)}

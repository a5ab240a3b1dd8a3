"""Makes paths of touches: seeded, of geometric lengths, a fifth of them converting.

It must never know what a channel contributes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.ipc

SIZES = {"tiny": 20_000, "S": 100_000, "M": 1_000_000}
"""Paths; 3.3 touches each, on average."""
SEED = 11
CHANNELS = 12
LONGEST = 60


def main() -> None:
    """Write one Arrow file."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", choices=SIZES, required=True)
    parser.add_argument("--data", type=Path, required=True)
    given = parser.parse_args()
    draw = np.random.default_rng(SEED)
    count = SIZES[given.size]
    lengths = np.minimum(draw.geometric(0.303, count), LONGEST)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    # Some channels are touched often, and some of these bring nothing: conversions lean on what is touched last.
    often = 1.0 / np.arange(1, CHANNELS + 1)
    codes = draw.choice(CHANNELS, offsets[-1], p=often / often.sum()).astype(np.int8)
    brings = np.linspace(0.08, 0.6, CHANNELS)
    converted = draw.random(count) < brings[codes[offsets[1:] - 1]]
    names = pa.array([f"channel-{code:02}" for code in range(CHANNELS)])
    channels = pa.DictionaryArray.from_arrays(pa.array(codes), names)
    table = pa.table(
        {
            "path": pa.LargeListArray.from_arrays(pa.array(offsets), channels),
            "conversions": pa.array(converted.astype(np.int64)),
            "others": pa.array((~converted).astype(np.int64)),
        }
    )
    given.data.mkdir(parents=True, exist_ok=True)
    with pa.ipc.new_file(given.data / "paths.arrow", table.schema) as file:
        file.write_table(table)


if __name__ == "__main__":
    main()

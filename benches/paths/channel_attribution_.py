"""ChannelAttribution: the Markov chain of order 1, by random walks."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
from ChannelAttribution import markov_model
from contestant import Clock, report, threads
from given import arguments, arrays, table

#: Each of its ten repetitions draws a tenth of these walks at least; the one nearest to the median is its answer.
DRAWN, REPETITIONS = 100_000, 10


def main() -> None:
    """Race."""
    names, offsets, codes, conversions, others = arrays(table(arguments().data))
    touched = [names[code] for code in codes]
    paths = [" > ".join(touched[begin:end]) for begin, end in pairwise(offsets)]
    data = pd.DataFrame({"path": paths, "conversions": conversions, "others": others})
    clock = Clock()
    result, _, effects = markov_model(
        data,
        "path",
        "conversions",
        var_null="others",
        nsim_start=DRAWN,
        nfold=REPETITIONS,
        ncore=threads(),
        seed=1,
        out_more=True,
        verbose=False,
        flg_pro=False,
    ).values()
    clock.stop()
    converting = DRAWN / REPETITIONS * conversions.sum() / (conversions + others).sum()
    effect = dict(zip(effects["channel_name"], effects.iloc[:, 1], strict=True))
    # A removal effect is the share of converting walks that come to the channel; the conversions are shared by these.
    part = conversions.sum() / sum(effect.values())
    error = {name: float(part * (own * (1 - own) / converting) ** 0.5) for name, own in effect.items()}
    found = dict(zip(result["channel_name"], result.iloc[:, 1], strict=True))
    close = {name: (float(found[name]), error[name]) for name in sorted(found)}
    report("paths", "ChannelAttribution", clock, None, "Markov chain alone", close=close)


if __name__ == "__main__":
    main()

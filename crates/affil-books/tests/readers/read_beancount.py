"""Says what beancount's own loader reads in a file, as JSON."""

import collections
import json
import sys

from beancount import loader
from beancount.core import data

entries, errors, options = loader.load_file(sys.argv[1])
sums = collections.defaultdict(int)
transactions = []
opened = {}
for entry in entries:
    if isinstance(entry, data.Open):
        opened[entry.account] = entry.meta.get("affiliate")
    elif isinstance(entry, data.Transaction):
        transactions.append([str(entry.date), entry.payee, entry.narration, entry.meta["kind"], entry.meta["month"]])
        for posting in entry.postings:
            sums[posting.account] += posting.units.number
json.dump(
    {
        "errors": [error.message for error in errors],
        "currency": options["operating_currency"],
        "opened": opened,
        "sums": {account: str(number) for account, number in sums.items()},
        "transactions": transactions,
    },
    sys.stdout,
)

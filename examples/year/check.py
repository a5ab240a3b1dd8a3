"""Holds the books of the year against each other and against what beancount and hledger read out of them.

Usage: python3 check.py FOLDER, the folder that the example wrote. It needs beancount (`pip install beancount`) and hledger
on the path, imports nothing of affil, and exits with 1 if a cent differs anywhere. It must never compute what is owed.
"""

import csv
import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

WRONG = []


def expect(what, holds, told=""):
    print(f"{'ok   ' if holds else 'WRONG'}  {what}{'' if holds else f': {told}'}")
    if not holds:
        WRONG.append(what)


def differing(left, right):
    names = sorted(name for name in left.keys() | right.keys() if left.get(name, 0) != right.get(name, 0))
    return [(name, str(left.get(name, 0)), str(right.get(name, 0))) for name in names[:5]]


def ledger(path):
    """The entries of a ledger with the month that was closed when each was booked, and the account sums."""
    entries, sums, closed = [], defaultdict(Decimal), ""
    for line in path.read_text().splitlines():
        row = json.loads(line)
        if "closed" in row:
            closed = row["closed"]
            continue
        entries.append((closed, row))
        for account, amount in row["postings"]:
            sums[account] += Decimal(amount)
    return entries, {account: total for account, total in sums.items() if total}


def exported(path):
    """The account sums of an exported table, and its rows for each entry."""
    sums, rows = defaultdict(Decimal), Counter()
    with path.open() as file:
        for row in csv.DictReader(file):
            name = row["account"]
            if name in ("pending", "approved", "payable", "reserve"):
                name += f":{row['affiliate']}"
            sums[name] += Decimal(row["amount"])
            rows[row["entry"]] += 1
    return {account: total for account, total in sums.items() if total}, rows


def charted(account):
    """The name of an account in the books of beancount and hledger, of affiliates that are letters, digits and hyphens."""
    kind, _, whose = account.partition(":")
    if kind in ("pending", "approved", "payable", "reserve"):
        return f"Liabilities:Affiliates:{kind.capitalize()}:A-{whose.replace('-', '-2D')}"
    if kind == "expense":
        return f"Expenses:Affiliates:{whose.capitalize()}"
    return {
        "vat:input": "Assets:VAT:Input",
        "withholding": "Liabilities:Withholding",
        "fees": "Liabilities:Fees",
        "clearing": "Liabilities:Clearing",
        "cash": "Assets:Cash",
    }[account]


def beancount(path):
    from beancount import loader
    from beancount.core.data import Transaction

    entries, errors, _ = loader.load_file(str(path))
    expect("beancount finds no error", not errors, errors[:3])
    sums = defaultdict(Decimal)
    for entry in entries:
        if isinstance(entry, Transaction):
            for posting in entry.postings:
                sums[posting.account] += posting.units.number
    return {account: total for account, total in sums.items() if total}


def hledger(path):
    told = subprocess.run(["hledger", "-f", path, "check"], capture_output=True, text=True)
    expect("hledger check finds no error", told.returncode == 0, told.stderr)
    command = ["hledger", "-f", path, "balance", "--flat", "--no-total", "--output-format", "csv"]
    table = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows = csv.DictReader(table.splitlines())
    # Some versions of hledger write 12.40 USD, others USD12.40.
    return {row["account"]: Decimal(re.sub(r"[^\d.-]", "", row["balance"])) for row in rows}


def main():
    folder = Path(sys.argv[1])
    monthly, balances = ledger(folder / "ledger.jsonl")
    at_once, once = ledger(folder / "once.jsonl")
    expect(
        "the ledger of twelve months holds in every account what one settlement of all facts holds",
        balances == once,
        differing(balances, once),
    )
    zero = all(sum(Decimal(amount) for _, amount in row["postings"]) == 0 for _, row in monthly + at_once)
    expect("every entry adds up to zero", zero)
    late = [row["id"] for closed, row in monthly if row["date"][:7] <= closed]
    expect("nothing was booked in a month that was closed", not late, late[:5])

    kinds = Counter(row["kind"] for _, row in monthly)
    moved = [row for _, row in monthly if row["month"] < row["date"][:7] and row["kind"] in ("commission", "reversal")]
    corrected = [row for row in moved if row["amount"] != "0.00" and row["was"] != "0.00"]
    paid = {row["target"].removesuffix("#paid") for _, row in monthly if row["target"].endswith("#paid")}
    failed = {row["target"].removesuffix("#failed") for _, row in monthly if row["target"].endswith("#failed")}
    # What is paid out leaves `payable`; a refund that takes from there came after its commission could be paid.
    after = [
        row for _, row in monthly
        if row["kind"] == "reversal" and any(account.startswith("payable:") for account, _ in row["postings"])
    ]  # fmt: skip
    decided = {row["target"].partition("#")[0] for _, row in monthly if row["target"].startswith("adjustment:dispute")}
    for what, count in [
        ("corrections of months that were closed", len(corrected)),
        ("refunds that came when their commission was payable", len(after)),
        ("payouts that arrived", len(paid)),
        ("payouts that came back", len(failed)),
        ("adjustments that a mediator decided", len(decided)),
    ]:
        expect(f"there were {what}: {count}", count > 0)
    print(f"       {len(monthly)} entries: " + ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())))

    table, rows = exported(folder / "books.csv")
    expect("the exported table holds the same", table == balances, differing(table, balances))
    expect("and every entry once", set(rows) == {row["id"] for _, row in monthly} and len(rows) == len(monthly))
    wanted = {charted(account): total for account, total in balances.items()}
    for name, found in [
        ("beancount", beancount(folder / "books.beancount")),
        ("hledger", hledger(folder / "books.journal")),
    ]:
        expect(f"{name} reports the same balance of all {len(wanted)} accounts", found == wanted, differing(found, wanted))
    sys.exit(1 if WRONG else 0)


main()

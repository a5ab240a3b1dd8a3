"""Computes the example's settlement a second time, in plain Python and with fractions, and compares every figure.

Usage: python3 check.py FACTS SETTLED, the folders that the example (or `affil settle --out`) wrote. Exits with 1 if one
target, unpaid line or statement differs. It follows docs/meaning.md, imports nothing of affil, and stops at anything in
the program that it does not know. It must never read what it compares with before it has finished computing.
"""

import csv
import sys
import tomllib
from collections import defaultdict
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

HERE = Path(__file__).resolve().parent


def known(table, *keys):
    """The table, if it has no other keys."""
    strange = set(table) - set(keys)
    if strange:
        sys.exit(f"the program says {sorted(strange)}, which this check does not know")
    return table


def cents(text):
    amount = Fraction(text) * 100
    assert amount.denominator == 1, text
    return amount.numerator


def dollars(amount):
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02}"


def rounded(exact):
    """Half to even, which is what Python's round does with fractions."""
    return round(exact)


def span(text):
    units = {"d": timedelta(days=1), "h": timedelta(hours=1)}
    return int(text[:-1]) * units[text[-1]]


def texts(value):
    return [value] if isinstance(value, str) else value


class Program:
    """The parts of a program that the example uses."""

    def __init__(self, path):
        document = tomllib.loads(path.read_text())
        known(
            document, "schema", "name", "currency", "zone", "conflict", "attribution", "exclude", "rules", "tiers",
            "caps", "refunds",
        )  # fmt: skip
        assert document["currency"] == "USD" and document["conflict"] == "first"
        self.zone = ZoneInfo(document["zone"])
        attribution = known(document["attribution"], "model", "windows", "precedence")
        assert attribution["model"] == "last"
        self.windows = {kind: span(window) for kind, window in attribution["windows"].items()}
        self.precedence = attribution["precedence"]
        self.exclude = [known(exclusion, "id", "when") for exclusion in document["exclude"]]
        self.rules = [known(rule, "id", "when", "pay", "on_top") for rule in document["rules"]]
        self.tiers = [known(tier, "id", "when", "rules", "mode", "steps") for tier in document["tiers"]]
        (cap,) = document["caps"]
        known(cap, "id", "per", "amount")
        assert cap["per"] == "order"
        self.cap = cents(cap["amount"])
        assert document["refunds"] == {"tiers": "refund_period"}

    def month(self, at):
        return at.astimezone(self.zone).strftime("%Y-%m")

    def tier(self, rule, affiliate):
        """The first tier that the rule's commissions to the affiliate follow."""
        if "percent" not in rule["pay"]:
            return None
        for tier in self.tiers:
            groups = texts(known(tier["when"], "group")["group"])
            if set(groups) & affiliate.groups and rule["id"] in tier["rules"]:
                return tier
        return None


class Affiliate:
    def __init__(self, row):
        self.active = row["active"] == "true"
        self.groups = set(row["groups"].split(";"))


class Order:
    def __init__(self, row):
        self.id, self.customer = row["id"], row["customer"]
        self.at = datetime.fromisoformat(row["at"])
        self.lines = []
        self.new = False
        self.touch = None
        self.affiliate = None


class Line:
    def __init__(self, order, row):
        self.order = order
        self.position = len(order.lines) + 1
        self.amount = cents(row["amount"])
        self.category = row["category"]
        self.refunded = 0
        self.commissions = []


class Commission:
    def __init__(self, line, rule, exact):
        self.line, self.rule, self.exact = line, rule, exact
        self.tier = None
        self.amount = 0


class Facts:
    def __init__(self, folder):
        def rows(table):
            with open(folder / f"{table}.csv", newline="") as file:
                return list(csv.DictReader(file))

        self.affiliates = {row["id"]: Affiliate(row) for row in rows("affiliates")}
        orders = {row["id"]: Order(row) for row in rows("orders")}
        for row in rows("lines"):
            order = orders[row["order"]]
            order.lines.append(Line(order, row))
        self.order = orders
        self.orders = sorted(orders.values(), key=lambda order: (order.at, order.id))
        self.touches = defaultdict(list)
        for row in rows("touches"):
            row["at"] = datetime.fromisoformat(row["at"])
            self.touches[row["customer"]].append(row)
        for touches in self.touches.values():
            touches.sort(key=lambda touch: (touch["at"], touch["id"]))
        self.refunds = rows("refunds")
        for row in self.refunds:
            row["at"] = datetime.fromisoformat(row["at"])
        self.refunds.sort(key=lambda refund: (refund["at"], refund["id"]))
        self.adjustments = rows("adjustments")
        seen = set()
        for order in self.orders:
            order.new = order.customer not in seen
            seen.add(order.customer)


def attribute(program, facts, order):
    """Credits the order with a touch, or says why nobody earned it (section 1)."""

    def bar(touch):
        if touch["order"] and touch["order"] != order.id:
            return "other_order"
        if touch["kind"] not in program.windows:
            return "kind_not_counted"
        if not facts.affiliates[touch["affiliate"]].active:
            return "affiliate_inactive"
        if order.at - touch["at"] >= program.windows[touch["kind"]]:
            return "outside_window"
        return None

    before = [touch for touch in facts.touches[order.customer] if touch["at"] <= order.at]
    eligible = [touch for touch in before if bar(touch) is None]
    for kinds in program.precedence:
        competing = [touch for touch in eligible if touch["kind"] in kinds]
        if competing:
            order.touch = competing[-1]
            order.affiliate = order.touch["affiliate"]
            return None
    return bar(before[-1]) if before else "no_touch"


def matches(when, line):
    """Whether a condition is true of a line (section 2); every field that the example tests is always present."""
    order = line.order
    known(when, "line", "order", "customer", "touch")
    held = []
    for field, test in known(when.get("line", {}), "category", "amount").items():
        if field == "category":
            held.append(line.category in texts(test))
        else:
            held.append(line.amount <= cents(known(test, "at_most")["at_most"]))
    for test in known(when.get("order", {}), "amount").values():
        amount = sum(line.amount for line in order.lines)
        held.append(amount >= cents(known(test, "at_least")["at_least"]))
    for new in known(when.get("customer", {}), "new").values():
        held.append(order.new == new)
    for kinds in known(when.get("touch", {}), "kind").values():
        held.append(order.touch["kind"] in texts(kinds))
    return all(held)


def rate(program, facts, order, unpaid):
    """Makes the commissions of a credited order (section 2)."""
    paid_once = set()
    for line in order.lines:
        excluded = [exclusion for exclusion in program.exclude if matches(exclusion["when"], line)]
        if excluded:
            unpaid.add((order.id, str(line.position), order.affiliate, "excluded", excluded[0]["id"]))
            continue
        matching = [rule for rule in program.rules if matches(rule.get("when", {}), line)]
        if not matching:
            unpaid.add((order.id, str(line.position), order.affiliate, "no_rule", ""))
            continue
        first = next((rule for rule in matching if not rule.get("on_top")), None)
        for rule in matching:
            if not rule.get("on_top") and rule is not first:
                continue
            pay = known(rule["pay"], "percent", "flat", "per")
            if "percent" in pay:
                commission = Commission(line, rule, Fraction(pay["percent"]) / 100 * line.amount)
                commission.tier = program.tier(rule, facts.affiliates[order.affiliate])
            elif rule["id"] in paid_once:
                continue
            else:
                assert pay["per"] == "order"
                paid_once.add(rule["id"])
                commission = Commission(line, rule, Fraction(cents(pay["flat"])))
            line.commissions.append(commission)


def take_refunds(facts):
    """What each refund takes of each line, in canonical order (section 6)."""
    for refund in facts.refunds:
        order = facts.order[refund["order"]]
        lines = [order.lines[int(refund["line"]) - 1]] if refund["line"] else order.lines
        assert refund["line"] or not refund["amount"]
        for line in lines:
            left = line.amount - line.refunded
            taken = cents(refund["amount"]) if refund["amount"] else left
            assert taken <= left and line.amount >= 0
            before, line.refunded = line.refunded, line.refunded + taken
            yield refund, line, before, line.refunded


def climb(program, facts, takings):
    """Gives the commissions that follow a tier their rates (section 3)."""
    events = defaultdict(list)
    for order in facts.orders:
        for line in order.lines:
            for tier in {id(c.tier): c.tier for c in line.commissions if c.tier}.values():
                key = (tier["id"], order.affiliate, program.month(order.at))
                events[key].append(((order.at, 0, order.id, line.position), line, line.amount, tier))
    for refund, line, before, after in takings:
        for tier in {id(c.tier): c.tier for c in line.commissions if c.tier}.values():
            key = (tier["id"], line.order.affiliate, program.month(refund["at"]))
            events[key].append(((refund["at"], 1, refund["id"], line.position), None, before - after, tier))
    for sequence in events.values():
        sequence.sort(key=lambda event: event[0])
        tier = sequence[0][3]
        steps = [(cents(step["from"]), step) for step in tier["steps"]]
        whole = sum(amount for _, _, amount, _ in sequence)
        total = 0
        for _, line, amount, _ in sequence:
            for commission in line.commissions if line else []:
                if commission.tier is tier:
                    commission.exact = on_steps(commission, tier["mode"], steps, total, whole)
            total += amount


def on_steps(commission, mode, steps, before, whole):
    own = Fraction(commission.rule["pay"]["percent"])
    amount = commission.line.amount

    def at(step):
        if step is None:
            return own / 100
        known(step, "from", "percent", "add", "multiply")
        if "percent" in step:
            return Fraction(step["percent"]) / 100
        return (own + Fraction(step["add"]) if "add" in step else own * Fraction(step["multiply"])) / 100

    if mode == "whole":
        reached = [step for threshold, step in steps if threshold <= whole]
        return at(reached[-1] if reached else None) * amount
    assert mode == "marginal"
    exact = Fraction(0)
    edges = [(None, None)] + steps
    for (start, step), (end, _) in zip(edges, steps + [(None, None)]):
        low = before if start is None else max(before, start)
        high = before + amount if end is None else min(before + amount, end)
        exact += at(step) * max(0, high - low)
    return exact


def round_and_cap(program, order):
    """Rounds each line's commissions by differences, then caps the order's (sections 4 and 5)."""
    running = 0
    for line in order.lines:
        sum_before = Fraction(0)
        for commission in line.commissions:
            sum_after = sum_before + commission.exact
            amount = rounded(sum_after) - rounded(sum_before)
            sum_before = sum_after
            commission.amount = min(running + amount, program.cap) - min(running, program.cap)
            running += amount


def reverse(line, before, after):
    """What a refund takes back of each of the line's commissions (section 6)."""

    def share(amount, refunded):
        return rounded(Fraction(amount * refunded, line.amount))

    running = 0
    for commission in line.commissions:
        up_to, without = running + commission.amount, running
        running = up_to
        now = share(up_to, after) - share(without, after)
        yield commission, now - (share(up_to, before) - share(without, before))


def settle(program, facts):
    """All targets, unpaid lines and statements."""
    targets, unpaid = {}, set()
    statements = defaultdict(lambda: defaultdict(int))
    for order in facts.orders:
        reason = attribute(program, facts, order)
        if reason:
            unpaid.add((order.id, "", "", reason, ""))
        else:
            rate(program, facts, order, unpaid)
    takings = list(take_refunds(facts))
    climb(program, facts, takings)
    for order in facts.orders:
        round_and_cap(program, order)
        paid = [line for line in order.lines if line.commissions]
        if not paid:
            continue
        statement = statements[order.affiliate, program.month(order.at)]
        statement["orders"] += 1
        statement["sales"] += sum(line.amount for line in paid)
        for line in paid:
            for commission in line.commissions:
                name = f"commission:{order.id}/{line.position}/{commission.rule['id']}/{order.affiliate}"
                targets[name] = commission.amount
                statement["commission"] += commission.amount
    for refund, line, before, after in takings:
        if not line.commissions:
            continue
        order = line.order
        statement = statements[order.affiliate, program.month(refund["at"])]
        statement["refunded"] += after - before
        for commission, amount in reverse(line, before, after):
            name = f"reversal:{refund['id']}/{line.position}/{commission.rule['id']}/{order.affiliate}"
            targets[name] = -amount
            statement["reversals"] -= amount
    for row in facts.adjustments:
        targets[f"adjustment:{row['id']}"] = cents(row["amount"])
        month = program.month(datetime.fromisoformat(row["at"]))
        statements[row["affiliate"], month]["adjustments"] += cents(row["amount"])
    return targets, unpaid, statements


def compare(folder, targets, unpaid, statements):
    """What the files say otherwise, in words."""

    def rows(name):
        with open(folder / f"{name}.csv", newline="") as file:
            return list(csv.DictReader(file))

    def differences(what, found, wanted):
        for key in sorted(set(found) | set(wanted)):
            if found.get(key) != wanted.get(key):
                yield f"{what} {key}: affil says {found.get(key)}, this check {wanted.get(key)}"

    found = {row["id"]: row["amount"] for row in rows("targets")}
    yield from differences("target", found, {name: dollars(amount) for name, amount in targets.items()})
    columns = ["order", "line", "affiliate", "reason", "exclusion"]
    found = {tuple(row[column] for column in columns): "unpaid" for row in rows("unpaid")}
    yield from differences("unpaid", found, dict.fromkeys(unpaid, "unpaid"))
    columns = ["sales", "refunded", "commission", "reversals", "adjustments"]
    found = {
        (row["affiliate"], row["month"]): (row["orders"], *(row[column] for column in columns), row["total"])
        for row in rows("statements")
    }
    wanted = {}
    for key, sums in statements.items():
        total = sums["commission"] + sums["reversals"] + sums["adjustments"]
        wanted[key] = (str(sums["orders"]), *(dollars(sums[column]) for column in columns), dollars(total))
    yield from differences("statement", found, wanted)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    facts, settled = map(Path, sys.argv[1:])
    targets, unpaid, statements = settle(Program(HERE / "program.toml"), Facts(facts))
    differences = list(compare(settled, targets, unpaid, statements))
    for difference in differences[:20]:
        print(difference)
    if differences:
        sys.exit(f"{len(differences)} differences")
    total = sum(targets.values())
    print(
        f"{len(targets)} targets, {len(unpaid)} unpaid and {len(statements)} statements are as recomputed; "
        f"total {dollars(total)} USD"
    )


if __name__ == "__main__":
    main()

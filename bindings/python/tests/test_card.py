"""Rate cards. Figures are worked by hand in the comments; quotes are the second opinion."""

from __future__ import annotations

import random
from decimal import Decimal
from threading import Thread
from typing import Any

import pytest

import affil

PROGRAM: dict[str, Any] = {
    "schema": "affil/1",
    "currency": "EUR",
    "zone": "UTC",
    "attribution": {"windows": {"click": "30d"}},
    "rules": [
        {"id": "shoes", "when": {"line": {"category": "shoes"}}, "pay": {"percent": "10"}},
        {"id": "books", "when": {"line": {"category": "books"}}, "pay": {"percent": "4.25"}},
    ],
    "conflict": "first",
    "tiers": [{"id": "month", "mode": "marginal", "steps": [{"from": "1000.00", "add": "1"}]}],
}
SAMPLE: dict[str, Any] = {
    "affiliate": "ana",
    "lines": [{"category": name, "amount": "0"} for name in ("shoes", "books", "toys")],
}


def test_by_hand() -> None:
    card = affil.Plan.parse(PROGRAM).rate_card(SAMPLE)
    # Of the book's 10.00 the half up to 1,000.00 earns 4.25 % and the rest 5.25 %: 47.5 cents, half-even 48; the shoes
    # are above it: 11 % of 59.90 is 658.9 cents; toys earn nothing.
    assert card.quote([1, 0, 2], [10_00, 59_90, 5_00], 995_00) == (707, [48, 659, 0])
    assert (card.kinds, card.currency, card.obstacles()) == (3, "EUR", [])
    assert repr(card) == "<RateCard of 3 kinds of lines, EUR>"
    # Running sums of 7.00 over 48 and 707 of 707 cents, rounded down: 47 and 700.
    cap = {"id": "order", "per": "order", "amount": "7.00", "share": "cumulative"}
    card = affil.Plan.parse(PROGRAM | {"caps": [cap]}).rate_card(SAMPLE)
    assert card.quote((1, 0), (10_00, 59_90), so_far=995_00) == (700, [47, 653])


@pytest.mark.parametrize("at", ["line", "order"])
def test_cards_answer_like_quotes(at: str) -> None:
    plan = affil.Plan.parse(PROGRAM | {"round": {"at": at}})
    card = plan.rate_card(SAMPLE)
    assert [path for path, _ in card.obstacles()] == ([] if at == "line" else ["/round/at"])
    draw = random.Random(7)  # noqa: S311 (carts, no secrets)
    for _ in range(200):
        kinds = [draw.randrange(3) for _ in range(draw.randrange(6))]
        amounts = [draw.randrange(30_000) for _ in kinds]
        so_far = draw.randrange(150_000)
        lines = [
            SAMPLE["lines"][kind] | {"amount": Decimal(amount).scaleb(-2)}
            for kind, amount in zip(kinds, amounts, strict=True)
        ]
        quote = plan.quote({"affiliate": "ana", "so_far": Decimal(so_far).scaleb(-2), "lines": lines})
        total, paid = card.quote(kinds, amounts, so_far)
        assert total == quote.total.scaleb(2)
        assert paid == [line.amount.scaleb(2) for line in quote.lines]


@pytest.mark.parametrize(
    ("kinds", "amounts", "so_far"),
    [
        ([0], [1.5], 0),
        ([0], [True], 0),
        ([0.0], [1], 0),
        ([0], [1], 1.0),
        ([0], ["1"], 0),
        ([-1], [1], 0),
        ("0", [1], 0),
    ],
)
def test_only_whole_numbers(kinds: Any, amounts: Any, so_far: Any) -> None:
    card = affil.Plan.parse(PROGRAM).rate_card(SAMPLE)
    with pytest.raises(TypeError, match="whole number"):
        card.quote(kinds, amounts, so_far)


def test_refusals() -> None:
    plan = affil.Plan.parse(PROGRAM)
    card = plan.rate_card(SAMPLE)
    for kinds, amounts, code, path in [
        ([3], [1], "columns.malformed", "/kinds/0"),
        ([0], [1, 2], "columns.malformed", "/amounts"),
        ([0], [2**60], "money.limit", ""),
    ]:
        with pytest.raises(affil.FactsError) as refused:
            card.quote(kinds, amounts)
        assert [(problem.code, problem.path) for problem in refused.value.problems] == [(code, path)]
    with pytest.raises(affil.FactsError):
        plan.rate_card({"affiliate": "ana", "lines": [{"amount": 1.5}]})
    # A refusal leaves the card as it was.
    assert card.quote([0], [10_00]) == (100, [100])


def test_threads_share_a_card() -> None:
    card = affil.Plan.parse(PROGRAM).rate_card(SAMPLE)
    wrong: list[object] = []

    def ask(amount: int) -> None:
        # 10 % below 1,000.00.
        answers = (card.quote([0], [amount * 10]) for _ in range(2_000))
        wrong.extend(answer for answer in answers if answer != (amount, [amount]))

    threads = [Thread(target=ask, args=(amount,)) for amount in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []

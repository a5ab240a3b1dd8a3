// Rate cards as a Node user meets them. Figures are worked by hand in the comments; quotes are the second opinion.

import assert from "node:assert/strict";
import { test } from "node:test";

import { AffilError, Plan } from "affil";

const program = {
  schema: "affil/1",
  currency: "EUR",
  zone: "UTC",
  attribution: { windows: { click: "30d" } },
  rules: [
    { id: "shoes", when: { line: { category: "shoes" } }, pay: { percent: "10" } },
    { id: "books", when: { line: { category: "books" } }, pay: { percent: "4.25" } },
  ],
  conflict: "first",
  tiers: [{ id: "month", mode: "marginal", steps: [{ from: "1000.00", add: "1" }] }],
};
const sample = { affiliate: "ana", lines: ["shoes", "books", "toys"].map((category) => ({ category, amount: "0" })) };
const text = (cents) => `${cents / 100n}.${String(cents % 100n).padStart(2, "0")}`;
const cents = (amount) => BigInt(amount.replace(".", ""));

test("a cart by hand", () => {
  const card = Plan.load(program).rateCard(sample);
  // Of the book's 10.00 the half up to 1,000.00 earns 4.25 % and the rest 5.25 %: 47.5 cents, half-even 48; the shoes are
  // above it: 11 % of 59.90 is 658.9 cents; toys earn nothing.
  const quote = card.quote([1, 0, 2], [1000n, 5990n, 500n], 99500n);
  assert.equal(quote.total, 707n);
  assert.deepEqual([...quote.lines], [48n, 659n, 0n]);
  assert.equal(card.kinds, 3);
  assert.deepEqual(card.obstacles(), []);
  const typed = card.quote(new Uint32Array([1, 0, 2]), new BigInt64Array([1000n, 5990n, 500n]), 99500n);
  assert.deepEqual(typed, quote);
  card.free();
});

test("cards answer like quotes, also those that cannot be prepared, however large the cart", () => {
  // A linear congruential generator, so that every run draws the same carts.
  let state = 7;
  const below = (end) => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) % end;
  for (const at of ["line", "order"]) {
    const plan = Plan.load({ ...program, round: { at } });
    const card = plan.rateCard(sample);
    assert.deepEqual(card.obstacles().map(({ path }) => path), at === "line" ? [] : ["/round/at"]);
    for (let size = 0; size < 60; size += 1) {
      const kinds = Array.from({ length: size }, () => below(3));
      const amounts = kinds.map(() => BigInt(below(30_000)));
      const soFar = BigInt(below(150_000));
      const lines = kinds.map((kind, line) => ({ ...sample.lines[kind], amount: text(amounts[line]) }));
      const quote = plan.quote({ affiliate: "ana", so_far: text(soFar), lines });
      const { total, lines: paid } = card.quote(kinds, amounts, soFar);
      assert.equal(total, cents(quote.total));
      assert.deepEqual([...paid], quote.lines.map(({ amount }) => cents(amount)));
    }
  }
});

test("what is no whole number, or none of the card's, is refused", () => {
  const card = Plan.load(program).rateCard(sample);
  for (const [kinds, amounts, soFar] of [[[0], [1.5]], [[0], [1]], [[0.5], [1n]], [[-1], [1n]], [[0], [1n], 1], [[0], []]]) {
    assert.throws(() => card.quote(kinds, amounts, soFar), TypeError);
  }
  assert.throws(() => card.quote([0], [2n ** 64n]), RangeError);
  assert.throws(() => card.quote([0], [1n], 2n ** 64n), RangeError);
  for (const [kinds, amounts, code, path] of [[[3], [1n], "columns.malformed", "/kinds/0"], [[0], [2n ** 60n], "money.limit", ""]]) {
    assert.throws(() => card.quote(kinds, amounts), (error) => {
      assert.ok(error instanceof AffilError);
      assert.deepEqual(error.problems.map((problem) => [problem.code, problem.path]), [[code, path]]);
      return true;
    });
  }
  assert.throws(() => Plan.load(program).rateCard({ affiliate: "ana", lines: [{ amount: 1.5 }] }), AffilError);
  // A refusal leaves the card as it was.
  assert.equal(card.quote([0], [1000n]).total, 100n);
});

test("answers stay as they were given when the memory moves", () => {
  const card = Plan.load(program).rateCard(sample);
  const before = card.quote([0], [1000n]);
  const many = 200_000;
  const large = card.quote(new Uint32Array(many), new BigInt64Array(many).fill(1n));
  // Half a cent and less is nothing: 10 % of one cent.
  assert.equal(large.total, 0n);
  assert.deepEqual([...before.lines], [100n]);
  assert.equal(card.quote([0], [1000n]).total, 100n);
});

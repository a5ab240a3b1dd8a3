// The cart by affil, prepared: numbers, priced by rate cards of the document that `generate.py` wrote.
// It must never know a rule of that program.

import { Plan } from "../../bindings/wasm/pkg/node.js";

import { main, read } from "./carts.mjs";

const own = ({ mtd, new_customer, lines }) => ({
  card: Number(new_customer),
  kinds: Uint32Array.from(lines, ({ category }) => category),
  amounts: BigInt64Array.from(lines, ({ quantity, price }) => BigInt(quantity * price)),
  soFar: BigInt(mtd),
});

function prepare(rates) {
  const plan = Plan.load(read("cart.toml"));
  // Every category is a kind of line.
  const lines = rates.map((_, category) => ({ category: String(category), amount: "0" }));
  const cards = [false, true].map((new_customer) => plan.rateCard({ affiliate: "ana", new_customer, lines }));
  return ({ card, kinds, amounts, soFar }) => {
    const { total, lines } = cards[card].quote(kinds, amounts, soFar);
    return [lines, total];
  };
}

await main("affil, prepared", { prepare, own, cents: Number });

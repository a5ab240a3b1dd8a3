// The cart by affil, an object as a checkout page has it, from the program document that `generate.py` wrote.
// It must never know a rule of that program.

import { Plan } from "../../bindings/wasm/pkg/node.js";

import { main, read } from "./carts.mjs";

const text = (cents) => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`;

function own({ mtd, new_customer, lines }) {
  return {
    affiliate: "ana",
    so_far: text(mtd),
    new_customer,
    lines: lines.map(({ category, quantity, price }) => ({ category: String(category), amount: text(quantity * price) })),
  };
}

function prepare() {
  const plan = Plan.load(read("cart.toml"));
  return (cart) => {
    const quote = plan.quote(cart);
    return [quote.lines.map((line) => line.amount), quote.total];
  };
}

await main("affil", { prepare, own, cents: (amount) => Number(amount.replace(".", "")) });

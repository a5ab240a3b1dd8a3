// The cart in whole cents, written by hand for this one program: the floor.
// It must never know another plan.

import { BONUS, halfEven, main, ORDER_CAP, STEPS } from "./carts.mjs";

function prepare(rates) {
  return ({ mtd, new_customer, lines }) => {
    let sold = mtd;
    let bonus = new_customer ? BONUS : 0;
    let total = 0;
    const paid = lines.map(({ category, quantity, price }) => {
      const rate = rates[category];
      if (rate === null) return 0;
      const sale = quantity * price;
      const after = sold + sale;
      let raw = sale * rate;
      for (const [start, more] of STEPS) if (after > start) raw += more * (after - Math.max(sold, start));
      const amount = halfEven(raw, 10_000) + bonus;
      sold = after;
      bonus = 0;
      total += amount;
      return amount;
    });
    if (total <= ORDER_CAP) return [paid, total];
    let before = 0;
    for (const [at, amount] of paid.entries()) {
      const after = before + amount;
      paid[at] = Math.floor((ORDER_CAP * after) / total) - Math.floor((ORDER_CAP * before) / total);
      before = after;
    }
    return [paid, ORDER_CAP];
  };
}

await main("plain numbers", { prepare, own: (cart) => cart, cents: (amount) => amount });

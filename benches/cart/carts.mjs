// What the contestants in JavaScript share: the carts, how they are timed, and what is compared.
// It must never know how a cart is computed.

import { readFileSync } from "node:fs";
import { join } from "node:path";

export const BONUS = 500;
export const ORDER_CAP = 15_000;
/** Cents of the month from which on, and basis points that are added to those before. */
export const STEPS = [[100_000, 50], [1_000_000, 50], [10_000_000, 100]];

const [folder, size, chosen] = process.argv.slice(2);

/** Who is to run, of a file with several contestants. */
export const name = chosen;

/** The data's folder has this file. */
export const read = (file) => readFileSync(join(folder, file), "utf8");

/** The whole number nearest to a/b, halves to the even one; a and b are whole, and a is not below zero. */
export function halfEven(a, b) {
  const rest = a % b;
  const whole = (a - rest) / b;
  return whole + (2 * rest > b || (2 * rest === b && whole % 2 === 1) ? 1 : 0);
}

/**
 * Measures one contestant: `own` makes a cart its own before the clock runs, what `prepare` answers prices it (at once,
 * or as a promise) as `[what each line is paid, total]`, and `cents` turns either into a whole number.
 */
export async function main(contestant, { prepare, own, cents, notes = "" }) {
  const data = JSON.parse(read("carts.json"));
  const price = prepare(data.rates);
  const least = size === "tiny" ? 20 : 500;
  const check = {};
  const rates = {};
  for (const { lines, carts: listed } of data.carts) {
    const carts = listed.map(own);
    const priced = [];
    for (const cart of carts) priced.push(await price(cart));
    const sum = (numbers) => String(numbers.reduce((a, b) => a + BigInt(b), 0n));
    check[`total.${lines}`] = sum(priced.map(([, total]) => cents(total)));
    check[`places.${lines}`] = sum(priced.flatMap(([paid]) => Array.from(paid, (one, at) => cents(one) * (at + 1))));
    rates[`${lines}-line carts/s`] = Math.round(await rate(price, carts, least));
  }
  const said = {
    work: "cart",
    contestant,
    // For 100,000 carts of ten lines.
    seconds: 100_000 / rates["10-line carts/s"],
    peak_mib: Math.round(process.resourceUsage().maxRSS / 1024),
    check,
    rates,
    notes,
  };
  console.log(JSON.stringify(said));
}

async function rate(price, carts, least) {
  const waits = price(carts[0]) instanceof Promise;
  let passes = 0;
  let kept;
  // The first tenth warms the compiler up.
  for (const warm = performance.now(); performance.now() - warm < least / 10; ) {
    for (const cart of carts) kept = waits ? await price(cart) : price(cart);
  }
  const start = performance.now();
  let gone = 0;
  while (gone < least) {
    for (const cart of carts) kept = waits ? await price(cart) : price(cart);
    passes += 1;
    gone = performance.now() - start;
  }
  if (kept === undefined) throw new Error("nothing was computed");
  return (passes * carts.length * 1000) / gone;
}

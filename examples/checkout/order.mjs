// What the server does with an order from the page: it quotes again and believes nothing.
//
// From the page come names of products, quantities and the coupon. Prices are the shop's; who sent the customer, whether
// it is a new one and what was sold before are the server's to know. The page's quote is only compared.

import { AffilError } from "affil";

import { MOST, PRODUCTS, lines } from "./products.js";

/** Larger orders are not read: four products fill a tenth of it. */
export const LARGEST = 4096;

/** An order that is not what the page sends. */
export class Malformed extends Error {}

/**
 * Compares the page's quote with the server's own.
 *
 * `bytes` is the order, `known` what the server knows: `affiliate`, `new_customer` and `so_far`. Answers `agreed`, or
 * `other plan` (the page is to be loaded again), or `other amount`; always with the server's total and plan, which hold.
 * Throws `Malformed` for anything that is no order.
 */
export function check(plan, known, bytes) {
  const { items, coupon, quote } = read(bytes);
  let own;
  try {
    own = plan.quote({ ...known, kind: coupon ? "coupon" : "click", lines: lines(items) });
  } catch (error) {
    if (error instanceof AffilError) throw new Malformed(error.problems[0].message);
    throw error;
  }
  const answer =
    quote.plan !== plan.fingerprint ? "other plan" : quote.total !== own.total ? "other amount" : "agreed";
  return { answer, total: own.total, plan: plan.fingerprint };
}

/** The order in these bytes: UTF-8, JSON, and exactly the keys and kinds of values that are meant. */
function read(bytes) {
  let order;
  try {
    order = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new Malformed("this is not JSON");
  }
  only(order, ["items", "coupon", "quote"]);
  only(order.quote, ["total", "plan"]);
  want(typeof order.coupon === "boolean", "`coupon` is true or false");
  want(typeof order.quote.total === "string" && typeof order.quote.plan === "string", "a quote is two texts");
  want(Array.isArray(order.items) && order.items.length > 0, "an order has items");
  want(order.items.length <= PRODUCTS.length, "a product stands in an order once");
  const bought = new Map();
  for (const item of order.items) {
    only(item, ["sku", "quantity"]);
    const product = PRODUCTS.find(({ sku }) => sku === item.sku);
    want(product !== undefined && !bought.has(product), "a product is one of the shop's, and stands there once");
    want(Number.isInteger(item.quantity) && item.quantity >= 1 && item.quantity <= MOST, "quantities are 1 to 99");
    bought.set(product, item.quantity);
  }
  return { ...order, items: [...bought] };
}

function only(value, keys) {
  want(typeof value === "object" && value !== null && !Array.isArray(value), "an object is missing");
  const found = Object.keys(value);
  want(found.length === keys.length && keys.every((key) => Object.hasOwn(value, key)), `keys are ${keys.join(", ")}`);
}

function want(holds, message) {
  if (!holds) throw new Malformed(message);
}

/** Answers `POST /order` of a `node:http` server. */
export async function order(plan, known, request, response) {
  const say = (status, body) =>
    response
      .writeHead(status, {
        "Content-Type": "application/json; charset=utf-8",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        // What is left of a body that was not read must not be taken for the next request.
        ...(status === 413 || status === 415 ? { Connection: "close" } : {}),
      })
      .end(JSON.stringify(body));
  // Other sites' forms cannot send this type, and their scripts would have to ask first.
  if (request.headers["content-type"] !== "application/json") return say(415, { answer: "not JSON" });
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > LARGEST) return say(413, { answer: "too large" });
    parts.push(part);
  }
  try {
    return say(200, check(plan, known, Buffer.concat(parts)));
  } catch (error) {
    if (error instanceof Malformed) return say(400, { answer: "malformed", message: error.message });
    throw error;
  }
}

// A cart that shows what it would pay the affiliate, while it changes.

import { AffilError, Plan, init, version } from "./affil/index.js";

// Prices in whole cents: the page multiplies and adds them, and integers are exact. Shares of them are affil's work.
const PRODUCTS = [
  { sku: "boots", name: "Trail boots", category: "shoes", cents: 12990, quantity: 1 },
  { sku: "wax", name: "Leather wax", category: "care", cents: 1195, quantity: 1 },
  { sku: "map", name: "Trail map", category: "books", cents: 980, quantity: 0 },
  { sku: "gift", name: "Gift card", category: "gift_card", cents: 5000, quantity: 0 },
];

// The rules of program.toml and the reasons of affil, for people.
const RULES = {
  "shoes": "shoes: 10\u00a0%, above the step 12\u00a0%",
  "care": "care products: 5\u00a0%",
  "coupon": "with a coupon: 4\u00a0%",
  "new-customer": "new customer: 5.00 an order",
};
const REASONS = { excluded: "excluded: gift cards never pay", no_rule: "no rule pays for this" };

const find = (id) => document.getElementById(id);
const text = (cents) => `${Math.trunc(cents / 100)}.${String(cents % 100).padStart(2, "0")}`;

await init();
const plan = Plan.load(await (await fetch("plan.json")).text());

find("version").textContent = version();
find("plan").textContent = plan.fingerprint.slice(0, 8);
find("products").append(...PRODUCTS.map(row));
for (const id of ["new-customer", "coupon"]) find(id).addEventListener("change", show);
find("so-far").addEventListener("input", show);
show();

/** A product of the cart with its quantity. */
function row(product) {
  const item = find("product").content.cloneNode(true);
  const field = item.querySelector("input");
  const [less, more] = [item.querySelector(".less"), item.querySelector(".more")];
  const set = (quantity) => {
    product.quantity = Math.min(Math.max(quantity, 0), 99);
    less.disabled = product.quantity === 0;
    more.disabled = product.quantity === 99;
    show();
  };
  item.querySelector(".name").textContent = product.name;
  item.querySelector(".kind").textContent = product.category.replace("_", " ");
  item.querySelector(".price").textContent = text(product.cents);
  less.setAttribute("aria-label", `One ${product.name} less`);
  more.setAttribute("aria-label", `One ${product.name} more`);
  less.disabled = product.quantity === 0;
  field.id = `quantity-${product.sku}`;
  field.setAttribute("aria-label", `Quantity of ${product.name}`);
  field.value = product.quantity;
  for (const [button, step] of [[less, -1], [more, 1]]) {
    button.addEventListener("click", () => {
      set(product.quantity + step);
      field.value = product.quantity;
    });
  }
  field.addEventListener("input", () => set(/^\d{1,2}$/.test(field.value.trim()) ? Number(field.value) : 0));
  field.addEventListener("blur", () => (field.value = product.quantity));
  return item;
}

/** The cart as affil takes it. */
function cart() {
  return {
    affiliate: "ana",
    kind: find("coupon").checked ? "coupon" : "click",
    new_customer: find("new-customer").checked,
    so_far: find("so-far").value.trim(),
    lines: PRODUCTS.filter(({ quantity }) => quantity > 0).map(({ sku, category, cents, quantity }) => ({
      id: sku,
      sku,
      category,
      quantity,
      amount: text(cents * quantity),
    })),
  };
}

/** Shows what the cart pays now, or what is wrong with it. */
function show() {
  const cents = PRODUCTS.reduce((sum, product) => sum + product.cents * product.quantity, 0);
  find("sum").textContent = `${text(cents)} EUR`;
  try {
    showQuote(plan.quote(cart()));
    showProblem("");
  } catch (error) {
    if (!(error instanceof AffilError)) throw error;
    const [{ message, hint }] = error.problems;
    find("payout").textContent = "—";
    find("quote").hidden = true;
    showProblem(`${message}: ${hint}`);
  }
}

function showQuote({ total, currency, lines }) {
  find("payout").textContent = `${total} ${currency}`;
  find("lines").replaceChildren(...lines.map(quoteLine));
  find("quote").hidden = lines.length === 0;
}

/** One line of the quote: what it pays, by which rules, or why it pays nothing. */
function quoteLine({ id, amount, commissions, reason }) {
  const line = element("tr", "", reason === undefined ? "" : "unpaid");
  line.dataset.line = id;
  const head = element("th", PRODUCTS.find(({ sku }) => sku === id).name);
  head.scope = "row";
  const why = element("td", reason === undefined ? "" : REASONS[reason]);
  for (const { rule, amount: part } of commissions) {
    why.append(element("div", commissions.length > 1 ? `${part} · ${RULES[rule]}` : RULES[rule]));
  }
  line.append(head, why, element("td", amount, "amount"));
  return line;
}

function element(name, content, className = "") {
  return Object.assign(document.createElement(name), { textContent: content, className });
}

function showProblem(said) {
  find("so-far-problem").textContent = said;
  find("so-far").setAttribute("aria-invalid", String(said !== ""));
}

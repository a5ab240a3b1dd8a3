// What the shop sells, for its page and for its server. Prices are whole cents: integers are exact.

export const PRODUCTS = [
  { sku: "boots", name: "Trail boots", category: "shoes", cents: 12990 },
  { sku: "wax", name: "Leather wax", category: "care", cents: 1195 },
  { sku: "map", name: "Trail map", category: "books", cents: 980 },
  { sku: "gift", name: "Gift card", category: "gift_card", cents: 5000 },
];

export const MOST = 99;

/** Cents as affil takes amounts. */
export const text = (cents) => `${Math.trunc(cents / 100)}.${String(cents % 100).padStart(2, "0")}`;

/** Lines of a cart, from pairs of a product and its quantity. */
export const lines = (bought) =>
  bought.map(([{ sku, category, cents }, quantity]) => ({
    id: sku,
    sku,
    category,
    quantity,
    amount: text(cents * quantity),
  }));

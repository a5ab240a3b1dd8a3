// What the package offers, the same in every environment; the entries add only how the module is found.
// It must never know a rule of the engine: JSON text goes in, JSON text comes out.

import * as engine from "./engine.js";

export { version } from "./engine.js";

/** Everything that was refused, as an error. */
export class AffilError extends Error {
  constructor(problems) {
    super(problems.map(told).join("\n"));
    this.name = "AffilError";
    this.problems = problems;
  }

  toJSON() {
    return { problems: this.problems };
  }
}

/** All problems of a program; none if it compiles. */
export function check(program) {
  return found(engine.check(text(program)), [program]);
}

/** What is wrong with statements; nothing if they hold. */
export function verify(statements, proof) {
  return found(ask(() => engine.verify(text(statements), text(proof)), [proof]), [statements]);
}

/** What stands in each account of a ledger. */
export function accounts(ledger) {
  return JSON.parse(ask(() => engine.ask("accounts", lines(ledger), "", "")));
}

/** What to append to a ledger so that a month is closed. */
export function close(ledger, month) {
  return JSON.parse(ask(() => engine.ask("close", lines(ledger), word(month), "")));
}

/** A ledger as a file for accountants. */
export const toBeancount = (ledger) => journal("beancount", ledger);
export const toHledger = (ledger) => journal("hledger", ledger);
export const toCsv = (ledger) => journal("csv", ledger);

function journal(format, ledger) {
  return JSON.parse(ask(() => engine.ask(format, lines(ledger), "", "")));
}

let handle;

export class Facts {
  #engine;

  static {
    handle = (facts) => facts.#engine;
  }

  static load(facts) {
    return Facts.#of(() => engine.Facts.load(text(facts)), [facts]);
  }

  static #of(make, documents) {
    const loaded = new Facts();
    loaded.#engine = ask(make, documents);
    return loaded;
  }

  asOf(at) {
    const then = new Facts();
    then.#engine = ask(() => this.#engine.as_of(time(at)));
    return then;
  }

  free() {
    this.#engine.free();
  }
}

export class Plan {
  #engine;

  static load(program) {
    const plan = new Plan();
    plan.#engine = ask(() => engine.Plan.load(text(program)), [program]);
    return plan;
  }

  get fingerprint() {
    return this.#engine.fingerprint();
  }

  toText() {
    return this.#engine.text();
  }

  toJSON() {
    return JSON.parse(this.toText());
  }

  lint() {
    return JSON.parse(this.#engine.lint()).problems;
  }

  settleJson(facts, { asOf } = {}) {
    if (asOf === undefined) return this.#over(facts, "settle");
    return over(facts, (loaded) => {
      const known = loaded.asOf(asOf);
      try {
        return this.#over(known, "settle");
      } finally {
        known.free();
      }
    });
  }

  explainJson(facts, id) {
    return this.#over(facts, "explain", [word(id)]);
  }

  explainOrderJson(facts, order) {
    return this.#over(facts, "explain_order", [word(order)]);
  }

  whyNotJson(facts, order) {
    return this.#over(facts, "why_not", [word(order)]);
  }

  whatIfJson(facts, variants) {
    return this.#over(facts, "what_if", [text(Array.from(variants, variant))]);
  }

  because(facts, other, affiliate = "") {
    return JSON.parse(this.#over(facts, "because", [text([variant(other)]), word(affiliate)])).because;
  }

  with(overrides) {
    return Plan.load(this.#ask("with", [text(overrides)]));
  }

  payoutsJson(facts, at) {
    return this.#over(facts, "payouts", [time(at)]);
  }

  postJson(facts, ledger = "") {
    return this.#over(facts, "post", [lines(ledger)]);
  }

  statementsJson(facts, ledger, month, earlier = []) {
    return this.#over(facts, "statements", [lines(ledger), word(month), text(earlier)], [earlier]);
  }

  proofJson(facts, affiliate) {
    return this.#over(facts, "proof", [word(affiliate)]);
  }

  claimJson(facts, claim) {
    return this.#over(facts, "claim", [text(claim)], [claim]);
  }

  risksJson(facts, at, watch = {}) {
    return this.#over(facts, "risks", [time(at), text(watch)], [watch]);
  }

  quoteJson(cart) {
    return this.#ask("quote", [text(cart)], [cart]);
  }

  rateCard(sample) {
    return newCard(ask(() => this.#engine.rate_card(text(sample)), [sample]));
  }

  disputeJson(dispute, action, now) {
    const document = dispute === null ? "" : text(dispute);
    return this.#ask("dispute", [document, text(action), time(now)], [dispute, action]);
  }

  settle(facts, options) {
    return JSON.parse(this.settleJson(facts, options));
  }

  explain(facts, id) {
    return JSON.parse(this.explainJson(facts, id));
  }

  explainOrder(facts, order) {
    return JSON.parse(this.explainOrderJson(facts, order));
  }

  whyNot(facts, order) {
    return JSON.parse(this.whyNotJson(facts, order));
  }

  whatIf(facts, variants) {
    return JSON.parse(this.whatIfJson(facts, variants));
  }

  payouts(facts, at) {
    return JSON.parse(this.payoutsJson(facts, at));
  }

  post(facts, ledger) {
    return JSON.parse(this.postJson(facts, ledger));
  }

  statements(facts, ledger, month, earlier) {
    return JSON.parse(this.statementsJson(facts, ledger, month, earlier));
  }

  proof(facts, affiliate) {
    return JSON.parse(this.proofJson(facts, affiliate));
  }

  claim(facts, claim) {
    return JSON.parse(this.claimJson(facts, claim));
  }

  risks(facts, at, watch) {
    return JSON.parse(this.risksJson(facts, at, watch));
  }

  quote(cart) {
    return JSON.parse(this.quoteJson(cart));
  }

  dispute(dispute, action, now) {
    return JSON.parse(this.disputeJson(dispute, action, now));
  }

  pain001(payouts, payees, message) {
    return this.#file("pain001", payouts, payees, message);
  }

  paypal(payouts, payees, options = {}) {
    return this.#file("paypal", payouts, payees, options);
  }

  wise(payouts, payees, options = {}) {
    return this.#file("wise", payouts, payees, options);
  }

  invoices(payouts, payees, series) {
    return JSON.parse(this.#file("invoices", payouts, payees, series).text);
  }

  invoicesCsv(payouts, payees, series) {
    return this.#file("invoices_csv", payouts, payees, series);
  }

  /** Calls with facts: loaded ones as they are, a document loaded for this one call. */
  #over(facts, call, words = [], documents) {
    const [first = "", second = "", third = ""] = words;
    return over(facts, (loaded) => ask(() => this.#engine.over(handle(loaded), call, first, second, third), documents));
  }

  #ask(call, [first = "", second = "", third = ""], documents) {
    return ask(() => this.#engine.ask(call, first, second, third), documents);
  }

  #file(format, payouts, payees, more) {
    return JSON.parse(this.#ask(format, [text(payouts), text(payees), text(more)], [payouts, payees]));
  }

  free() {
    this.#engine.free();
  }
}

let newCard;
let memory;

/** Carts are written into the module's memory as they are, and answers read from it: no text, no JSON. */
export class RateCard {
  #engine;
  #room = 0;
  #buffer;
  #kinds;
  #amounts;
  #paid;

  static {
    newCard = (made) => {
      const card = new RateCard();
      card.#engine = made;
      return card;
    };
  }

  quote(kinds, amounts, soFar = 0n) {
    const lines = kinds.length;
    if (amounts.length !== lines) throw new TypeError(`${lines} kinds of lines, but ${amounts.length} amounts`);
    units(soFar);
    if (!(kinds instanceof Uint32Array)) kinds.forEach(position);
    if (!(amounts instanceof BigInt64Array)) amounts.forEach(units);
    if (lines > this.#room || this.#buffer !== memory?.buffer) this.#place(lines);
    this.#kinds.set(kinds);
    this.#amounts.set(amounts);
    const total = ask(() => this.#engine.quote(lines, soFar));
    // The module's memory may have moved while it answered.
    if (this.#buffer !== memory.buffer) this.#place(lines);
    return { total, lines: this.#paid.slice(0, lines) };
  }

  get kinds() {
    return this.#engine.kinds();
  }

  obstacles() {
    return JSON.parse(this.#engine.obstacles()).map(([path, what]) => ({ path, what }));
  }

  /** Finds, or makes, the places for a cart of so many lines. */
  #place(lines) {
    memory ??= engine.RateCard.memory();
    if (lines > this.#room) {
      this.#room = Math.max(16, 2 * lines);
      this.#engine.room(this.#room);
    }
    this.#buffer = memory.buffer;
    this.#kinds = new Uint32Array(this.#buffer, this.#engine.kinds_at(), this.#room);
    this.#amounts = new BigInt64Array(this.#buffer, this.#engine.amounts_at(), this.#room);
    this.#paid = new BigInt64Array(this.#buffer, this.#engine.paid_at(), this.#room);
  }

  free() {
    this.#engine.free();
  }
}

function position(kind, at) {
  if (!Number.isInteger(kind) || kind < 0 || kind > 0xffffffff) throw new TypeError(`kinds[${at}] is no position: ${kind}`);
}

/** Whoever writes numbers into typed arrays gets the nearest ones, not a refusal. */
function units(amount) {
  if (typeof amount !== "bigint") throw new TypeError(`an amount is a bigint of minor units, not ${amount}`);
  if (BigInt.asIntN(64, amount) !== amount) throw new RangeError(`${amount} minor units are more than 64 bits hold`);
}

/** A variant as the engine reads it: plans and texts are programs. */
function variant(of) {
  if (of instanceof Plan) return { program: of.toText() };
  if (typeof of === "string") return { program: of };
  return of.program instanceof Plan ? { ...of, program: of.program.toText() } : of;
}

function over(facts, work) {
  if (facts instanceof Facts) return work(facts);
  const loaded = Facts.load(facts);
  try {
    return work(loaded);
  } finally {
    loaded.free();
  }
}

/** Calls the engine, which throws the text of its problems when it refuses. */
function ask(call, documents) {
  try {
    return call();
  } catch (thrown) {
    throw typeof thrown === "string" ? new AffilError(found(thrown, documents)) : thrown;
  }
}

/** The problems; without line and column unless one of the documents is a text in which somebody could look them up. */
function found(json, documents) {
  const { problems } = JSON.parse(json);
  const isWritten = documents?.some((document) => typeof document === "string") ?? true;
  return isWritten ? problems : problems.map(({ line, column, ...rest }) => rest);
}

function text(document) {
  if (typeof document === "string") return document;
  if (typeof document === "object" && document !== null) return JSON.stringify(document);
  throw new TypeError(`a document is an object or its text, not ${document}`);
}

function word(id) {
  if (typeof id === "string") return id;
  throw new TypeError(`an id is a text, not ${id}`);
}

function time(at) {
  if (typeof at === "string") return at;
  if (at instanceof Date) return at.toISOString();
  throw new TypeError(`an instant is RFC 3339 text or a Date, not ${at}`);
}

/** A ledger as JSON Lines. */
function lines(ledger) {
  return typeof ledger === "string" ? ledger : Array.from(ledger, text).join("\n");
}

function told({ code, path, message, hint, line, column }) {
  const place = line === undefined ? "" : `${line}:${column}: `;
  return `${place}${code} at ${path || "the document"}: ${message}\n  hint: ${hint}`;
}

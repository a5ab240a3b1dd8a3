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
  return found(engine.check(text(program)), program);
}

let handle;

export class Facts {
  #engine;

  static {
    handle = (facts) => facts.#engine;
  }

  static load(facts) {
    const loaded = new Facts();
    loaded.#engine = ask(() => engine.Facts.load(text(facts)), facts);
    return loaded;
  }

  asOf(at) {
    const then = new Facts();
    then.#engine = ask(() => this.#engine.as_of(instant(at)));
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
    plan.#engine = ask(() => engine.Plan.load(text(program)), program);
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

  settleJson(facts) {
    return over(facts, (loaded) => this.#engine.settle(loaded));
  }

  explainJson(facts, id) {
    return over(facts, (loaded) => this.#engine.explain(loaded, word(id)));
  }

  explainOrderJson(facts, order) {
    return over(facts, (loaded) => this.#engine.explain_order(loaded, word(order)));
  }

  whyNotJson(facts, order) {
    return over(facts, (loaded) => this.#engine.why_not(loaded, word(order)));
  }

  quoteJson(cart) {
    return ask(() => this.#engine.quote(text(cart)), cart);
  }

  postJson(facts, ledger = "") {
    const lines = typeof ledger === "string" ? ledger : Array.from(ledger, text).join("\n");
    return over(facts, (loaded) => this.#engine.post(loaded, lines));
  }

  settle(facts) {
    return JSON.parse(this.settleJson(facts));
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

  quote(cart) {
    return JSON.parse(this.quoteJson(cart));
  }

  post(facts, ledger) {
    return JSON.parse(this.postJson(facts, ledger));
  }

  free() {
    this.#engine.free();
  }
}

/** Calls with facts: loaded ones as they are, a document loaded for this one call. */
function over(facts, work) {
  const loaded = facts instanceof Facts ? facts : Facts.load(facts);
  try {
    return ask(() => work(handle(loaded)));
  } finally {
    if (loaded !== facts) loaded.free();
  }
}

/** Calls the engine, which throws the text of its problems when it refuses. */
function ask(call, document) {
  try {
    return call();
  } catch (thrown) {
    throw typeof thrown === "string" ? new AffilError(found(thrown, document)) : thrown;
  }
}

/** The problems; without line and column if their author never wrote a text. */
function found(json, document) {
  const { problems } = JSON.parse(json);
  return typeof document === "object" ? problems.map(({ line, column, ...rest }) => rest) : problems;
}

function text(document) {
  if (typeof document === "string") return document;
  if (typeof document === "object" && document !== null) return JSON.stringify(document);
  throw new TypeError(`a document is an object or its text, not ${document}`);
}

function instant(at) {
  if (typeof at === "string") return at;
  if (at instanceof Date) return at.toISOString();
  throw new TypeError(`an instant is RFC 3339 text or a Date, not ${at}`);
}

function word(id) {
  if (typeof id === "string") return id;
  throw new TypeError(`an id is a text, not ${id}`);
}

function told({ code, path, message, hint, line, column }) {
  const place = line === undefined ? "" : `${line}:${column}: `;
  return `${place}${code} at ${path || "the document"}: ${message}\n  hint: ${hint}`;
}

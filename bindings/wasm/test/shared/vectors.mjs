// Runs the shared vectors (see vectors/README.md), the same lines in Node and in a browser.
// It must never compute an expectation: figures stand in the cases, bytes in the recorded results.

/**
 * Runs one case and answers what differs, in words; nothing if all is as it should be.
 *
 * @param {typeof import("affil")} affil
 * @param {any} vector The case.
 * @param {string | undefined} recorded The file of recorded results, a line a call; a case of warnings has none.
 */
export function differences(affil, vector, recorded) {
  if (vector.warnings !== undefined) return warnings(affil, vector);
  if (recorded === undefined) return ["there are no recorded results"];
  const lines = recorded.split("\n").slice(0, -1);
  if (!recorded.endsWith("\n")) return ["the recorded results end in the middle of a line"];
  if (!vector.calls?.length) return ["the case makes no call"];
  const found = [];
  if (lines.length !== vector.calls.length) {
    found.push(`${vector.calls.length} calls, but ${lines.length} recorded results`);
  }
  vector.calls.forEach((call, index) => {
    const where = `call ${index + 1} (${call.call})`;
    const result = run(affil, vector, call);
    if (result !== lines[index]) found.push(`${where}: ${result}\n  is not the recorded ${lines[index]}`);
    const parsed = JSON.parse(result);
    if (JSON.stringify(parsed) !== result) found.push(`${where}: parsing and writing again changes ${result}`);
    const expected = Object.entries(call.expect ?? {});
    if (expected.length === 0) found.push(`${where}: expects nothing`);
    for (const [key, wanted] of expected) {
      const [is, should] = [text(part(parsed, key, wanted)), text(wanted)];
      if (is !== should) found.push(`${where}: ${key} is ${is} instead of ${should}`);
    }
  });
  return found;
}

/** What the linter says otherwise than the case. */
function warnings(affil, vector) {
  const found = affil.Plan.load(document(vector.program)).lint();
  if (vector.warnings.length === 0) return ["expects no warning"];
  const [is, should] = [text(found.map(({ code, path }) => ({ code, path }))), text(vector.warnings)];
  const severities = found.filter(({ severity }) => severity !== "warning").map(({ code }) => `${code} is no warning`);
  return is === should ? severities : [`warns of ${is} instead of ${should}`, ...severities];
}

/** The canonical text of a call's result; a refusal is a result, too. */
function run(affil, vector, call) {
  const program = document(vector.program);
  if (call.call === "check") return JSON.stringify({ problems: affil.check(program) });
  const facts = vector.facts === undefined ? "{}" : document(vector.facts);
  try {
    const plan = affil.Plan.load(program);
    switch (call.call) {
      case "settle":
        return plan.settleJson(facts, { asOf: call.as_of });
      case "payouts":
        return plan.payoutsJson(facts, call.at);
      case "book":
        return book(affil, plan, facts, call.steps);
      case "explain":
        return plan.explainJson(facts, call.id);
      case "why_not":
        return plan.whyNotJson(facts, call.order);
      case "quote":
        return plan.quoteJson(document(call.cart));
      default:
        throw new Error(`no call is named ${call.call}`);
    }
  } catch (error) {
    if (error instanceof affil.AffilError) return JSON.stringify(error);
    throw error;
  }
}

/** A ledger that is posted to and closed step by step: its entries, and what then stands in its accounts. */
function book(affil, plan, facts, steps) {
  const loaded = affil.Facts.load(facts);
  const lines = [];
  for (const step of steps) {
    const made = step.close === undefined
      ? plan.post(loaded.asOf(step.settle_as_of), lines)
      : affil.close(lines, step.close);
    lines.push(...made);
  }
  const entries = lines.filter((line) => line.closed === undefined);
  return JSON.stringify({ entries, accounts: affil.accounts(lines) });
}

/** What a result says under a key of an expectation, in the expectation's shape. */
function part(result, key, wanted) {
  switch (key) {
    // Of these, only what is mentioned is checked.
    case "states":
      return mapped(wanted, (id) => result.targets.find((target) => target.id === id)?.state);
    case "payable_from":
      return mapped(wanted, (id, instant) => {
        const target = result.targets.find((target) => target.id === id);
        return target && asWritten(target.payable_from ?? null, instant);
      });
    case "balances":
      return mapped(wanted, (affiliate, balance) =>
        mentioned(result.balances.find((row) => row.affiliate === affiliate), balance));
    case "payouts":
      return Object.fromEntries(
        result.payouts.map(({ payout, terms }) => [payout.id, mentioned({ ...payout, terms }, wanted[payout.id])]),
      );
    case "carried":
      return Object.fromEntries(result.carried.map(({ affiliate, balance, reason }) => [affiliate, [balance, reason]]));
    case "accounts":
      return Object.fromEntries(Object.entries(result.accounts).filter(([, amount]) => /[1-9]/.test(amount)));
    // In which order entries stand is free: those that are wanted come in the order in which they are wanted.
    case "entries": {
      const places = new Map(wanted.map((entry, place) => [JSON.stringify(entry), place]));
      const place = (entry) => places.get(JSON.stringify(entry)) ?? places.size;
      return result.entries.map(({ id, date, amount }) => [id, date, amount]).sort((a, b) => place(a) - place(b));
    }
    case "targets":
      return Object.fromEntries(result.targets.map(({ id, amount }) => [id, amount]));
    case "unpaid":
      return Object.fromEntries(
        result.unpaid.map(({ order, line, reason }) => [line === undefined ? order : `${order}/${line}`, reason]),
      );
    case "total":
      return result.totals === undefined ? result.total : result.totals.total;
    case "text":
      return result.text;
    case "texts":
      return result.findings.map((finding) => finding.text);
    case "changes":
      return result.findings.map((finding) => finding.change ?? null);
    case "problems":
      return result.problems.map(({ code, path, line, column }, index) =>
        [code, path, line, column].slice(0, wanted[index]?.length ?? 4),
      );
    default:
      throw new Error(`no expectation is named ${key}`);
  }
}

/** A table with the keys of what is wanted. */
function mapped(wanted, found) {
  return Object.fromEntries(Object.entries(wanted).map(([key, value]) => [key, found(key, value) ?? null]));
}

/** Of a row, the keys that are wanted. */
function mentioned(row, wanted = {}) {
  return row && mapped(wanted, (key, value) => asWritten(row[key], value));
}

/** An instant as it is wanted, if it is the same one. */
function asWritten(found, wanted) {
  return typeof found === "string" && typeof wanted === "string" && isSame(found, wanted) ? wanted : found;
}

/** Whether two texts are one instant. A `Date` knows no microseconds, so these are compared by themselves. */
function isSame(one, other) {
  const [a, b] = [one, other].map((text) => {
    const [, seconds, fraction = "", offset] = /^(\d{4}-\d\d-\d\dT[\d:]+)(?:\.(\d+))?(Z|[+-][\d:]+)$/.exec(text) ?? [];
    return seconds && `${Date.parse(seconds + offset)} ${fraction.padEnd(6, "0")}`;
  });
  return a !== undefined && a === b;
}

/** A document of a case as the text that all languages are given. */
function document(given) {
  return typeof given === "string" ? given : text(given);
}

/** JSON without spaces, the keys sorted, so that columns are the same wherever a case is run. */
function text(value) {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return `[${value.map(text).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((key) => `${JSON.stringify(key)}:${text(value[key])}`).join(",")}}`;
}

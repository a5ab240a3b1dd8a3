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
        return plan.settleJson(facts);
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

/** What a result says under a key of an expectation, in the expectation's shape. */
function part(result, key, wanted) {
  switch (key) {
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

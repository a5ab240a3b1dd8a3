// Ledgers, statements that can be checked, and files for accountants and banks. All money is text.

import type { Amount, Currency, Day, FactsDocument, Instant, Month, Percent, Time } from "./documents.js";
import type { Program, VatTreatment } from "./program.js";
import type { Balances } from "./results.js";

/** A compiled plan as data. It is never edited: its fingerprint would no longer match. */
export interface CompiledPlan {
  readonly plan: "affil/plan/1";
  readonly fingerprint: string;
  readonly zone: { readonly name: string; readonly release: string; readonly rules: string };
  readonly program: Program;
}

/** A line of a ledger, in the order in which they were made: what was booked, or a month that was closed. */
export type LedgerLine = LedgerEntry | LedgerClosing;

/** What was booked for one move on one day. Never edited. */
export interface LedgerEntry {
  /** The move's id, `#`, and the number of the entry for that move, from 1. */
  readonly id: string;
  /** The move: a target's id, or one that goes on with `#approved` or `#payable`, or a payout's. */
  readonly target: string;
  readonly kind: "commission" | "override" | "reversal" | "bonus" | "adjustment" | "payout";
  readonly affiliate: string;
  /** The month of the target; the entry itself may be of a later one. */
  readonly month: Month;
  /** The day on which it stands in the books. */
  readonly date: Day;
  readonly currency: Currency;
  /** What was owed to the affiliate under this move and month before. */
  readonly was: Amount;
  /** What is owed now. */
  readonly now: Amount;
  /** The difference: zero for a move from one state to the next. */
  readonly amount: Amount;
  /** The accounts, such as `"payable:ana"`, and how much each grows; together zero. */
  readonly postings: readonly (readonly [account: string, amount: Amount])[];
  /** The fingerprint of the plan that wanted it. */
  readonly plan: string;
}

/** A month that was closed, and with it all before: nothing is booked on its days any more. */
export interface LedgerClosing {
  readonly closed: Month;
}

/** What a call takes as a ledger: all its lines, as objects or as JSON Lines. */
export type LedgerInput = Iterable<LedgerLine> | string;

/** What stands in each account, such as `"expense:commission"` or `"payable:ana"`; together zero. What is owed is below zero. */
export interface Accounts {
  [account: string]: Amount;
}

/**
 * What an affiliate was owed before a month, what was booked in it, and what is owed after it.
 *
 * Each names the hash of the one before it, so that nobody can change one without changing all that come after it.
 */
export interface StatementDocument {
  readonly schema: "affil-statement/1";
  readonly affiliate: string;
  readonly month: Month;
  readonly currency: Currency;
  /** The fingerprint of the plan with which it was made. */
  readonly plan: string;
  /** Up to when the facts are told with which it was made. */
  readonly until?: Instant;
  readonly opening: Amount;
  readonly entries: readonly StatementEntry[];
  readonly closing: Amount;
  /** Where that stands. */
  readonly balances: Readonly<Balances>;
  /** The hash of the statement before it; null for the first. */
  readonly previous: string | null;
  /** The SHA-256 of the canonical JSON of all before it. */
  readonly hash: string;
}

/** An entry on a statement. */
export interface StatementEntry extends LedgerEntry {
  /** Why its target has the amount it has; absent for what is no longer wanted. */
  readonly text?: string;
}

/** What is needed to settle one affiliate's amounts again: the plan, and the facts they depend on. */
export interface Proof {
  readonly plan: CompiledPlan;
  readonly facts: FactsDocument;
}

/** A file for another program. */
export interface Export {
  text: string;
  totals: ExportTotals;
}

/** What a file adds up to. */
export interface ExportTotals {
  /** How many entries, payments or invoices there are. */
  count: number;
  /** Of a ledger by account, of payments by currency, of invoices by what they state. */
  sums: { [name: string]: Amount };
}

/** Who is paid, and who pays. */
export interface Payees {
  readonly schema: "affil/payees/1";
  /** Needed for SEPA files and invoices. */
  readonly payer?: Payer | undefined;
  readonly payees?: readonly Payee[] | undefined;
}

/** Who pays. */
export interface Payer {
  /** As the bank knows it. */
  readonly name: string;
  readonly iban?: string | undefined;
  readonly bic?: string | undefined;
  readonly address?: Address | undefined;
  readonly vat_id?: string | undefined;
}

/** Who is paid. */
export interface Payee {
  /** The id in the facts. */
  readonly affiliate: string;
  /** As the bank knows it. */
  readonly name: string;
  /** By default `"person"`. */
  readonly kind?: "person" | "business" | undefined;
  readonly iban?: string | undefined;
  readonly bic?: string | undefined;
  readonly email?: string | undefined;
  /** An address or a payer id, if it is not `email`. */
  readonly paypal?: string | undefined;
  /** The id of the saved recipient at Wise. */
  readonly wise?: string | undefined;
  /** Needed for invoices. */
  readonly address?: Address | undefined;
  readonly vat_id?: string | undefined;
  readonly tax_number?: string | undefined;
  /** The rate of value added tax, if it is not that of the payout's terms. */
  readonly vat?: Percent | undefined;
}

/** A postal address. */
export interface Address {
  readonly street?: string | undefined;
  readonly number?: string | undefined;
  readonly postcode?: string | undefined;
  readonly town: string;
  /** ISO 3166, such as `"DE"`. */
  readonly country: string;
}

/** Which payouts: facts, of which only these two tables are looked at. */
export type PayoutsInput = Pick<FactsDocument, "payouts" | "confirmations"> | string;

/** What a SEPA file says beside the payments. */
export interface SepaMessage {
  /** The id of the file, never used before, up to 35 characters: a bank refuses, or silently drops, a second file with it. */
  readonly id: string;
  /** When the file is made. */
  readonly created: Time;
  /** The day on which the bank shall pay; without it, the day of each payout. */
  readonly execute?: Day | undefined;
  /** What payees read on their statements, before the reference of the payout. */
  readonly text?: string | undefined;
  /** How letters outside the SEPA alphabet are written: `ü` as `u`, or the German way as `ue`. By default `"epc"`. */
  readonly letters?: "epc" | "german" | undefined;
  /** Whether the payer's statement shows one sum a day; without it, as agreed with the bank. */
  readonly batch?: boolean | undefined;
}

/** The numbers of invoices. */
export interface InvoiceSeries {
  /** What stands before the number. */
  readonly prefix?: string | undefined;
  /** The number of the first invoice: one more than the last that was ever given. */
  readonly first: number;
}

/** Self-billed invoices as data, in the order of their numbers. */
export interface Invoices {
  schema: "affil/invoices/1";
  currency: Currency;
  invoices: Invoice[];
  totals: ExportTotals;
}

/** One invoice: `gross` is `net + vat`, and `transfer` is `gross − withholding − fee`. */
export interface Invoice {
  number: string;
  date: Day;
  payout: string;
  affiliate: string;
  /** The affiliate. */
  supplier: InvoiceParty;
  /** The merchant, who writes it. */
  customer: InvoiceParty;
  net: Amount;
  treatment: VatTreatment;
  /** Absent if there is no value added tax. */
  rate?: Percent;
  /** What the supplier charges; zero with a reverse charge. */
  vat: Amount;
  gross: Amount;
  /** What the customer owes its own tax office. */
  reverse_charge: Amount;
  withholding: Amount;
  /** What the affiliate bears of what paying costs. */
  fee: Amount;
  transfer: Amount;
  /** What the law wants on it, in English. */
  notes: string[];
}

/** Who supplies, or who is supplied. */
export interface InvoiceParty {
  name: string;
  address: Address;
  vat_id?: string;
  tax_number?: string;
}

// Disputes: actions, documents, claims and risks; `docs/disputes.md` says what follows what. All money is text.

import type { Amount, Currency, FactsDocument, Instant, Month, OrderFact, RefundFact, Time, TouchFact, WindowLength } from "./documents.js";
import type { DisputeKind, Disputes, EvidenceKind } from "./program.js";

/** Who acts. The clock acts when a deadline has passed. */
export type Actor = "affiliate" | "merchant" | "mediator" | "clock";

/** Where a dispute stands. */
export type DisputeState =
  | "open"
  | "in_review"
  | "awaiting_evidence"
  | "upheld"
  | "partly_upheld"
  | "rejected"
  | "appealed"
  | "final"
  | "withdrawn"
  | "expired";

/** Why a claim is rejected. */
export type RejectReason =
  | "order_unknown"
  | "already_credited"
  | "credited_elsewhere"
  | "coupon_elsewhere"
  | "outside_window"
  | "excluded"
  | "amount_right"
  | "returned"
  | "cancelled"
  | "not_paid"
  | "out_of_stock"
  | "duplicate"
  | "test_order"
  | "fraud"
  | "self_purchase"
  | "terms_violated"
  | "evidence_insufficient"
  | "other";

/** What an affiliate claims. */
export interface Claim {
  readonly kind: DisputeKind;
  readonly affiliate: string;
  readonly order: string;
  /** Without it, the whole order. */
  readonly line?: string | undefined;
  /** When the order was placed; of `"declined"`, when it was declined. */
  readonly at: Time;
  /** What would be true; nothing for `"declined"`. */
  readonly facts?: ClaimFacts | undefined;
}

/** The facts that would be there if a claim were true. */
export interface ClaimFacts {
  readonly touches?: readonly TouchFact[] | undefined;
  readonly orders?: readonly OrderFact[] | undefined;
  readonly refunds?: readonly RefundFact[] | undefined;
}

/** Something that shows that a claim is true. */
export interface Evidence {
  readonly kind: EvidenceKind;
  /** Where it is: a file name, an address, a number. */
  readonly reference: string;
  /** 64 hexadecimal digits in lower case. */
  readonly sha256?: string | undefined;
}

/** Something that somebody does in a dispute. Which keys it needs depends on what it is. */
export type DisputeAction =
  | OpenAction
  | SubmitAction
  | (ActionBase<"uphold_partly"> & {
      /** What is granted: above zero and below what is claimed. */
      readonly amount: Amount;
    })
  | (ActionBase<"reject"> & { readonly reason: RejectReason })
  | ActionBase<"take" | "ask" | "uphold" | "accept" | "appeal" | "withdraw" | "expire">;

interface ActionBase<Kind extends string> {
  readonly action: Kind;
  readonly actor: Actor;
  /** A word to the others. */
  readonly note?: string | undefined;
}

/** Opens a dispute. */
export interface OpenAction extends ActionBase<"open"> {
  /** The dispute's id. */
  readonly id: string;
  readonly claim: Claim;
  /** What would be owed if the claim were true: see `plan.claim`. */
  readonly amount: Amount;
  readonly evidence?: readonly Evidence[] | undefined;
}

/** Brings evidence. */
export interface SubmitAction extends ActionBase<"submit"> {
  readonly evidence: readonly Evidence[];
}

/** A dispute: where it stands, and everything that led there. Only `plan.dispute` writes one. */
export interface Dispute {
  readonly schema: "affil/dispute/1";
  readonly id: string;
  readonly state: DisputeState;
  /** Who has to act; absent if it has ended or can be ended at any time. */
  readonly waits_for?: Actor;
  /** By when; from this instant on only the clock acts. */
  readonly deadline?: Instant;
  readonly currency: Currency;
  /** What was decided, by the merchant and then by the mediator; the last one counts. */
  readonly outcomes?: readonly Outcome[];
  /** The program's `disputes` when it was opened, by which it goes on. */
  readonly terms: Disputes;
  /** All that was done, in order; the first opens it. */
  readonly history: readonly (DisputeAction & { readonly at: Instant })[];
}

/** A decision, and what was decided. */
export interface Outcome {
  readonly decision: "upheld" | "partly_upheld" | "rejected";
  /** What was granted, if only a part. */
  readonly amount?: Amount;
  /** Why nothing was granted; silence has no reason. */
  readonly reason?: RejectReason;
  /** Who decided; the clock, where silence did. */
  readonly by: Actor;
  readonly at: Instant;
}

/** A dispute after an action. */
export interface Acted {
  dispute: Dispute;
  /** What to add to the facts, if the action made a decision final that grants something. */
  facts?: FactsDocument;
}

/** What a claim is worth: what would be owed if it were true, less what is owed. */
export interface ClaimValue {
  currency: Currency;
  affiliate: string;
  /** What would be owed to it more; to claim it, it must be above zero. */
  owed: Amount;
  /** What that would change for others, by affiliate. */
  others: { affiliate: string; amount: Amount }[];
  /** Target by target. */
  targets: { id: string; affiliate: string; was: Amount; now: Amount }[];
  /** For people. */
  text: string;
}

/** What to look out for. Every threshold has a default. */
export interface Watch {
  /** Disputes that are not over. */
  readonly disputes?: readonly Dispute[] | undefined;
  /** What affiliates counted themselves. */
  readonly counts?: readonly OwnCount[] | undefined;
  /** A deadline is near if it is at most this far away; by default `"3d"`. */
  readonly near?: WindowLength | undefined;
  /** Reversals of a month are far above the affiliate's history from this z² on; by default 9. */
  readonly z_squared?: number | undefined;
  /** Only where the history has at least so many orders; by default 20. */
  readonly history_orders?: number | undefined;
  /** Only where the month has at least so many orders; by default 5. */
  readonly month_orders?: number | undefined;
  /** Touches of two affiliates are close if they are at most this far apart; by default `"1h"`. */
  readonly together?: WindowLength | undefined;
  /** An affiliate's count differs if it is more than so many orders away; by default 0. */
  readonly orders_apart?: number | undefined;
  /** An affiliate's count differs if it is more than this amount away; by default `"0"`. */
  readonly amount_apart?: Amount | undefined;
}

/** What an affiliate counted itself for a month. */
export interface OwnCount {
  readonly affiliate: string;
  readonly month: Month;
  readonly orders?: number | undefined;
  /** The total of its statement. */
  readonly amount?: Amount | undefined;
}

/** What is likely to be disputed soon, by what was known at an instant. */
export interface Risks {
  at: Instant;
  /** By kind, affiliate, order, line, month and dispute. */
  risks: Risk[];
}

/** Something that is likely to be disputed: a hint with its figures. */
export interface Risk {
  kind: "declined_without_reason" | "deadline_near" | "reversals_up" | "touches_close" | "count_differs";
  /** Who would dispute it, or does. */
  affiliate: string;
  order?: string;
  line?: string;
  month?: Month;
  dispute?: string;
  /** What was measured; `docs/disputes.md` says how. */
  statistic: string;
  value: string;
  /** From where on it is a risk. */
  threshold: string;
  /** For people. */
  text: string;
}

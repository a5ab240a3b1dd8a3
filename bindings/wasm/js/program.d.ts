// Programs: who earns what. Money and rates are text; a number is refused.

import type { Amount, Currency, Day, Factor, Percent, Term, WindowLength } from "./documents.js";

/** One text or several. */
export type Texts = string | readonly string[];

/** An affiliate program: attribution, rules, tiers, caps and bonuses. */
export interface Program {
  /** The version of the document format. */
  readonly schema: "affil/1";
  /** A name for people. */
  readonly name?: string | undefined;
  /** The currency in which commissions are owed. */
  readonly currency: Currency;
  /** The IANA time zone in which days and months begin, such as `"Europe/Berlin"`. */
  readonly zone: string;
  /** Where weeks and years begin. */
  readonly calendar?: Calendar | undefined;
  /** Where and how amounts become whole minor units; by default at the line, half to even. */
  readonly round?: Round | undefined;
  /** The exchange rate for orders in other currencies: of the day, or the mean of the month; by default `"order_day"`. */
  readonly exchange?: "order_day" | "month_average" | undefined;
  /** What to do with an affiliate that no fact introduces; by default `"refuse"`. */
  readonly unknown_affiliates?: "refuse" | "accept" | undefined;
  /** Which touch an order is credited to. */
  readonly attribution: Attribution;
  /** Lines that never pay, whatever the rules say. */
  readonly exclude?: readonly Exclusion[] | undefined;
  /** Which of several matching rules pays. Needed as soon as two rules compete. */
  readonly conflict?: "first" | "best" | "most_specific" | "stack" | undefined;
  /** The commission rules, in order. */
  readonly rules: readonly Rule[];
  /** Terms agreed with some affiliates in place of a rule's. The first that matches applies. */
  readonly deals?: readonly Deal[] | undefined;
  /** Commissions for those who recruited the affiliate. */
  readonly overrides?: readonly Override[] | undefined;
  /** Ladders that change the rate as an affiliate sells more in a period. */
  readonly tiers?: readonly Tier[] | undefined;
  /** Upper limits. */
  readonly caps?: readonly Cap[] | undefined;
  /** What is paid beyond commissions. */
  readonly bonuses?: readonly Bonus[] | undefined;
  /** What refunds do beyond taking back their share. */
  readonly refunds?: Refunds | undefined;
  /** From the order to the day on which its commissions may be paid; without it, at once. */
  readonly lifecycle?: Lifecycle | undefined;
  /** When and how affiliates are paid. An affiliate's terms are the first that match it. */
  readonly payouts?: readonly PayoutTerms[] | undefined;
  /** How disputes go; without it, none is taken. */
  readonly disputes?: Disputes | undefined;
  /** What the linter may assume; nothing is computed from it. */
  readonly assume?: Assume | undefined;
}

/** Where weeks and years begin. */
export interface Calendar {
  /** By default `"monday"`. */
  readonly week_starts?: Weekday | undefined;
  /** The month with which a year begins, 1 to 12; quarters are counted from it. By default 1. */
  readonly year_starts?: number | undefined;
}

export type Weekday = "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday";

/** A period of the calendar in the program's zone; `"order"` is one order by itself. */
export type Period = "order" | "day" | "week" | "month" | "quarter" | "year" | "lifetime";

/** The one rounding: where and how. */
export interface Round {
  readonly at?: RoundAt | undefined;
  readonly mode?: RoundMode | undefined;
  /** Where the odd units go when an amount is divided among several; by default `"largest"`. */
  readonly split?: SplitRule | undefined;
}

/** Where amounts are rounded. */
export type RoundAt = "line" | "order" | "statement";
/** How amounts are rounded; `"half_up"` is half away from zero. */
export type RoundMode = "half_even" | "half_up" | "down" | "up";
/** Who gets the units left over: the largest remainders, the first parts, or whoever the running sum gives them to. */
export type SplitRule = "largest" | "first" | "cumulative";

/** What the linter may assume about the business. */
export interface Assume {
  /** What remains of a sale after the cost of the goods. */
  readonly margin?: Percent | undefined;
  /** The discount that an affiliate's coupon gives. */
  readonly discount?: Percent | undefined;
}

/** How the credit for an order goes to the eligible touches. */
export type Model = "last" | "first" | "linear" | "position" | "time_decay" | "custom";

/** Which touches count, how long, and which of them earns the order. */
export interface Attribution {
  /** By default `"last"`. */
  readonly model?: Model | undefined;
  /** What the model `"linear"` counts; by default touches. */
  readonly per?: "touch" | "affiliate" | undefined;
  /** The shares of the model `"position"`. */
  readonly position?: PositionShape | PositionShares | undefined;
  /** The half-life of the model `"time_decay"`; not in months or years. */
  readonly half_life?: WindowLength | undefined;
  /** The shares of the model `"custom"` for the last touches, the oldest first. */
  readonly credits?: readonly Percent[] | undefined;
  /** For each kind of touch that counts, how long it counts. */
  readonly windows: { readonly [kind: string]: WindowLength };
  /** Whether a touch at the very instant of the order counts; by default `"closed"`: it does. */
  readonly near_end?: "closed" | "open" | undefined;
  /** Whether a touch exactly as old as its window counts; by default `"open"`: it does not. */
  readonly far_end?: "closed" | "open" | undefined;
  /** For each kind of touch, how old it must be at least. */
  readonly minimum_age?: { readonly [kind: string]: WindowLength } | undefined;
  /** Terms of some touches that differ. The first that matches applies. */
  readonly terms?: readonly TouchTerms[] | undefined;
  /** Kinds of touch by rank, the strongest class first. */
  readonly precedence?: readonly (readonly string[])[] | undefined;
  /** An affiliate that would win without its strongest class too keeps its weaker touch as the source of the order. */
  readonly source_stays?: boolean | undefined;
  /** Channels whose touches count only where no other touch is eligible. */
  readonly except?: Texts | undefined;
  /** Touches that never count. */
  readonly exclude?: { readonly channel?: Texts | undefined; readonly affiliate?: Texts | undefined } | undefined;
  /** Channels whose touches compete although they belong to no affiliate: what they win is paid to nobody. */
  readonly deduplicate?: Texts | undefined;
  /** What happens when an affiliate buys for itself; by default `"refuse"`. */
  readonly self_referral?: "refuse" | "allow" | undefined;
  /** What happens when the touch that would win may not earn; by default the next one wins. */
  readonly fallback?: "next" | "nobody" | undefined;
  /** Which of a customer's touches at one instant is the later one; by default the one with the greater id. */
  readonly ties?: "greater_id" | "smaller_id" | undefined;
  /** What keeps a touch alive beyond its window. */
  readonly cart_add?: { readonly kind: string; readonly window: WindowLength } | undefined;
  /** A customer stays with the affiliate who was credited. */
  readonly bond?: Bond | undefined;
  /** Who is credited with the later charges of a subscription; by default whoever was with the first. */
  readonly subscriptions?: "first_charge" | "each_charge" | undefined;
  /** Credit on top for affiliates that had an eligible touch but no share. */
  readonly assists?: { readonly percent: Percent; readonly to?: "each" | "shared" | undefined } | undefined;
}

/** Well-known shares of the first, middle and last touch. */
export type PositionShape = "u" | "j" | "inverse_j" | "w";

/** Shares by position; only their proportion counts. */
export interface PositionShares {
  readonly first?: Percent | undefined;
  readonly middle?: Percent | undefined;
  readonly last?: Percent | undefined;
  /** What the others share equally. */
  readonly rest?: Percent | undefined;
  /** Who shares the rest; by default the touches without a share of their own. */
  readonly rest_to?: "others" | "all" | undefined;
}

/** Terms of some touches that differ from the others'. */
export interface TouchTerms {
  /** Which touches; without it all. */
  readonly touch?: TouchWhen | undefined;
  /** Touches of which affiliates; without it all. */
  readonly affiliate?: AffiliateWhen | undefined;
  readonly window?: WindowLength | undefined;
  readonly minimum_age?: WindowLength | undefined;
  /** If such a touch is the last of those that compete, the share it has at least. */
  readonly last_takes?: Percent | undefined;
}

/** A customer stays with the affiliate who was credited with an order. */
export interface Bond {
  /** How long after the order that made it. */
  readonly lasts: Term;
  /** When it decides; by default always while it lasts. */
  readonly wins?: "always" | "without_touch" | undefined;
}

/** When a rule matches and what it pays. */
export interface Rule extends Dated {
  /** It stands in every commission, entry and explanation. */
  readonly id: string;
  /** Without it the rule matches every line. */
  readonly when?: When | undefined;
  readonly pay: Pay;
  /** Pays in addition to whichever rule wins. */
  readonly on_top?: boolean | undefined;
  /** For which charges of a subscription it pays. */
  readonly recurring?: Recurring | undefined;
}

/** Days between which something holds. */
export interface Between {
  /** From this day on. */
  readonly from?: Day | undefined;
  /** Before this day. */
  readonly until?: Day | undefined;
}

/** Days, and the instant that must lie between them. */
export interface Dated extends Between {
  /** The order's, its subscription's first charge's, or when the affiliate joined; by default the order's. */
  readonly dated_by?: "order" | "first_charge" | "joined" | undefined;
}

/** A percentage of the line, or a flat amount and how often. */
export type Pay = PayTerms &
  (
    | { readonly percent: Percent; readonly flat?: never; readonly per?: never }
    | { readonly flat: Flat; readonly per: FlatPer; readonly percent?: never }
  );

interface PayTerms {
  /** What is taken off the line's amount before the percentage. */
  readonly less?: readonly LinePart[] | undefined;
  /** A commission on a sale is at least this. */
  readonly floor?: Amount | undefined;
  /** A commission is at most this. */
  readonly cap?: Amount | undefined;
  /** With whom the commission is shared; a part without an affiliate is the credited one's. */
  readonly share?: readonly { readonly affiliate?: string | undefined; readonly part: Percent }[] | undefined;
}

/** A flat amount: in the program's currency, or by currency of the order. */
export type Flat = Amount | { readonly [currency: Currency]: Amount };

/** How often a flat amount is paid. */
export type FlatPer = "line" | "order" | "unit" | "action";

/** A part of a line's amount on which no commission is paid. */
export type LinePart = "discount" | "tax" | "shipping" | "cost";

/** For which charges of a subscription a rule pays. */
export interface Recurring {
  /** For this many charges. */
  readonly charges?: number | undefined;
  /** For charges before this many calendar months have passed since the first. */
  readonly months?: number | undefined;
  /** Other rates for later charges, rising by `from`, the number of the first charge at that rate. */
  readonly taper?: readonly { readonly from: number; readonly percent: Percent }[] | undefined;
}

/** Terms agreed with some affiliates that replace a rule's percentage or flat amount. */
export type Deal = Dated & {
  readonly id: string;
  /** With whom. */
  readonly when: AffiliateWhen;
  /** For which rules; without it for all that pay in the same way. */
  readonly rules?: readonly string[] | undefined;
} & ({ readonly percent: Percent; readonly flat?: never } | { readonly flat: Amount; readonly percent?: never });

/** A commission for those who recruited the affiliate, level by level up the tree. */
export interface Override extends Between {
  /** No rule may have the same. */
  readonly id: string;
  readonly of: OverrideOf;
  /** The percentage for the recruiter, for the recruiter's recruiter, and so on. */
  readonly levels: readonly Percent[];
  /** Commissions under which rules; without it under all. */
  readonly rules?: readonly string[] | undefined;
  /** Which affiliates may receive it; without it all. */
  readonly when?: AffiliateWhen | undefined;
}

/** What an override is a percentage of. */
export type OverrideOf = "sale" | "commission";

/** Lines that never pay. */
export interface Exclusion {
  readonly id: string;
  readonly when: When;
}

/** A condition: all that is given must hold. A test of a missing field is neither true nor false. */
export interface When {
  readonly line?: LineWhen | undefined;
  readonly order?: OrderWhen | undefined;
  readonly customer?: CustomerWhen | undefined;
  readonly affiliate?: AffiliateWhen | undefined;
  readonly touch?: TouchWhen | undefined;
  /** All of these hold. */
  readonly all?: readonly When[] | undefined;
  /** At least one of these holds. */
  readonly any?: readonly When[] | undefined;
  /** This does not hold. */
  readonly not?: When | undefined;
}

/** A test of a text: equal to one of these, or present and different from all of these. */
export type TextTest = Texts | { readonly is_not: Texts };

/** Tests of free attributes. */
export interface AttributeTests {
  readonly [name: string]: TextTest;
}

/** A test of an amount: all bounds hold. */
export interface AmountTest {
  readonly at_least?: Amount | undefined;
  readonly above?: Amount | undefined;
  readonly at_most?: Amount | undefined;
  readonly below?: Amount | undefined;
}

/** A test of a whole number: all bounds hold. */
export interface CountTest {
  readonly at_least?: number | undefined;
  readonly at_most?: number | undefined;
}

export interface LineWhen {
  readonly category?: TextTest | undefined;
  readonly sku?: TextTest | undefined;
  readonly amount?: AmountTest | undefined;
  readonly quantity?: CountTest | undefined;
  readonly attributes?: AttributeTests | undefined;
}

export interface OrderWhen {
  readonly country?: TextTest | undefined;
  /** The sum of the order's lines. */
  readonly amount?: AmountTest | undefined;
  /** The program's if the order names none. */
  readonly currency?: TextTest | undefined;
  /** The kind of action; missing for sales. */
  readonly action?: TextTest | undefined;
  /** The number of the charge of its subscription, from 1; missing without a subscription. */
  readonly charge?: CountTest | undefined;
  /** When it was placed. */
  readonly at?: Between | undefined;
  readonly attributes?: AttributeTests | undefined;
}

export interface CustomerWhen {
  /** `true`: this is the customer's first order; `false`: it is not. */
  readonly new?: boolean | undefined;
  readonly id?: TextTest | undefined;
}

export interface AffiliateWhen {
  readonly id?: TextTest | undefined;
  readonly group?: TextTest | undefined;
  /** When the affiliate joined. */
  readonly joined?: Between | undefined;
  readonly attributes?: AttributeTests | undefined;
}

export interface TouchWhen {
  readonly kind?: TextTest | undefined;
  readonly channel?: TextTest | undefined;
  readonly attributes?: AttributeTests | undefined;
}

/** What is counted up a ladder, or for a bonus; by default `"net_sales"`. */
export type Metric = "net_sales" | "orders" | "units" | "new_customers" | "active_customers" | "commission";

/** A ladder. Below its first step the rule's own rate applies. */
export interface Tier extends Between {
  readonly id: string;
  /** Whose sales follow it; without it everybody's. */
  readonly when?: AffiliateWhen | undefined;
  /** The rules it changes; without it all percent rules. */
  readonly rules?: readonly string[] | undefined;
  /** The rules whose lines are counted; without it, the lines that follow the ladder. */
  readonly counts?: readonly string[] | undefined;
  readonly metric?: Metric | undefined;
  /** By default `"month"`. */
  readonly period?: Period | undefined;
  /** Over the time before each order instead. */
  readonly rolling?: WindowLength | undefined;
  /**
   * `"marginal"`: only the part above a step; `"whole"`: all sales of the period, from its beginning; `"forward"`: every
   * line after the one that reached the step; `"interpolated"`: as `"whole"`, at a rate between the steps'.
   */
  readonly mode: "marginal" | "whole" | "forward" | "interpolated";
  /** What is kept of a step at the end of a period; by default nothing. */
  readonly demotion?: "to_bottom" | "one_step" | "never" | undefined;
  /** The steps, rising. */
  readonly steps: readonly TierStep[];
}

/** Where a step begins, and its rate, the points it adds, or its factor. */
export type TierStep = {
  /** In units of the metric. */
  readonly from: Amount;
  /** Only checked against where the next step begins. */
  readonly to?: Amount | undefined;
  /** Reaching this step lifts everything sold before it in the period to it. */
  readonly retroactive?: boolean | undefined;
} & (
  | { readonly percent: Percent; readonly add?: never; readonly multiply?: never }
  | { readonly add: Percent; readonly percent?: never; readonly multiply?: never }
  | { readonly multiply: Factor; readonly percent?: never; readonly add?: never }
);

/** An upper limit. */
export interface Cap extends Between {
  readonly id: string;
  /** Whose commissions it adds up. */
  readonly per: CapPer;
  /** Over which time; without it for ever (for `per: "order"`, over the order). */
  readonly period?: Period | undefined;
  /** The limit, in the program's currency. */
  readonly amount: Amount;
  /** The attribute of the affiliate that holds its own limit, if it has one. */
  readonly attribute?: string | undefined;
  /** Commissions under which rules; without it under all. */
  readonly rules?: readonly string[] | undefined;
  /** Commissions of which affiliates; without it of all. */
  readonly when?: AffiliateWhen | undefined;
  /** How the capped sum of an order is shared; by default `"in_order"`. */
  readonly share?: CapShare | undefined;
}

/** Whose commissions a cap adds up. */
export type CapPer = "order" | "customer" | "affiliate" | "rule" | "program";
/** How the capped sum of an order is shared by its commissions. */
export type CapShare = "in_order" | "largest" | "first" | "cumulative";

/** A bonus: what is paid beyond commissions. Which keys it needs depends on its kind. */
export type Bonus =
  | MilestoneBonus
  | EveryBonus
  | StreakBonus
  | ContestBonus
  | EpcBonus
  | PlacementBonus
  | RetainerBonus
  | DrawBonus;

interface BonusBase {
  readonly id: string;
  /** For which affiliates; without it for all. */
  readonly when?: AffiliateWhen | undefined;
}

interface CountingBonus extends BonusBase, Between {
  readonly metric?: Metric | undefined;
  readonly period: Period;
  /** Lines with a commission under which rules count; without it under any. */
  readonly counts?: readonly string[] | undefined;
}

/** Once for each of `steps` that the metric reaches in a period. */
export interface MilestoneBonus extends CountingBonus {
  readonly kind: "milestone";
  /** The steps, rising: what the metric must reach, and what is paid once it does. */
  readonly steps: readonly { readonly from: Amount; readonly amount: Amount }[];
}

/** `amount` for every full `every` of the metric in a period. */
export interface EveryBonus extends CountingBonus {
  readonly kind: "every";
  readonly every: Amount;
  readonly amount: Amount;
  /** The most that is paid in a period. */
  readonly ceiling?: Amount | undefined;
}

/** `amount` for every `times` periods in a row in which the metric reaches `reach`. */
export interface StreakBonus extends CountingBonus {
  readonly kind: "streak";
  readonly reach: Amount;
  readonly times: number;
  readonly amount: Amount;
}

/** `prizes` for the affiliates with the most of the metric in a period. */
export interface ContestBonus extends CountingBonus {
  readonly kind: "contest";
  /** What the first, the second and further places win. */
  readonly prizes: readonly Amount[];
  /** Who is ahead on a tie: whoever was there first, or all share. */
  readonly tie: "earlier" | "share";
}

/** What the commissions of a period fall short of `amount` for each touch of `kinds`. */
export interface EpcBonus extends BonusBase, Between {
  readonly kind: "epc";
  readonly period: Period;
  readonly kinds: Texts;
  /** Per click, with as many places as needed. */
  readonly amount: Amount;
}

/** `amount` once, on the day `on`. */
export interface PlacementBonus extends BonusBase {
  readonly kind: "placement";
  readonly on: Day;
  readonly amount: Amount;
}

/** `amount` at the beginning of every period. */
export interface RetainerBonus extends BonusBase {
  readonly kind: "retainer";
  readonly period: Period;
  readonly from: Day;
  readonly until?: Day | undefined;
  readonly amount: Amount;
}

/** An advance: in a month with less than `amount` earned, the difference is paid. */
export interface DrawBonus extends BonusBase {
  readonly kind: "draw";
  readonly from: Day;
  readonly until?: Day | undefined;
  readonly amount: Amount;
  /** Whether it is taken back from later months; by default it is. */
  readonly draw?: "recoverable" | "non_recoverable" | undefined;
  /** At the beginning of each of these periods what is owed is forgiven. */
  readonly forgive?: Period | undefined;
}

/** What refunds do beyond taking back their share. */
export interface Refunds {
  /** Where refunds count against ladders; by default `"none"`. */
  readonly tiers?: RefundEffect | undefined;
  /** Where refunds count against bonuses; by default `"none"`. */
  readonly bonuses?: RefundEffect | undefined;
  /** Where refunds give headroom back under caps; by default `"sale_period"`. */
  readonly caps?: RefundEffect | undefined;
  /** When refunds exceed their line: an error, or ignored beyond it; by default `"refuse"`. */
  readonly excess?: "refuse" | "cap" | undefined;
  /** Once more than this percentage of an order has been refunded, the order pays nothing at all. */
  readonly void_above?: Percent | undefined;
  /** Only refunds within this time after the order take commission back. */
  readonly within?: WindowLength | undefined;
}

/** Where refunds count: nowhere, in the period of the sale, or in their own. */
export type RefundEffect = "none" | "sale_period" | "refund_period";

/** How long a line of an order may be reviewed, and when what it earned becomes payable. */
export type Lifecycle = LifecycleTerms &
  (
    | { readonly lock?: "at_once" | "open" | undefined; readonly day?: never; readonly months?: never; readonly after?: never; readonly extension?: never }
    | {
        /** When the day `day` of a later month begins. */
        readonly lock: "fixed_day";
        /** The day of the month, 1 to 31; in a shorter month, its last. */
        readonly day: number;
        /** How many months after that of the order; by default 1. */
        readonly months?: number | undefined;
        readonly extension?: WindowLength | undefined;
        readonly after?: never;
      }
    | {
        /** The time `after` later. */
        readonly lock: "duration";
        readonly after: WindowLength;
        /** By how much a review may put the lock off, once an order. */
        readonly extension?: WindowLength | undefined;
        readonly day?: never;
        readonly months?: never;
      }
  );

interface LifecycleTerms {
  /** What becomes of a line that nobody reviewed before its lock; by default it is approved. */
  readonly unreviewed?: "approve" | "decline" | undefined;
  /** Who waits for its money at least this long after the order; the first that fits an affiliate holds. */
  readonly holds?: readonly { readonly when?: AffiliateWhen | undefined; readonly lasts: WindowLength }[] | undefined;
}

/** How value added tax stands to what is paid. */
export type VatTreatment = "none" | "outside" | "inside" | "reverse_charge";
/** Who bears the fee of a payout. */
export type FeePayer = "affiliate" | "merchant";

/** The terms on which some affiliates are paid out. */
export interface PayoutTerms {
  readonly id: string;
  /** Whose they are; without it everybody's. */
  readonly when?: AffiliateWhen | undefined;
  /** What is earned in a month may be paid this long after its end. */
  readonly net?: WindowLength | undefined;
  /** A balance below this is carried forward. */
  readonly minimum?: Amount | undefined;
  /** What is kept for some time. */
  readonly reserve?: { readonly percent: Percent; readonly lasts: WindowLength } | undefined;
  /** What it costs to pay: an amount, a percentage, or both. */
  readonly fee?: Fee | undefined;
  /** Value added tax on what is paid; the rate is needed for any treatment but `"none"`. */
  readonly vat?: { readonly treatment: VatTreatment; readonly percent?: Percent | undefined } | undefined;
  /** The percentage that is withheld for the tax office. */
  readonly withholding?: Percent | undefined;
  /** The currency in which is paid; by default the program's. */
  readonly currency?: Currency | undefined;
}

/** What it costs to pay. */
export interface Fee {
  readonly amount?: Amount | undefined;
  /** Of what is paid, after the reserve and before VAT. */
  readonly percent?: Percent | undefined;
  /** By default `"affiliate"`. */
  readonly payer?: FeePayer | undefined;
  /** Nothing is charged from this balance on. */
  readonly waived_from?: Amount | undefined;
}

/** A length of time such as `"7d"`, or a number of business days such as `"10bd"`. */
export type Deadline = string;

/** What affiliates may dispute, until when who must act, and what silence means; `docs/disputes.md` says it all. */
export interface Disputes {
  /** How long after the order (or after it was declined) a dispute may be opened; without it, at any time. */
  readonly open_within?: Deadline | undefined;
  /** How long the merchant has to decide. */
  readonly answer_within: Deadline;
  /** How long the affiliate has to bring evidence once it was asked for. */
  readonly evidence_within: Deadline;
  /** How many decide: 1, the merchant; 2, then a mediator. By default 1. */
  readonly instances?: number | undefined;
  /** How long the affiliate may appeal; only and always with two instances. */
  readonly appeal_within?: Deadline | undefined;
  /** How long the mediator has to decide; only and always with two instances. */
  readonly mediate_within?: Deadline | undefined;
  /** What silence means, by who is silent. */
  readonly silence?: Silence | undefined;
  /** The kinds of evidence without which a dispute cannot be opened, by its kind. */
  readonly evidence?: { readonly [kind in DisputeKind]?: readonly EvidenceKind[] | undefined } | undefined;
  /** The days of the week that are no business days; by default Saturday and Sunday. */
  readonly weekend?: readonly Weekday[] | undefined;
  /** Days that are no business days either. */
  readonly holidays?: readonly Day[] | undefined;
}

/** What silence means, by who is silent. */
export interface Silence {
  /** By default `"uphold"`. */
  readonly merchant?: "uphold" | "reject" | "expire" | undefined;
  /** By default `"decide"`: the merchant decides by what there is. */
  readonly affiliate?: "decide" | "reject" | "expire" | undefined;
  /** By default `"stand"`: the first decision does. */
  readonly mediator?: "stand" | "uphold" | undefined;
}

/** What a dispute is about. */
export type DisputeKind = "untracked" | "incorrect" | "declined" | "misattributed";

/** What a piece of evidence is. */
export type EvidenceKind =
  | "order_confirmation"
  | "invoice"
  | "payment_proof"
  | "click_log"
  | "screenshot"
  | "coupon_copy"
  | "customer_statement"
  | "correspondence"
  | "agreement"
  | "other";

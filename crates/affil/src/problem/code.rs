//! The closed list of problem codes: one table, from which docs and types of all languages are made.

use serde::{Serialize, Serializer};
use std::fmt;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The input is refused.
    Error,
    /// The input is accepted, but says something its author may not have meant.
    Warning,
}

macro_rules! codes {
    ($($variant:ident $slug:literal $severity:ident $meaning:literal)*) => {
        /// A permanent name for one kind of problem; a code is never reused or renamed.
        ///
        /// ```
        /// assert_eq!(affil::Code::MoneyNotText.as_str(), "money.not_text");
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Code { $(#[doc = $meaning] $variant),* }

        impl Code {
            /// Every code, in the order of the reference page.
            pub const ALL: &'static [Code] = &[$(Code::$variant),*];

            /// The dotted name, such as `money.not_text`.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $slug),* }
            }

            /// Error or warning.
            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity),* }
            }

            /// What it means, for the reference page.
            pub fn meaning(self) -> &'static str {
                match self { $(Code::$variant => $meaning),* }
            }
        }
    };
}

codes! {
    DocumentMalformed "document.malformed" Error "The text is not valid TOML or JSON."
    DocumentDuplicateKey "document.duplicate_key" Error "A key stands twice in one object."
    DocumentUnknownKey "document.unknown_key" Error "A key that the schema does not know."
    DocumentMissingKey "document.missing_key" Error "A required key is missing."
    DocumentWrongType "document.wrong_type" Error "A value of another type than the schema asks for."
    DocumentUnknownValue "document.unknown_value" Error "A word that is not one of the words allowed here."
    DocumentEmpty "document.empty" Error "An empty list or an empty text where something is needed."
    DocumentMoreProblems "document.more_problems" Error "More than 1,000 problems; the rest is only counted."
    ColumnsMalformed "columns.malformed" Error "Columns of one table that differ in length, or positions that point nowhere."
    ColumnsObstacle "columns.obstacle" Error "A program that columns in parts, or without the touches that win nothing, cannot be settled by."
    MoneyNotText "money.not_text" Error "An amount of money written as a number; a float loses cents, so money is text."
    MoneyMalformed "money.malformed" Error "An amount that does not follow the one strict decimal grammar."
    MoneyTooPrecise "money.too_precise" Error "An amount with more decimals than its currency has."
    MoneyLimit "money.limit" Error "An amount or a sum beyond 2^53-1 minor units."
    MoneyNegative "money.negative" Error "A negative amount where only zero or more makes sense."
    RateNotText "rate.not_text" Error "A rate written as a number; rates are text, such as \"7.5\"."
    RateMalformed "rate.malformed" Error "A rate that does not follow the one strict decimal grammar."
    RateTooPrecise "rate.too_precise" Error "A rate with more than 12 decimal places as a fraction (10 as a percentage)."
    RateLimit "rate.limit" Error "A rate above 1,000,000 percent, or below zero."
    CurrencyUnknown "currency.unknown" Error "A currency that ISO 4217 does not list."
    CurrencyNoQuote "currency.no_quote" Error "An amount in another currency than the program's, and no exchange rate for it."
    TimeMalformed "time.malformed" Error "A timestamp that is not RFC 3339, such as 2026-03-31T21:59:00Z."
    TimeNoOffset "time.no_offset" Error "A timestamp without Z or an offset: it could be any of 27 hours."
    TimeTooPrecise "time.too_precise" Error "A timestamp finer than a microsecond."
    TimeOutOfRange "time.out_of_range" Error "A timestamp outside 1970 to 2199."
    TimeNoSuchDate "time.no_such_date" Error "A date that the calendar does not have."
    DateMalformed "date.malformed" Error "A day that is not written as 2026-03-31, or that the calendar does not have."
    DateOrder "date.order" Error "An `until` that does not come after its `from`."
    CalendarMonth "calendar.month" Error "A fiscal year that begins with no month from 1 to 12."
    ZoneUnknown "zone.unknown" Error "A time zone that the IANA database does not list, or zone rules that cannot be read."
    WindowMalformed "window.malformed" Error "A window that is not a number and a unit, such as \"30d\"."
    IdDuplicate "id.duplicate" Error "Two rules, tiers, caps or exclusions of a program, two lines of an order, two cases, or two payees, with one id."
    RuleUnknown "rule.unknown" Error "A rule id that the program does not define."
    RulePay "rule.pay" Error "A rule that does not say exactly one of percent and flat, or how a flat amount repeats."
    RuleConflictUndeclared "rule.conflict_undeclared" Error "Several rules compete and the program does not say which wins."
    AttributionNoWindow "attribution.no_window" Error "The precedence, or a minimum age, names a kind of touch that has no window."
    AttributionUnranked "attribution.unranked" Error "A kind of touch with a window is missing from a declared precedence, or stands in it twice."
    AttributionModel "attribution.model" Error "An attribution model without what it needs, or with what another model needs."
    AttributionBond "attribution.bond" Error "A bond under a model that credits several affiliates."
    AttributionCartAdd "attribution.cart_add" Error "A kind of cart event that has a window as a touch."
    DealValue "deal.value" Error "A deal that does not say exactly one of percent and flat."
    ShareParts "share.parts" Error "Parts of a shared commission that are all zero, or two for one affiliate."
    RecurringEmpty "recurring.empty" Error "A recurring rule for no charge or no month, or a taper that does not rise."
    CapAttribute "cap.attribute" Error "A limit by affiliate on a cap that adds up several affiliates."
    CapShareScope "cap.share" Error "A way of sharing that only a cap per order can have."
    TierStepGap "tier.step_gap" Error "A step that ends below the beginning of the next one."
    TierStepOverlap "tier.step_overlap" Error "A step that ends above the beginning of the next one."
    TierMode "tier.mode" Error "A ladder whose mode, metric, period and steps do not go together."
    TierBasesDiffer "tier.bases_differ" Error "A ladder that counts the sales of rules with different bases."
    TierFeedback "tier.feedback" Error "Ladders that count commissions which they change themselves."
    BonusFields "bonus.fields" Error "A bonus without what its kind needs, or with what another kind needs."
    LifecycleFields "lifecycle.fields" Error "A lifecycle without what its lock needs, or with what another lock needs."
    DisputesFields "disputes.fields" Error "Terms of disputes that do not go together: deadlines, instances, silence, weekend."
    TierStepOrder "tier.step_order" Error "Steps of a ladder that do not rise, or two that start at one threshold."
    TierStepEffect "tier.step_effect" Error "A step that does not say exactly one of percent, add and multiply."
    TierNotPercent "tier.not_percent" Error "A tier over a rule that pays no percentage."
    PayoutTerms "payout.terms" Error "Payout terms without what they need, or with what makes no sense in them."
    LintRuleNeverMatches "lint.rule_never_matches" Warning "A rule, exclusion, deal, tier, cap, hold or payout terms whose condition can never be true."
    LintRuleNeverWins "lint.rule_never_wins" Warning "A rule that another one always beats."
    LintCliff "lint.cliff" Warning "A step of a ladder at which one cent more of sales changes the pay by much."
    LintRateFalls "lint.rate_falls" Warning "A step of a ladder whose rate is lower than the one before it."
    LintUnbounded "lint.unbounded" Warning "Rules that can pay more than the sale, or pay for actions, without a cap."
    LintSelfPurchase "lint.self_purchase" Warning "Commission and discount that exceed the margin: buying for oneself pays."
    VariantPath "variant.path" Error "A path of an override that leads nowhere in the program."
    VariantLimit "variant.limit" Error "More variants at once than can be compared."
    VariantCurrency "variant.currency" Error "A variant that pays in another currency."
    FactConflict "fact.conflict" Error "Two facts with one id and different content."
    FactKnownEarly "fact.known_early" Error "A fact that was known before it happened."
    FactReplaces "fact.replaces" Error "A fact that replaces none that there is, one that another replaces too, or itself."
    AffiliateUnknown "affiliate.unknown" Error "An affiliate that no fact introduces."
    AffiliateRecruitingCycle "affiliate.recruiting_cycle" Error "Affiliates who recruited each other in a circle."
    AffiliateAttribute "affiliate.attribute" Error "An affiliate's own limit that is not an amount."
    OrderLines "order.lines" Error "An action with lines."
    LinePartSign "line.part_sign" Error "A discount, tax, shipping or cost of another sign than its line."
    LineCostMissing "line.cost_missing" Error "A line without the cost that a margin needs."
    OrderUnknown "order.unknown" Error "An order that no fact introduces."
    LineUnknown "line.unknown" Error "A line that its order does not have."
    RefundLineNeeded "refund.line_needed" Error "A refund of a part of an order with several lines must name the line."
    RefundExceedsLine "refund.exceeds_line" Error "The refunds of a line add up to more than the line."
    RefundBeforeOrder "refund.before_order" Error "A refund that happened before its order."
    ReviewBeforeOrder "review.before_order" Error "A review that was made before its order."
    ReviewLine "review.line" Error "A review of a line that concerns several orders, or that puts a lock off."
    ReviewLocked "review.locked" Error "A review that changes something at or after the lock, without a dispute."
    ReviewNoExtension "review.no_extension" Error "A lock put off in a program whose locks cannot be."
    ReviewExtendedTwice "review.extended_twice" Error "A lock put off twice."
    DisputeNotTaken "dispute.not_taken" Error "A dispute under a program without `disputes`."
    DisputeUnknown "dispute.unknown" Error "An action in a dispute that was not opened."
    DisputeExists "dispute.exists" Error "A dispute that is opened a second time."
    DisputeFields "dispute.fields" Error "An action without what it needs, or with what another action needs."
    DisputeClaim "dispute.claim" Error "A claim that does not fit its kind, or the facts."
    DisputeWrongState "dispute.wrong_state" Error "An action that is not possible where the dispute stands."
    DisputeWrongActor "dispute.wrong_actor" Error "An action by somebody who may not do it there."
    DisputeClosed "dispute.closed" Error "An action in a dispute that has ended."
    DisputeTooLate "dispute.too_late" Error "An action at or after its deadline."
    DisputeTooEarly "dispute.too_early" Error "The clock acts before the deadline."
    DisputeTimeBack "dispute.time_back" Error "An action before the one before it, or before what it is about."
    DisputeNoSecondInstance "dispute.no_second_instance" Error "An appeal under a program with one instance."
    DisputeAmount "dispute.amount" Error "A claim of nothing, or a part that is not above zero and below the claim."
    DisputeReasonMissing "dispute.reason_missing" Error "A rejection without a reason."
    DisputeEvidence "dispute.evidence" Error "A fingerprint of evidence that is no SHA-256."
    DisputeEvidenceMissing "dispute.evidence_missing" Error "A dispute opened without the evidence that the program needs, or nothing submitted."
    DisputeEvidenceLate "dispute.evidence_late" Error "Evidence at or after the deadline, or after the decision."
    DisputeBroken "dispute.broken" Error "A dispute document that is not what its actions lead to."
    PayoutSum "payout.sum" Error "A payout whose amounts do not add up, or are below zero."
    PayoutRelease "payout.release" Error "A payout with a reserve that says no day of its release, or one before the payout."
    PayoutUnknown "payout.unknown" Error "A payout that no fact introduces."
    PayoutConfirmedEarly "payout.confirmed_early" Error "A confirmation before its payout."
    PayoutFailedBefore "payout.failed_before" Error "A payout that is said to be paid after it failed."
    PayoutExceedsBalance "payout.exceeds_balance" Error "A payout of more than the affiliate's balance on that day."
    TargetUnknown "target.unknown" Error "No commission, reversal or adjustment has this id."
    LedgerCurrency "ledger.currency" Error "A ledger in another currency than the settlement's."
    LedgerBroken "ledger.broken" Error "A ledger whose entries contradict each other."
    StatementSchema "statement.schema" Error "A statement that cannot be read."
    StatementHash "statement.hash" Error "A statement whose content does not match its hash."
    StatementChain "statement.chain" Error "A statement that does not go on from the one before it."
    StatementSum "statement.sum" Error "A statement that does not add up, or with an entry that is not its own."
    StatementPlan "statement.plan" Error "A statement made with another plan than the one given."
    StatementAmount "statement.amount" Error "An amount on a statement that settling again does not give, or one left out."
    PlanMalformed "plan.malformed" Error "A compiled plan that cannot be read."
    PlanFingerprint "plan.fingerprint" Error "A compiled plan whose content does not match its fingerprint."
    TableColumnMissing "table.column_missing" Error "A table without a column that is needed."
    TableColumnUnknown "table.column_unknown" Error "A table with a column that affil does not know."
    TableColumnType "table.column_type" Error "A column of a type that cannot hold this fact."
    TableValueMissing "table.value_missing" Error "A null where a value is needed."
    CasesExpect "cases.expect" Error "A case that expects nothing, or a refusal and a result at once."
    PayeeMissing "payee.missing" Error "A payout to somebody who is no payee, or a payee or payer without what the export needs."
    PayeeIban "payee.iban" Error "An IBAN or BIC that is none, or that a SEPA credit transfer does not reach."
    PayeeName "payee.name" Error "A name or an address that the export cannot hold."
    PayeeCurrency "payee.currency" Error "A payout in a currency that the export cannot hold."
    ExportLimit "export.limit" Error "An amount, or a number of payments, beyond what the export can hold."
    ExportText "export.text" Error "A number, reference or text of an export that its format cannot hold."
    InvoiceVat "invoice.vat" Error "Value added tax of a payout that is not the payee's rate of its amount."
    InternalBug "internal.bug" Error "A bug of affil itself, reported instead of a panic."
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

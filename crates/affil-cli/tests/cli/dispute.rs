//! `affil dispute`.

use crate::page::of_payouts;
use crate::story::Story;

const CLAIM: [&str; 6] = ["dispute", "claim", "program.toml", "facts", "--claim", "later/claim.json"];
const OPEN: [&str; 12] = [
    "dispute",
    "open",
    "program.toml",
    "facts",
    "--claim",
    "later/claim.json",
    "--id",
    "d1",
    "--at",
    "2026-04-20T09:00:00+02:00",
    "--out",
    "d1.json",
];

fn act<'a>(at: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["dispute", "act", "program.toml", "d1.json", "--at", at], more].concat()
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

/// The example of payouts with a dispute about B, of which a tenth of 400.00 is 40.00.
fn opened(name: &str) -> Story {
    let story = of_payouts(name);
    story.affil(&OPEN).fine();
    story
}

#[test]
fn what_a_claim_is_worth() {
    let story = of_payouts("dispute-claim");
    let told = json(&story.affil(&[&CLAIM[..], &["--format", "json"]].concat()).fine());
    assert_eq!((&told["owed"], &told["affiliate"], &told["others"]), (&"40.00".into(), &"ana".into(), &json("[]")));
    // A touch that ana says it had, a minute before the order that cleo was credited with.
    story.write(
        "claim.json",
        r#"{ "kind": "misattributed", "affiliate": "ana", "order": "D", "at": "2026-03-25T10:00:00+01:00", "facts": { "touches":
             [{ "id": "x", "at": "2026-03-25T09:59:00+01:00", "customer": "max", "affiliate": "ana" }] } }"#,
    );
    let claim = ["dispute", "claim", "program.toml", "facts", "--claim", "claim.json"];
    let told = story.affil(&claim).fine();
    assert!(
        told.starts_with("if this is true, 12.00 EUR would be owed to ana, because 12.00 EUR to ana for D"),
        "{told}"
    );
    assert!(told.ends_with("; 12.00 EUR less to cleo\n"), "{told}");
    // The same claim, read from the dispute about it.
    let open =
        [&["dispute", "open"], &claim[2..], &["--id", "m", "--at", "2026-04-20T09:00:00Z", "--out", "m.json"]].concat();
    story.affil(&open).fine();
    let from_dispute = story.affil(&["dispute", "claim", "program.toml", "facts", "--claim", "m.json"]).fine();
    assert_eq!(from_dispute, told);
}

#[test]
fn a_claim_that_is_none_is_refused_at_its_line() {
    let story = of_payouts("dispute-claim-refused");
    let refused = |text: &str| {
        story.write("claim.json", text);
        story.affil(&["dispute", "claim", "program.toml", "facts", "--claim", "claim.json"]).refused(1)
    };
    let claim = story.read("later/claim.json");
    let told = refused(&claim.replace("declined", "declinde"));
    assert!(
        told.starts_with("claim.json:1:11: document.unknown_value: ") && told.contains("did you mean `declined`?"),
        "{told}"
    );
    let told = refused(&claim.replace("\"B\"", "\"Z\""));
    assert!(told.starts_with("claim.json:1:") && told.contains("order.unknown"), "{told}");
    // What is wrong with the facts themselves stands in their files.
    story.write("facts/orders.csv", &story.read("facts/orders.csv").replace("400.00", "400.005"));
    let told = refused(&claim);
    assert!(told.starts_with("facts/orders.csv row 2 (line 3), amount: "), "{told}");
}

#[test]
fn a_dispute_is_opened_for_what_the_claim_is_worth() {
    let story = of_payouts("dispute-open");
    let told = json(
        &story
            .affil(&[&OPEN[..], &["--evidence", "customer_statement=later/mail.txt", "--format", "json"]].concat())
            .fine(),
    );
    assert_eq!(told["dispute"], json(&story.read("d1.json")));
    let action = &told["dispute"]["history"][0];
    assert_eq!((&action["amount"], &action["actor"]), (&"40.00".into(), &"affiliate".into()));
    // sha256sum examples/payouts/later/mail.txt
    let hash = "7264d603f5ba26e5c7f350f6d2692d37886da04382ab429467beb529728c7b6e";
    let evidence =
        json(&format!(r#"[{{"kind":"customer_statement","reference":"later/mail.txt","sha256":"{hash}"}}]"#));
    assert_eq!(action["evidence"], evidence);
    // Never over one that is there.
    let told = story.affil(&OPEN).refused(3);
    assert!(told.starts_with("error: cannot write d1.json: there is such a file already"), "{told}");
}

#[test]
fn what_cannot_be_opened() {
    let story = of_payouts("dispute-open-refused");
    let open = |from: usize, value: &str| {
        let mut arguments = OPEN;
        arguments[from] = value;
        let ended = story.affil(&arguments);
        assert!(!story.path("d1.json").exists());
        ended
    };
    // 75 days after 2 April 2026 at nine is 16 June.
    let told = open(9, "2026-06-16T09:00:00+02:00").refused(1);
    assert!(told.starts_with("later/claim.json:1:") && told.contains("dispute.too_late: "), "{told}");
    let told = open(9, "2026-04-01T09:00:00+02:00").refused(1);
    assert!(told.contains("dispute.time_back: "), "{told}");
    let told = open(7, "").refused(1);
    assert!(told.starts_with("document.empty: an empty id"), "{told}");
    assert!(open(5, "gone.json").refused(3).contains("cannot read gone.json"));
    for (evidence, code, wanted) in
        [("mail.txt", 2, "write KIND=REFERENCE"), ("letter=mail.txt", 1, "document.unknown_value")]
    {
        let told = story.affil(&[&OPEN[..], &["--evidence", evidence]].concat()).refused(code);
        assert!(told.contains(wanted), "{told}");
    }
    // Without terms nobody takes disputes.
    let program = story.read("program.toml");
    story.write("program.toml", program.split_once("[disputes]").unwrap().0);
    let told = story.affil(&OPEN).refused(1);
    assert!(told.contains("dispute.not_taken: "), "{told}");
}

#[test]
fn what_is_done_is_written_down_and_what_may_not_be_is_not() {
    let story = opened("dispute-act");
    let before = story.read("d1.json");
    for (more, wanted) in [
        (&["--do", "uphold", "--by", "affiliate"][..], "dispute.wrong_actor: "),
        (&["--do", "appeal", "--by", "affiliate"], "dispute.wrong_state: "),
        (&["--do", "expire"], "dispute.too_early: "),
        (&["--do", "reject", "--by", "merchant"], "dispute.reason_missing: "),
        (&["--do", "reject", "--by", "merchant", "--reason", "returnd"], "did you mean `returned`?"),
        (&["--do", "uphold_partly", "--by", "merchant", "--amount", "40.00"], "dispute.amount: "),
    ] {
        let told = story.affil(&act("2026-04-21T09:00:00+02:00", more)).refused(1);
        assert!(told.contains(wanted), "{more:?}: {told}");
        assert_eq!(story.read("d1.json"), before);
    }
    story.write("action.json", "{ \"action\": \"reject\", \"actor\": \"merchant\",\n  \"reason\": \"returnd\" }");
    let told = story.affil(&act("2026-04-21T09:00:00+02:00", &["--action", "action.json"])).refused(1);
    assert!(told.starts_with("action.json:2:13: document.unknown_value: "), "{told}");
    story.write("action.json", "{ \"action\": \"reject\", \"actor\": \"merchant\",\n  \"reason\": \"returned\" }");
    let told = story.affil(&act("2026-04-21T09:00:00+02:00", &["--action", "action.json"])).fine();
    assert!(told.contains("rejected by the merchant: returned"), "{told}");
    assert_eq!(json(&story.read("d1.json"))["outcomes"][0]["decision"], "rejected");
}

#[test]
fn a_dispute_edited_by_hand_is_refused() {
    let story = opened("dispute-broken");
    story.write("d1.json", &story.read("d1.json").replacen("\"state\":\"open\"", "\"state\":\"final\"", 1));
    let told = story.affil(&act("2026-04-21T09:00:00+02:00", &["--do", "take", "--by", "merchant"])).refused(1);
    assert!(told.starts_with("d1.json:1:") && told.contains("dispute.broken: "), "{told}");
    std::fs::create_dir(story.path("folder")).unwrap();
    std::fs::rename(story.path("d1.json"), story.path("folder/d1.json")).unwrap();
    let told = story.affil(&["dispute", "list", "program.toml", "folder", "--at", "2026-04-21T09:00:00Z"]).refused(1);
    assert!(told.starts_with("folder/d1.json:1:"), "{told}");
}

#[test]
fn a_part_that_is_granted_becomes_an_adjustment() {
    let story = opened("dispute-partly");
    let part = ["--do", "uphold_partly", "--by", "merchant", "--amount", "15.00"];
    let told = story.affil(&act("2026-04-21T09:00:00+02:00", &part)).fine();
    assert!(told.contains("partly_upheld by the merchant: 15.00 EUR\n"), "{told}");
    // No facts before the end.
    let ended = story.affil(&["dispute", "facts", "program.toml", "d1.json", "--out", "facts/facts-d1.json"]);
    assert_eq!((ended.code, ended.out.as_str()), (0, ""));
    assert!(ended.err.starts_with("no facts are wanted") && !story.path("facts/facts-d1.json").exists(), "{ended:?}");
    let accept = ["--do", "accept", "--by", "affiliate", "--facts-out", "facts/facts-d1.json"];
    story.affil(&act("2026-04-22T09:00:00+02:00", &accept)).fine();
    let facts = story.affil(&["dispute", "facts", "program.toml", "d1.json"]).fine();
    assert_eq!(facts, story.read("facts/facts-d1.json"));
    let told = json(&story.affil(&["settle", "program.toml", "facts", "--format", "json"]).fine());
    // 100.00, 80.00 and 12.00 for the orders, and 15.00.
    assert_eq!((&told["totals"]["total"], &told["totals"]["adjustments"]), (&"207.00".into(), &"15.00".into()));
    // Written once, and no more.
    let told = story.affil(&["dispute", "facts", "program.toml", "d1.json", "--out", "facts/facts-d1.json"]).refused(3);
    assert!(told.contains("there is such a file already"), "{told}");
}

#[test]
fn open_disputes_by_their_deadlines() {
    let story = opened("dispute-list");
    let folder = story.path("disputes");
    std::fs::create_dir(&folder).unwrap();
    std::fs::rename(story.path("d1.json"), folder.join("d1.json")).unwrap();
    story.write("disputes/notes.json", "{}");
    let mut second = OPEN;
    (second[7], second[9], second[11]) = ("d0", "2026-04-21T09:00:00+02:00", "disputes/d0.json");
    story.affil(&second).fine();
    let list =
        |more: &[&str]| story.affil(&[&["dispute", "list", "program.toml", "disputes", "--at"], more].concat()).fine();
    let ids = |told: &str| -> Vec<String> {
        told.lines().skip(1).map(|line| line.split_whitespace().next().unwrap().to_owned()).collect()
    };
    // Ten business days after Monday, 20 April, and after Tuesday.
    let told = list(&["2026-05-04T22:00:00Z"]);
    assert_eq!(ids(&told), ["d1", "d0"]);
    assert!(told.contains("2026-05-04T22:00:00Z  clock") && !told.contains("2026-05-05T22:00:00Z  clock"), "{told}");
    let expire =
        ["dispute", "act", "program.toml", "disputes/d1.json", "--do", "expire", "--at", "2026-05-04T22:00:00Z"];
    story.affil(&expire).fine();
    let told = json(&list(&["2026-05-04T23:00:00Z", "--format", "json"]));
    let states: Vec<&str> =
        told["disputes"].as_array().unwrap().iter().map(|one| one["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["open", "upheld"]);
    story.affil(&expire).fine();
    assert_eq!(ids(&list(&["2026-05-04T23:00:00Z"])), ["d0"]);
    assert_eq!(ids(&list(&["2026-05-04T23:00:00Z", "--all"])), ["d0", "d1"]);
    assert!(
        story
            .affil(&["dispute", "list", "program.toml", "gone", "--at", "2026-05-04T22:00:00Z"])
            .refused(3)
            .contains("gone")
    );
}

#[test]
fn what_is_likely_to_be_disputed() {
    let story = opened("dispute-risks");
    std::fs::create_dir(story.path("disputes")).unwrap();
    std::fs::rename(story.path("d1.json"), story.path("disputes/d1.json")).unwrap();
    let risks = |at: &'static str, more: &[&'static str]| {
        story.affil(&[&["dispute", "risks", "program.toml", "facts", "--at", at], more].concat())
    };
    let disputes = ["--disputes", "disputes"];
    assert_eq!(risks("2026-04-21T00:00:00Z", &disputes).fine(), "nothing is likely to be disputed soon\n");
    // The merchant has until 4 May, 22:00 in UTC: 93,600 seconds.
    let told = json(&risks("2026-05-03T20:00:00Z", &[&disputes[..], &["--format", "json"]].concat()).fine());
    let found = told["risks"].as_array().unwrap();
    assert_eq!((found.len(), &found[0]["kind"], &found[0]["dispute"]), (1, &"deadline_near".into(), &"d1".into()));
    assert_eq!(found[0]["value"], "93600");
    // Disputes that have ended are no risk.
    let expire =
        ["dispute", "act", "program.toml", "disputes/d1.json", "--do", "expire", "--at", "2026-05-04T22:00:00Z"];
    story.affil(&expire).fine();
    story.affil(&expire).fine();
    assert_eq!(risks("2026-05-05T00:00:00Z", &disputes).fine(), "nothing is likely to be disputed soon\n");
    // ben sold once in March, for 80.00.
    story.write(
        "watch.json",
        r#"{ "counts": [{ "affiliate": "ben", "month": "2026-03", "orders": 2, "amount": "80.00" }] }"#,
    );
    let wanted =
        "count_differs: ben counted 2 orders in March 2026; its statement says 1\n  orders_apart 1, threshold 0\n";
    assert_eq!(risks("2026-04-20T00:00:00Z", &["--watch", "watch.json"]).fine(), wanted);
    story.write("watch.json", "{\n\"counts\": [{ \"affiliate\": \"ben\", \"month\": \"March\", \"orders\": 2 }] }");
    let told = risks("2026-04-20T00:00:00Z", &["--watch", "watch.json"]).refused(1);
    assert!(told.starts_with("watch.json"), "{told}");
    story.write("watch.json", "{ \"near\": \"3d\",\n\"nearer\": \"1d\" }");
    let told = risks("2026-04-20T00:00:00Z", &["--watch", "watch.json"]).refused(1);
    assert!(
        told.starts_with("watch.json:2:1: document.unknown_key: ") && told.contains("did you mean `near`?"),
        "{told}"
    );
}

#[test]
fn wrong_usage_of_disputes() {
    let story = opened("dispute-usage");
    let cases: [(&[&str], &str); 5] = [
        (&["dispute"], "Usage: affil dispute"),
        (&["dispute", "act", "program.toml", "d1.json", "--at", "2026-04-21T09:00:00Z"], "--do <ACTION>"),
        (
            &["dispute", "act", "program.toml", "d1.json", "--at", "2026-04-21T09:00:00Z", "--do", "take"],
            "say with --by",
        ),
        (
            &[
                "dispute",
                "act",
                "program.toml",
                "d1.json",
                "--at",
                "2026-04-21T09:00:00Z",
                "--do",
                "take",
                "--action",
                "x",
            ],
            "cannot be used with",
        ),
        (&["dispute", "facts", "program.toml", "d1.json", "--out", "facts.csv"], "the facts are a document"),
    ];
    for (arguments, wanted) in cases {
        let told = story.affil(arguments).refused(2);
        assert!(told.contains(wanted), "{arguments:?}: {told}");
    }
}

//! Exchange rates, actions, subscriptions, recruiters and the end of the facts, from files.

use crate::story::Story;

/// 10 % of sales, 2.50 for a lead, 2 % of recruits' commissions, and a fee at the beginning of each month.
const PROGRAM: &str = r#"
    schema = "affil/1"
    name = "Everything"
    currency = "EUR"
    zone = "Europe/Berlin"
    conflict = "stack"
    attribution.windows.click = "30d"
    [[rules]]
    id = "sales"
    pay.percent = "10"
    [[rules]]
    id = "leads"
    when.order.action = "lead"
    pay = { flat = "2.50", per = "action" }
    [[overrides]]
    id = "network"
    of = "commission"
    levels = ["2"]
    [[bonuses]]
    id = "fee"
    kind = "retainer"
    period = "month"
    from = "2026-04-01"
    when.attributes.fee = "yes"
    amount = "40.00"
"#;

/// One lead, one order of 100 dollars at 0.92, both to ana, whom ben recruited.
fn story(name: &str) -> Story {
    let story = Story::new(name);
    story.write("program.toml", PROGRAM);
    story
        .write("data/affiliates.csv", "id,recruiter,joined,attributes.fee\nana,ben,2026-01-01T00:00:00Z,yes\nben,,,\n");
    story.write(
        "data/touches.csv",
        "at,customer,affiliate,kind\n2026-03-09T10:00:00Z,kim,ana,\n2026-03-10T09:00:00Z,kim,,cart\n",
    );
    story.write(
        "data/orders.csv",
        "id,at,customer,action,currency,subscription,amount,tax\n\
         L,2026-03-10T10:00:00Z,kim,lead,,,,\nA,2026-03-10T11:00:00Z,kim,,USD,s,100.00,15.97\n",
    );
    story.write("data/quotes.csv", "from,to,date,rate\nUSD,EUR,2026-03-10,0.92\n");
    story
}

const DOCUMENT: &str = r#"{
  "affiliates": [
    { "id": "ana", "recruiter": "ben", "joined": "2026-01-01T00:00:00Z", "attributes": { "fee": "yes" } }, { "id": "ben" }
  ],
  "touches": [
    { "id": "kim|ana|click|2026-03-09T10:00:00Z", "at": "2026-03-09T10:00:00Z", "customer": "kim", "affiliate": "ana" },
    { "id": "kim||cart|2026-03-10T09:00:00Z", "at": "2026-03-10T09:00:00Z", "customer": "kim", "kind": "cart" }
  ],
  "orders": [
    { "id": "L", "at": "2026-03-10T10:00:00Z", "customer": "kim", "action": "lead" },
    { "id": "A", "at": "2026-03-10T11:00:00Z", "customer": "kim", "currency": "USD", "subscription": "s",
      "lines": [{ "amount": "100.00", "tax": "15.97" }] }
  ],
  "quotes": [{ "from": "USD", "to": "EUR", "date": "2026-03-10", "rate": "0.92" }]
}"#;

fn settled(story: &Story, facts: &[&str]) -> String {
    story.affil(&[&["settle", "program.toml"], facts, &["--format", "json"]].concat()).fine()
}

#[test]
fn tables_say_the_same_as_the_document() {
    let story = story("facts-same");
    story.write("facts.json", DOCUMENT);
    assert_eq!(settled(&story, &["data"]), settled(&story, &["facts.json"]));
    // Known by everything that they say, doubles change nothing.
    assert_eq!(settled(&story, &["data", "facts.json"]), settled(&story, &["facts.json"]));
    let quote = "{\"from\":\"USD\",\"to\":\"EUR\",\"date\":\"2026-03-10\",\"rate\":\"0.92\"}\n";
    story.write("lines/quotes-usd.jsonl", quote);
    let by_option =
        ["data/affiliates.csv", "data/touches.csv", "data/orders.csv", "--quotes", "lines/quotes-usd.jsonl"];
    assert_eq!(settled(&story, &by_option), settled(&story, &["facts.json"]));
}

#[test]
fn overrides_and_bonuses_have_columns_where_the_program_has_them() {
    let story = story("facts-table");
    let told = story.affil(&["settle", "program.toml", "data", "--until", "2026-04-01T00:00:00+02:00"]).fine();
    // 2.50; 10 % of 92.00; 2 % of 2.50 and 9.20, rounded half to even: 0.05 and 0.18; the fee of April.
    let table = "\
Everything · EUR · Europe/Berlin

Statements                        3
Orders with a commission          2
Sales                     92.00 EUR
Refunded                   0.00 EUR
Commission                11.70 EUR
Overrides                  0.23 EUR
Reversals                  0.00 EUR
Bonuses                   40.00 EUR
Adjustments                0.00 EUR
Total                     51.93 EUR

Top 2 of 2 affiliates by what they are owed
Affiliate  Months  Orders  Sales  Refunded  Commission  Overrides  Reversals  Bonuses  Adjustments      Total
ana             2       2  92.00      0.00       11.70       0.00       0.00    40.00         0.00  51.70 EUR
ben             1       0   0.00      0.00        0.00       0.23       0.00     0.00         0.00   0.23 EUR
";
    assert_eq!(told, table);
}

#[test]
fn the_end_of_the_facts_may_be_said_and_the_latest_holds() {
    let story = story("facts-until");
    let fees = |facts: &[&str]| settled(&story, facts).matches("\"id\":\"bonus:fee/ana/").count();
    assert_eq!(fees(&["data"]), 0);
    assert_eq!(fees(&["data", "--until", "2026-04-01T00:00:00+02:00"]), 1);
    assert_eq!(fees(&["data", "--until", "2026-03-31T23:59:59+02:00"]), 0);
    story.write("facts.json", "{ \"until\": \"2026-05-01T00:00:00+02:00\" }");
    assert_eq!(fees(&["data", "facts.json"]), 2);
    assert_eq!(fees(&["data", "facts.json", "--until", "2026-04-01T00:00:00+02:00"]), 2);
    let id = "bonus:fee/ana/2026-04-01";
    let arguments = ["explain", "program.toml", "data", id];
    assert!(story.affil(&arguments).refused(1).contains("target.unknown"));
    story.affil(&[&arguments[..], &["--until", "2026-04-01T00:00:00+02:00"]].concat()).fine();
}

#[test]
fn what_is_wrong_is_named_by_its_row() {
    let story = story("facts-refused");
    let told = |name: &str, text: &str| {
        let before = story.read(name);
        story.write(name, text);
        let told = story.affil(&["settle", "program.toml", "data"]).refused(1);
        story.write(name, &before);
        told
    };
    let cases = [
        (
            "data/quotes.csv",
            "from,to,date,rate\nUSD,EUR,2026-03-10,0.92\nUSD,EUR,10.3.2026,0.92\n",
            "row 2 (line 3), date: date.malformed",
        ),
        ("data/quotes.csv", "from,to,date,rate\nUSD,EUR,2026-03-10,9.2e-1\n", "row 1 (line 2), rate: rate.malformed"),
        ("data/quotes.csv", "from,to,date,rate\nUSD,EUR,2026-03-10,0\n", "row 1 (line 2), rate: rate.limit"),
        ("data/quotes.csv", "from,to,day,rate\nUSD,EUR,2026-03-10,0.92\n", "table.column_missing: no column `date`"),
        (
            "data/orders.csv",
            "id,at,customer,action,amount\nL,2026-03-10T10:00:00Z,kim,lead,5.00\n",
            "row 1 (line 2), amount: order.lines",
        ),
        (
            "data/orders.csv",
            "id,at,customer,action,amount\nL,2026-03-10T10:00:00Z,kim,,\n",
            "row 1 (line 2), amount: table.value_missing",
        ),
        ("data/affiliates.csv", "id,joined\nana,2026-01-01\n", "row 1 (line 2), joined: time."),
        ("data/affiliates.csv", "id,recruiter\nana,ben\nben,ana\n", "affiliate.recruiting_cycle"),
    ];
    for (name, text, wanted) in cases {
        let told = told(name, text);
        assert!(told.starts_with(name) && told.contains(wanted), "{told}");
    }
    // The dollars of an order in line 3 have no quote any more.
    let told = told("data/quotes.csv", "from,to,date,rate\nUSD,EUR,2026-03-11,0.92\n");
    assert!(told.starts_with("data/orders.csv row 2 (line 3), "), "{told}");
    assert!(told.contains("currency.no_quote"), "{told}");
}

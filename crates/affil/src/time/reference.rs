//! Tests the zones against samples that Python's `zoneinfo` gave.
//!
//! This module must never know how either side finds its answer.

use super::{Date, Instant, MICROS_PER_SECOND, Month, Zone};

const SAMPLES: &str = include_str!("testdata/zoneinfo.txt");

fn instant(seconds: &str) -> Instant {
    Instant::from_micros(seconds.parse::<i64>().unwrap() * MICROS_PER_SECOND).unwrap()
}

#[test]
fn zones_agree_with_python() {
    let mut zone = Zone::utc();
    let mut zones = 0;
    let mut samples = 0;
    for line in SAMPLES.lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.split(' ').collect();
        let (found, expected) = match words[..] {
            ["zone", name] => {
                zone = Zone::named(name).expect(name);
                zones += 1;
                continue;
            }
            ["o", second, offset] => {
                let first = instant(second);
                let last = first.plus_micros(MICROS_PER_SECOND - 1).unwrap();
                assert_eq!(zone.offset_seconds(first), zone.offset_seconds(last), "{zone:?} {line}");
                (zone.offset_seconds(first).to_string(), offset.to_owned())
            }
            ["m", month, second] => {
                let start = zone.month_start(Month::parse(month).unwrap());
                (start.to_string(), instant(second).to_string())
            }
            ["d", date, second] => {
                let start = zone.day_start(Date::parse(date).unwrap());
                (start.to_string(), instant(second).to_string())
            }
            _ => panic!("not a sample: {line}"),
        };
        assert_eq!(found, expected, "{zone:?} {line}");
        samples += 1;
    }
    // An empty or cut-off file must not pass.
    assert!(zones >= 25 && samples >= 1_500, "{zones} zones, {samples} samples");
}

//! Counts how many carts a second a way of computing them manages, and sums what it computed.
//! It must never know how a cart is computed.

use std::hint::black_box;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

/// Runs the same carts over and over until a time has passed.
#[derive(Clone, Copy)]
pub(crate) struct Clock {
    least: Duration,
}

/// What was measured.
#[derive(Default)]
pub(crate) struct Measured {
    rates: Vec<(usize, f64)>,
    check: Map<String, Value>,
}

impl Clock {
    /// A clock that runs at least so many milliseconds for each size of cart.
    pub(crate) fn new(milliseconds: u64) -> Self {
        Self { least: Duration::from_millis(milliseconds) }
    }

    /// Measures one size of cart; `cents` says what each line of a cart is paid.
    pub(crate) fn run<Cart, Paid>(
        self,
        measured: &mut Measured,
        lines: usize,
        carts: &[Cart],
        mut price: impl FnMut(&Cart) -> Paid,
        cents: impl Fn(&Paid) -> (Vec<i64>, i64),
    ) {
        measured.check(lines, carts.iter().map(|cart| cents(&price(cart))));
        let (start, mut passes) = (Instant::now(), 0_u32);
        while start.elapsed() < self.least {
            for cart in carts {
                black_box(price(black_box(cart)));
            }
            passes += 1;
        }
        let seconds = start.elapsed().as_secs_f64();
        let rate = f64::from(passes) * f64::from(u32::try_from(carts.len()).unwrap_or(u32::MAX)) / seconds;
        measured.rates.push((lines, rate));
    }
}

impl Measured {
    /// Sums of the totals, and of the lines weighed with their place.
    fn check(&mut self, lines: usize, carts: impl Iterator<Item = (Vec<i64>, i64)>) {
        let (mut totals, mut places) = (0, 0);
        for (paid, total) in carts {
            totals += total;
            places += paid.iter().zip(1..).map(|(cents, place)| cents * place).sum::<i64>();
        }
        self.check.insert(format!("total.{lines}"), Value::String(totals.to_string()));
        self.check.insert(format!("places.{lines}"), Value::String(places.to_string()));
    }

    /// The line of JSON; `seconds` is for 100,000 carts of ten lines.
    pub(crate) fn line(self, contestant: &str) -> String {
        let ten = self.rates.iter().find(|(lines, _)| *lines == 10).map_or(f64::NAN, |(_, rate)| 100_000.0 / rate);
        let rates: Map<String, Value> =
            self.rates.iter().map(|(lines, rate)| (format!("{lines}-line carts/s"), json!(rate.round()))).collect();
        json!({
            "work": "cart", "contestant": contestant, "seconds": ten, "peak_mib": peak_mib(), "check": self.check,
            "rates": rates, "notes": "",
        })
        .to_string()
    }
}

/// The most memory this process has held, in MiB; zero where the system does not say.
fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = peak.and_then(|text| text.split_whitespace().next()).and_then(|word| word.parse::<u64>().ok());
    kib.unwrap_or(0) / 1024
}

//! Shows on standard error that a long step is still going on.
//! This module must never know what the step does.

use std::io::IsTerminal;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A shorter step is over before anybody wonders.
const PATIENCE: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(100);

/// A spinner that appears after a second, and only on a terminal. Gone when dropped.
pub(crate) struct Progress {
    bar: ProgressBar,
    waiting: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// Begins a step, such as "settling".
    pub(crate) fn begin(what: &str) -> Self {
        let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}");
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let bar = bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        bar.set_message(what.to_owned());
        if !std::io::stderr().is_terminal() {
            return Self { bar, waiting: None };
        }
        let (done, over) = mpsc::channel();
        let shown = bar.clone();
        let waiting = std::thread::spawn(move || {
            if over.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                shown.set_draw_target(ProgressDrawTarget::stderr());
                shown.enable_steady_tick(TICK);
            }
        });
        Self { bar, waiting: Some((done, waiting)) }
    }

    /// Says what is being read, and how many rows are done.
    pub(crate) fn at(&self, what: &str, rows: usize) {
        self.bar.set_message(format!("{what}: {} rows", HumanCount(u64::try_from(rows).unwrap_or(u64::MAX))));
    }

    /// Shows how far it is, once that is known.
    pub(crate) fn done(&self, done: u64, of: u64) {
        if self.bar.length().is_none() {
            let style = ProgressStyle::with_template("{spinner} {msg} {wide_bar} {percent} % {eta}");
            self.bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        }
        self.bar.set_length(of);
        // Threads may tell late what they have done.
        self.bar.set_position(self.bar.position().max(done));
    }

    /// Says what the next step is.
    pub(crate) fn now(&self, what: &str) {
        self.bar.set_message(what.to_owned());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((done, waiting)) = self.waiting.take() {
            drop(done);
            // Joined first, so that the bar cannot appear after it was cleared.
            let _ = waiting.join();
            self.bar.finish_and_clear();
        }
    }
}

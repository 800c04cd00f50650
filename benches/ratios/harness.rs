//! Two sides of a comparison, measured in turns.

use std::fmt;
use std::hint::black_box;

use rustix::time::{ClockId, clock_gettime};

use crate::peer;

/// What the command line asks for.
pub(crate) struct Options {
    rounds: usize,
    only: Option<String>,
}

impl Options {
    /// The options, or what is wrong with them.
    pub(crate) fn from_arguments(
        mut arguments: impl Iterator<Item = String>,
        measures: &[&str],
    ) -> Result<Self, String> {
        let mut options = Self { rounds: 41, only: None };
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--quick" => options.rounds = 7,
                "--only" => {
                    let name = arguments.next().unwrap_or_default();
                    if !measures.contains(&name.as_str()) {
                        return Err(format!("--only {name}: there is {}", measures.join(", ")));
                    }
                    options.only = Some(name);
                }
                // Cargo passes it.
                "--bench" => {}
                other => return Err(format!("{other}: there are the options --quick and --only NAME")),
            }
        }
        Ok(options)
    }

    pub(crate) fn selects(&self, name: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only == name)
    }
}

/// How the rounds become one ratio.
pub(crate) enum Average {
    /// The median of the rounds' ratios: one that was disturbed does not count.
    Median,
    /// All of ours through all of theirs, for work that is lucky at times, such as finding primes.
    Mean,
}

/// A comparison: our work, the work it is measured against, and the ratio that we hold ourselves to.
pub(crate) struct Bench {
    pub(crate) goal: f64,
    /// How often each side runs in a round: enough for the clock, few enough to alternate often.
    pub(crate) repeats: usize,
    pub(crate) average: Average,
    pub(crate) ours: Box<dyn FnMut()>,
    pub(crate) theirs: Box<dyn FnMut()>,
}

impl Bench {
    pub(crate) fn run(mut self, name: &'static str, options: &Options) -> Line {
        // The first round fills caches and lazily made tables; it does not count.
        self.round();
        let rounds: Vec<_> = (0..options.rounds).map(|_| self.round()).collect();
        let ratio = match self.average {
            Average::Median => median(rounds.iter().map(|(ours, theirs)| ours / theirs).collect()),
            Average::Mean => {
                rounds.iter().map(|(ours, _)| ours).sum::<f64>()
                    / rounds.iter().map(|(_, theirs)| theirs).sum::<f64>()
            }
        };
        Line { name, ratio, goal: self.goal }
    }

    fn round(&mut self) -> (f64, f64) {
        let ours = time(self.repeats, &mut self.ours);
        let theirs = time(self.repeats, &mut self.theirs);
        (ours, theirs)
    }
}

fn median(mut ratios: Vec<f64>) -> f64 {
    ratios.sort_by(f64::total_cmp);
    ratios.get(ratios.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Work that starts programs is theirs: what this process spends on starting them does not count.
fn time(repeats: usize, work: &mut dyn FnMut()) -> f64 {
    let (before, programs) = (cpu_seconds(), peer::seconds());
    (0..repeats).for_each(|_| black_box(&mut *work)());
    let spent = peer::seconds() - programs;
    if spent > 0.0 { spent } else { cpu_seconds() - before }
}

fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// The result of one comparison.
pub(crate) struct Line {
    name: &'static str,
    ratio: f64,
    goal: f64,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.ratio <= self.goal { "ok" } else { "above" };
        write!(f, "{:<24} {:>7.3} {:>7.2} {verdict}", self.name, self.ratio, self.goal)
    }
}

//! A rate of the cohort against all other clients: counts by bin in, comparisons and an observation out
//! (statistics.md S2). Two steps, because the p-values of all checks of the family are adjusted together in between.

mod bursts;
mod compare;
mod sentence;
mod tally;
#[cfg(test)]
mod tests;

use crate::statistics::proportion;
use crate::tables::table::Table;

pub use bursts::Burst;
use compare::ALPHA;
pub use compare::{Beside, Compared, Robust, Says, Tally, days_disagree, decide};

use super::family::Family;
use super::{Basis, Ruled, Seen};

/// From here on a series of looks says "investigate", and from there "roll back" (statistics.md S2).
const E_HOLD: f64 = 20.0;
const E_FIRE: f64 = 100.0;

/// The comparisons of a check, before the family's p-values are adjusted.
pub struct Pending {
    compared: Vec<(tally::Series, Option<Compared>)>,
}

/// Rows (columns `series`, `bin_ts`, `period`, `cohort`, `subject`, `drill`, `deploy`, `route`, `requests`, `episodes`,
/// `errors`) in, comparisons out.
#[must_use]
pub fn compare(rows: &Table, margin: f64) -> Pending {
    let of = |series: tally::Series| {
        let compared = compare::compare(&series, margin);
        (series, compared)
    };
    Pending { compared: tally::read(rows).into_iter().map(of).collect() }
}

impl Pending {
    /// Series and mid-p value of each comparison that could be made.
    #[must_use]
    pub fn p_values(&self) -> Vec<(&str, f64)> {
        self.compared.iter().filter_map(|(series, c)| Some((series.name.as_str(), c.as_ref()?.p_mid))).collect()
    }

    /// The observation, with p-values adjusted over the family. With `share`, a pass is that failures are below this
    /// share of the attempts, all series together; with `onset`, the day-by-day test decides too.
    #[must_use]
    pub fn judge(self, family: &Family, share: Option<f64>, onset: bool, basis: &Basis<'_>) -> Ruled {
        let mut compared = Vec::new();
        let mut absent = Vec::new();
        for (series, held) in self.compared {
            match held {
                Some(mut held) => {
                    let p = family.adjusted(&series.name).unwrap_or(held.p_mid);
                    compare::settle(&mut held, &series, p);
                    compared.push(held);
                }
                None => absent.push(series.name),
            }
        }
        let seen = observe(&compared, &absent, (share, onset), basis);
        let mut ruled = Ruled::whole(seen);
        ruled.needed = sentence::needed(&compared, share, basis);
        if let Some(limit) = share {
            let (k, n) = together(&compared);
            ruled = ruled.with("measured_k", k as f64).with("measured_n", n as f64).with("measured_limit", limit);
        }
        for held in &compared {
            figures(&mut ruled, held, compared.len() > 1);
        }
        ruled.compared = compared;
        ruled
    }
}

fn observe(compared: &[Compared], absent: &[String], (share, onset): (Option<f64>, bool), basis: &Basis<'_>) -> Seen {
    let requests: u64 = compared.iter().map(|c| c.cohort.requests).sum();
    if requests == 0 {
        return Seen::Absent(format!("no {} of {} to judge", basis.unit, basis.cohort));
    }
    let say = sentence::Say { basis, many: compared.len() > 1 };
    if let Some(worse) = compared.iter().find(|c| c.says() == Says::Worse && !c.days_disagree) {
        return Seen::Bad(say.worse(worse));
    }
    if onset && let Some(fired) = compared.iter().find(|c| c.highest_e() >= E_FIRE) {
        return Seen::Bad(say.alarm(fired, "which is beyond 100: roll back"));
    }
    if let (Some(share), true) = (share, compared.iter().all(|c| c.says() != Says::Worse)) {
        return of_share(compared, share, &say);
    }
    if let Some(open) = compared.iter().find(|c| c.says() == Says::Open) {
        return Seen::Thin(say.open(open));
    }
    if !absent.is_empty() {
        return Seen::Thin(format!("nothing to compare {} with", absent.join(", ")));
    }
    if onset && let Some(held) = compared.iter().find(|c| c.highest_e() >= E_HOLD) {
        return Seen::Thin(say.alarm(held, "which is beyond 20: investigate"));
    }
    if let Some(held) = compared.iter().find(|c| c.days_disagree) {
        return Seen::Thin(say.days(held));
    }
    if let Some(held) = compared.iter().find(|c| c.worse_in_outages) {
        return Seen::Thin(say.outage(held));
    }
    match compared.iter().find_map(|c| Some((c, c.bursts.iter().find(|b| b.held)?))) {
        Some((held, burst)) => Seen::Thin(say.burst(held, burst)),
        None => Seen::Shown(compared.iter().map(|c| say.no_worse(c)).collect::<Vec<_>>().join("; ")),
    }
}

/// Failures of all series together are rare enough, or too few attempts were made to say so.
fn of_share(compared: &[Compared], share: f64, say: &sentence::Say<'_>) -> Seen {
    let (k, n) = together(compared);
    let upper = proportion::clopper_pearson_upper(k.min(n), n, ALPHA);
    let said = say.share(k, n, upper, share, compared);
    if upper <= share { Seen::Shown(said) } else { Seen::Thin(said) }
}

/// Failures and attempts of all series.
fn together(compared: &[Compared]) -> (u64, u64) {
    compared.iter().fold((0, 0), |(k, n), c| (k + c.cohort.episodes, n + c.cohort.requests))
}

fn figures(ruled: &mut Ruled, held: &Compared, many: bool) {
    let name = |figure: &str| if many { format!("{}_{figure}", held.series) } else { figure.to_owned() };
    let mut put = |figure: &str, value: f64| {
        if value.is_finite() {
            ruled.figures.insert(name(figure), value);
        }
    };
    put("episodes", held.cohort.episodes as f64);
    put("requests", held.cohort.requests as f64);
    put("others_episodes", held.others.episodes as f64);
    put("others_requests", held.others.requests as f64);
    put("ratio", held.ratio.unwrap_or(f64::INFINITY));
    put("lower", held.lower);
    put("upper", held.upper.unwrap_or(f64::INFINITY));
    put("margin", held.margin);
    put("p_up", held.p);
    put("p_mid", held.p_mid);
    put("p_adjusted", held.p_adjusted);
    put("excess", held.excess);
    put("noticed", held.noticed.unwrap_or(f64::INFINITY));
    put("e_value", held.e_values.last().copied().unwrap_or(1.0));
    put("e_value_highest", held.highest_e());
}

impl Compared {
    /// The highest of the values at each day's end; 1 where there was no day to compare.
    #[must_use]
    pub fn highest_e(&self) -> f64 {
        self.e_values.iter().copied().fold(1.0, f64::max)
    }
}

//! Paired reads: what mobile was shown beside what web was shown of the same user's data at the same time.

use std::collections::{BTreeMap, HashSet};

use super::lines::Line;
use super::purpose::Purpose;
use super::roster::Roster;
use super::windows::Windows;
use crate::tables::schema::{Column, Kind};
use crate::tables::table::Cell;

/// Columns of the `pairs` table: one row per read of the cohort that has a partner.
pub const COLUMNS: &[Column] = &[
    ("ts", Kind::Time),
    ("tester", Kind::Own),
    ("owner_key", Kind::Own),
    ("route", Kind::Own),
    ("rev", Kind::Int),
    ("partner_ts", Kind::Time),
    ("partner_rev", Kind::Int),
    ("partner_client", Kind::Own),
    ("agree", Kind::Int),
    // The read showed a revision that another client's answer had passed this many seconds before.
    ("behind_s", Kind::Float),
    ("period", Kind::Own),
    ("drill", Kind::Int),
    ("build", Kind::Own),
    ("request_id", Kind::Own),
    ("file", Kind::Own),
    ("line", Kind::Int),
];

/// Builds the rows. A book's revision only grows, so a read agrees with its partner when neither revision contradicts
/// the order of time: the later read shows at least the earlier one's revision. `within_ms` bounds the distance; a read
/// behind what another client had been shown before is a mismatch at any distance. What a device rendered is a read too:
/// an app may show an old book though the server gave it the new one.
#[must_use]
pub fn rows(lines: &[Line<'_>], roster: &Roster, windows: &Windows, cohort: &str, within_ms: i64) -> Vec<Vec<Cell>> {
    let books = books(lines, roster);
    let mut rows = Vec::new();
    for all in books.values() {
        let others = Others::of(all.iter().copied().filter(|l| l.client.is_some_and(|c| c != cohort)).collect());
        let served: HashSet<(i64, Option<i64>)> =
            all.iter().filter(|l| l.tier != "device" && l.client == Some(cohort)).map(|l| minute_of(l)).collect();
        // Rendering what the server just gave is the same read again, not a second one.
        let again = |l: &Line<'_>| l.tier == "device" && around(l).any(|at| served.contains(&at));
        for read in all.iter().filter(|l| l.client == Some(cohort) && !again(l)) {
            rows.extend(pair(read, &others, roster, windows, within_ms));
        }
    }
    rows.sort_by_key(|row| row[0].as_int());
    rows
}

/// Owner and route → the reads of that book by its owner, and what devices rendered of it.
fn books<'l, 'a>(lines: &'l [Line<'a>], roster: &'l Roster) -> BTreeMap<(&'l str, &'l str), Vec<&'l Line<'a>>> {
    let mut books: BTreeMap<(&str, &str), Vec<&Line<'_>>> = BTreeMap::new();
    let mut foreign: HashSet<(&str, (i64, Option<i64>))> = HashSet::new();
    for line in lines.iter().filter(|l| l.is_request("server") && l.ok() && l.rev.is_some()) {
        match (line.user, line.owner, line.route) {
            (Some(user), Some(owner), Some(route)) if user == owner => {
                books.entry((owner, route)).or_default().push(line);
            }
            (Some(user), Some(_), _) => {
                foreign.insert((user, minute_of(line)));
            }
            _ => {}
        }
    }
    for line in lines.iter().filter(|l| l.event == "positions.rendered" && l.rev.is_some()) {
        let Some(owner) = line.tester.and_then(|t| roster.testers[t].user_key.as_deref()) else { continue };
        // Somebody else's book is a leak, not a stale book: its revisions count otherwise.
        if around(line).any(|at| foreign.contains(&(owner, at))) {
            continue;
        }
        if let Some((_, all)) = books.iter_mut().find(|(key, all)| key.0 == owner && is_positions(all)) {
            all.push(line);
        }
    }
    books
}

/// Whether these are reads of the book that devices render.
fn is_positions(reads: &[&Line<'_>]) -> bool {
    reads.first().is_some_and(|l| l.purpose == Some(Purpose::Positions))
}

/// The minute of a line and the revision it shows.
fn minute_of(line: &Line<'_>) -> (i64, Option<i64>) {
    (line.ts.div_euclid(60_000), line.rev)
}

/// The same in the minutes before and behind: the two clocks may differ by as much.
fn around(line: &Line<'_>) -> impl Iterator<Item = (i64, Option<i64>)> {
    let (minute, rev) = minute_of(line);
    (minute - 1..=minute + 1).map(move |m| (m, rev))
}

/// What the other clients read of one book, in order of time.
struct Others<'l, 'a> {
    reads: Vec<&'l Line<'a>>,
    /// The highest revision shown up to each read, so that the first one past a revision is found by halving.
    highest: Vec<i64>,
}

impl<'l, 'a> Others<'l, 'a> {
    fn of(mut reads: Vec<&'l Line<'a>>) -> Self {
        reads.sort_by_key(|l| l.ts);
        let mut most = i64::MIN;
        let highest = reads
            .iter()
            .map(|l| {
                most = most.max(l.rev.unwrap_or(i64::MIN));
                most
            })
            .collect();
        Others { reads, highest }
    }

    /// The first of the reads before place `at` that showed more than `rev`.
    fn passed(&self, at: usize, rev: i64) -> Option<&'l Line<'a>> {
        let first = self.highest.partition_point(|highest| *highest <= rev);
        (first < at).then(|| self.reads[first])
    }
}

fn pair(
    read: &Line<'_>,
    others: &Others<'_, '_>,
    roster: &Roster,
    windows: &Windows,
    within_ms: i64,
) -> Option<Vec<Cell>> {
    let at = others.reads.partition_point(|l| l.ts < read.ts);
    let beside = [at.checked_sub(1), Some(at)].into_iter().flatten().filter_map(|i| others.reads.get(i).copied());
    let rev = read.rev?;
    // The first earlier answer to another client that was already past what this read shows.
    let passed = others.passed(at, rev);
    let near = beside.min_by_key(|l| (l.ts - read.ts).abs()).filter(|l| (l.ts - read.ts).abs() <= within_ms);
    // A device's line is a partner to nothing: only a mismatch makes it a row, so that reads are not counted twice.
    let partner = if read.tier == "device" { passed } else { near.or(passed) }?;
    let partner_rev = partner.rev?;
    // A read behind what was shown before contradicts that, even where its nearest partner comes after it.
    let agree = passed.is_none() && (partner.ts <= read.ts || rev <= partner_rev);
    let behind = passed.map_or(0.0, |l| (read.ts - l.ts) as f64 / 1000.0);
    Some(vec![
        Cell::from(read.ts),
        roster.cell(read.tester),
        Cell::from(partner.owner),
        Cell::from(partner.route),
        Cell::from(rev),
        Cell::from(partner.ts),
        Cell::from(partner_rev),
        Cell::from(partner.client),
        Cell::from(agree),
        Cell::from(behind),
        Cell::from(windows.period(read.ts)),
        Cell::from(windows.in_drill(read.ts, read.tester)),
        Cell::from(read.build),
        Cell::from(read.request),
        Cell::from(read.file),
        Cell::from(read.line),
    ])
}

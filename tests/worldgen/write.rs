//! Lines of a source in, its files out: a file per day, older days in gzip, with the oddities of a log shipper.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use flate2::{Compression, GzBuilder};

use super::clock::{DAY, date};
use super::random::Random;
use super::scenario::Fault;
use super::truth::World;

/// A line and when its source wrote it.
pub(crate) struct Line {
    at: i64,
    text: String,
}

impl Line {
    pub(crate) fn new(at: i64, text: String) -> Self {
        Line { at, text }
    }
}

/// What stands in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content {
    /// Packed when it is saved, where the file's name ends in `.gz`.
    Text(String),
    /// Written as it is.
    #[cfg_attr(not(test), allow(dead_code, reason = "only faults of files make it"))]
    Raw(Vec<u8>),
}

/// The files of a world by path.
#[derive(Debug, Clone, Default)]
pub(crate) struct Files(pub(crate) BTreeMap<String, Content>);

impl Files {
    pub(crate) fn text(&mut self, path: &str, text: String) {
        self.0.insert(path.to_owned(), Content::Text(text));
    }

    /// Writes all of them below a folder.
    pub(crate) fn save(&self, root: &Path, compression: Compression) -> anyhow::Result<()> {
        self.0.iter().try_for_each(|(path, content)| save(&root.join(path), content, compression))
    }
}

/// Writes one file.
#[expect(clippy::disallowed_methods, reason = "the generator is no part of the product")]
pub(crate) fn save(path: &Path, content: &Content, compression: Compression) -> anyhow::Result<()> {
    let packed = path.extension().is_some_and(|e| e == "gz");
    let bytes = match content {
        Content::Text(text) if packed => &pack(text, compression)?,
        Content::Text(text) => text.as_bytes(),
        Content::Raw(bytes) => bytes.as_slice(),
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }
    std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

/// Gzip without a name and a time, so that the same text gives the same bytes.
pub(crate) fn pack(text: &str, compression: Compression) -> anyhow::Result<Vec<u8>> {
    let mut gzip = GzBuilder::new().mtime(0).write(Vec::new(), compression);
    gzip.write_all(text.as_bytes())?;
    Ok(gzip.finish()?)
}

/// Turns the lines of sources into files.
pub(crate) struct Shipper<'w, 's> {
    world: &'w World<'s>,
}

impl<'w, 's> Shipper<'w, 's> {
    pub(crate) fn new(world: &'w World<'s>) -> Self {
        Shipper { world }
    }

    /// A source's log: `name` is its path without the day, such as `logs/backend/backend-*.log`. The last day is
    /// the current one and is plain; the days before were rotated.
    pub(crate) fn daily(&self, files: &mut Files, source: &'static str, name: &str, mut lines: Vec<Line>) {
        lines.retain(|line| self.world.has(source, line.at));
        lines.sort_by_key(|line| line.at);
        let scenario = self.world.scenario;
        let mut random = Random::new(scenario.seed, source);
        let mut from = scenario.baseline.from;
        let today = from + (self.world.until - 1 - from).div_euclid(DAY) * DAY;
        let last = today.min(scenario.beta.to - DAY);
        while from <= last {
            let of_day = |line: &&Line| (from..from + DAY).contains(&line.at);
            let mut day: Vec<String> = lines.iter().filter(of_day).map(|line| line.text.clone()).collect();
            shuffle(&mut day, &mut random);
            if from == last {
                self.ship(source, &mut day, &mut random);
            }
            let path = name.replace('*', &date(from));
            let text: String = day.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
            match (day.is_empty(), from == last) {
                (true, _) => {}
                (_, true) => files.text(&path, text),
                (_, false) => files.text(&(path + ".gz"), text),
            }
            from += DAY;
        }
    }

    /// What a shipper does to a file now and then.
    fn ship(&self, source: &str, lines: &mut Vec<String>, random: &mut Random) {
        for fault in &self.world.scenario.faults {
            let Fault::Shipping { source: whose, twice, torn, junk } = fault else { continue };
            if *whose != source {
                continue;
            }
            for _ in 0..*twice {
                let at = random.between(1, lines.len() as i64) as usize;
                lines.insert(at, lines[at - 1].clone());
            }
            for _ in 0..*torn {
                let whole: Vec<usize> = (1..lines.len()).filter(|at| lines[*at - 1].starts_with('{')).collect();
                let at = random.pick(&whole);
                let half: String = lines[at - 1].chars().take(lines[at - 1].len() * 3 / 5).collect();
                lines.insert(at, half);
            }
            for _ in 0..*junk {
                lines.insert(random.between(1, lines.len() as i64) as usize, "null".to_owned());
            }
        }
    }
}

/// About one line in a hundred comes a few places late.
fn shuffle(lines: &mut [String], random: &mut Random) {
    for at in 0..lines.len() {
        let to = at + random.between(1, 4) as usize;
        if random.per_mille(10) && to < lines.len() {
            lines.swap(at, to);
        }
    }
}

//! Judges made-up worlds in process: a small beta that comes out GO, and the same beta with something wrong in it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use cutover::config::{self, Overrides};
use cutover::judge::{self, Judged};
use cutover::pipeline::Run;
use cutover::progress::Progress;
use cutover::verdict::{Call, Effect, Verdict};
use flate2::Compression;

use crate::worldgen;
use crate::worldgen::scenario::Scenario;
use crate::worldgen::truth::World;
use crate::worldgen::write::{self, Files};

type OnScenario = Box<dyn Fn(&mut Scenario) + Send + Sync>;
type OnTruth = Box<dyn Fn(&mut World<'_>) + Send + Sync>;
type OnFiles = Box<dyn Fn(&mut Files, &World<'_>) + Send + Sync>;

/// A world with something in it, and what must come of it.
#[derive(Default)]
pub(crate) struct Case {
    pub(crate) name: String,
    scenario: Vec<OnScenario>,
    truth: Vec<OnTruth>,
    files: Vec<OnFiles>,
    bytes: Vec<OnFiles>,
    /// Items that must be `fail` or `conflict`.
    fails: BTreeSet<&'static str>,
    /// Items that must be `no-data`, `inconclusive` or `pending`.
    open: BTreeSet<&'static str>,
    /// Items that must be `pass`, though they are not in the clean world.
    passes: BTreeSet<&'static str>,
    /// Items that may come out otherwise than in the clean world.
    may: BTreeSet<&'static str>,
    call: Option<Call>,
    /// Another onset or size of a fault that a case before it has; not judged in every run.
    pub(crate) more: bool,
    /// Changes so much that nothing can be said of others in the same world.
    alone: bool,
}

/// Cases in one world; more would be hard to tell apart when one comes out wrong.
const MOST: usize = 8;

impl Case {
    pub(crate) fn new(name: impl Into<String>) -> Self {
        Case { name: name.into(), ..Case::default() }
    }

    /// Changes what is to happen.
    pub(crate) fn scenario(mut self, change: impl Fn(&mut Scenario) + Send + Sync + 'static) -> Self {
        self.scenario.push(Box::new(change));
        self
    }

    /// Changes what happened.
    pub(crate) fn truth(mut self, change: impl Fn(&mut World<'_>) + Send + Sync + 'static) -> Self {
        self.truth.push(Box::new(change));
        self
    }

    /// Changes what was written down.
    pub(crate) fn files(mut self, change: impl Fn(&mut Files) + Send + Sync + 'static) -> Self {
        self.files.push(Box::new(move |files, _| change(files)));
        self
    }

    /// Changes its bytes, when everything is written down.
    pub(crate) fn bytes(mut self, change: impl Fn(&mut Files) + Send + Sync + 'static) -> Self {
        self.bytes.push(Box::new(move |files, _| change(files)));
        self
    }

    /// As `files`, with a look at what happened.
    pub(crate) fn told(mut self, change: impl Fn(&mut Files, &World<'_>) + Send + Sync + 'static) -> Self {
        self.files.push(Box::new(change));
        self
    }

    pub(crate) fn fails(mut self, items: &[&'static str]) -> Self {
        self.fails.extend(items);
        self
    }

    pub(crate) fn open(mut self, items: &[&'static str]) -> Self {
        self.open.extend(items);
        self
    }

    pub(crate) fn passes(mut self, items: &[&'static str]) -> Self {
        self.passes.extend(items);
        self
    }

    pub(crate) fn may(mut self, items: &[&'static str]) -> Self {
        self.may.extend(items);
        self
    }

    /// The decision, where the items do not settle it.
    pub(crate) fn call(mut self, call: Call) -> Self {
        self.call = Some(call);
        self
    }

    /// Another onset or size.
    pub(crate) fn more(mut self) -> Self {
        self.more = true;
        self
    }

    /// Shares its world with no other.
    pub(crate) fn alone(mut self) -> Self {
        self.alone = true;
        self
    }

    /// Whether it may change what is certain of another, or of the decision.
    fn disturbs(&self, other: &Case) -> bool {
        let mine = || self.fails.iter().chain(&self.open).chain(&self.may);
        mine().any(|item| other.fails.contains(item) || other.open.contains(item))
    }

    /// Both in one world: what is certain of one stays certain, unless the other takes the evidence for it away.
    pub(crate) fn with(mut self, other: Case) -> Self {
        if self.call.is_some() || other.call.is_some() {
            self.call = [self.expected(), other.expected()].into_iter().max_by_key(|call| rank(*call));
        }
        self.name = format!("{} + {}", self.name, other.name);
        self.scenario.extend(other.scenario);
        self.truth.extend(other.truth);
        self.files.extend(other.files);
        self.bytes.extend(other.bytes);
        self.fails.extend(other.fails);
        self.open = self.open.union(&other.open).filter(|item| !self.fails.contains(*item)).copied().collect();
        self.may.extend(other.may);
        self.passes = self.passes.union(&other.passes).copied().collect();
        self
    }

    pub(crate) fn expected(&self) -> Call {
        self.call.unwrap_or(match (self.fails.is_empty(), self.open.is_empty()) {
            (false, _) => Call::NoGo,
            (true, false) => Call::NotYet,
            (true, true) => Call::Go,
        })
    }
}

/// The small beta as it should be: its files, its evidence, its verdicts.
struct Base {
    dir: tempfile::TempDir,
    files: Files,
    verdicts: BTreeMap<String, Seen>,
    call: Call,
}

/// What became of one check.
#[derive(Clone)]
pub(crate) struct Seen {
    pub(crate) item: String,
    pub(crate) effect: Effect,
    pub(crate) verdict: Verdict,
    pub(crate) sentence: String,
}

static BASE: LazyLock<Base> = LazyLock::new(|| base().expect("the small beta"));

pub(crate) fn small() -> Scenario {
    worldgen::scenarios::named("small").expect("the scenario")
}

fn base() -> anyhow::Result<Base> {
    let dir = tempfile::tempdir()?;
    let scenario = small();
    let files = worldgen::files(&worldgen::play(&scenario))?;
    files.save(dir.path(), Compression::fast())?;
    let judged = judge_in(dir.path())?;
    Ok(Base { dir, files, verdicts: verdicts(&judged), call: judged.decision.call })
}

/// Verdicts by check.
pub(crate) fn verdicts(judged: &Judged) -> BTreeMap<String, Seen> {
    let seen = |f: &cutover::checks::Finding| Seen {
        item: f.item.clone(),
        effect: f.effect,
        verdict: f.verdict,
        sentence: f.sentence.clone(),
    };
    judged.findings.iter().map(|f| (f.check.clone(), seen(f))).collect()
}

/// Collects and judges the stage in a folder.
pub(crate) fn judge_in(dir: &Path) -> anyhow::Result<Judged> {
    let plan = config::load(&dir.join("cutover.toml"), &Overrides::default())?;
    let key = Some("0123456789abcdef0123456789abcdef".to_owned());
    let run = Run {
        plan,
        key,
        progress: Progress::none(),
        offline: false,
        now: jiff::Timestamp::UNIX_EPOCH,
        env: std::sync::Arc::new(|_| None),
    };
    let (evidence, _) = run.collect()?;
    judge::judge(&run.plan, &evidence)
}

impl Case {
    /// Writes, collects and judges the world.
    pub(crate) fn judge(&self) -> anyhow::Result<Judged> {
        let mut scenario = small();
        self.scenario.iter().for_each(|change| change(&mut scenario));
        let mut world = worldgen::play(&scenario);
        for change in &self.truth {
            change(&mut world);
            world.settle();
        }
        let mut files = worldgen::files(&world)?;
        self.files.iter().chain(&self.bytes).for_each(|change| change(&mut files, &world));
        let dir = tempfile::tempdir()?;
        BASE.fork(&files, dir.path())?;
        judge_in(dir.path())
    }

    /// What is wrong with the judgement, as lines; empty when it is right.
    fn wrongs(&self) -> anyhow::Result<Vec<String>> {
        let judged = self.judge()?;
        let mut wrongs = Vec::new();
        let (call, expected) = (judged.decision.call, self.expected());
        if call != expected {
            wrongs.push(format!("the decision is {call:?} and should be {expected:?}"));
        }
        let after = verdicts(&judged);
        for item in self.fails.iter().chain(&self.open).chain(&self.passes) {
            let of = after.values().filter(|seen| seen.item == **item);
            let verdict = Verdict::roll_up(of.clone().map(|seen| seen.verdict));
            let (wanted, right) = if self.fails.contains(item) {
                ("fail or conflict", matches!(verdict, Verdict::Fail | Verdict::Conflict))
            } else if self.passes.contains(item) {
                ("pass", verdict == Verdict::Pass)
            } else {
                ("open", matches!(verdict, Verdict::NoData | Verdict::Inconclusive | Verdict::Pending))
            };
            if !right {
                let says: Vec<String> = of.map(|seen| format!("{:?}: {}", seen.verdict, seen.sentence)).collect();
                wrongs.push(format!("{item} should be {wanted}, is {}", says.join("; ")));
            }
        }
        for (check, seen) in &after {
            let item = seen.item.as_str();
            let about = self.fails.iter().chain(&self.open).chain(&self.may).any(|i| *i == item);
            let before = BASE.verdicts.get(check).map(|s| s.verdict);
            if gates(seen.effect) && !about && !self.rolled_up(item) && before != Some(seen.verdict) {
                wrongs.push(format!("{item} is drawn in, {:?}: {}", seen.verdict, seen.sentence));
            }
        }
        Ok(wrongs)
    }

    /// Whether an item rolls up one that this case is about.
    fn rolled_up(&self, item: &str) -> bool {
        let part = match item {
            "F0" => 'R',
            "F3" => 'M',
            _ => return false,
        };
        self.fails.iter().chain(&self.open).chain(&self.may).any(|i| i.starts_with(part))
    }
}

/// The decision that the other does not undo is the higher one.
fn rank(call: Call) -> u8 {
    match call {
        Call::Go => 0,
        Call::NotYet => 1,
        Call::NoGo => 2,
    }
}

fn gates(effect: Effect) -> bool {
    matches!(effect, Effect::Blocker | Effect::Trigger | Effect::Hold)
}

impl Base {
    /// A folder with these files, and the evidence of those that are as they were.
    fn fork(&self, files: &Files, to: &Path) -> anyhow::Result<()> {
        let mut same = BTreeSet::new();
        for (path, content) in &files.0 {
            let target = to.join(path);
            if self.files.0.get(path) == Some(content) {
                std::fs::create_dir_all(target.parent().unwrap_or(to))?;
                std::fs::hard_link(self.dir.path().join(path), target)?;
                same.insert(path.as_str());
            } else {
                write::save(&target, content, Compression::fast())?;
            }
        }
        // A file that is gone was never there in this world.
        let text = std::fs::read(self.dir.path().join(".cutover/state.json"))?;
        let mut state: serde_json::Value = serde_json::from_slice(&text)?;
        let mut parts = Vec::new();
        if let Some(records) = state["files"].as_array_mut() {
            records.retain(|r| r["file"].as_str().is_some_and(|f| same.contains(f)));
            parts.extend(records.iter().filter_map(|r| r["part"].as_str().map(str::to_owned)));
        }
        for part in parts {
            let target = to.join(".cutover").join(&part);
            std::fs::create_dir_all(target.parent().unwrap_or(to))?;
            std::fs::hard_link(self.dir.path().join(".cutover").join(&part), target)?;
        }
        write::save(&to.join(".cutover/state.json"), &write::Content::Text(state.to_string()), Compression::fast())
    }
}

/// As many cases in one world as say something about different items.
pub(crate) fn together(cases: Vec<Case>) -> Vec<Case> {
    let mut worlds: Vec<(usize, Case)> = Vec::new();
    for case in cases {
        let room = worlds.iter().position(|(held, world)| {
            *held < MOST && !case.alone && !world.alone && !case.disturbs(world) && !world.disturbs(&case)
        });
        match room {
            Some(at) => {
                let (held, world) = worlds.remove(at);
                worlds.insert(at, (held + 1, world.with(case)));
            }
            None => worlds.push((1, case)),
        }
    }
    worlds.into_iter().map(|(_, world)| world).collect()
}

/// The small beta with other people's habits and other luck.
pub(crate) fn ordinary_week(seed: u64) -> anyhow::Result<Judged> {
    let scenario = Scenario { seed, ..small() };
    let dir = tempfile::tempdir()?;
    worldgen::files(&worldgen::play(&scenario))?.save(dir.path(), Compression::fast())?;
    judge_in(dir.path())
}

/// Judges all of these and tells all that came out wrong.
pub(crate) fn judged_right(cases: Vec<Case>) {
    deep(move || {
        assert_eq!(BASE.call, Call::Go, "the small beta itself");
        let mut wrongs = Vec::new();
        for case in &cases {
            match case.wrongs() {
                Ok(wrong) if wrong.is_empty() => {}
                Ok(wrong) => wrongs.push(format!("{}\n    {}", case.name, wrong.join("\n    "))),
                Err(error) => wrongs.push(format!("{}\n    {error:#}", case.name)),
            }
        }
        assert!(wrongs.is_empty(), "{} of {} worlds:\n  {}", wrongs.len(), cases.len(), wrongs.join("\n  "));
    });
}

/// Runs on a stack that the engine's recursion fits into when nothing is optimised.
pub(crate) fn deep(work: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(16 << 20).spawn(work).expect("a thread");
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

//! Files in object stores, read by the same readers as files: an object is a file whose name is its address.
//!
//! What is listed is compared with what was collected; only what is new or changed is read, whole, within the limit of
//! bytes. What fails is a gap that names the object, and what was known of it stays.

mod fault;
mod list;
mod open;
mod relay;

use std::cell::Cell;
use std::sync::Arc;

use futures_util::stream::{self, StreamExt};
use object_store::{GetOptions, GetRange, ObjectStore};

use super::look::looked;
use super::store::Store;
use super::{Errand, Pulled, Shared, record, settings};
use crate::config::Source;
use crate::config::source::Archive;
use crate::coverage::Gap;
use crate::evidence::FileRecord;
use crate::net::{Failure, FailureKind};
use crate::progress::Task;
use crate::report::diagnosis::Noticed;
use list::{Listed, Object};

/// Pulls what is new or changed in an archive.
///
/// # Errors
/// When the evidence cannot be written; what the archive does wrong becomes gaps.
pub async fn pull(source: &Source, from: &Archive, shared: &Arc<Shared>, store: &Arc<Store>) -> anyhow::Result<Pulled> {
    let begun = async {
        let objects = open::open(from, shared)?;
        let listed = list::list(&source.name, from, &*objects).await?;
        Ok((objects, listed))
    };
    let (objects, listed) = match begun.await {
        Ok(begun) => begun,
        Err(failure) => return Ok(not_listed(source, shared, store, failure)),
    };
    let settings = settings(source, shared);
    let task = shared.progress.start(&source.name, listed.objects.iter().map(|o| o.stamp.bytes).sum());
    let pull = Pull { source, from, shared, store, settings: &settings, task: &task, objects, over: Cell::new(false) };
    if shared.errand == Errand::Look {
        return Ok(looked(source, pull.look_at(&listed).await));
    }
    let pulled = pull.all(listed).await?;
    task.finish();
    store.end_files(&source.name, pulled.records.clone(), pulled.gaps.clone());
    Ok(pulled)
}

/// A pull under way.
struct Pull<'a> {
    source: &'a Source,
    from: &'a Archive,
    shared: &'a Arc<Shared>,
    store: &'a Arc<Store>,
    settings: &'a str,
    task: &'a Task,
    objects: Arc<dyn ObjectStore>,
    /// Something failed that would fail for all others, too.
    over: Cell<bool>,
}

/// What became of an object that had to be read.
enum Got {
    Bytes(Vec<u8>),
    Failed(Failure),
    NotAsked,
}

impl Pull<'_> {
    async fn all(&self, listed: Listed) -> anyhow::Result<Pulled> {
        let (mut records, mut changed, mut gaps) = (Vec::new(), Vec::new(), listed.gaps);
        for object in listed.objects {
            match self.store.unchanged(&self.source.name, &object.name, object.stamp, self.settings) {
                Some(record) => {
                    self.task.advance(object.stamp.bytes, record.rows);
                    records.push(record);
                }
                None => changed.push(object),
            }
        }
        let unchanged = records.len();
        let mut not_asked = Vec::new();
        let mut fetched =
            stream::iter(changed).map(|object| self.fetch(object)).buffered(self.from.server.concurrent.max(1));
        while let Some((object, got)) = fetched.next().await {
            // Of an object that cannot be read, what was known stays; one that is gone is marked as vanished.
            match got {
                Got::Bytes(bytes) => records.push(self.keep(&object, bytes).await?),
                Got::Failed(failure) => {
                    if failure.kind != FailureKind::NotFound {
                        records.extend(self.known(&object));
                    }
                    let mut gap = Gap { what: failure.what, hint: failure.hint };
                    self.shared.redact(&mut gap);
                    gaps.push(Gap { what: format!("{}: {}", object.name, gap.what), ..gap });
                }
                Got::NotAsked => {
                    records.extend(self.known(&object));
                    not_asked.push(object.name);
                }
            }
        }
        gaps.extend(gap_of(&not_asked));
        Ok(Pulled { source: self.source.name.clone(), records, gaps, unchanged, noticed: Vec::new() })
    }

    /// What was collected of an object before; it is there, but cannot be read now.
    fn known(&self, object: &Object) -> Option<FileRecord> {
        let record = self.store.known(&self.source.name, &object.name)?;
        Some(FileRecord { vanished: false, ..record })
    }

    async fn fetch(&self, object: Object) -> (Object, Got) {
        if self.over.get() {
            return (object, Got::NotAsked);
        }
        let got = self.bytes(&object, None).await.unwrap_or_else(|failure| {
            self.over.set(self.over.get() || fault::ends_all(&failure));
            Got::Failed(failure)
        });
        (object, got)
    }

    /// The bytes of an object as it was listed, or the first so many.
    async fn bytes(&self, object: &Object, first: Option<u64>) -> Result<Got, Failure> {
        let wanted = first.unwrap_or(object.meta.size);
        if wanted > self.from.server.max_bytes {
            let what = format!("it has {wanted} bytes, and at most {} are read", self.from.server.max_bytes);
            return Err(Failure::new(FailureKind::TooLarge, what, "raise `max-bytes` of the source"));
        }
        let options = GetOptions {
            if_match: object.meta.e_tag.as_deref().map(|tag| format!("\"{}\"", bare(tag))),
            range: first.map(|n| GetRange::Bounded(0..n)),
            ..GetOptions::default()
        };
        let failed = |error: object_store::Error| fault::of_object(&error, list::host(self.from));
        let answer = self.objects.get_opts(&object.meta.location, options).await.map_err(failed)?;
        let tags = (&answer.meta.e_tag, &object.meta.e_tag);
        if matches!(tags, (Some(read), Some(listed)) if bare(read) != bare(listed)) {
            let what = "it was changed between its listing and its reading";
            return Err(Failure::new(FailureKind::Refused, what, "collect again"));
        }
        let (size, bytes) = (answer.meta.size, answer.bytes().await.map_err(failed)?);
        if bytes.len() as u64 != wanted || size != object.meta.size {
            let what = format!("it was listed with {} bytes, and {} came", object.meta.size, bytes.len());
            return Err(Failure::new(FailureKind::Cut, what, "collect again; nothing of this answer was used"));
        }
        Ok(Got::Bytes(bytes.into()))
    }

    /// Reads the bytes of an object into the evidence.
    async fn keep(&self, object: &Object, bytes: Vec<u8>) -> anyhow::Result<FileRecord> {
        let (source, shared, store) = (self.source.clone(), Arc::clone(self.shared), Arc::clone(self.store));
        let name = object.name.clone();
        let reading = move || record::of(&source, &shared, &store, &name, || Ok(&bytes[..]));
        let record = tokio::task::spawn_blocking(reading).await??;
        self.task.advance(object.stamp.bytes, record.rows);
        let record = FileRecord { stamp: object.stamp, settings: self.settings.to_owned(), ..record };
        self.store.put(record.clone())?;
        Ok(record)
    }

    /// Whether there are objects, and the first can be read.
    async fn look_at(&self, listed: &Listed) -> Vec<Noticed> {
        let mut noticed = Vec::new();
        let bytes: u64 = listed.objects.iter().map(|o| o.stamp.bytes).sum();
        if !listed.objects.is_empty() {
            let many = if listed.objects.len() == 1 { "object" } else { "objects" };
            noticed.push(Noticed::fine(format!("{} {many} of {} kB", listed.objects.len(), bytes.div_ceil(1000))));
        }
        noticed.extend(listed.gaps.iter().map(|gap| Noticed::fault(gap.what.clone(), gap.hint.clone())));
        for object in listed.objects.iter().filter(|o| o.stamp.bytes == 0) {
            let what = format!("{} is empty", object.name);
            noticed.push(Noticed::warning(what, "see whether it was written to its end"));
        }
        if let Some(object) = listed.objects.iter().find(|o| o.stamp.bytes > 0)
            && let Err(failure) = self.bytes(object, Some(1)).await
        {
            noticed.push(Noticed::fault(format!("{}: {}", object.name, failure.what), failure.hint));
        }
        noticed
    }
}

/// A pull without a list: everything that was known stays, and the gap is told.
fn not_listed(source: &Source, shared: &Shared, store: &Store, failure: Failure) -> Pulled {
    if shared.errand == Errand::Look {
        return looked(source, vec![failure.into()]);
    }
    let mut gap = Gap { what: failure.what, hint: failure.hint };
    shared.redact(&mut gap);
    let (records, gaps) = (store.all_known(&source.name), vec![gap]);
    store.end_files(&source.name, records.clone(), gaps.clone());
    Pulled { source: source.name.clone(), records, gaps, unchanged: 0, noticed: Vec::new() }
}

/// An e-tag without its quotation marks, which Azure leaves out in lists.
fn bare(tag: &str) -> &str {
    tag.trim_matches('"')
}

/// Objects that were not asked for after a failure that would have met them, too.
fn gap_of(not_asked: &[String]) -> Option<Gap> {
    let (first, others) = not_asked.split_first()?;
    let more = if others.is_empty() { String::new() } else { format!(" and {} more objects", others.len()) };
    let what = format!("{first}{more} were not asked for after that");
    Some(Gap { what, hint: "collect again: it goes on where it was".to_owned() })
}

//! The objects of an archive that a source's globs match, in the order of their names.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::stream::StreamExt;
use glob::{MatchOptions, Pattern};
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore};
use xxhash_rust::xxh3::xxh3_64;

use super::fault;
use crate::config::source::Archive;
use crate::coverage::Gap;
use crate::evidence::Stamp;
use crate::net::{Failure, FailureKind};

/// Objects below a prefix that are listed at most, so that a list without an end has one.
const MOST: usize = 2_000_000;

/// As in a shell: a star stays in its folder.
const AS_IN_A_SHELL: MatchOptions =
    MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: false };

/// An object as it was listed.
pub(super) struct Object {
    /// Its address, which is the name of its record.
    pub(super) name: String,
    pub(super) stamp: Stamp,
    pub(super) meta: ObjectMeta,
}

/// What was listed.
pub(super) struct Listed {
    pub(super) objects: Vec<Object>,
    /// Globs without an object.
    pub(super) gaps: Vec<Gap>,
}

/// Lists an archive to its end.
///
/// # Errors
/// Why there is no whole list; a part of one is not used.
pub(super) async fn list(source: &str, from: &Archive, objects: &dyn ObjectStore) -> Result<Listed, Failure> {
    let (patterns, mut gaps) = patterns(&from.paths);
    let prefix = Path::parse(&from.prefix).map_err(|error| {
        let what = format!("{} cannot be listed: {error}", from.address());
        Failure::new(FailureKind::Refused, what, "see the prefix in the source's `url`")
    })?;
    let folder = if from.prefix.is_empty() { String::new() } else { format!("{}/", from.prefix) };
    let mut pages = objects.list(Some(&prefix).filter(|_| !from.prefix.is_empty()));
    let (mut found, mut seen, mut met) = (BTreeMap::new(), 0, BTreeSet::new());
    while let Some(meta) = pages.next().await {
        let meta = meta.map_err(|error| of_list(from, fault::of_archive(&error, host(from))))?;
        seen += 1;
        let Some(below) = meta.location.as_ref().strip_prefix(&folder).map(str::to_owned) else { continue };
        let matching: Vec<usize> =
            (0..patterns.len()).filter(|n| patterns[*n].1.matches_with(&below, AS_IN_A_SHELL)).collect();
        let twice = !matching.is_empty() && found.insert(below, meta).is_some();
        met.extend(matching);
        if twice || seen > MOST {
            let why = if twice { "names an object twice" } else { "has no end" };
            return Err(of_list(from, Failure::malformed(host(from), &format!("the list of objects {why}"))));
        }
    }
    for (_, (pattern, _)) in patterns.iter().enumerate().filter(|(n, _)| !met.contains(n)) {
        gaps.push(Gap {
            what: format!("no object matches `{pattern}`"),
            hint: format!("put the files below {}/{folder} or change `paths` of source `{source}`", from.address()),
        });
    }
    let objects = found.into_values().map(|meta| object(from, meta)).collect();
    Ok(Listed { objects, gaps })
}

/// The globs that are some, and a gap for each of the others.
fn patterns(paths: &[String]) -> (Vec<(&str, Pattern)>, Vec<Gap>) {
    let (mut patterns, mut gaps) = (Vec::new(), Vec::new());
    for path in paths {
        match Pattern::new(path) {
            Ok(pattern) => patterns.push((path.as_str(), pattern)),
            Err(error) => gaps.push(Gap {
                what: format!("`{path}` is not a glob: {error}"),
                hint: "use * and ? and [a-z] as in a shell".to_owned(),
            }),
        }
    }
    (patterns, gaps)
}

fn object(from: &Archive, meta: ObjectMeta) -> Object {
    let name = format!("{}/{}", from.address(), meta.location);
    let stamp = Stamp {
        bytes: meta.size,
        modified_ns: i128::from(meta.last_modified.timestamp_millis()) * 1_000_000,
        tag: meta.e_tag.as_ref().map_or(0, |tag| xxh3_64(tag.as_bytes())),
    };
    Object { name, stamp, meta }
}

fn of_list(from: &Archive, failure: Failure) -> Failure {
    Failure { what: format!("{} cannot be listed: {}", from.address(), failure.what), ..failure }
}

/// The host of an archive, as messages name it.
pub(super) fn host(from: &Archive) -> &str {
    let (_, rest) = from.server.url.split_once("://").unwrap_or(("", &from.server.url));
    rest.split(['/', ':']).next().unwrap_or(rest)
}

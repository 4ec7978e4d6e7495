//! The view and the charts in, a tagged archival PDF out: typeset in memory, without files, clock or network.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use anyhow::{Context, anyhow};
use serde_json::Value;
use typst::diag::{FileError, FileResult, PackageError, SourceDiagnostic, Warned};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_kit::diagnostics::{DiagnosticFormat, DiagnosticWorld, emit, termcolor::NoColor};
use typst_kit::files::{FileLoader, FileStore};
use typst_kit::fonts::{self, FontStore};
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use super::{Artifact, glyphs};
use crate::embedded;

/// Faces in the order in which they are tried; the templates name the same.
const FAMILIES: &[&str] = &[
    "ibm plex sans",
    "noto sans arabic",
    "noto sans hebrew",
    "noto emoji",
    "libertinus serif",
    "dejavu sans mono",
    "new computer modern",
];

/// A document to be drawn: its template and all that the template reads.
#[derive(Debug)]
pub struct Document<'a> {
    /// Path of the template that draws it.
    pub main: &'static str,
    /// The view, which the template reads as `/report.json`.
    pub view: Value,
    /// Pictures by their paths.
    pub pictures: Vec<Artifact>,
    /// The document as data, which is attached under this name.
    pub attached: (&'static str, &'a [u8]),
    pub packet_id: &'a str,
    pub tool_version: &'a str,
    /// The document's date.
    pub as_of: jiff::Timestamp,
}

/// Renders a document (PDF/A-3a, PDF/UA-1) with its data attached; the same document gives the same bytes.
///
/// # Errors
/// When a template is wrong, with its line and a caret.
pub fn render(document: &Document<'_>) -> anyhow::Result<Vec<u8>> {
    draw(&packet(document)?, document).map(|(bytes, _)| bytes)
}

/// The world of a document: templates, data and charts as virtual files.
fn packet(document: &Document<'_>) -> anyhow::Result<Packet> {
    let covers = |cluster: &[char]| families_of(cluster) != 0;
    // Text inside a picture has one face and no other to fall back to.
    let in_pictures = |cluster: &[char]| families_of(cluster) & 1 != 0;
    let mut value = document.view.clone();
    let mut uncovered = glyphs::fit(&mut value, &covers);
    let mut files = BTreeMap::new();
    for (name, bytes) in embedded::TEMPLATES.iter().filter(|(name, _)| name.ends_with(".typ")) {
        files.insert((*name).to_owned(), Bytes::new(*bytes));
    }
    for picture in &document.pictures {
        let (svg, n) = glyphs::drawable(&String::from_utf8_lossy(&picture.bytes), &in_pictures);
        uncovered += n;
        files.insert(picture.path.clone(), Bytes::from_string(svg));
    }
    value["uncovered"] = uncovered.into();
    files.insert("report.json".to_owned(), Bytes::new(serde_json::to_vec(&value)?));
    files.insert(document.attached.0.to_owned(), Bytes::new(document.attached.1.to_vec()));
    let main = VirtualPath::new(document.main).map_err(|error| anyhow!("{}: {error:?}", document.main))?;
    Ok(Packet {
        library: LazyHash::new(Library::builder().build()),
        files: FileStore::new(Files(files)),
        main: RootedPath::new(VirtualRoot::Project, main).intern(),
        today: datetime(document.as_of).context("the report's time is outside the calendar")?,
    })
}

/// Typesets and exports; gives the bytes and the warnings.
fn draw(world: &Packet, document: &Document<'_>) -> anyhow::Result<(Vec<u8>, Vec<SourceDiagnostic>)> {
    let told = |errors: &[SourceDiagnostic]| anyhow!("the document cannot be typeset\n{}", diagnostics(world, errors));
    let Warned { output, warnings } = typst::compile::<typst_layout::PagedDocument>(world);
    let pages = output.map_err(|errors| told(&errors))?;
    let standards = PdfStandards::new(&[PdfStandard::A_3a, PdfStandard::Ua_1]);
    let options = PdfOptions {
        ident: Smart::Custom(format!("cutover:{}", document.packet_id)),
        creator: Smart::Custom(Some(format!("cutover {}", document.tool_version))),
        timestamp: Some(Timestamp::new_utc(world.today)),
        standards: standards.map_err(|error| anyhow!("PDF/A-3a and PDF/UA-1: {error:?}"))?,
        tagged: true,
        ..PdfOptions::default()
    };
    let bytes = typst_pdf::pdf(&pages, &options).map_err(|errors| told(&errors))?;
    Ok((bytes, warnings.to_vec()))
}

/// Diagnostics as the compiler draws them, with the template's line and a caret.
fn diagnostics(world: &Packet, all: &[SourceDiagnostic]) -> String {
    let mut out = NoColor::new(Vec::new());
    match emit(&mut out, world, all, DiagnosticFormat::Human) {
        Ok(()) => String::from_utf8_lossy(&out.into_inner()).into_owned(),
        Err(_) => all.iter().map(|d| d.message.to_string()).collect::<Vec<_>>().join("\n"),
    }
}

/// The end of the evidence, as the PDF's date.
fn datetime(at: jiff::Timestamp) -> Option<Datetime> {
    let at = at.to_zoned(jiff::tz::TimeZone::UTC);
    let part = |n: i8| u8::try_from(n).ok();
    Datetime::from_ymd_hms(
        i32::from(at.year()),
        part(at.month())?,
        part(at.day())?,
        part(at.hour())?,
        part(at.minute())?,
        part(at.second())?,
    )
}

/// The faces, loaded once: those of the templates first, then the compiler's own.
fn faces() -> &'static FontStore {
    static FACES: OnceLock<FontStore> = OnceLock::new();
    FACES.get_or_init(|| {
        let mut store = FontStore::new();
        for (_, bytes) in embedded::TEMPLATES.iter().filter(|(name, _)| name.ends_with(".ttf")) {
            store.extend(Font::iter(Bytes::new(*bytes)).map(|font| {
                let info = font.info().clone();
                (font, info)
            }));
        }
        store.extend(fonts::embedded());
        store
    })
}

/// The families, one bit each in their order, that have every character of a cluster in all of their faces.
fn families_of(cluster: &[char]) -> u32 {
    static COVERED: OnceLock<HashMap<char, u32>> = OnceLock::new();
    let covered = COVERED.get_or_init(|| {
        let mut covered: HashMap<char, u32> = HashMap::new();
        for (bit, family) in FAMILIES.iter().enumerate() {
            let ids: Vec<usize> = faces().book().select_family(family).collect();
            let infos: Vec<_> = ids.iter().filter_map(|id| faces().book().info(*id)).collect();
            let Some((first, others)) = infos.split_first() else { continue };
            for c in first.coverage.iter().filter_map(char::from_u32) {
                let private = matches!(u32::from(c), 0xe000..=0xf8ff | 0xf0000..=0x0010_ffff);
                if !private && others.iter().all(|info| info.coverage.contains(u32::from(c))) {
                    *covered.entry(c).or_default() |= 1 << bit;
                }
            }
        }
        covered
    });
    let drawn = cluster.iter().filter(|c| **c != '\u{200d}');
    drawn.map(|c| covered.get(c).copied().unwrap_or(0)).fold(u32::MAX, |a, b| a & b)
}

struct Packet {
    library: LazyHash<Library>,
    files: FileStore<Files>,
    main: FileId,
    today: Datetime,
}

/// Virtual files by path.
struct Files(BTreeMap<String, Bytes>);

impl FileLoader for Files {
    fn load(&self, id: FileId) -> FileResult<Bytes> {
        match id.root() {
            VirtualRoot::Project => {
                let path = id.vpath().get_without_slash();
                self.0.get(path).cloned().ok_or_else(|| FileError::NotFound(path.into()))
            }
            VirtualRoot::Package(package) => Err(FileError::Package(PackageError::NotFound(package.clone()))),
        }
    }
}

impl World for Packet {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        faces().book()
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.files.source(id)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files.file(id)
    }

    fn font(&self, index: usize) -> Option<Font> {
        faces().font(index)
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        Some(self.today)
    }
}

impl DiagnosticWorld for Packet {
    fn name(&self, id: FileId) -> String {
        format!("templates/{}", id.vpath().get_without_slash())
    }
}

/// Typesets a document for tests: the text of each page, and the warnings.
#[cfg(test)]
pub(crate) fn pages(document: &Document<'_>) -> anyhow::Result<(Vec<String>, Vec<String>)> {
    use typst::layout::{Frame, FrameItem};

    fn text_of(frame: &Frame, out: &mut String) {
        for (_, item) in frame.items() {
            match item {
                FrameItem::Group(group) => text_of(&group.frame, out),
                FrameItem::Text(text) => out.push_str(&text.text),
                _ => {}
            }
        }
    }
    let world = packet(document)?;
    let (_, warnings) = draw(&world, document)?;
    let Warned { output, .. } = typst::compile::<typst_layout::PagedDocument>(&world);
    let drawn = output.map_err(|errors| anyhow!("{}", diagnostics(&world, &errors)))?;
    let text = |frame: &Frame| {
        let mut out = String::new();
        text_of(frame, &mut out);
        out
    };
    let texts = drawn.pages().iter().map(|page| text(&page.frame)).collect();
    Ok((texts, warnings.iter().map(|warning| diagnostics(&world, std::slice::from_ref(warning))).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::sample::{HOSTILE, report};

    /// Whatever the evidence says and however much of it there is, page 1 is one page, and no warning is left.
    #[test]
    fn page_one_is_one_page() -> anyhow::Result<()> {
        let long = HOSTILE.join(" ").repeat(3);
        for (text, n) in [("W", 1), ("word ", 60), (long.as_str(), 60), (&"W".repeat(100_000), 12), ("", 0)] {
            let report = report(text, n);
            let (pages, warnings) = pages(&crate::render::packet(&report, b"{}")?)?;
            assert!(warnings.is_empty(), "{}", warnings.join("\n"));
            let page = |at: usize| pages.get(at).cloned().unwrap_or_default();
            assert!(page(0).contains("Date and time, UTC"), "the signature stands on page 1");
            assert!(page(1).contains("Scope"), "section 1 begins on page 2: {}", page(1));
        }
        Ok(())
    }

    #[test]
    fn what_no_face_covers_is_found() {
        let is_covered = |cluster: &[char]| families_of(cluster) != 0;
        assert!(is_covered(&['a']) && is_covered(&['م']) && is_covered(&['ש']) && is_covered(&['🚆']));
        assert!(!is_covered(&['履']) && !is_covered(&['\u{e000}']) && !is_covered(&['\u{fffe}']));
    }
}

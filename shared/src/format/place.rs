//! Places: from a subject (island, record, field) to file, line and column.
//!
//! Only the byte span of each record is kept; a field's place is found by scanning its record again when
//! an issue asks for it. A project of 10,000 markers has no issues most of the time.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::scan;
use crate::ids::IslandId;
use crate::island::RecordId;
use crate::issue::{Issue, Place, Subject};

/// Where every record of the files that were read stands.
#[derive(Clone, Debug, Default)]
pub struct Places {
    texts: BTreeMap<String, Lines>,
    islands: BTreeMap<IslandId, String>,
    records: BTreeMap<(IslandId, RecordId), Range<usize>>,
}

impl Places {
    pub(super) fn add_text(&mut self, path: &str, lines: Lines) {
        self.texts.insert(path.to_owned(), lines);
    }

    /// The place of a byte offset in a file that was read.
    pub(super) fn at(&self, path: &str, offset: usize) -> Place {
        match self.texts.get(path) {
            Some(lines) => lines.place(path, offset),
            None => Place::of_file(path),
        }
    }

    pub(super) fn add_island(&mut self, id: IslandId, path: &str) {
        self.islands.insert(id, path.to_owned());
    }

    pub(super) fn add_record(&mut self, island: IslandId, record: RecordId, span: Range<usize>) {
        self.records.insert((island, record), span);
    }

    /// The text of a file that was read; what a report quotes.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(|lines| &*lines.text)
    }

    /// Where the subject stands: its field if it names one that is written, else its record, else its file.
    pub fn of(&self, subject: &Subject) -> Option<Place> {
        let field = subject.field.as_deref();
        let (file, span, path) = match (subject.island, field) {
            (Some(island), field) => {
                let span = match subject.record {
                    Some(record) => Some(self.records.get(&(island, record))?.clone()),
                    None => None,
                };
                (
                    self.islands.get(&island)?.as_str(),
                    span,
                    field.into_iter().collect(),
                )
            }
            (None, Some(field)) if field.starts_with("schema.") => {
                (super::SCHEMA_FILE, None, field.split('.').skip(1).collect())
            }
            (None, field) => (super::PROJECT_FILE, None, field.into_iter().collect::<Vec<_>>()),
        };
        let lines = self.texts.get(file)?;
        let mut group = span.unwrap_or(0..lines.text.len());
        let mut offset = group.start;
        for name in path {
            let Some(found) = find(&lines.text, group.clone(), name) else {
                break;
            };
            (offset, group) = found;
        }
        Some(lines.place(file, offset))
    }

    /// Gives every issue that has no place yet the place of its subject.
    pub fn fill(&self, issues: &mut [Issue]) {
        for issue in issues.iter_mut().filter(|issue| issue.place.is_none()) {
            issue.place = self.of(&issue.subject);
        }
    }
}

/// The offset of a member and the span of its value: by key, by `key` field, or within `attributes`.
fn find(text: &str, group: Range<usize>, name: &str) -> Option<(usize, Range<usize>)> {
    let members = scan::members(text, group, super::MAX_RECORDS).list;
    let named = |member: &&scan::Member| member.key.clone().is_some_and(|key| &text[key] == name);
    if let Some(member) = members.iter().find(named) {
        return Some((member.key.clone()?.start, member.value.clone()));
    }
    let attributes = members
        .iter()
        .find(|member| member.key.clone().is_some_and(|key| &text[key] == "attributes"))?;
    let entries = scan::members(text, attributes.value.clone(), super::MAX_RECORDS).list;
    entries.iter().find_map(|entry| {
        if let Some(key) = &entry.key {
            (&text[key.clone()] == name).then(|| (key.start, entry.value.clone()))
        } else {
            let fields = scan::members(text, entry.value.clone(), super::MAX_RECORDS).list;
            let is_it = fields.iter().any(|field| {
                field.key.clone().is_some_and(|key| &text[key] == "key")
                    && text[field.value.clone()].trim_matches('"') == name
            });
            is_it.then(|| (entry.value.start, entry.value.clone()))
        }
    })
}

/// A text with the lines of every block of it, so that any of many issues in a large file is placed
/// without reading the file from its start.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    pub(super) text: Arc<str>,
    /// For each block: lines that ended before it, and where the line that reaches into it starts.
    blocks: Vec<(usize, usize)>,
}

/// Bytes of a block. In lines longer than this, columns count bytes instead of characters.
const BLOCK_BYTES: usize = 1 << 16;

impl Lines {
    pub(super) fn new(text: Arc<str>) -> Self {
        let (mut ended, mut line_start) = (0, 0);
        let mut blocks = Vec::with_capacity(text.len() / BLOCK_BYTES + 1);
        for (position, block) in text.as_bytes().chunks(BLOCK_BYTES).enumerate() {
            blocks.push((ended, line_start));
            ended += newline_count(block);
            if let Some(last) = block.iter().rposition(|c| *c == b'\n') {
                line_start = position * BLOCK_BYTES + last + 1;
            }
        }
        Self { text, blocks }
    }

    /// Line and column, both from 1, of a byte offset; columns count characters.
    pub(super) fn place(&self, file: &str, offset: usize) -> Place {
        let bytes = self.text.as_bytes();
        let offset = offset.min(bytes.len());
        let block = (offset / BLOCK_BYTES).min(self.blocks.len().saturating_sub(1));
        let (ended, block_line_start) = self.blocks.get(block).copied().unwrap_or_default();
        let in_block = &bytes[block * BLOCK_BYTES..offset];
        let line_start = in_block
            .iter()
            .rposition(|c| *c == b'\n')
            .map_or(block_line_start, |at| block * BLOCK_BYTES + at + 1);
        let before = &bytes[line_start..offset];
        // Bytes that continue a character do not count; this also holds when the offset splits one.
        let column = if before.len() > BLOCK_BYTES {
            before.len()
        } else {
            before.iter().filter(|c| (**c & 0xC0) != 0x80).count()
        };
        let number = |count: usize| u32::try_from(count + 1).unwrap_or(u32::MAX);
        Place {
            file: file.to_owned(),
            line: number(ended + newline_count(in_block)),
            column: number(column),
        }
    }
}

#[expect(
    clippy::naive_bytecount,
    reason = "the compiler vectorises it well enough for one block"
)]
fn newline_count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|c| **c == b'\n').count()
}

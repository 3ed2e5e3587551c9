//! From bytes to the model: files, headers and records, each with its own recovery.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use ron::extensions::Extensions;
use serde::de::DeserializeOwned;

use super::scan::{self, Member};
use super::{
    BAD_RECORD, COMMENT, DUPLICATE_ID, FORMAT_VERSION, FORMAT_VERSION_RULE, ISLANDS_FOLDER, Loaded,
    MAX_FILE_BYTES, MAX_ISSUES, MAX_RECORDS, MERGE_CONFLICT, MISSING_FILE, PROJECT_FILE, SCHEMA_FILE, SYNTAX,
    SourceFile, TOO_MANY, UNREADABLE_FILE, place, v1,
};
use crate::ids::{Id, IslandId};
use crate::island::{Island, Record};
use crate::issue::{Issue, Place, Rule, Severity, Subject};
use crate::schema::Schema;

mod upgrade;

/// Reads all files; see [`super::read`].
pub(super) fn read(files: &[SourceFile], built_in: &Schema) -> Loaded {
    let mut loaded = Loaded::default();
    match files.iter().find(|file| file.path == PROJECT_FILE) {
        Some(file) => read_project(&mut loaded, file),
        None => loaded.issues.push(
            Issue::new(
                &MISSING_FILE,
                Subject::default(),
                format!("there is no `{PROJECT_FILE}` in this folder"),
                "give the folder of a map project; to start one, copy `maps/first_light`",
            )
            .at(Place::of_file(PROJECT_FILE)),
        ),
    }
    if let Some(file) = files.iter().find(|file| file.path == SCHEMA_FILE) {
        read_schema(&mut loaded, file);
    }
    let schema = loaded.project.schema_with(built_in);
    let mut ids = BTreeSet::new();
    for file in files {
        if let Some(slug) = island_slug(&file.path) {
            read_island(&mut loaded, file, slug, &schema, &mut ids);
        }
    }
    loaded
}

fn island_slug(path: &str) -> Option<&str> {
    let name = path.strip_prefix(ISLANDS_FOLDER)?.strip_prefix('/')?;
    name.strip_suffix(".ron").filter(|slug| !slug.contains('/'))
}

/// One file while it is read: its text, its top-level members, and where its issues go.
struct Reader<'a> {
    path: &'a str,
    text: Arc<str>,
    members: Vec<Member>,
    /// Issues found so far; only the first [`MAX_ISSUES`] are told.
    issue_count: usize,
    loaded: &'a mut Loaded,
}

impl<'a> Reader<'a> {
    /// Checks the bytes and splits the file; `None` when nothing of it can be used.
    fn open(loaded: &'a mut Loaded, file: &'a SourceFile) -> Option<Self> {
        let mut reader = Self {
            path: &file.path,
            text: Arc::from(""),
            members: Vec::new(),
            issue_count: 0,
            loaded,
        };
        if file.bytes.len() as u64 > MAX_FILE_BYTES {
            let message = format!(
                "the file has {} MiB, the limit is {}",
                file.bytes.len() >> 20,
                MAX_FILE_BYTES >> 20
            );
            reader.report(
                &UNREADABLE_FILE,
                None,
                message,
                "split the island, or remove what does not belong in it",
            );
            return None;
        }
        let bytes = file.bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&file.bytes);
        match std::str::from_utf8(bytes) {
            Ok(text) => reader.text = Arc::from(text),
            Err(error) => {
                let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
                let place = place::Lines::new(Arc::from(&*valid)).place(reader.path, valid.len());
                reader.report(
                    &UNREADABLE_FILE,
                    Some(place),
                    "the text is not valid UTF-8 here".to_owned(),
                    "save the file as UTF-8",
                );
                return None;
            }
        }
        let text = Arc::clone(&reader.text);
        reader
            .loaded
            .places
            .add_text(reader.path, place::Lines::new(Arc::clone(&text)));
        if reader.has_conflict_markers() {
            return None;
        }
        if let Some(offset) = scan::first_comment(&text) {
            let place = reader.loaded.places.at(reader.path, offset);
            reader.loaded.issues.push(
                Issue::new(
                    &COMMENT,
                    Subject::default(),
                    "this comment is lost when the file is rewritten",
                    "move it into the `note` field of the record",
                )
                .at(place),
            );
        }
        reader.members = reader.split(0..text.len());
        reader.check_version().then_some(reader)
    }

    fn has_conflict_markers(&mut self) -> bool {
        let text = Arc::clone(&self.text);
        let marker = text.lines().position(|line| {
            line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ") || line.trim_end() == "======="
        });
        if let Some(line) = marker {
            let line = u32::try_from(line + 1).unwrap_or(u32::MAX);
            let place = Place {
                file: self.path.to_owned(),
                line,
                column: 1,
            };
            self.report(
                &MERGE_CONFLICT,
                Some(place),
                "an unfinished merge starts here".to_owned(),
                "keep one side, remove the marker lines and run `tombolo-worldgen fmt`",
            );
        }
        marker.is_some()
    }

    fn check_version(&mut self) -> bool {
        let member = self
            .members
            .iter()
            .find(|member| self.key(member) == Some("format"))
            .cloned();
        let (offset, message) = match &member {
            None => (0, "the file does not say which format version it has".to_owned()),
            Some(member) => match self.text[member.value.clone()].parse::<u32>() {
                Ok(version) if (1..=FORMAT_VERSION).contains(&version) => return true,
                Ok(version) => (
                    member.value.start,
                    format!("format {version} is not known here; this Tombolo reads 1 to {FORMAT_VERSION}"),
                ),
                Err(_) => (
                    member.value.start,
                    "the format version is a whole number".to_owned(),
                ),
            },
        };
        // A file whose brackets do not match has said so already.
        if member.is_some() || !self.loaded.incomplete.contains_key(self.path) {
            let place = self.loaded.places.at(self.path, offset);
            let help =
                format!("write `format: {FORMAT_VERSION},` as the first field, or use a newer Tombolo");
            self.report(&FORMAT_VERSION_RULE, Some(place), message, &help);
        }
        false
    }

    /// Reports an issue that keeps something of the file from being loaded.
    fn report(&mut self, rule: &'static Rule, place: Option<Place>, message: String, help: &str) {
        self.loaded
            .incomplete
            .entry(self.path.to_owned())
            .or_insert_with(|| message.clone());
        self.issue_count += 1;
        if self.issue_count > MAX_ISSUES {
            return;
        }
        let place = place.unwrap_or_else(|| Place::of_file(self.path));
        self.loaded
            .issues
            .push(Issue::new(rule, Subject::default(), message, help).at(place));
    }

    fn report_at(&mut self, rule: &'static Rule, offset: usize, message: impl Into<String>, help: &str) {
        // Placing costs a block of the file: not for issues that are not told.
        let told = self.issue_count < MAX_ISSUES;
        let place = told.then(|| self.loaded.places.at(self.path, offset));
        self.report(rule, place, message.into(), help);
    }

    fn key(&self, member: &Member) -> Option<&str> {
        member.key.clone().map(|key| &self.text[key])
    }

    /// The members of a group; what stopped the scan is reported.
    fn split(&mut self, span: Range<usize>) -> Vec<Member> {
        let found = scan::members(&self.text, span, MAX_RECORDS);
        if let Some(error) = found.error {
            let (rule, help) = if error.too_many {
                (&TOO_MANY, "split the island")
            } else {
                (
                    &SYNTAX,
                    "put the bracket, comma or quote right; what comes after it was not loaded",
                )
            };
            self.report_at(rule, error.offset, error.message, help);
        }
        found.list
    }

    /// Decodes one value; a failure is reported at its line and column.
    fn decode<T: DeserializeOwned>(&mut self, span: Range<usize>) -> Option<T> {
        let text = Arc::clone(&self.text);
        let slice = &text[span.clone()];
        let options = ron::Options::default()
            .with_default_extension(Extensions::IMPLICIT_SOME)
            .with_recursion_limit(scan::MAX_DEPTH + 8);
        match options.from_str(slice) {
            Ok(value) => Some(value),
            Err(error) => {
                let offset = span.start + offset_of(slice, error.span.start.line, error.span.start.col);
                let message = lower_first(&error.code.to_string());
                self.report_at(
                    &BAD_RECORD,
                    offset,
                    message,
                    "put the record right; the others are loaded",
                );
                None
            }
        }
    }

    fn parse_id<I: std::str::FromStr<Err = crate::ids::InvalidId>>(
        &mut self,
        offset: usize,
        text: &str,
    ) -> Option<I> {
        match text.parse() {
            Ok(id) => Some(id),
            Err(error) => {
                self.report_at(
                    &BAD_RECORD,
                    offset,
                    error.to_string(),
                    "write such an id; the editor makes them",
                );
                None
            }
        }
    }

    /// The quoted key of a map of kinds, with its escapes decoded.
    fn kind_name(&mut self, member: &Member) -> Option<String> {
        let quoted = member
            .key
            .clone()
            .filter(|key| self.text[..key.start].ends_with('"'));
        if let Some(key) = quoted {
            return self.decode(key.start - 1..key.end + 1);
        }
        self.report_at(
            &BAD_RECORD,
            member.value.start,
            "expected `\"name\": (..)`",
            "name the kind, in quotes",
        );
        None
    }

    /// Takes top-level fields by name; unknown and repeated ones are reported.
    fn take_fields<const N: usize>(&mut self, known: [&str; N]) -> [Option<Member>; N] {
        let mut fields = [const { None }; N];
        for member in std::mem::take(&mut self.members) {
            let key = self.key(&member).unwrap_or_default().to_owned();
            match known.iter().position(|name| *name == key) {
                Some(position) if fields[position].is_none() => fields[position] = Some(member),
                Some(_) => self.report_at(
                    &BAD_RECORD,
                    member.value.start,
                    format!("field `{key}` is there twice"),
                    "remove one of them",
                ),
                None => {
                    let message = format!("there is no field `{key}` here");
                    let help = format!("expected one of: {}", known.join(", "));
                    self.report_at(&BAD_RECORD, member.value.start, message, &help);
                }
            }
        }
        fields
    }
}

fn read_project(loaded: &mut Loaded, file: &SourceFile) {
    let Some(mut reader) = Reader::open(loaded, file) else {
        return;
    };
    let span = 0..reader.text.len();
    let Some(decoded) = reader.decode::<v1::Project>(span) else {
        return;
    };
    let mut spawn = None;
    if let Some(text) = &decoded.spawn {
        let offset = reader
            .members
            .iter()
            .find(|member| reader.key(member) == Some("spawn"));
        let offset = offset.map_or(0, |member| member.value.start);
        spawn = reader.parse_id(offset, text);
    }
    reader.loaded.project.settings = upgrade::settings(decoded, spawn);
}

fn read_schema(loaded: &mut Loaded, file: &SourceFile) {
    let Some(mut reader) = Reader::open(loaded, file) else {
        return;
    };
    let [_, markers, pois, entities] = reader.take_fields(["format", "markers", "pois", "entities"]);
    let mut schema = Schema::default();
    let groups = [
        (markers, &mut schema.markers),
        (pois, &mut schema.pois),
        (entities, &mut schema.entities),
    ];
    for (group, kinds) in groups {
        for member in group.map(|group| reader.split(group.value)).unwrap_or_default() {
            let Some(name) = reader.kind_name(&member) else {
                continue;
            };
            let offset = member.value.start;
            let Some(decoded) = reader.decode::<v1::Kind>(member.value) else {
                continue;
            };
            match upgrade::kind(decoded) {
                Ok(kind) => {
                    if kinds.insert(name.clone(), kind).is_some() {
                        let message = format!("kind `{name}` is there twice");
                        reader.report_at(&BAD_RECORD, offset, message, "remove one of them");
                    }
                }
                Err(message) => reader.report_at(&BAD_RECORD, offset, message, "put the kind right"),
            }
        }
    }
    reader.loaded.project.schema = schema;
}

/// Reads the records of a text alone; see [`super::read_records`].
pub(super) fn read_records(name: &str, text: &str, schema: &Schema) -> Result<Vec<Record>, Box<Issue>> {
    let file = SourceFile {
        path: name.to_owned(),
        bytes: text.as_bytes().to_vec(),
    };
    let (mut loaded, mut ids) = (Loaded::default(), BTreeSet::new());
    let nowhere = Island::new(IslandId(Id::from_random(0)), String::new(), String::new());
    let id = nowhere.id;
    if let Some(mut reader) = Reader::open(&mut loaded, &file) {
        let fields = reader.take_fields(ISLAND_FIELDS);
        let [_, _, _, _, _, _, lists @ ..] = fields;
        if lists.iter().all(Option::is_none) {
            let message = "there are no records in this text";
            reader.report_at(&BAD_RECORD, 0, message, "copy records first");
        }
        read_lists(reader, schema, &mut ids, nowhere, lists);
    }
    let error = loaded
        .issues
        .into_iter()
        .find(|issue| issue.severity() == Severity::Error);
    match error {
        Some(issue) => Err(Box::new(issue)),
        None => Ok(loaded
            .project
            .islands
            .get(&id)
            .map(|island| {
                island
                    .records()
                    .map(crate::island::RecordRef::to_record)
                    .collect()
            })
            .unwrap_or_default()),
    }
}

/// Fields of an island's file.
const ISLAND_FIELDS: [&str; 11] = [
    "format", "id", "name", "note", "chart", "bounds", "markers", "pois", "entities", "portals", "lanes",
];

fn read_island(loaded: &mut Loaded, file: &SourceFile, slug: &str, schema: &Schema, ids: &mut BTreeSet<Id>) {
    let Some(mut reader) = Reader::open(loaded, file) else {
        return;
    };
    let [_, id, name, note, chart, bounds, lists @ ..] = reader.take_fields(ISLAND_FIELDS);
    let Some(id) = id else {
        reader.report_at(
            &BAD_RECORD,
            0,
            "the island has no `id`",
            "write `id: \"..\"` with a new id",
        );
        return;
    };
    let Some(id) = reader
        .decode::<String>(id.value.clone())
        .and_then(|text| reader.parse_id::<IslandId>(id.value.start, &text))
    else {
        return;
    };
    if !ids.insert(id.0) {
        reader.report(
            &DUPLICATE_ID,
            None,
            format!("id {id} is used before"),
            "give this island a new id",
        );
        return;
    }
    let mut island = Island::new(id, slug.to_owned(), slug.to_owned());
    if let Some(name) = name.and_then(|member| reader.decode(member.value)) {
        island.name = name;
    }
    if let Some(note) = note.and_then(|member| reader.decode(member.value)) {
        island.note = note;
    }
    if let Some(v1::Point([x_m, y_m, _])) = chart.and_then(|member| reader.decode(member.value)) {
        island.chart = crate::coords::ChartPos { x_m, y_m };
    }
    if let Some(member) = bounds {
        let offset = member.value.start;
        if let Some(decoded) = reader.decode::<v1::Bounds>(member.value) {
            match upgrade::bounds(&decoded) {
                Ok(bounds) => island.bounds = bounds,
                Err(error) => reader.report_at(&BAD_RECORD, offset, error.to_string(), "change the extent"),
            }
        }
    }
    reader.loaded.places.add_island(id, file.path.as_str());
    read_lists(reader, schema, ids, island, lists);
}

/// Reads markers, POIs, entities, portals and lanes onto the island, and puts it into the project.
fn read_lists(
    reader: Reader,
    schema: &Schema,
    ids: &mut BTreeSet<Id>,
    island: Island,
    [markers, pois, entities, portals, lanes]: [Option<Member>; 5],
) {
    let mut records = Records {
        reader,
        schema,
        ids,
        island,
    };
    records.read(markers, upgrade::marker);
    records.read(pois, upgrade::poi);
    records.read(entities, upgrade::entity);
    records.read(portals, |record, _| upgrade::portal(record));
    records.read(lanes, |record, _| upgrade::lane(record));
    let Records { reader, island, .. } = records;
    reader.loaded.project.islands.insert(island.id, island);
}

/// Reads the lists of records of one island.
struct Records<'a, 'b> {
    reader: Reader<'a>,
    schema: &'b Schema,
    ids: &'b mut BTreeSet<Id>,
    island: Island,
}

impl Records<'_, '_> {
    fn read<T: DeserializeOwned>(
        &mut self,
        list: Option<Member>,
        upgrade: impl Fn(T, &Schema) -> Result<Record, String>,
    ) {
        let Some(list) = list else { return };
        for member in self.reader.split(list.value) {
            let span = member.value;
            let Some(decoded) = self.reader.decode::<T>(span.clone()) else {
                continue;
            };
            let record = match upgrade(decoded, self.schema) {
                Ok(record) => record,
                Err(message) => {
                    let help = "put the record right; the others are loaded";
                    self.reader.report_at(&BAD_RECORD, span.start, message, help);
                    continue;
                }
            };
            let id = record.id();
            if !self.ids.insert(id.id()) {
                let message = format!("id {} is used before", id.id());
                self.reader
                    .report_at(&DUPLICATE_ID, span.start, message, "give this record a new id");
                continue;
            }
            self.reader.loaded.places.add_record(self.island.id, id, span);
            self.island.put(record);
        }
    }
}

/// The byte offset of a line and column, both from 1, in a text.
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let line_start: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    let line_text = text[line_start..].lines().next().unwrap_or_default();
    line_start
        + line_text
            .chars()
            .take(column.saturating_sub(1))
            .map(char::len_utf8)
            .sum::<usize>()
}

/// Messages are fragments: they start small.
fn lower_first(message: &str) -> String {
    let mut chars = message.chars();
    chars
        .next()
        .map(|first| first.to_lowercase().chain(chars).collect())
        .unwrap_or_default()
}

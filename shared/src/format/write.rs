//! The canonical text: one field, attribute or point per line, records by id, defaults not written.
//!
//! Written by hand rather than by a serialiser, because every line break is part of the format: two
//! designers who each add a marker must merge without a conflict, for ever.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{FORMAT_VERSION, PROJECT_FILE, SCHEMA_FILE, island_path};
use crate::attribute::{AttributeValue, Attributes, write_text};
use crate::coords::LocalPos;
use crate::geometry::Geometry;
use crate::island::{Island, RecordRef};
use crate::project::Project;
use crate::schema::{AttributeKind, KindSchema, ReferenceTarget, Schema};

/// The canonical text of every file of the project, by path.
///
/// `built_in` is the schema of the generator's marker kinds: attributes that equal their default are not
/// written.
pub fn write(project: &Project, built_in: &Schema) -> BTreeMap<String, String> {
    let schema = project.schema_with(built_in);
    let mut files = BTreeMap::new();
    files.insert(PROJECT_FILE.to_owned(), project_text(project));
    if project.schema != Schema::default() {
        files.insert(SCHEMA_FILE.to_owned(), schema_text(&project.schema));
    }
    for island in project.islands.values() {
        files.insert(island_path(&island.slug), island_text(island, &schema));
    }
    files
}

/// The text of one record, as it stands in its list.
pub fn write_record(record: RecordRef, schema: &Schema) -> String {
    let mut text = Text::default();
    text.record(record, schema);
    text.out
}

/// The text of some records in the syntax of an island's lists: what the clipboard carries. Read again by
/// [`super::read_records`].
pub fn write_records<'a>(records: impl IntoIterator<Item = RecordRef<'a>>, schema: &Schema) -> String {
    let mut text = Text::default();
    text.open("Records(");
    text.field("format", FORMAT_VERSION);
    text.records(records, schema);
    text.close_file(")");
    text.out
}

fn project_text(project: &Project) -> String {
    let settings = &project.settings;
    let mut text = Text::default();
    text.open("Project(");
    text.field("format", FORMAT_VERSION);
    text.string("name", &settings.name);
    text.optional_string("note", &settings.note);
    text.field("world_seed", settings.world_seed);
    text.field("generator", settings.generator);
    if let Some(spawn) = settings.spawn {
        text.string("spawn", &spawn.to_string());
    }
    text.close_file(")");
    text.out
}

fn island_text(island: &Island, schema: &Schema) -> String {
    let mut text = Text::default();
    text.open("Island(");
    text.field("format", FORMAT_VERSION);
    text.string("id", &island.id.to_string());
    text.string("name", &island.name);
    text.optional_string("note", &island.note);
    text.field(
        "chart",
        format_args!("({:?}, {:?})", island.chart.x_m, island.chart.y_m),
    );
    let bounds = island.bounds;
    let (width, depth, below, above) = (bounds.width(), bounds.depth(), bounds.below(), bounds.above());
    text.field(
        "bounds",
        format_args!("(width: {width}, depth: {depth}, below: {below}, above: {above})"),
    );
    text.records(island.records(), schema);
    text.close_file(")");
    text.out
}

/// The lists of records in the order of the format.
const LISTS: [&str; 5] = ["markers", "pois", "entities", "portals", "lanes"];

fn list_of(record: RecordRef) -> &'static str {
    match record {
        RecordRef::Marker(_) => "markers",
        RecordRef::Poi(_) => "pois",
        RecordRef::Entity(_) => "entities",
        RecordRef::Portal(_) => "portals",
        RecordRef::Lane(_) => "lanes",
    }
}

fn schema_text(schema: &Schema) -> String {
    let mut text = Text::default();
    text.open("Schema(");
    text.field("format", FORMAT_VERSION);
    for (list, kinds) in [
        ("markers", &schema.markers),
        ("pois", &schema.pois),
        ("entities", &schema.entities),
    ] {
        if kinds.is_empty() {
            continue;
        }
        text.open(&format!("{list}: {{"));
        for (name, kind) in kinds {
            text.kind(name, kind);
        }
        text.close("}");
    }
    text.close_file(")");
    text.out
}

/// Text with its indentation.
#[derive(Default)]
struct Text {
    out: String,
    depth: usize,
}

impl Text {
    fn line(&mut self, line: impl std::fmt::Display) {
        let indent = self.depth * 4;
        // Writing to a string cannot fail.
        writeln!(self.out, "{:indent$}{line}", "").unwrap_or_default();
    }

    fn open(&mut self, line: &str) {
        self.line(line);
        self.depth += 1;
    }

    fn close(&mut self, bracket: &str) {
        self.depth -= 1;
        self.line(format_args!("{bracket},"));
    }

    fn close_file(&mut self, bracket: &str) {
        self.depth -= 1;
        self.line(bracket);
    }

    fn field(&mut self, name: &str, value: impl std::fmt::Display) {
        self.line(format_args!("{name}: {value},"));
    }

    fn string(&mut self, name: &str, value: &str) {
        self.field(name, quoted(value));
    }

    fn optional_string(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.string(name, value);
        }
    }

    /// Lists of records; those without a record are not written.
    fn records<'a>(&mut self, records: impl IntoIterator<Item = RecordRef<'a>>, schema: &Schema) {
        let mut lists = BTreeMap::<_, Vec<_>>::new();
        for record in records {
            lists.entry(list_of(record)).or_default().push(record);
        }
        for list in LISTS {
            let Some(records) = lists.remove(list) else {
                continue;
            };
            self.open(&format!("{list}: ["));
            for record in records {
                self.record(record, schema);
            }
            self.close("]");
        }
    }

    fn record(&mut self, record: RecordRef, schema: &Schema) {
        self.open("(");
        self.string("id", &record.id().id().to_string());
        if let Some(kind) = record.kind() {
            self.string("kind", kind);
        }
        self.optional_string("name", record.name());
        match record {
            RecordRef::Marker(marker) => {
                self.optional_string("note", &marker.note);
                self.geometry(&marker.geometry);
                self.unless_zero("layer", marker.layer);
                self.unless_zero("priority", marker.priority);
                self.attributes(&marker.attributes, schema.markers.get(&marker.kind));
            }
            RecordRef::Poi(poi) => {
                self.optional_string("note", &poi.note);
                self.field("at", format_args!("({:?}, {:?})", poi.x_m, poi.y_m));
                self.attributes(&poi.attributes, schema.pois.get(&poi.kind));
            }
            RecordRef::Entity(entity) => {
                self.optional_string("note", &entity.note);
                self.field("at", format_args!("({:?}, {:?})", entity.x_m, entity.y_m));
                self.facing(entity.facing_deg);
                self.attributes(&entity.attributes, schema.entities.get(&entity.kind));
            }
            RecordRef::Portal(portal) => {
                self.optional_string("note", &portal.note);
                self.field("at", format_args!("({:?}, {:?})", portal.x_m, portal.y_m));
                self.facing(portal.facing_deg);
                if let Some(to) = portal.to {
                    self.string("to", &to.to_string());
                }
            }
            RecordRef::Lane(lane) => {
                self.optional_string("note", &lane.note);
                self.string("from", &lane.from.to_string());
                self.string("to", &lane.to.to_string());
                if !lane.via.is_empty() {
                    self.open("via: [");
                    for point in &lane.via {
                        self.line(format_args!("({:?}, {:?}),", point.x_m, point.y_m));
                    }
                    self.close("]");
                }
            }
        }
        self.close(")");
    }

    fn unless_zero(&mut self, name: &str, value: i32) {
        if value != 0 {
            self.field(name, value);
        }
    }

    fn facing(&mut self, degrees: f32) {
        if degrees != 0.0 {
            self.field("facing", format_args!("{degrees:?}"));
        }
    }

    fn geometry(&mut self, geometry: &Geometry) {
        let name = geometry.form().name();
        match geometry {
            Geometry::Point(point) => self.field(name, position(*point)),
            Geometry::Path(points) | Geometry::Area(points) => {
                self.open(&format!("{name}: ["));
                for point in points {
                    self.line(format_args!("{},", position(*point)));
                }
                self.close("]");
            }
        }
    }

    fn attributes(&mut self, attributes: &Attributes, kind: Option<&KindSchema>) {
        let is_default = |key: &str, value: &AttributeValue| {
            kind.and_then(|kind| kind.attribute(key))
                .is_some_and(|spec| spec.default.as_ref() == Some(value))
        };
        let mut written = attributes
            .iter()
            .filter(|(key, value)| !is_default(key, value))
            .peekable();
        if written.peek().is_none() {
            return;
        }
        self.open("attributes: {");
        for (key, value) in written {
            self.field(&quoted(key), value);
        }
        self.close("}");
    }

    fn kind(&mut self, name: &str, kind: &KindSchema) {
        self.open(&format!("{}: (", quoted(name)));
        self.optional_string("doc", &kind.doc);
        if let Some(colour) = kind.colour {
            self.string("colour", &colour.to_string());
        }
        if !kind.attributes.is_empty() {
            self.open("attributes: [");
            for spec in &kind.attributes {
                self.open("(");
                self.string("key", &spec.key);
                self.optional_string("doc", &spec.doc);
                self.field("type", type_text(&spec.kind));
                if let Some(default) = &spec.default {
                    self.field("default", default);
                }
                self.close(")");
            }
            self.close("]");
        }
        self.close(")");
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    write_text(&mut out, text).unwrap_or_default();
    out
}

/// `(x, y)`, or `(x, y, z)` where the height is not zero.
fn position(point: LocalPos) -> String {
    if point.z_m == 0.0 {
        format!("({:?}, {:?})", point.x_m, point.y_m)
    } else {
        format!("({:?}, {:?}, {:?})", point.x_m, point.y_m, point.z_m)
    }
}

fn type_text(kind: &AttributeKind) -> String {
    let unit_field = |unit: &str| {
        if unit.is_empty() {
            String::new()
        } else {
            format!(", unit: {}", quoted(unit))
        }
    };
    match kind {
        AttributeKind::Bool => "Bool".to_owned(),
        AttributeKind::Integer { min, max, unit } => {
            format!("Integer(min: {min}, max: {max}{})", unit_field(unit))
        }
        AttributeKind::Number { min, max, unit } => {
            format!("Number(min: {min:?}, max: {max:?}{})", unit_field(unit))
        }
        AttributeKind::Text { pattern, max_chars } if pattern.is_empty() => {
            format!("Text(max_chars: {max_chars})")
        }
        AttributeKind::Text { pattern, max_chars } => {
            format!("Text(pattern: {}, max_chars: {max_chars})", quoted(pattern))
        }
        AttributeKind::Choice { options } => {
            let options: Vec<_> = options.iter().map(|option| quoted(option)).collect();
            format!("Choice([{}])", options.join(", "))
        }
        AttributeKind::Colour => "Colour".to_owned(),
        AttributeKind::Reference { to } => format!("Reference({})", target_text(to)),
        AttributeKind::List { of, max_len } => format!("List(of: {}, max_len: {max_len})", type_text(of)),
    }
}

fn target_text(target: &ReferenceTarget) -> String {
    let of_kind =
        |name: &str, kind: &Option<String>| format!("{name}({})", quoted(kind.as_deref().unwrap_or("")));
    match target {
        ReferenceTarget::Island => "Island".to_owned(),
        ReferenceTarget::Marker(kind) => of_kind("Marker", kind),
        ReferenceTarget::Poi(kind) => of_kind("Poi", kind),
        ReferenceTarget::Entity(kind) => of_kind("Entity", kind),
        ReferenceTarget::Portal => "Portal".to_owned(),
    }
}

//! Queries: `kind:portal island:x layer:2 attr.level>3`, free text, `-` to exclude.
//!
//! A query is a row of terms; a record is found when all of them hold. A term is a word (or a phrase in
//! quotes) that name, kind or id contain, or `key:value`. Several values with commas mean any of them.
//! Parsing never fails half-way: the first thing that is wrong is told with its place and what is known.
//!
//! *Not* responsible for: ordering and showing what was found.

use std::borrow::Cow;
use std::ops::Range;

use shared::attribute::AttributeValue;
use shared::geometry::GeometryForm;
use shared::island::{Island, RecordRef};
use shared::schema::Schema;

use crate::text::{Message, Messages, text};
use crate::viewport::model;

#[cfg(test)]
mod tests;

/// What can be typed before a value. They are part of the language and the same everywhere.
const KEYS: [(&str, Message); 11] = [
    ("kind:", Messages::query_kind),
    ("is:", Messages::query_is),
    ("form:", Messages::query_form),
    ("island:", Messages::query_island),
    ("name:", Messages::query_name),
    ("note:", Messages::query_note),
    ("id:", Messages::query_id),
    ("layer:", Messages::query_layer),
    ("priority:", Messages::query_priority),
    ("has:", Messages::query_has),
    ("attr.", Messages::query_attribute),
];

/// Keys and what they mean.
pub fn help() -> impl Iterator<Item = (&'static str, String)> {
    KEYS.iter().map(|(key, meaning)| (*key, meaning(text())))
}

/// A parsed query. The empty query finds everything.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Query {
    terms: Vec<Term>,
}

#[derive(Clone, PartialEq, Debug)]
struct Term {
    excluded: bool,
    condition: Condition,
}

#[derive(Clone, PartialEq, Debug)]
enum Condition {
    Text(String),
    Kind(Vec<String>),
    Sort(Vec<Sort>),
    Form(Vec<GeometryForm>),
    Island(Vec<String>),
    Name(Vec<String>),
    Note(Vec<String>),
    Id(Vec<String>),
    Layer(Comparison),
    Priority(Comparison),
    Has(Vec<String>),
    Attribute(String, Comparison),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Sort {
    Marker,
    Poi,
    Entity,
    Portal,
    Lane,
}

const SORTS: [(&str, Sort); 5] = [
    ("marker", Sort::Marker),
    ("poi", Sort::Poi),
    ("entity", Sort::Entity),
    ("portal", Sort::Portal),
    ("lane", Sort::Lane),
];
const FORMS: [(&str, GeometryForm); 3] = [
    ("point", GeometryForm::Point),
    ("path", GeometryForm::Path),
    ("area", GeometryForm::Area),
];

/// How a value is compared.
#[derive(Clone, PartialEq, Debug)]
enum Comparison {
    /// Any of these: a number is equal, a text contains it.
    Any(Vec<String>),
    /// None of these.
    Not(Vec<String>),
    Less(f64),
    AtMost(f64),
    More(f64),
    AtLeast(f64),
    Between(f64, f64),
}

/// What is wrong with a query.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{message}")]
pub struct QueryError {
    /// Bytes of the query that are meant.
    pub span: Range<usize>,
    /// What is wrong, as a fragment.
    pub message: String,
    /// What could stand there.
    pub known: Vec<String>,
}

impl Query {
    /// Parses a query. `schema` tells which attributes there are.
    ///
    /// # Errors
    /// The first term that means nothing.
    pub fn parse(text: &str, schema: &Schema) -> Result<Self, QueryError> {
        let terms = words(text)
            .into_iter()
            .filter(|word| !word.text.is_empty())
            .map(|word| term(&word, schema));
        Ok(Self {
            terms: terms.collect::<Result<_, _>>()?,
        })
    }

    /// Whether it finds everything.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether the record is found.
    pub fn matches(&self, schema: &Schema, island: &Island, record: RecordRef) -> bool {
        self.terms
            .iter()
            .all(|term| term.condition.holds(schema, island, record) != term.excluded)
    }
}

/// One word of the query: its text without quotes, and where it stands.
struct Word {
    text: String,
    span: Range<usize>,
    /// Bytes of `text` that stood outside of quotes from the start: only there an operator is one.
    bare: usize,
}

fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut word = Word {
        text: String::new(),
        span: 0..0,
        bare: 0,
    };
    let (mut in_quotes, mut started, mut quoted) = (false, false, false);
    for (at, c) in text.char_indices() {
        if c == '"' {
            (in_quotes, quoted) = (!in_quotes, true);
        } else if c.is_whitespace() && !in_quotes {
            if started {
                words.push(std::mem::replace(
                    &mut word,
                    Word {
                        text: String::new(),
                        span: 0..0,
                        bare: 0,
                    },
                ));
                (started, quoted) = (false, false);
            }
            continue;
        } else {
            word.text.push(c);
            if !quoted {
                word.bare = word.text.len();
            }
        }
        if !started {
            (started, word.span.start) = (true, at);
        }
        word.span.end = at + c.len_utf8();
    }
    if started {
        words.push(word);
    }
    words
}

fn term(word: &Word, schema: &Schema) -> Result<Term, QueryError> {
    let (text, excluded) = match word.text.strip_prefix('-') {
        Some(rest) if word.bare > 0 && !rest.is_empty() => (rest, true),
        _ => (word.text.as_str(), false),
    };
    let bare = text.len().min(word.bare.saturating_sub(usize::from(excluded)));
    let operator = text
        .get(..bare)
        .and_then(|bare| bare.find([':', '=', '<', '>', '!']))
        .filter(|at| *at > 0);
    let condition = match operator {
        None => Condition::Text(text.to_lowercase()),
        Some(at) => {
            let (key, rest) = text.split_at(at);
            keyed(key, rest, word, schema)?
        }
    };
    Ok(Term { excluded, condition })
}

fn keyed(key: &str, rest: &str, word: &Word, schema: &Schema) -> Result<Condition, QueryError> {
    let wrong = |message: String, known: Vec<String>| QueryError {
        span: word.span.clone(),
        message,
        known,
    };
    let key = key.to_lowercase();
    let comparison = comparison(rest).map_err(|message| wrong(message, Vec::new()))?;
    let listed = |comparison: Comparison| match comparison {
        Comparison::Any(values) => Ok(values),
        _ => Err(wrong(text().query_wrong_text(&key), Vec::new())),
    };
    Ok(match key.as_str() {
        "kind" => Condition::Kind(listed(comparison)?),
        "island" => Condition::Island(listed(comparison)?),
        "name" => Condition::Name(listed(comparison)?),
        "note" => Condition::Note(listed(comparison)?),
        "id" => Condition::Id(listed(comparison)?),
        "has" => Condition::Has(listed(comparison)?),
        "is" => Condition::Sort(
            one_of(&listed(comparison)?, &SORTS).map_err(|known| wrong(text().query_wrong_sort(), known))?,
        ),
        "form" => Condition::Form(
            one_of(&listed(comparison)?, &FORMS).map_err(|known| wrong(text().query_wrong_form(), known))?,
        ),
        "layer" => Condition::Layer(comparison),
        "priority" => Condition::Priority(comparison),
        key => {
            let attributes = attribute_keys(schema);
            let name = key.strip_prefix("attr.").unwrap_or(key);
            if !attributes.iter().any(|known| known == name) {
                let known = if key.starts_with("attr.") {
                    attributes
                } else {
                    KEYS.iter().map(|(key, _)| (*key).to_owned()).collect()
                };
                return Err(wrong(text().query_wrong_name(name), known));
            }
            Condition::Attribute(name.to_owned(), comparison)
        }
    })
}

fn one_of<T: Copy>(values: &[String], known: &[(&str, T)]) -> Result<Vec<T>, Vec<String>> {
    values
        .iter()
        .map(|value| {
            known
                .iter()
                .find(|(name, _)| name == value)
                .map(|(_, value)| *value)
        })
        .collect::<Option<_>>()
        .ok_or_else(|| known.iter().map(|(name, _)| (*name).to_owned()).collect())
}

/// Keys of all attributes of the schema, once each.
fn attribute_keys(schema: &Schema) -> Vec<String> {
    let kinds = [&schema.markers, &schema.pois, &schema.entities];
    let specs = kinds
        .iter()
        .flat_map(|kinds| kinds.values())
        .flat_map(|kind| &kind.attributes);
    let mut keys: Vec<String> = specs.map(|spec| spec.key.clone()).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn comparison(rest: &str) -> Result<Comparison, String> {
    // `layer:>2` and `layer>2` mean the same.
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    let number = |digits: &str| {
        let number = digits
            .trim()
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite());
        number.ok_or_else(|| text().query_wrong_number(digits))
    };
    let values = |list: &str| {
        let values: Vec<String> = list
            .split(',')
            .filter(|value| !value.is_empty())
            .map(str::to_lowercase)
            .collect();
        if values.is_empty() {
            Err(text().query_wrong_empty())
        } else {
            Ok(values)
        }
    };
    if let Some(rest) = rest.strip_prefix(">=") {
        return Ok(Comparison::AtLeast(number(rest)?));
    }
    if let Some(rest) = rest.strip_prefix("<=") {
        return Ok(Comparison::AtMost(number(rest)?));
    }
    if let Some(rest) = rest.strip_prefix("!=") {
        return Ok(Comparison::Not(values(rest)?));
    }
    if let Some(rest) = rest.strip_prefix('>') {
        return Ok(Comparison::More(number(rest)?));
    }
    if let Some(rest) = rest.strip_prefix('<') {
        return Ok(Comparison::Less(number(rest)?));
    }
    let rest = rest.strip_prefix('=').unwrap_or(rest);
    if let Some((from, to)) = rest.split_once("..")
        && let (Ok(from), Ok(to)) = (number(from), number(to))
    {
        return Ok(Comparison::Between(from, to));
    }
    Ok(Comparison::Any(values(rest)?))
}

impl Condition {
    fn holds(&self, schema: &Schema, island: &Island, record: RecordRef) -> bool {
        match self {
            Self::Text(wanted) => {
                contains(record.name(), wanted)
                    || record.kind().is_some_and(|kind| kind_contains(kind, wanted))
                    || (record.kind().is_none() && contains(record.id().noun(), wanted))
                    || record.id().id().to_string().contains(wanted)
            }
            Self::Kind(wanted) => wanted.iter().any(|wanted| match record.kind() {
                Some(kind) => kind_contains(kind, wanted),
                None => contains(record.id().noun(), wanted),
            }),
            Self::Sort(wanted) => wanted.contains(&sort(record)),
            Self::Form(wanted) => match record {
                RecordRef::Marker(marker) => wanted.contains(&marker.geometry.form()),
                RecordRef::Lane(_) => wanted.contains(&GeometryForm::Path),
                _ => wanted.contains(&GeometryForm::Point),
            },
            Self::Island(wanted) => wanted
                .iter()
                .any(|wanted| contains(&island.name, wanted) || contains(&island.slug, wanted)),
            Self::Name(wanted) => wanted.iter().any(|wanted| contains(record.name(), wanted)),
            Self::Note(wanted) => wanted.iter().any(|wanted| contains(record.note(), wanted)),
            Self::Id(wanted) => {
                let id = record.id().id().to_string();
                wanted.iter().any(|wanted| id.starts_with(wanted))
            }
            Self::Layer(comparison) => match record {
                RecordRef::Marker(marker) => comparison.holds_for_number(f64::from(marker.layer)),
                _ => false,
            },
            Self::Priority(comparison) => match record {
                RecordRef::Marker(marker) => comparison.holds_for_number(f64::from(marker.priority)),
                _ => false,
            },
            Self::Has(wanted) => wanted.iter().any(|wanted| match wanted.as_str() {
                "name" => !record.name().is_empty(),
                "note" => !record.note().is_empty(),
                key => record
                    .attributes()
                    .is_some_and(|attributes| attributes.contains_key(key)),
            }),
            Self::Attribute(key, comparison) => {
                value(schema, record, key).is_some_and(|value| comparison.holds_for(value))
            }
        }
    }
}

/// The attribute as it is in force: written, or the default of the kind.
fn value<'a>(schema: &'a Schema, record: RecordRef<'a>, key: &str) -> Option<&'a AttributeValue> {
    let attributes = record.attributes()?;
    if let Some(value) = attributes.get(key) {
        return Some(value);
    }
    let kind = model::kinds(schema, record.id())?.get(record.kind()?)?;
    kind.attribute(key)?.default.as_ref()
}

fn sort(record: RecordRef) -> Sort {
    match record {
        RecordRef::Marker(_) => Sort::Marker,
        RecordRef::Poi(_) => Sort::Poi,
        RecordRef::Entity(_) => Sort::Entity,
        RecordRef::Portal(_) => Sort::Portal,
        RecordRef::Lane(_) => Sort::Lane,
    }
}

impl Comparison {
    fn holds_for_number(&self, number: f64) -> bool {
        let is = |wanted: &String| wanted.parse() == Ok(number);
        match self {
            Self::Any(wanted) => wanted.iter().any(is),
            Self::Not(wanted) => !wanted.iter().any(is),
            Self::Less(limit) => number < *limit,
            Self::AtMost(limit) => number <= *limit,
            Self::More(limit) => number > *limit,
            Self::AtLeast(limit) => number >= *limit,
            Self::Between(from, to) => (*from..=*to).contains(&number),
        }
    }

    fn holds_for(&self, value: &AttributeValue) -> bool {
        if let Some(number) = value.as_number() {
            return self.holds_for_number(number);
        }
        let text: Cow<str> = match value {
            AttributeValue::Text(text) | AttributeValue::Choice(text) => Cow::Borrowed(text),
            AttributeValue::Bool(on) => Cow::Borrowed(if *on { "true" } else { "false" }),
            AttributeValue::List(values) => return values.iter().any(|value| self.holds_for(value)),
            value => Cow::Owned(value.as_text().unwrap_or_default()),
        };
        match self {
            Self::Any(wanted) => wanted.iter().any(|wanted| contains(&text, wanted)),
            Self::Not(wanted) => !wanted.iter().any(|wanted| contains(&text, wanted)),
            _ => false,
        }
    }
}

/// Kinds are found as they are written and as they are shown: `forest_zone`, "Forest zone".
fn kind_contains(kind: &str, wanted: &str) -> bool {
    contains(kind, wanted) || (kind.contains('_') && contains(&kind.replace('_', " "), wanted))
}

/// Whether `text` contains `wanted`, which is in lower case, whatever the case of `text`. Looks at plain
/// ASCII, which is nearly everything, without a copy.
fn contains(text: &str, wanted: &str) -> bool {
    if !text.is_ascii() {
        return text.to_lowercase().contains(wanted);
    }
    let (text, wanted) = (text.as_bytes(), wanted.as_bytes());
    wanted.is_empty()
        || text
            .windows(wanted.len())
            .any(|window| window.eq_ignore_ascii_case(wanted))
}

//! Rules about attributes and the schema that describes them.

use regex_lite::Regex;

use super::Context;
use super::records::{nearest, put};
use crate::attribute::AttributeValue;
use crate::edit::Edit;
use crate::island::{Island, Record};
use crate::issue::{Issue, Subject, rules};
use crate::schema::{AttributeKind, AttributeSpec, KindSchema};

rules! {
    UNKNOWN_ATTRIBUTE = "unknown-attribute", Warning, None,
        "The schema does not know this attribute for this kind. It is kept and saved, but nothing reads it: \
         usually the key is misspelt, or the schema has moved on.";
    MISSING_ATTRIBUTE = "missing-attribute", Error,
        Some("the schema gives no default to put there"),
        "The schema requires this attribute: it has no default.";
    ATTRIBUTE_TYPE = "attribute-type", Error, None,
        "The value is of another type than the schema says.";
    ATTRIBUTE_RANGE = "attribute-range", Error, None,
        "The number is outside the range of the schema, or a text or list is longer than it allows.";
    ATTRIBUTE_PATTERN = "attribute-pattern", Error,
        Some("the text has to be written anew"),
        "The text does not match the pattern that the schema asks for.";
    BAD_SCHEMA = "bad-schema", Error,
        Some("the schema has to be put right by hand"),
        "The project's schema contradicts itself: a key that is not a name, a pattern that is not a regular \
         expression, a default that its own type refuses, or an attribute that the generator already defines.";
}

/// What is wrong with a value, and the nearest value that is right.
struct Wrong {
    rule: &'static crate::issue::Rule,
    message: String,
    nearest: Option<AttributeValue>,
}

pub(super) fn check(context: &Context<'_>, island: &Island, record: &Record, issues: &mut Vec<Issue>) {
    let Some(attributes) = record.attributes() else {
        return;
    };
    let Some(kind) = kind_of(context, record) else {
        return;
    };
    let subject = |key: &str| Subject::record(island.id, record.id()).field(key);
    let with = |key: &str, value: Option<AttributeValue>| -> Vec<Edit> {
        let mut record = record.clone();
        if let Some(attributes) = record.attributes_mut() {
            match value {
                Some(value) => attributes.insert(key.to_owned(), value),
                None => attributes.remove(key),
            };
        }
        vec![put(island, record)]
    };
    for (key, value) in attributes {
        let Some(spec) = kind.attribute(key) else {
            let help = nearest(key, kind.attributes.iter().map(|spec| &spec.key))
                .map_or("remove it, or add it to `schema.ron`".to_owned(), |near| {
                    format!("did you mean `{near}`?")
                });
            let message = format!("`{}` has no attribute `{key}`", record.kind().unwrap_or_default());
            issues.push(
                Issue::new(&UNKNOWN_ATTRIBUTE, subject(key), message, help)
                    .with_fix(format!("Remove `{key}`"), with(key, None)),
            );
            continue;
        };
        if let Some(wrong) = wrong_with(&spec.kind, value) {
            let help = format!("`{key}` is {}", spec.kind.describe());
            let mut issue = Issue::new(
                wrong.rule,
                subject(key),
                format!("`{key}`: {}", wrong.message),
                help,
            );
            if let Some(value) = wrong.nearest {
                issue = issue.with_fix(format!("Set `{key}` to {value}"), with(key, Some(value)));
            } else if let (Some(default), true) = (&spec.default, wrong.rule.no_fix.is_none()) {
                issue = issue.with_fix(format!("Reset `{key}` to {default}"), with(key, None));
            }
            issues.push(issue);
        }
    }
    for spec in kind.attributes.iter().filter(|spec| spec.default.is_none()) {
        if !attributes.contains_key(&spec.key) {
            let help = format!("give {}", spec.kind.describe());
            let message = format!("attribute `{}` is missing", spec.key);
            issues.push(Issue::new(&MISSING_ATTRIBUTE, subject(&spec.key), message, help));
        }
    }
}

pub(super) fn kind_of<'a>(context: &'a Context<'_>, record: &Record) -> Option<&'a KindSchema> {
    match record {
        Record::Marker(marker) => context.schema.markers.get(&marker.kind),
        Record::Poi(poi) => context.schema.pois.get(&poi.kind),
        Record::Entity(entity) => context.schema.entities.get(&entity.kind),
        Record::Portal(_) | Record::Lane(_) => None,
    }
}

fn wrong_with(kind: &AttributeKind, value: &AttributeValue) -> Option<Wrong> {
    let range = |message: String, nearest| {
        Some(Wrong {
            rule: &ATTRIBUTE_RANGE,
            message,
            nearest,
        })
    };
    match (kind, value) {
        (AttributeKind::Bool, AttributeValue::Bool(_))
        | (AttributeKind::Colour, AttributeValue::Colour(_))
        | (AttributeKind::Reference { .. }, AttributeValue::Reference(_)) => None,
        (AttributeKind::Integer { min, max, .. }, AttributeValue::Integer(value)) => {
            if (min..=max).contains(&value) {
                return None;
            }
            range(
                format!("{value} is out of range"),
                Some(AttributeValue::Integer(*value.clamp(min, max))),
            )
        }
        (AttributeKind::Number { min, max, .. }, value) if value.as_number().is_some() => {
            let number = value.as_number()?;
            if (*min..=*max).contains(&number) {
                return None;
            }
            // The fields are public, so the schema of an edit may hold min > max; `clamp` would panic.
            let nearest = if number.is_nan() {
                *min
            } else {
                number.min(*max).max(*min)
            };
            range(
                format!("{number} is out of range"),
                Some(AttributeValue::Number(nearest)),
            )
        }
        (AttributeKind::Text { pattern, max_chars }, AttributeValue::Text(text)) => {
            if text.chars().count() > *max_chars {
                let short: String = text.chars().take(*max_chars).collect();
                let fits = matches_pattern(pattern, &short);
                let message = format!("the text has more than {max_chars} characters");
                return range(message, fits.then_some(AttributeValue::Text(short)));
            }
            let message = "the text does not match the pattern".to_owned();
            (!matches_pattern(pattern, text)).then_some(Wrong {
                rule: &ATTRIBUTE_PATTERN,
                message,
                nearest: None,
            })
        }
        (
            AttributeKind::Choice { options },
            AttributeValue::Choice(choice) | AttributeValue::Text(choice),
        ) => {
            if options.contains(choice) {
                return None;
            }
            let nearest =
                nearest(choice, options.iter()).map(|option| AttributeValue::Choice(option.to_owned()));
            Some(Wrong {
                rule: &ATTRIBUTE_TYPE,
                message: format!("`{choice}` is not an option"),
                nearest,
            })
        }
        (AttributeKind::List { of, max_len }, AttributeValue::List(values)) => {
            if values.len() > *max_len {
                let short = values.iter().take(*max_len).cloned().collect();
                return range(
                    format!("the list has {} values", values.len()),
                    Some(AttributeValue::List(short)),
                );
            }
            let (position, wrong) = values
                .iter()
                .enumerate()
                .find_map(|(at, value)| Some((at, wrong_with(of, value)?)))?;
            let nearest = wrong.nearest.map(|value| {
                let mut values = values.clone();
                values[position] = value;
                AttributeValue::List(values)
            });
            Some(Wrong {
                message: format!("value {}: {}", position + 1, wrong.message),
                nearest,
                ..wrong
            })
        }
        (_, value) => {
            let message = format!("{} is {}", value, value.type_name());
            Some(Wrong {
                rule: &ATTRIBUTE_TYPE,
                message,
                nearest: None,
            })
        }
    }
}

/// Whether the whole text matches; a pattern that is no regular expression is reported by `bad-schema`.
fn matches_pattern(pattern: &str, text: &str) -> bool {
    pattern.is_empty() || Regex::new(&format!("^(?:{pattern})$")).is_ok_and(|regex| regex.is_match(text))
}

pub(super) fn check_schema(context: &Context<'_>, issues: &mut Vec<Issue>) {
    let own = &context.project.schema;
    let groups = [
        ("markers", &own.markers, Some(&context.built_in.markers)),
        ("pois", &own.pois, None),
        ("entities", &own.entities, None),
    ];
    for (group, kinds, built_in) in groups {
        for (name, kind) in kinds {
            let mut report = |field: String, message: String, help: &str| {
                issues.push(Issue::new(
                    &BAD_SCHEMA,
                    Subject::default().field(field),
                    message,
                    help,
                ));
            };
            let place = format!("schema.{group}.{name}");
            if !is_key(name) {
                report(
                    place.clone(),
                    format!("`{name}` is not a name for a kind"),
                    "use a-z, 0-9 and `_`",
                );
            }
            let known = built_in.and_then(|kinds| kinds.get(name));
            if built_in.is_some() && known.is_none() {
                let message = format!("the generator has no marker kind `{name}`");
                report(
                    place.clone(),
                    message,
                    "attributes can only be added to marker kinds that exist",
                );
            }
            for spec in &kind.attributes {
                let place = format!("{place}.{}", spec.key);
                if known.is_some_and(|known| known.attribute(&spec.key).is_some()) {
                    let message = format!("the generator already defines `{}` for `{name}`", spec.key);
                    report(place, message, "choose another key");
                } else if let Some(message) = wrong_with_spec(spec) {
                    report(place, message, "put the attribute right");
                }
            }
        }
    }
}

fn wrong_with_spec(spec: &AttributeSpec) -> Option<String> {
    if !is_key(&spec.key) {
        return Some(format!("`{}` is not a key; use a-z, 0-9 and `_`", spec.key));
    }
    if let AttributeKind::Text { pattern, .. } = &spec.kind
        && Regex::new(pattern).is_err()
    {
        return Some(format!("`{pattern}` is not a regular expression"));
    }
    let wrong = wrong_with(&spec.kind, spec.default.as_ref()?)?;
    Some(format!("the default of `{}`: {}", spec.key, wrong.message))
}

fn is_key(key: &str) -> bool {
    (1..=64).contains(&key.len()) && key.bytes().all(|c| matches!(c, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

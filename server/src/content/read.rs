//! Reads the files of `content/` and checks them against each other.
//!
//! *Not* responsible for: what the content means.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use shared::issue::{Issue, Place, Rule, Subject};

use super::{Content, DropEntry, DropTable, Ingredient, ItemType, NodeType, Requirement, SkillType};

/// Largest content file: a hundred thousand entries, and no more than a moment to read.
const MAX_FILE_BYTES: u64 = 16 * 1024 * 1024;
const MAX_STACK: i64 = 1_000_000;
/// One hour of ticks.
const MAX_DURATION_TICKS: u32 = 72_000;
/// Keeps every sum of experience far from the end of an `i64`.
const MAX_EXPERIENCE: i64 = 1_000_000_000;

shared::declare_rules! {
    FILE = "content-file", Error, Some("nobody but the designer has the file"),
        "A content file cannot be read: it is missing, too large or not UTF-8. The server needs items.ron, skills.ron and nodes.ron under content/.";
    SYNTAX = "content-syntax", Error, Some("only the designer knows what was meant"),
        "A content file is not valid RON, or a field is missing, unknown or of the wrong type.";
    DUPLICATE = "content-duplicate-id", Error, Some("only the designer knows which of the two is meant"),
        "Two entries of one content file have the same id. Players own things by id, so it must mean one thing.";
    UNKNOWN = "content-unknown-id", Error, Some("only the designer knows what was meant"),
        "An entry names an item or skill that is not defined. Define it in items.ron or skills.ron, or correct the name.";
    RANGE = "content-range", Error, Some("only the designer knows what was meant"),
        "A number or text of an entry is outside of what the game can work with.";
}

/// The files as they are written: frozen shapes, apart from the types that the game uses.
mod file {
    use serde::Deserialize;

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct Item {
        pub(super) id: String,
        pub(super) name: String,
        #[serde(default = "one")]
        pub(super) stack: i64,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct Skill {
        pub(super) id: String,
        pub(super) name: String,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct Node {
        pub(super) id: String,
        #[serde(default)]
        pub(super) name: String,
        pub(super) skill: String,
        pub(super) duration_ticks: u32,
        pub(super) experience: i64,
        #[serde(default)]
        pub(super) requires: Vec<Requirement>,
        #[serde(default)]
        pub(super) ingredients: Vec<Ingredient>,
        pub(super) drops: Vec<Drop>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct Requirement {
        pub(super) skill: String,
        pub(super) level: i64,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct Ingredient {
        pub(super) item: String,
        #[serde(default = "one")]
        pub(super) quantity: i64,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct Drop {
        pub(super) item: String,
        pub(super) chance: f64,
        #[serde(default = "one")]
        pub(super) quantity: i64,
    }

    fn one() -> i64 {
        1
    }
}

/// Reads and checks the three files.
pub(super) fn folder(content_dir: &Path) -> Result<Content, Vec<Issue>> {
    let mut issues = Vec::new();
    let mut texts = BTreeMap::new();
    for name in ["items.ron", "skills.ron", "nodes.ron"] {
        match read_text(&content_dir.join(name), name) {
            Ok(text) => _ = texts.insert(name, text),
            Err(issue) => issues.push(*issue),
        }
    }
    if !issues.is_empty() {
        return Err(issues);
    }
    parse(&texts)
}

fn read_text(path: &Path, name: &str) -> Result<String, Box<Issue>> {
    let refuse =
        |message: String| Box::new(Issue::new(&FILE, Subject::default(), message, "").at(place(name, 0, 0)));
    let length = std::fs::metadata(path)
        .map_err(|error| refuse(format!("cannot read it: {error}")))?
        .len();
    if length > MAX_FILE_BYTES {
        return Err(refuse(format!(
            "{length} bytes are more than the limit of {MAX_FILE_BYTES}"
        )));
    }
    std::fs::read_to_string(path).map_err(|error| refuse(format!("cannot read it: {error}")))
}

fn place(name: &str, line: usize, column: usize) -> Place {
    Place {
        file: format!("content/{name}"),
        line: u32::try_from(line).unwrap_or(0),
        column: u32::try_from(column).unwrap_or(0),
    }
}

/// Parses and checks the texts of the three files, by name.
fn parse(texts: &BTreeMap<&'static str, String>) -> Result<Content, Vec<Issue>> {
    let mut reader = Reader {
        texts,
        issues: Vec::new(),
    };
    let items: Vec<file::Item> = reader.list("items.ron");
    let skills: Vec<file::Skill> = reader.list("skills.ron");
    let nodes: Vec<file::Node> = reader.list("nodes.ron");
    if !reader.issues.is_empty() {
        // References into a file that did not parse would only be reported as unknown.
        return Err(reader.issues);
    }

    let mut content = Content::default();
    for item in items {
        reader.check_entry("items.ron", &item.id, content.items.contains_key(&item.id));
        reader.check_range("items.ron", &item.id, "stack", item.stack, 1, MAX_STACK);
        let (id, name, stack) = (item.id, item.name, item.stack);
        content.items.insert(id.clone(), ItemType { id, name, stack });
    }
    for skill in skills {
        reader.check_entry("skills.ron", &skill.id, content.skills.contains_key(&skill.id));
        let (id, name) = (skill.id, skill.name);
        content.skills.insert(id.clone(), SkillType { id, name });
    }
    for node in nodes {
        reader.check_entry("nodes.ron", &node.id, content.nodes.contains_key(&node.id));
        reader.check_node(&node, &content);
        let node = node_type(node);
        content.nodes.insert(node.id.clone(), node);
    }
    let all: Vec<&str> = texts.values().map(String::as_str).collect();
    content.hash = xxhash_rust::xxh3::xxh3_128(all.join("\0").as_bytes());
    if reader.issues.is_empty() {
        Ok(content)
    } else {
        Err(reader.issues)
    }
}

fn node_type(node: file::Node) -> NodeType {
    let requirement = |file::Requirement { skill, level }| Requirement { skill, level };
    let ingredient = |file::Ingredient { item, quantity }| Ingredient { item, quantity };
    let drop = |file::Drop {
                    item,
                    chance,
                    quantity,
                }| DropEntry {
        item,
        chance,
        quantity,
    };
    NodeType {
        name: if node.name.is_empty() {
            node.id.clone()
        } else {
            node.name
        },
        id: node.id,
        skill: node.skill,
        duration_ticks: node.duration_ticks,
        experience: node.experience,
        requires: node.requires.into_iter().map(requirement).collect(),
        ingredients: node.ingredients.into_iter().map(ingredient).collect(),
        drops: DropTable(node.drops.into_iter().map(drop).collect()),
    }
}

struct Reader<'a> {
    texts: &'a BTreeMap<&'static str, String>,
    issues: Vec<Issue>,
}

impl Reader<'_> {
    /// The list that a file holds; empty and an issue when it does not parse.
    fn list<T: for<'de> Deserialize<'de>>(&mut self, name: &'static str) -> Vec<T> {
        let text = self.texts.get(name).map_or("", String::as_str);
        match ron::from_str(text) {
            Ok(list) => list,
            Err(error) => {
                let start = error.span.start;
                let place = place(name, start.line, start.col);
                let issue = Issue::new(&SYNTAX, Subject::default(), error.code.to_string(), "").at(place);
                self.issues.push(issue);
                Vec::new()
            }
        }
    }

    /// Adds an issue that stands where the quoted word first occurs in the file.
    fn report(&mut self, rule: &'static Rule, name: &'static str, word: &str, message: String, help: &str) {
        let quoted = format!("\"{word}\"");
        let text = self.texts.get(name).map_or("", String::as_str);
        let mut lines = text.lines().enumerate();
        let found = lines.find_map(|(line, text)| {
            let at = text.find(&quoted)?;
            Some((line + 1, text.get(..at)?.chars().count() + 1))
        });
        let (line, column) = found.unwrap_or((0, 0));
        let issue = Issue::new(rule, Subject::default(), message, help).at(place(name, line, column));
        self.issues.push(issue);
    }

    fn check_entry(&mut self, name: &'static str, id: &str, known: bool) {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if id.is_empty() || id.len() > 64 || !id.chars().all(allowed) {
            let message = format!("{id:?} is not an id");
            self.report(&RANGE, name, id, message, "use 1 to 64 of a-z, 0-9 and _");
        }
        if known {
            let message = format!("{id:?} is defined twice");
            self.report(&DUPLICATE, name, id, message, "remove or rename one of them");
        }
    }

    fn check_range(&mut self, name: &'static str, id: &str, field: &str, value: i64, min: i64, max: i64) {
        if !(min..=max).contains(&value) {
            let message = format!("{field} of {id:?} is {value}, not within {min} to {max}");
            self.report(&RANGE, name, id, message, "");
        }
    }

    fn check_node(&mut self, node: &file::Node, content: &Content) {
        const NODES: &str = "nodes.ron";
        let id = node.id.as_str();
        let duration = i64::from(node.duration_ticks);
        self.check_range(
            NODES,
            id,
            "duration_ticks",
            duration,
            1,
            i64::from(MAX_DURATION_TICKS),
        );
        self.check_range(NODES, id, "experience", node.experience, 0, MAX_EXPERIENCE);
        let skills = std::iter::once(&node.skill).chain(node.requires.iter().map(|need| &need.skill));
        for skill in skills {
            if content.skill(skill).is_none() {
                let message = format!("{id:?} names the unknown skill {skill:?}");
                self.report(&UNKNOWN, NODES, skill, message, "define it in content/skills.ron");
            }
        }
        for requirement in &node.requires {
            self.check_range(NODES, id, "a required level", requirement.level, 0, 10_000);
        }
        let drops = node.drops.iter().map(|drop| (&drop.item, drop.quantity));
        let ingredients = node.ingredients.iter().map(|used| (&used.item, used.quantity));
        for (item, quantity) in drops.chain(ingredients) {
            if content.item(item).is_none() {
                let message = format!("{id:?} names the unknown item {item:?}");
                self.report(&UNKNOWN, NODES, item, message, "define it in content/items.ron");
            }
            self.check_range(NODES, id, "a quantity", quantity, 1, MAX_STACK);
        }
        if node.drops.iter().any(|drop| !drop.chance.is_finite()) {
            let message = format!("a chance of {id:?} is not a number");
            self.report(&RANGE, NODES, id, message, "use a number from 0 to 1");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ITEMS: &str = r#"[(id: "log", name: "Log", stack: 20), (id: "axe", name: "Axe")]"#;
    const SKILLS: &str = r#"[(id: "felling", name: "Felling")]"#;

    fn check(items: &str, skills: &str, nodes: &str) -> String {
        let texts = BTreeMap::from([
            ("items.ron", items.to_owned()),
            ("skills.ron", skills.to_owned()),
            ("nodes.ron", nodes.to_owned()),
        ]);
        match parse(&texts) {
            Ok(content) => format!("{} nodes", content.nodes.len()),
            Err(issues) => issues
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("\n"),
        }
    }

    #[test]
    fn good_content_loads() {
        let nodes = r#"[(
            id: "oak", skill: "felling", duration_ticks: 40, experience: 5,
            ingredients: [(item: "axe")], drops: [(item: "log", chance: 0.5, quantity: 2)],
        )]"#;
        assert_eq!(check(ITEMS, SKILLS, nodes), "1 nodes");
    }

    #[test]
    fn every_mistake_is_told_with_its_place() {
        let nodes = "[\n (id: \"oak\", skill: \"fishing\", duration_ticks: 0, experience: 5, drops: [\n  (item: \"gold\", chance: 0.5),\n ]),\n]";
        insta::assert_snapshot!(check(ITEMS, SKILLS, nodes), @r#"
        content/nodes.ron:2:7: error[content-range]: duration_ticks of "oak" is 0, not within 1 to 72000
        content/nodes.ron:2:21: error[content-unknown-id]: "oak" names the unknown skill "fishing"
        content/nodes.ron:3:10: error[content-unknown-id]: "oak" names the unknown item "gold"
        "#);
        let twice = r#"[(id: "log", name: ""), (id: "log", name: ""), (id: "A", name: "")]"#;
        insta::assert_snapshot!(check(twice, SKILLS, "[]"), @r#"
        content/items.ron:1:7: error[content-duplicate-id]: "log" is defined twice
        content/items.ron:1:53: error[content-range]: "A" is not an id
        "#);
        insta::assert_snapshot!(check(ITEMS, "[(id: 7)]", "["), @r"
        content/skills.ron:1:6: error[content-syntax]: Expected string
        content/nodes.ron:1:1: error[content-syntax]: Expected opening `(` for struct `Node`
        ");
    }

    #[test]
    fn hostile_files_end_in_issues() {
        let deep = "[".repeat(100_000);
        for text in ["", "\u{feff}", "[(id: NaN)]", "<<<<<<< HEAD", deep.as_str()] {
            assert!(
                check(ITEMS, SKILLS, text).contains("content-syntax"),
                "{text:.40}"
            );
        }
    }
}

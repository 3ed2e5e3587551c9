//! One fixture in all formats, plus hostile issues.

use shared::ids::{IslandId, MarkerId};
use shared::island::RecordId;
use shared::issue::{Issue, Place, Rule, Severity, Subject};

use super::{Format, ProjectReport, Sources, write};

static UNKNOWN_KIND: Rule = Rule {
    code: "unknown-kind",
    severity: Severity::Error,
    no_fix: None,
    doc: "A record has a kind that the schema does not know. Correct the kind or add it to schema.ron.",
};
static STEEP_ROAD: Rule = Rule {
    code: "out-of-range",
    severity: Severity::Warning,
    no_fix: None,
    doc: "A value lies outside the range of its attribute.",
};

const FILE: &str = "islands/first light.ron";
const TEXT: &str = "Island(\n    name: \"First Light\",\n    markers: {\n        \"k3f9x2ab\": Marker(kind: \"paek\",\n            radius: 9000.0,\n        ),\n    },\n)\n";

fn place(line: u32, column: u32) -> Place {
    Place {
        file: FILE.to_owned(),
        line,
        column,
    }
}

fn issues() -> Vec<Issue> {
    let island: IslandId = "first".parse().unwrap();
    let marker = RecordId::Marker("k3f9x2ab".parse::<MarkerId>().unwrap());
    let subject = Subject::record(island, marker);
    vec![
        Issue::new(
            &UNKNOWN_KIND,
            subject.clone().field("kind"),
            "there is no marker kind \"paek\"",
            "did you mean \"peak\"?",
        )
        .at(place(4, 34)),
        Issue::new(
            &STEEP_ROAD,
            subject.clone().field("radius"),
            "radius is 9000 m, the range is 4 to 512 m",
            "",
        )
        .at(place(5, 21))
        .with_fix("Set radius to 512", Vec::new()),
        Issue::new(&STEEP_ROAD, subject, "100% too far,\nsays the rule", "move it"),
    ]
}

fn report(format: Format, issues: &[Issue], text: &str) -> String {
    let mut sources = Sources::default();
    sources.add(FILE, text, &(1..=99).collect());
    let clean = ProjectReport {
        folder: "maps/clean",
        issues: &[],
        sources: &Sources::default(),
    };
    let broken = ProjectReport {
        folder: "maps/broken",
        issues,
        sources: &sources,
    };
    let mut out = Vec::new();
    write(format, &[broken, clean], &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn human() {
    insta::assert_snapshot!(report(Format::Human, &issues(), TEXT));
}

#[test]
fn json() {
    insta::assert_snapshot!(report(Format::Json, &issues(), TEXT));
}

#[test]
fn github() {
    insta::assert_snapshot!(report(Format::Github, &issues(), TEXT));
}

#[test]
fn sarif() {
    insta::assert_snapshot!(report(Format::Sarif, &issues(), TEXT));
}

#[test]
fn colours_come_only_on_request() {
    assert!(report(Format::HumanStyled, &issues(), TEXT).contains("\u{1b}["));
    assert!(!report(Format::Human, &issues(), TEXT).contains('\u{1b}'));
}

/// A name in a map file must not be able to rewrite the terminal.
#[test]
fn control_characters_of_a_map_do_not_reach_the_terminal() {
    let hostile = Issue::new(
        &UNKNOWN_KIND,
        Subject::default(),
        "kind \"\u{1b}]0;owned\u{7}\u{1b}[2J\"",
        "say \u{1b}[31mno",
    )
    .at(place(1, 1));
    let text = report(Format::Human, &[hostile], "\u{1b}[2Jclear\n");
    assert!(!text.contains('\u{1b}') && !text.contains('\u{7}'), "{text:?}");
}

/// Places come from files that may have changed since; none may panic or take long.
#[test]
fn odd_places_are_reported_all_the_same() {
    let long = "x".repeat(1 << 20);
    for text in ["", "\n\n", "äöü\r\n\tß", "\"open", long.as_str()] {
        for (line, column) in [
            (0, 0),
            (1, 0),
            (1, 1),
            (1, 3),
            (2, 2),
            (2, 99),
            (u32::MAX, u32::MAX),
        ] {
            let issue = Issue::new(&UNKNOWN_KIND, Subject::default(), "odd", "").at(place(line, column));
            for format in [Format::Human, Format::Json, Format::Github, Format::Sarif] {
                assert!(report(format, std::slice::from_ref(&issue), text).contains("odd"));
            }
        }
    }
}

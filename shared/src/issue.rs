//! Issues: the one way in which anything that is wrong with a map is told, from the first parse error to
//! the server's refusal. A half-broken map is a list of issues, never a crash.

use std::fmt;

use crate::edit::Edit;
use crate::ids::IslandId;
use crate::island::RecordId;

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// Worth knowing; the map works as it is.
    Info,
    /// Probably not what the designer wants; the map still bakes.
    Warning,
    /// The map does not bake and the server refuses it.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// A rule: what is checked, why, and what to do. One per code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rule {
    /// Stable name, `a-z` and `-`; what people search for and hide by.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Why issues of this rule carry no ready-made [`Fix`]; `None` when they do.
    pub no_fix: Option<&'static str>,
    /// What is wrong, why it matters and how it is put right, in a few sentences for designers.
    pub doc: &'static str,
}

/// Something wrong with a map.
#[derive(Clone, PartialEq, Debug)]
pub struct Issue {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// What is wrong here, in one sentence without full stop.
    pub message: String,
    /// What to do about it, in one sentence without full stop; may be empty when the message says it.
    pub help: String,
    /// What it is about.
    pub subject: Subject,
    /// Where it stands in a file, when it came from one.
    pub place: Option<Place>,
    /// A ready-made repair.
    pub fix: Option<Fix>,
}

/// What an issue is about: the more fields are set, the narrower.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Subject {
    /// The island.
    pub island: Option<IslandId>,
    /// The record on it.
    pub record: Option<RecordId>,
    /// The attribute or field of the record, island or project.
    pub field: Option<String>,
}

/// A place in a file of the project.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Place {
    /// Path below the project's folder, with `/`.
    pub file: String,
    /// Line, from 1; 0 when the whole file is meant.
    pub line: u32,
    /// Column in characters, from 1; 0 when the whole line is meant.
    pub column: u32,
}

impl Place {
    /// A file as a whole, or a folder.
    pub fn of_file(file: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            line: 0,
            column: 0,
        }
    }
}

/// A ready-made repair: edits that remove the issue and add none.
#[derive(Clone, PartialEq, Debug)]
pub struct Fix {
    /// What it does, as the label of a button: "Set radius to 512".
    pub label: String,
    /// The edits, one undo step.
    pub edits: Vec<Edit>,
}

impl Issue {
    /// An issue of a rule about a subject.
    pub fn new(
        rule: &'static Rule,
        subject: Subject,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            rule,
            message: message.into(),
            help: help.into(),
            subject,
            place: None,
            fix: None,
        }
    }

    /// The same issue with a place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same issue with a ready-made repair.
    #[must_use]
    pub fn with_fix(mut self, label: impl Into<String>, edits: Vec<Edit>) -> Self {
        self.fix = Some(Fix {
            label: label.into(),
            edits,
        });
        self
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.rule.severity
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column) {
            (0, _) => write!(f, "{}", self.file),
            (line, 0) => write!(f, "{}:{line}", self.file),
            (line, column) => write!(f, "{}:{line}:{column}", self.file),
        }
    }
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        write!(f, "{}[{}]: {}", self.severity(), self.rule.code, self.message)
    }
}

impl Subject {
    /// About a whole island.
    pub fn island(island: IslandId) -> Self {
        Self {
            island: Some(island),
            ..Self::default()
        }
    }

    /// About a record.
    pub fn record(island: IslandId, record: RecordId) -> Self {
        Self {
            island: Some(island),
            record: Some(record),
            field: None,
        }
    }

    /// The same subject, narrowed to one field or attribute.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }
}

/// Declares rules as statics, and `RULES` as the list of them.
#[macro_export]
macro_rules! declare_rules {
    ($($name:ident = $code:literal, $severity:ident, $no_fix:expr, $doc:literal;)*) => {
        $(
            #[doc = $doc]
            pub static $name: $crate::issue::Rule = $crate::issue::Rule {
                code: $code,
                severity: $crate::issue::Severity::$severity,
                no_fix: $no_fix,
                doc: $doc,
            };
        )*
        /// All rules of this module.
        pub static RULES: &[&$crate::issue::Rule] = &[$(&$name),*];
    };
}
pub use declare_rules as rules;

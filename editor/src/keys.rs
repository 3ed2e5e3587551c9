//! Key bindings: the keys of the command table, and what this person changed about them.
//!
//! *Not* responsible for: running commands (`command`), asking for keys (`dialog::preferences`).

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::{Context, Event, Id, Key, KeyboardShortcut, Modifiers};

use crate::command::{Command, Entry, TABLE};

/// The keys of all commands: the table's, where this person has no others.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Bindings {
    /// By the id of the command; `None` for a command that shall have no keys.
    changed: BTreeMap<String, Option<KeyboardShortcut>>,
}

impl Bindings {
    /// From the settings file: command ids with keys as text, empty for none. What does not read is left
    /// out: the table's keys then hold.
    pub fn from_texts(texts: &BTreeMap<String, String>) -> Self {
        let changed = texts.iter().filter_map(|(id, text)| {
            let keys = if text.is_empty() { None } else { Some(parse(text)?) };
            Some((id.clone(), keys))
        });
        Self {
            changed: changed.collect(),
        }
    }

    /// For the settings file.
    pub fn to_texts(&self) -> BTreeMap<String, String> {
        let texts = self.changed.iter();
        texts
            .map(|(id, keys)| (id.clone(), keys.as_ref().map(text).unwrap_or_default()))
            .collect()
    }

    /// The keys of a command.
    pub fn keys(&self, entry: &Entry) -> Option<KeyboardShortcut> {
        match self.changed.get(entry.id) {
            Some(keys) => *keys,
            None => entry.shortcut,
        }
    }

    /// Whether a command has other keys than the table gives it.
    pub fn is_changed(&self, entry: &Entry) -> bool {
        self.changed.contains_key(entry.id)
    }

    /// Gives a command other keys, or none.
    pub fn set(&mut self, entry: &Entry, keys: Option<KeyboardShortcut>) {
        if keys == entry.shortcut {
            self.changed.remove(entry.id);
        } else {
            self.changed.insert(entry.id.to_owned(), keys);
        }
    }

    /// Gives all commands the keys of the table again.
    pub fn reset(&mut self) {
        self.changed.clear();
    }

    /// Other commands with the same keys as this one. Of two, the one that stands first in the table runs.
    pub fn conflicts(&self, entry: &Entry) -> Vec<Command> {
        let Some(keys) = self.keys(entry) else {
            return Vec::new();
        };
        TABLE
            .iter()
            .filter(|other| other.command != entry.command && self.keys(other) == Some(keys))
            .map(|other| other.command)
            .collect()
    }

    /// Makes these the bindings in force.
    pub fn install(self, context: &Context) {
        context.data_mut(|data| data.insert_temp(place(), Arc::new(self)));
    }

    /// The bindings in force.
    pub fn in_force(context: &Context) -> Arc<Self> {
        context.data(|data| data.get_temp(place())).unwrap_or_default()
    }
}

fn place() -> Id {
    Id::unique("key bindings")
}

/// Keys as the settings file writes them: `Ctrl+Shift+Z`.
pub fn text(keys: &KeyboardShortcut) -> String {
    let modifiers = [
        (keys.modifiers.command, "Ctrl+"),
        (keys.modifiers.alt, "Alt+"),
        (keys.modifiers.shift, "Shift+"),
    ];
    let held: String = modifiers
        .iter()
        .filter(|(held, _)| *held)
        .map(|(_, name)| *name)
        .collect();
    format!("{held}{}", keys.logical_key.name())
}

/// Keys as menus and tooltips show them, for this machine's keyboard: `Ctrl+[`, not `Ctrl+OpenBracket`.
pub fn shown(keys: &KeyboardShortcut, context: &Context) -> String {
    let long = context.format_shortcut(keys);
    let short = match keys.logical_key {
        Key::Minus => "-",
        // Our fonts have no arrows for these.
        Key::ArrowDown | Key::ArrowLeft | Key::ArrowRight | Key::ArrowUp => return long,
        key => key.symbol_or_name(),
    };
    match long.strip_suffix(keys.logical_key.name()) {
        Some(held) => format!("{held}{short}"),
        None => long,
    }
}

/// Reads what [`text`] wrote.
pub fn parse(text: &str) -> Option<KeyboardShortcut> {
    let mut modifiers = Modifiers::NONE;
    let mut rest = text;
    loop {
        let (held, after) = match rest.split_once('+') {
            Some(("Ctrl", after)) => (Modifiers::COMMAND, after),
            Some(("Alt", after)) => (Modifiers::ALT, after),
            Some(("Shift", after)) => (Modifiers::SHIFT, after),
            _ => break,
        };
        modifiers = modifiers.plus(held);
        rest = after;
    }
    Some(KeyboardShortcut::new(modifiers, Key::from_name(rest)?))
}

/// The keys that were pressed in this frame, for a command that is given new ones.
pub fn pressed(context: &Context) -> Option<KeyboardShortcut> {
    let clipboard = |key| Some(KeyboardShortcut::new(Modifiers::COMMAND, key));
    context.input(|input| {
        input.events.iter().find_map(|event| match event {
            Event::Key {
                key,
                pressed: true,
                modifiers,
                ..
            } => {
                let mut held = Modifiers::NONE;
                for (is_held, modifier) in [
                    (modifiers.command || modifiers.ctrl, Modifiers::COMMAND),
                    (modifiers.alt, Modifiers::ALT),
                    (modifiers.shift, Modifiers::SHIFT),
                ] {
                    held = if is_held { held.plus(modifier) } else { held };
                }
                Some(KeyboardShortcut::new(held, *key))
            }
            // The system turns these keys into events of their own.
            Event::Copy => clipboard(Key::C),
            Event::Cut => clipboard(Key::X),
            Event::Paste(_) => clipboard(Key::V),
            _ => None,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_the_table_read_back_from_their_text() {
        for entry in TABLE {
            if let Some(keys) = entry.shortcut {
                assert_eq!(parse(&text(&keys)), Some(keys), "{}", entry.id);
            }
        }
        assert_eq!(parse("Ctrl+Nonsense"), None);
        assert_eq!(parse(""), None);
    }

    #[test]
    fn changed_keys_survive_and_conflicts_are_found() {
        let mut bindings = Bindings::default();
        let (save, undo) = (Command::Save.entry(), Command::Undo.entry());
        assert_eq!(bindings.conflicts(save), []);
        bindings.set(save, undo.shortcut);
        bindings.set(Command::Redo.entry(), None);
        assert_eq!(bindings.conflicts(save), [Command::Undo]);
        let read = Bindings::from_texts(&bindings.to_texts());
        assert_eq!(read, bindings);
        assert_eq!(read.keys(Command::Redo.entry()), None);
        bindings.set(save, save.shortcut);
        assert!(!bindings.is_changed(save));
    }

    #[test]
    fn the_table_has_no_conflicts() {
        let bindings = Bindings::default();
        for entry in TABLE {
            assert_eq!(bindings.conflicts(entry), [], "{}", entry.id);
        }
    }
}

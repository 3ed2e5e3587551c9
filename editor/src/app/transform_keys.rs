//! Keys that belong to a transform while it is going on.
//!
//! *Not* responsible for: what they do (`tool::transform`).

use egui::{Event, Key};

use crate::panel::Request;
use crate::tool::transform::{Axis, TransformKey};

/// Keys of a transform that is going on, taken before commands can have them.
pub(super) fn pressed(context: &egui::Context) -> Vec<Request> {
    if context.text_edit_focused() {
        return Vec::new();
    }
    context.input_mut(|input| {
        let mut requests = Vec::new();
        input.events.retain(|event| {
            let request = match event {
                Event::Text(text) => match text.chars().next() {
                    Some(typed @ ('0'..='9' | '.' | '-' | ',')) => Request::Key(TransformKey::Typed(typed)),
                    // Letters are taken as keys below; their texts must not reach anything else.
                    _ => return true,
                },
                Event::Key {
                    key,
                    pressed: true,
                    modifiers,
                    ..
                } if !modifiers.command && !modifiers.alt => match key {
                    Key::X => Request::Key(TransformKey::Axis(Axis::X)),
                    Key::Y => Request::Key(TransformKey::Axis(Axis::Y)),
                    Key::Z => Request::Key(TransformKey::Axis(Axis::Z)),
                    Key::Backspace => Request::Key(TransformKey::Backspace),
                    Key::Enter => Request::Enter,
                    // Their characters come as text; as keys they would run commands.
                    key if is_typed(*key) => return false,
                    _ => return true,
                },
                _ => return true,
            };
            requests.push(request);
            false
        });
        requests
    })
}

fn is_typed(key: Key) -> bool {
    matches!(
        key,
        Key::Num0
            | Key::Num1
            | Key::Num2
            | Key::Num3
            | Key::Num4
            | Key::Num5
            | Key::Num6
            | Key::Num7
            | Key::Num8
            | Key::Num9
            | Key::Period
            | Key::Comma
            | Key::Minus
    )
}

//! What a hand does with a pointer, frame by frame; also that of the proof that goes on to the server.

use egui::Pos2;
use egui_kittest::Harness;

/// Presses, moves on the way and lets go.
pub(crate) fn drag<State>(harness: &mut Harness<'_, State>, from: Pos2, to: Pos2) {
    press(harness, from);
    for share in [0.3, 0.7, 1.0] {
        harness.hover_at(from + (to - from) * share);
        harness.run_steps(2);
    }
    harness.drop_at(to);
    harness.run_steps(3);
}

/// Presses and lets go in one place.
pub(crate) fn click<State>(harness: &mut Harness<'_, State>, at: Pos2) {
    press(harness, at);
    harness.drop_at(at);
    harness.run_steps(3);
}

/// Comes there and presses.
pub(crate) fn press<State>(harness: &mut Harness<'_, State>, at: Pos2) {
    harness.hover_at(at);
    harness.run_steps(1);
    harness.drag_at(at);
    harness.run_steps(1);
}

//! Windows over the screen, and the preferences they set.
//!
//! *Not* responsible for: what the windows show (`dialog`).

use std::path::Path;

use egui::{Key, Theme, Ui};

use super::App;
use crate::dialog;
use crate::dialog::preferences::{Choices, SCALES};
use crate::keys::Bindings;
use crate::panel::{Request, Requests};
use crate::theme::{self, Palette};

impl App {
    /// Windows over the screen.
    pub(super) fn dialogs(&mut self, ui: &Ui, requests: &mut Requests) {
        let ctx = ui.ctx().clone();
        let colours = theme::palette(&ctx);
        if let Some(dialog) = &mut self.open_dialog {
            if dialog.show(&ctx).selected() {
                let chosen = dialog.path().map(Path::to_owned);
                self.open_dialog = None;
                requests.extend(chosen.map(Request::Open));
            } else if !dialog.visible() || ctx.input(|input| input.key_pressed(Key::Escape)) {
                self.open_dialog = None;
            }
        }
        if let Some(palette) = &mut self.command_palette {
            let document = self.workspace.as_ref().map(|workspace| &workspace.document);
            if !palette.ui(&ctx, document, colours, requests) {
                self.command_palette = None;
            }
        }
        if let (Some(dialog), Some(workspace)) = (&mut self.select_where, &self.workspace) {
            let context = workspace.context(&ctx);
            if !dialog.ui(&ctx, &context, requests) {
                self.select_where = None;
            }
        }
        if self.cheat_sheet {
            self.cheat_sheet = dialog::cheat_sheet::ui(&ctx, colours);
        }
        self.show_preferences(&ctx, colours);
        if let Some(workspace) = &self.workspace
            && !self.conflicts.is_empty()
        {
            let document = &workspace.document;
            dialog::conflicts::ui(&ctx, document, &mut self.conflicts, colours, requests);
        }
        let Some(workspace) = &self.workspace else { return };
        if self.leaving.is_some() {
            if let Some(answer) = dialog::unsaved(&ctx, &workspace.document, colours) {
                self.answer_unsaved(&ctx, answer);
            }
        } else if let Some(take) = dialog::recovery(&ctx, &workspace.document, colours) {
            self.answer_recovery(take);
        }
    }

    /// Closes a window that stands beside the work, the one on top first; true when there was one. What is in
    /// conflict stays: closing that list decides it.
    pub(super) fn close_window(&mut self) -> bool {
        self.select_where.take().is_some()
            || std::mem::take(&mut self.cheat_sheet)
            || self.preferences.take().is_some()
    }

    fn show_preferences(&mut self, ctx: &egui::Context, colours: &Palette) {
        let Some(preferences) = &mut self.preferences else {
            return;
        };
        let before = Choices {
            light: self.settings.light,
            scheme: self.settings.scheme,
            scale: self.settings.scale,
            bindings: Bindings::clone(&Bindings::in_force(ctx)),
        };
        let mut choices = before.clone();
        if !preferences.ui(ctx, &mut choices, colours) {
            self.preferences = None;
        }
        if choices != before {
            self.settings.light = choices.light;
            self.settings.scheme = choices.scheme;
            self.settings.scale = choices.scale;
            self.settings.keys = choices.bindings.to_texts();
            self.apply_settings(ctx);
            self.save_settings();
            ctx.request_repaint();
        }
    }

    /// Makes theme, colours, size and keys of the settings those in force.
    pub(super) fn apply_settings(&mut self, ctx: &egui::Context) {
        let settings = &mut self.settings;
        ctx.set_theme(if settings.light { Theme::Light } else { Theme::Dark });
        settings.scheme.install(ctx);
        settings.scale = if settings.scale.is_finite() {
            settings.scale.clamp(SCALES.0, SCALES.1)
        } else {
            1.0
        };
        ctx.set_zoom_factor(settings.scale);
        Bindings::from_texts(&settings.keys).install(ctx);
    }

    pub(super) fn zoom(&mut self, ctx: &egui::Context, scale: f32) {
        self.settings.scale = (scale * 10.0).round() / 10.0;
        self.apply_settings(ctx);
        self.save_settings();
    }
}

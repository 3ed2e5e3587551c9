//! New project: a name, a place, and the island to begin with.
//!
//! *Not* responsible for: making the project (`template`).

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use egui::{
    Button, Frame, Image, Margin, RichText, Sense, TextEdit, TextureHandle, TextureOptions, Ui, vec2,
};
use egui_material_icons::icons::{ICON_ADD, ICON_ARROW_BACK};
use worldgen::IslandPlan;

use super::{Request, Requests};
use crate::document::fresh_id::RandomSource;
use crate::preview::picture::Relief;
use crate::preview::shading::PictureStyle;
use crate::template::{self, TEMPLATES, Template};
use crate::text::text;
use crate::theme::Palette;

/// Side of an island's picture, in points.
const PICTURE: f32 = 210.0;
/// What the frame of a card adds to its width, in points.
const CARD_FRAME: f32 = 18.0;
/// Columns per pixel of those pictures.
const PICTURE_STEP: u32 = 2;

/// The new-project page.
pub struct NewProjectPanel {
    name: String,
    /// The folder that the project's folder is made in.
    parent: String,
    chosen: usize,
    /// Why the project was not made.
    error: Option<String>,
    /// Made one per frame, so that the page opens at once.
    pictures: Vec<TextureHandle>,
}

impl NewProjectPanel {
    /// The page; new projects go below `parent`.
    pub fn new(parent: &Path) -> Self {
        Self {
            name: text().new_project_default_name(),
            parent: parent.display().to_string(),
            chosen: 0,
            error: None,
            pictures: Vec::new(),
        }
    }

    /// Where the project would be made; `None` while the name has nothing that a folder can be called.
    fn folder(&self) -> Option<PathBuf> {
        let name = template::folder_name(&self.name);
        (!name.is_empty() && !self.parent.is_empty()).then(|| Path::new(&self.parent).join(name))
    }

    /// Draws the page; false when it is done.
    pub fn ui(&mut self, colours: &Palette, requests: &mut Requests, ui: &mut Ui) -> bool {
        self.next_picture(ui.ctx());
        let mut open = true;
        egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.vertical_centered(|ui| {
                ui.add_space((ui.available_height() * 0.08).clamp(8.0, 70.0));
                ui.label(RichText::new(text().new_project()).size(28.0).strong());
                ui.label(RichText::new(text().new_project_explained()).color(colours.faint_text));
                ui.add_space(16.0);
                let gap = ui.spacing().item_spacing.x;
                let width = (PICTURE + CARD_FRAME + gap) * TEMPLATES.len() as f32 - gap;
                ui.allocate_ui(vec2(width.min(ui.available_width()), 0.0), |ui| {
                    ui.horizontal_wrapped(|ui| {
                        for (index, template) in TEMPLATES.iter().enumerate() {
                            self.card(ui, index, template, colours);
                        }
                    });
                    ui.add_space(14.0);
                    self.fields(ui, colours);
                    ui.add_space(14.0);
                    open = self.buttons(ui, colours, requests);
                });
            });
        });
        open
    }

    fn card(&mut self, ui: &mut Ui, index: usize, template: &Template, colours: &Palette) {
        let is_chosen = self.chosen == index;
        let edge = if is_chosen {
            colours.accent
        } else {
            colours.map_frame.gamma_multiply(0.5)
        };
        let card = Frame::new()
            .stroke(egui::Stroke::new(if is_chosen { 2.0 } else { 1.0 }, edge))
            .corner_radius(8.0)
            // The frame counts its line: the contents stay where they are when it grows.
            .inner_margin(Margin::same(if is_chosen { 7 } else { 8 }))
            .show(ui, |ui| {
                ui.vertical(|ui| {
                    ui.set_width(PICTURE);
                    let size = vec2(PICTURE, PICTURE);
                    if let Some(picture) = self.pictures.get(index) {
                        ui.add(Image::new((picture.id(), size)).corner_radius(5.0));
                    } else {
                        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
                        ui.painter().rect_filled(rect, 5.0, colours.map_background);
                    }
                    ui.label(RichText::new(template.title()).strong());
                    ui.label(
                        RichText::new(template.description())
                            .small()
                            .color(colours.faint_text),
                    );
                });
            });
        let response = ui.interact(
            card.response.rect,
            ui.scope_id().with(("card", index)),
            Sense::click(),
        );
        let enabled = ui.is_enabled();
        response.widget_info(|| {
            egui::WidgetInfo::selected(egui::Role::RadioButton, enabled, is_chosen, template.title())
        });
        if response.has_focus() {
            ui.painter().rect_stroke(
                card.response.rect.expand(2.0),
                10.0,
                egui::Stroke::new(1.0, colours.accent),
                egui::StrokeKind::Outside,
            );
        }
        if response.clicked() {
            self.chosen = index;
        }
    }

    fn fields(&mut self, ui: &mut Ui, colours: &Palette) {
        egui::Grid::new("new project")
            .num_columns(2)
            .spacing([16.0, 8.0])
            .show(ui, |ui| {
                ui.label(text().field_name());
                let name = TextEdit::singleline(&mut self.name)
                    .char_limit(80)
                    .desired_width(f32::INFINITY);
                if ui.add(name).accessible_name(text().new_project_name()).changed() {
                    self.error = None;
                }
                ui.end_row();
                ui.label(text().new_project_folder());
                let parent = TextEdit::singleline(&mut self.parent).desired_width(f32::INFINITY);
                if ui
                    .add(parent)
                    .accessible_name(text().new_project_folder())
                    .changed()
                {
                    self.error = None;
                }
                ui.end_row();
                ui.allocate_space(vec2(1.0, 1.0));
                let told = match self.folder() {
                    Some(folder) => text().new_project_makes(folder.display().to_string()),
                    None => text().new_project_unnamed(),
                };
                ui.add(egui::Label::new(RichText::new(told).small().color(colours.faint_text)).truncate());
                ui.end_row();
            });
        if let Some(error) = &self.error {
            ui.label(RichText::new(error).color(colours.error));
        }
    }

    fn buttons(&mut self, ui: &mut Ui, colours: &Palette, requests: &mut Requests) -> bool {
        let mut open = true;
        ui.horizontal(|ui| {
            let create = Button::new((
                ICON_ADD.rich_text().color(colours.on_accent),
                RichText::new(text().new_project_create())
                    .size(15.0)
                    .color(colours.on_accent),
            ));
            let create = create.fill(colours.accent).min_size(vec2(170.0, 36.0));
            let folder = self.folder();
            let create = ui
                .add_enabled(folder.is_some(), create)
                .accessible_name(text().new_project_create());
            if create.clicked()
                && let Some(folder) = folder
            {
                match self.create(&folder) {
                    Ok(()) => {
                        requests.push(Request::Open(folder));
                        open = false;
                    }
                    Err(error) => self.error = Some(error.to_string()),
                }
            }
            let back = Button::new((ICON_ARROW_BACK.rich_text(), text().new_project_back()))
                .min_size(vec2(90.0, 36.0));
            if ui.add(back).accessible_name(text().new_project_back()).clicked() {
                open = false;
            }
        });
        open
    }

    fn create(&self, folder: &Path) -> Result<(), template::CreateError> {
        let built_in = worldgen::marker::schema();
        let Some(template) = TEMPLATES.get(self.chosen) else {
            return Ok(());
        };
        let project = template.project(self.name.trim(), built_in, &mut RandomSource::System);
        template::create(folder, &project, built_in)
    }

    fn next_picture(&mut self, ctx: &egui::Context) {
        let Some(template) = TEMPLATES.get(self.pictures.len()) else {
            return;
        };
        let project = template.project("", worldgen::marker::schema(), &mut RandomSource::Seeded(1));
        let picture = project.islands.values().next().and_then(|island| {
            let plan = IslandPlan::new(&project.settings, &project.stamps, island);
            let grid = plan.preview(PICTURE_STEP, &AtomicBool::new(false))?;
            Some(Relief::of_grid(&grid).image(PictureStyle::default()))
        });
        let image = picture.unwrap_or_else(|| egui::ColorImage::filled([1, 1], egui::Color32::TRANSPARENT));
        let texture = ctx.load_texture(template.slug, image, TextureOptions::LINEAR);
        self.pictures.push(texture);
        ctx.request_repaint();
    }
}

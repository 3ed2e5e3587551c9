//! Place panel: everything that can be put on an island, from the schema, with a filter.
//!
//! *Not* responsible for: placing, see `tool::place`.

use egui::{Color32, RichText, ScrollArea, TextEdit, Ui};
use egui_material_icons::MaterialIcon;
use egui_material_icons::icons::{
    ICON_CIRCLE, ICON_DIAMOND, ICON_LOCATION_ON, ICON_PENTAGON, ICON_SEARCH, ICON_SQUARE, ICON_TIMELINE,
};
use shared::geometry::GeometryForm;
use shared::schema::Schema;

use super::{Context, Emphasis, Request, Requests, empty_state, list_row};
use crate::theme;
use crate::tool::{PlaceTool, Placing, Tool};

/// The place panel.
#[derive(Default, Debug)]
pub struct KindsPanel {
    filter: String,
}

/// One thing that can be placed.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The heading it stands under.
    pub group: &'static str,
    /// What it places.
    pub placing: Placing,
    /// What it is for.
    pub doc: String,
    /// Its colour.
    pub colour: Color32,
}

impl Choice {
    /// Its symbol: the form it is drawn in.
    pub fn icon(&self) -> MaterialIcon {
        match &self.placing {
            Placing::Marker { form, .. } => match form {
                GeometryForm::Point => ICON_CIRCLE,
                GeometryForm::Path => ICON_TIMELINE,
                GeometryForm::Area => ICON_PENTAGON,
            },
            Placing::Poi { .. } => ICON_LOCATION_ON,
            Placing::Entity { .. } => ICON_SQUARE,
            Placing::Portal => ICON_DIAMOND,
        }
    }

    /// How it is drawn, in one word.
    fn form_word(&self) -> &'static str {
        match &self.placing {
            Placing::Marker { form, .. } => form.name(),
            _ => "",
        }
    }
}

/// Everything that the schema lets designers place, portals included.
pub fn choices(schema: &Schema) -> Vec<Choice> {
    let mut choices = Vec::new();
    for (name, kind) in &schema.markers {
        // A kind that takes several forms is offered once per form.
        for form in &kind.forms {
            choices.push(Choice {
                group: "Markers",
                placing: Placing::Marker {
                    kind: name.clone(),
                    form: *form,
                },
                doc: kind.doc.clone(),
                colour: theme::kind_colour(kind.colour, name),
            });
        }
    }
    for (name, kind) in &schema.pois {
        choices.push(Choice {
            group: "Points of interest",
            placing: Placing::Poi { kind: name.clone() },
            doc: kind.doc.clone(),
            colour: theme::kind_colour(kind.colour, name),
        });
    }
    for (name, kind) in &schema.entities {
        choices.push(Choice {
            group: "Entities",
            placing: Placing::Entity { kind: name.clone() },
            doc: kind.doc.clone(),
            colour: theme::kind_colour(kind.colour, name),
        });
    }
    choices.push(Choice {
        group: "Connections",
        placing: Placing::Portal,
        doc: "One end of a portal to another island; link the other end in the inspector.".to_owned(),
        colour: theme::PORTAL,
    });
    choices
}

impl KindsPanel {
    /// Draws the panel.
    pub fn ui(&mut self, context: &Context, requests: &mut Requests, ui: &mut Ui) {
        let search = TextEdit::singleline(&mut self.filter)
            .hint_text("Filter kinds")
            .desired_width(f32::INFINITY);
        ui.add(search)
            .widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, "Filter kinds"));
        let wanted = self.filter.to_lowercase();
        let choices: Vec<_> = choices(context.document.schema())
            .into_iter()
            .filter(|choice| choice.placing.title().to_lowercase().contains(&wanted))
            .collect();
        if choices.is_empty() {
            empty_state(
                ui,
                context.colours,
                ICON_SEARCH,
                "No such kind",
                "Kinds come from the generator and from schema.ron.",
            );
            return;
        }
        let current = match context.tool {
            Tool::Place(tool) => Some(tool.placing()),
            Tool::Select(_) => None,
        };
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            let mut group = "";
            for choice in &choices {
                if choice.group != group {
                    group = choice.group;
                    ui.add_space(6.0);
                    ui.label(RichText::new(group).small().color(context.colours.faint_text));
                }
                let emphasis = if current == Some(&choice.placing) {
                    Emphasis::Selected
                } else {
                    Emphasis::Normal
                };
                let response = list_row(
                    ui,
                    context.colours,
                    (choice.icon(), choice.colour),
                    &choice.placing.title(),
                    choice.form_word(),
                    emphasis,
                );
                let clicked = response.clicked();
                response.on_hover_text(&choice.doc);
                if clicked {
                    requests.push(Request::UseTool(Tool::Place(PlaceTool::new(
                        choice.placing.clone(),
                    ))));
                }
            }
        });
    }
}

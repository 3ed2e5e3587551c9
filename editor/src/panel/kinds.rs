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

use super::{Context, Emphasis, Request, Requests, empty_state, list_row_in};
use crate::text::text;
use crate::theme;
use crate::tool::{PlaceTool, Placing, Tool};
use crate::viewport::model;

/// Width of the button for another form, in points.
const FORM_BUTTON: f32 = 30.0;

/// The place panel.
#[derive(Default, Debug)]
pub struct KindsPanel {
    filter: String,
}

/// One thing that can be placed.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The heading it stands under.
    pub group: String,
    /// What it places.
    pub placing: Placing,
    /// Other forms it can be drawn in.
    pub other_forms: Vec<GeometryForm>,
    /// What it is for.
    pub doc: String,
    /// Its colour.
    pub colour: Color32,
}

impl Choice {
    /// Its symbol: the form it is drawn in.
    pub fn icon(&self) -> MaterialIcon {
        match &self.placing {
            Placing::Marker { form, .. } => form_icon(*form),
            Placing::Poi { .. } => ICON_LOCATION_ON,
            Placing::Entity { .. } => ICON_SQUARE,
            Placing::Portal => ICON_DIAMOND,
        }
    }

    /// The same kind, drawn in another form.
    fn in_form(&self, form: GeometryForm) -> Placing {
        match &self.placing {
            Placing::Marker { kind, .. } => Placing::Marker {
                kind: kind.clone(),
                form,
            },
            other => other.clone(),
        }
    }
}

/// The symbol of a form.
fn form_icon(form: GeometryForm) -> MaterialIcon {
    match form {
        GeometryForm::Point => ICON_CIRCLE,
        GeometryForm::Path => ICON_TIMELINE,
        GeometryForm::Area => ICON_PENTAGON,
    }
}

/// Everything that the schema lets designers place, portals included.
pub fn choices(schema: &Schema) -> Vec<Choice> {
    let mut choices = Vec::new();
    for (name, kind) in &schema.markers {
        // The first form is the preferred one.
        let Some((form, other_forms)) = kind.forms.split_first() else {
            continue;
        };
        choices.push(Choice {
            group: text().kinds_markers(),
            placing: Placing::Marker {
                kind: name.clone(),
                form: *form,
            },
            other_forms: other_forms.to_vec(),
            doc: kind.doc.clone(),
            colour: theme::kind_colour(kind.colour, name),
        });
    }
    for (name, kind) in &schema.pois {
        choices.push(Choice {
            group: text().sort_pois(),
            placing: Placing::Poi { kind: name.clone() },
            other_forms: Vec::new(),
            doc: kind.doc.clone(),
            colour: theme::kind_colour(kind.colour, name),
        });
    }
    for (name, kind) in &schema.entities {
        choices.push(Choice {
            group: text().sort_entities(),
            placing: Placing::Entity { kind: name.clone() },
            other_forms: Vec::new(),
            doc: kind.doc.clone(),
            colour: theme::kind_colour(kind.colour, name),
        });
    }
    choices.push(Choice {
        group: text().kinds_connections(),
        placing: Placing::Portal,
        other_forms: Vec::new(),
        doc: text().kinds_portal_doc(),
        colour: theme::PORTAL,
    });
    choices
}

impl KindsPanel {
    /// Draws the panel.
    pub fn ui(&mut self, context: &Context, requests: &mut Requests, ui: &mut Ui) {
        let search = TextEdit::singleline(&mut self.filter)
            .hint_text(text().kinds_filter())
            .desired_width(f32::INFINITY);
        ui.add(search).accessible_name(text().kinds_filter());
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
                &text().kinds_none(),
                &text().kinds_none_hint(),
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
                    group = choice.group.as_str();
                    ui.add_space(6.0);
                    ui.label(RichText::new(group).small().color(context.colours.faint_text));
                }
                kind_row(context, requests, ui, choice, current);
            }
        });
    }
}

fn kind_row(
    context: &Context,
    requests: &mut Requests,
    ui: &mut Ui,
    choice: &Choice,
    current: Option<&Placing>,
) {
    let mut place = |placing: Placing| {
        requests.push(Request::UseTool(Tool::Place(PlaceTool::new(placing))));
    };
    let is_current = |placing: &Placing| current == Some(placing);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        let forms_width = (FORM_BUTTON + 2.0) * choice.other_forms.len() as f32;
        let title = choice.placing.title();
        let emphasis = if is_current(&choice.placing) {
            Emphasis::Selected
        } else {
            Emphasis::Normal
        };
        let width = (ui.available_width() - forms_width).max(60.0);
        let symbol = (choice.icon(), choice.colour);
        let response = list_row_in(ui, width, context.colours, symbol, &title, "", emphasis);
        let clicked = response.clicked();
        response.on_hover_text(&choice.doc);
        if clicked {
            place(choice.placing.clone());
        }
        for form in &choice.other_forms {
            let placing = choice.in_form(*form);
            let form_name = model::form_name(*form);
            let label = text().kinds_as(title.as_str(), form_name.as_str());
            let ink = if is_current(&placing) {
                context.colours.selected
            } else {
                context.colours.faint_text
            };
            let icon = form_icon(*form).rich_text().size(14.0).color(ink);
            let button = egui::Button::new(icon).frame_when_inactive(false);
            let tooltip = text().kinds_draw_as(title.to_lowercase(), form_name);
            if ui
                .add_sized([FORM_BUTTON, theme::ROW_HEIGHT], button)
                .accessible_name(label)
                .on_hover_text(tooltip)
                .clicked()
            {
                place(placing);
            }
        }
    });
}

//! All colours, sizes and spacing of the editor, light and dark.
//!
//! *Not* responsible for: colours of materials and kinds, which come from the generator and the schema.

use egui::{
    Color32, Context, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, TextStyle, Theme, Vec2,
    Visuals,
};
use shared::attribute::Rgb;
use shared::issue::Severity;

use crate::text::text;

/// Space between a panel's edge and its contents, in points.
pub const PANEL_MARGIN: i8 = 10;
/// Height of a row in lists, in points.
pub const ROW_HEIGHT: f32 = 24.0;
/// Side of a marker's symbol on the map, in points.
pub const SYMBOL_SIZE: f32 = 18.0;
/// How near a click must be to hit something on the map, in points.
pub const PICK_DISTANCE: f32 = 9.0;
/// Side of a corner handle, in points.
pub const HANDLE_SIZE: f32 = 8.0;

/// Symbol colour of portals, which have no kind that could declare one.
pub const PORTAL: Color32 = Color32::from_rgb(0xb0, 0x8c, 0xff);

/// Lifts toasts from panels of the same colour.
pub const TOAST_SHADOW: Shadow = Shadow {
    offset: [0, 2],
    blur: 12,
    spread: 0,
    color: Color32::from_black_alpha(90),
};

/// East and west.
pub const AXIS_X: Color32 = Color32::from_rgb(0xf0, 0x5a, 0x4e);
/// North and south.
pub const AXIS_Y: Color32 = Color32::from_rgb(0x6f, 0xc4, 0x4a);
/// Up and down.
pub const AXIS_Z: Color32 = Color32::from_rgb(0x4f, 0x9d, 0xf2);

/// Colours that egui's own style has no name for.
#[derive(Clone, Copy, Debug)]
pub struct Palette {
    /// Selection, focus and the one thing to press next.
    pub accent: Color32,
    /// Text and symbols on `accent`.
    pub on_accent: Color32,
    /// Selected records on the map; stands out from terrain and sea.
    pub selected: Color32,
    /// Text that is there when needed.
    pub faint_text: Color32,
    /// Severity error.
    pub error: Color32,
    /// Severity warning.
    pub warning: Color32,
    /// Severity info.
    pub info: Color32,
    /// Finished, saved.
    pub good: Color32,
    /// Behind the map, where no island is.
    pub map_background: Color32,
    /// The sea on the chart.
    pub chart_sea: Color32,
    /// Sea lanes.
    pub lane: Color32,
    /// Box of the island on the map.
    pub map_frame: Color32,
    /// Lines of the grid.
    pub grid: Color32,
    /// Plates behind map labels.
    pub label_plate: Color32,
    /// Behind several lines on the map.
    pub legend_plate: Color32,
    /// Text on map labels.
    pub label_text: Color32,
    /// Outline of symbols, so that they stand on any ground.
    pub symbol_outline: Color32,
    /// Laid over a picture that is older than the map.
    pub stale_veil: Color32,
    /// Horizon of the 3D view.
    pub sky: Color32,
    /// Sea around the island in the 3D view.
    pub sea: Color32,
}

const DARK: Palette = Palette {
    accent: Color32::from_rgb(0x3a, 0xa8, 0x9a),
    on_accent: Color32::from_rgb(0x06, 0x1d, 0x1a),
    selected: Color32::from_rgb(0xff, 0xc8, 0x4a),
    faint_text: Color32::from_rgb(0x8d, 0x98, 0xa5),
    error: Color32::from_rgb(0xff, 0x7a, 0x70),
    warning: Color32::from_rgb(0xf2, 0xb8, 0x4b),
    info: Color32::from_rgb(0x6c, 0xb4, 0xee),
    good: Color32::from_rgb(0x6c, 0xc7, 0x8a),
    map_background: Color32::from_rgb(0x12, 0x1a, 0x22),
    chart_sea: Color32::from_rgb(0x1f, 0x4c, 0x6c),
    lane: Color32::from_rgb(0xf0, 0xe2, 0xb0),
    map_frame: Color32::from_rgb(0x4a, 0x5a, 0x6a),
    grid: Color32::from_rgba_premultiplied(0x1c, 0x1c, 0x1c, 0x1c),
    label_plate: Color32::from_rgba_premultiplied(0x0c, 0x10, 0x14, 0xc8),
    legend_plate: Color32::from_rgba_premultiplied(0x10, 0x15, 0x1a, 0xf0),
    label_text: Color32::from_rgb(0xf4, 0xf6, 0xf8),
    symbol_outline: Color32::from_rgb(0x10, 0x16, 0x1c),
    stale_veil: Color32::from_rgba_premultiplied(0x10, 0x16, 0x1c, 0x50),
    sky: Color32::from_rgb(0x9f, 0xb8, 0xcc),
    sea: Color32::from_rgb(0x2c, 0x6a, 0x8e),
};

const LIGHT: Palette = Palette {
    accent: Color32::from_rgb(0x14, 0x78, 0x6d),
    on_accent: Color32::from_rgb(0xff, 0xff, 0xff),
    selected: Color32::from_rgb(0xff, 0xc0, 0x2e),
    faint_text: Color32::from_rgb(0x5e, 0x69, 0x76),
    error: Color32::from_rgb(0xb8, 0x26, 0x1d),
    warning: Color32::from_rgb(0x96, 0x62, 0x00),
    info: Color32::from_rgb(0x1c, 0x66, 0xa8),
    good: Color32::from_rgb(0x1f, 0x7a, 0x43),
    map_background: Color32::from_rgb(0xc9, 0xd4, 0xdd),
    chart_sea: Color32::from_rgb(0x6f, 0x9d, 0xb8),
    map_frame: Color32::from_rgb(0x8a, 0x98, 0xa6),
    grid: Color32::from_rgba_premultiplied(0x00, 0x00, 0x00, 0x24),
    stale_veil: Color32::from_rgba_premultiplied(0x60, 0x68, 0x70, 0x70),
    sky: Color32::from_rgb(0xc6, 0xda, 0xe8),
    sea: Color32::from_rgb(0x4a, 0x8c, 0xb0),
    ..DARK
};

/// Signs in colours that people with red-green blindness tell apart, after Okabe and Ito's "Color Universal
/// Design" (2008): vermilion, orange, sky blue, and blue instead of green.
const DARK_RED_GREEN: Palette = Palette {
    accent: Color32::from_rgb(0x56, 0xb4, 0xe9),
    selected: Color32::from_rgb(0xf0, 0xe4, 0x42),
    error: Color32::from_rgb(0xff, 0x8a, 0x3d),
    warning: Color32::from_rgb(0xf0, 0xe4, 0x42),
    info: Color32::from_rgb(0xb4, 0xc4, 0xd4),
    good: Color32::from_rgb(0x56, 0xb4, 0xe9),
    ..DARK
};

const LIGHT_RED_GREEN: Palette = Palette {
    accent: Color32::from_rgb(0x00, 0x5f, 0x9e),
    selected: Color32::from_rgb(0xf0, 0xe4, 0x42),
    error: Color32::from_rgb(0xb0, 0x48, 0x00),
    warning: Color32::from_rgb(0x7a, 0x66, 0x00),
    info: Color32::from_rgb(0x4a, 0x5a, 0x6a),
    good: Color32::from_rgb(0x00, 0x5f, 0x9e),
    ..LIGHT
};

/// The same for blue-yellow blindness: reds and greens carry the difference, lightness the rest.
const DARK_BLUE_YELLOW: Palette = Palette {
    accent: Color32::from_rgb(0x2f, 0xb8, 0x8a),
    selected: Color32::from_rgb(0xff, 0x9e, 0xd0),
    error: Color32::from_rgb(0xff, 0x6b, 0x6b),
    warning: Color32::from_rgb(0xff, 0xb3, 0xb3),
    info: Color32::from_rgb(0xc4, 0xcc, 0xd4),
    good: Color32::from_rgb(0x2f, 0xb8, 0x8a),
    ..DARK
};

const LIGHT_BLUE_YELLOW: Palette = Palette {
    accent: Color32::from_rgb(0x00, 0x72, 0x55),
    selected: Color32::from_rgb(0xff, 0x6f, 0xb5),
    error: Color32::from_rgb(0xb0, 0x10, 0x20),
    warning: Color32::from_rgb(0x9a, 0x4a, 0x55),
    info: Color32::from_rgb(0x4a, 0x55, 0x5f),
    good: Color32::from_rgb(0x00, 0x72, 0x55),
    ..LIGHT
};

/// Which colours signs and selection have, for eyes that tell colours apart differently. Shapes never
/// depend on it: every sign has a symbol of its own, too.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
pub enum ColourScheme {
    /// As made.
    #[default]
    Standard,
    /// For protanopia and deuteranopia.
    RedGreen,
    /// For tritanopia.
    BlueYellow,
}

impl ColourScheme {
    /// All schemes.
    pub const ALL: [Self; 3] = [Self::Standard, Self::RedGreen, Self::BlueYellow];

    /// What it is called.
    pub fn title(self) -> String {
        match self {
            Self::Standard => text().scheme_standard(),
            Self::RedGreen => text().scheme_red_green(),
            Self::BlueYellow => text().scheme_blue_yellow(),
        }
    }

    /// Makes it the scheme in force.
    pub fn install(self, context: &Context) {
        context.data_mut(|data| data.insert_temp(scheme_place(), self));
        for theme in [Theme::Dark, Theme::Light] {
            let palette = self.palette(theme);
            context.style_mut_of(theme, |style| {
                style.visuals = common_visuals(style.visuals.clone(), palette);
            });
        }
    }

    fn palette(self, theme: Theme) -> &'static Palette {
        match (self, theme) {
            (Self::Standard, Theme::Dark) => &DARK,
            (Self::Standard, Theme::Light) => &LIGHT,
            (Self::RedGreen, Theme::Dark) => &DARK_RED_GREEN,
            (Self::RedGreen, Theme::Light) => &LIGHT_RED_GREEN,
            (Self::BlueYellow, Theme::Dark) => &DARK_BLUE_YELLOW,
            (Self::BlueYellow, Theme::Light) => &LIGHT_BLUE_YELLOW,
        }
    }
}

fn scheme_place() -> egui::Id {
    egui::Id::unique("colour scheme")
}

/// The colours of the theme and scheme in force.
pub fn palette(context: &Context) -> &'static Palette {
    let scheme: ColourScheme = context
        .data(|data| data.get_temp(scheme_place()))
        .unwrap_or_default();
    scheme.palette(context.theme())
}

impl Palette {
    /// The colour of a severity.
    pub fn severity(&self, severity: Severity) -> Color32 {
        match severity {
            Severity::Error => self.error,
            Severity::Warning => self.warning,
            Severity::Info => self.info,
        }
    }
}

/// A schema colour for the screen.
pub fn colour(rgb: Rgb) -> Color32 {
    Color32::from_rgb(rgb.r, rgb.g, rgb.b)
}

/// The colour of a kind that declares none: a steady hue from its name.
pub fn kind_colour(declared: Option<Rgb>, name: &str) -> Color32 {
    declared.map_or_else(
        || {
            let hash = xxhash_rust::xxh3::xxh3_64(name.as_bytes());
            egui::ecolor::Hsva::new((hash % 360) as f32 / 360.0, 0.55, 0.9, 1.0).into()
        },
        colour,
    )
}

/// A colour as it is drawn on a panel: lighter or darker where it would be lost.
pub fn readable(colour: Color32, visuals: &Visuals) -> Color32 {
    const NEEDED: f32 = 70.0;
    let (ground, mut shown) = (luma(visuals.panel_fill), colour);
    let to = if visuals.dark_mode {
        Color32::WHITE
    } else {
        Color32::BLACK
    };
    for _step in 0..8 {
        if (luma(shown) - ground).abs() >= NEEDED {
            break;
        }
        shown = shown.lerp_to_gamma(to, 0.15);
    }
    shown
}

/// How bright a colour is, 0 to 255 (ITU-R BT.601).
fn luma(colour: Color32) -> f32 {
    0.299 * f32::from(colour.r()) + 0.587 * f32::from(colour.g()) + 0.114 * f32::from(colour.b())
}

/// Black or white, whichever reads better on this ground.
pub fn ink_on(ground: Color32) -> Color32 {
    if luma(ground) > 140.0 {
        Color32::from_rgb(0x10, 0x16, 0x1c)
    } else {
        Color32::WHITE
    }
}

/// Installs fonts and styles. Call once.
pub fn install(context: &Context) {
    egui_material_icons::initialize(context);
    for theme in [Theme::Dark, Theme::Light] {
        context.style_mut_of(theme, |style| {
            let (visuals, palette) = match theme {
                Theme::Dark => (dark_visuals(), &DARK),
                Theme::Light => (light_visuals(), &LIGHT),
            };
            style.visuals = common_visuals(visuals, palette);
            style.spacing.item_spacing = Vec2::new(8.0, 6.0);
            style.spacing.button_padding = Vec2::new(8.0, 4.0);
            style.spacing.interact_size = Vec2::new(40.0, 24.0);
            style.spacing.menu_margin = Margin::same(6);
            style.spacing.window_margin = Margin::same(14);
            style.spacing.scroll = egui::style::ScrollStyle::thin();
            let font = |size| FontId::new(size, FontFamily::Proportional);
            style.text_styles.insert(TextStyle::Heading, font(17.0));
            style.text_styles.insert(TextStyle::Body, font(13.5));
            style.text_styles.insert(TextStyle::Button, font(13.5));
            style.text_styles.insert(TextStyle::Small, font(11.5));
            style
                .text_styles
                .insert(TextStyle::Monospace, FontId::new(12.5, FontFamily::Monospace));
            style.interaction.tooltip_delay = 0.35;
        });
    }
}

fn dark_visuals() -> Visuals {
    let mut visuals = Visuals::dark();
    visuals.panel_fill = Color32::from_rgb(0x1d, 0x23, 0x2a);
    visuals.window_fill = Color32::from_rgb(0x22, 0x29, 0x31);
    visuals.extreme_bg_color = Color32::from_rgb(0x14, 0x19, 0x1f);
    visuals.faint_bg_color = Color32::from_rgb(0x22, 0x29, 0x31);
    visuals.window_stroke = Stroke::new(1.0, Color32::from_rgb(0x38, 0x43, 0x4e));
    let widgets = &mut visuals.widgets;
    widgets.noninteractive.bg_stroke = Stroke::new(1.0, Color32::from_rgb(0x2e, 0x37, 0x40));
    widgets.noninteractive.fg_stroke = Stroke::new(1.0, Color32::from_rgb(0xd0, 0xd7, 0xde));
    widgets.inactive.bg_fill = Color32::from_rgb(0x2d, 0x36, 0x3f);
    widgets.inactive.weak_bg_fill = Color32::from_rgb(0x2a, 0x32, 0x3b);
    widgets.inactive.fg_stroke = Stroke::new(1.0, Color32::from_rgb(0xd9, 0xdf, 0xe5));
    // Title bars of windows, and what a menu was opened from.
    widgets.open.weak_bg_fill = Color32::from_rgb(0x2a, 0x32, 0x3b);
    widgets.open.bg_fill = Color32::from_rgb(0x2d, 0x36, 0x3f);
    widgets.hovered.bg_fill = Color32::from_rgb(0x3a, 0x45, 0x50);
    widgets.hovered.weak_bg_fill = Color32::from_rgb(0x36, 0x40, 0x4b);
    widgets.active.bg_fill = Color32::from_rgb(0x46, 0x53, 0x60);
    widgets.active.weak_bg_fill = Color32::from_rgb(0x40, 0x4c, 0x58);
    visuals
}

fn light_visuals() -> Visuals {
    let mut visuals = Visuals::light();
    visuals.panel_fill = Color32::from_rgb(0xf3, 0xf5, 0xf7);
    visuals.window_fill = Color32::from_rgb(0xfb, 0xfc, 0xfd);
    visuals.extreme_bg_color = Color32::WHITE;
    visuals.faint_bg_color = Color32::from_rgb(0xea, 0xee, 0xf1);
    visuals.window_stroke = Stroke::new(1.0, Color32::from_rgb(0xc4, 0xcd, 0xd5));
    let widgets = &mut visuals.widgets;
    widgets.noninteractive.bg_stroke = Stroke::new(1.0, Color32::from_rgb(0xd3, 0xda, 0xe0));
    widgets.noninteractive.fg_stroke = Stroke::new(1.0, Color32::from_rgb(0x26, 0x2e, 0x36));
    widgets.inactive.bg_fill = Color32::from_rgb(0xde, 0xe4, 0xe9);
    widgets.inactive.weak_bg_fill = Color32::from_rgb(0xe2, 0xe7, 0xec);
    widgets.inactive.fg_stroke = Stroke::new(1.0, Color32::from_rgb(0x26, 0x2e, 0x36));
    widgets.open.weak_bg_fill = Color32::from_rgb(0xe8, 0xec, 0xf0);
    widgets.open.bg_fill = Color32::from_rgb(0xde, 0xe4, 0xe9);
    visuals
}

fn common_visuals(mut visuals: Visuals, palette: &Palette) -> Visuals {
    let radius = CornerRadius::same(5);
    for widget in [
        &mut visuals.widgets.noninteractive,
        &mut visuals.widgets.inactive,
        &mut visuals.widgets.hovered,
        &mut visuals.widgets.active,
        &mut visuals.widgets.open,
    ] {
        widget.corner_radius = radius;
        widget.expansion = 0.0;
    }
    visuals.widgets.hovered.bg_stroke = Stroke::new(1.0, palette.accent.gamma_multiply(0.6));
    visuals.widgets.active.bg_stroke = Stroke::new(1.0, palette.accent);
    visuals.selection.bg_fill = palette.accent.gamma_multiply(0.45);
    visuals.selection.stroke = Stroke::new(1.0, visuals.widgets.noninteractive.fg_stroke.color);
    visuals.hyperlink_color = palette.accent;
    visuals.warn_fg_color = palette.warning;
    visuals.error_fg_color = palette.error;
    visuals.window_corner_radius = CornerRadius::same(8);
    visuals.menu_corner_radius = CornerRadius::same(6);
    visuals.indent_has_left_vline = false;
    visuals
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_of_a_kind_stands_out_from_the_panel() {
        for visuals in [dark_visuals(), light_visuals()] {
            for kind in worldgen::marker::schema().markers.values() {
                let shown = readable(kind.colour.map_or(Color32::GRAY, colour), &visuals);
                assert!(
                    (luma(shown) - luma(visuals.panel_fill)).abs() >= 60.0,
                    "{shown:?}"
                );
            }
        }
        let visuals = dark_visuals();
        assert_eq!(readable(Color32::YELLOW, &visuals), Color32::YELLOW);
    }
}

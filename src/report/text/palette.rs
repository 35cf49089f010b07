//! Colours by meaning.

use anstyle::{AnsiColor, Style};

/// The style of each kind of word.
///
/// The codes are written into the text: take [`Palette::COLOR`] only for a terminal that wants
/// them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Palette {
    /// What is lost or cannot be pulled.
    pub error: Style,
    /// What somebody should look at.
    pub warning: Style,
    /// What is as it should be.
    pub good: Style,
    /// What sections begin with.
    pub heading: Style,
    /// What may be passed over.
    pub quiet: Style,
}

impl Palette {
    /// No codes at all.
    pub const PLAIN: Self = Self {
        error: Style::new(),
        warning: Style::new(),
        good: Style::new(),
        heading: Style::new(),
        quiet: Style::new(),
    };

    /// The sixteen colours that every terminal has and its owner has chosen.
    pub const COLOR: Self = Self {
        error: AnsiColor::Red.on_default().bold(),
        warning: AnsiColor::Yellow.on_default(),
        good: AnsiColor::Green.on_default(),
        heading: Style::new().bold(),
        quiet: Style::new().dimmed(),
    };
}

/// The text in this style.
pub(crate) fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

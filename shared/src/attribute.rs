//! Attributes: typed key/value pairs of markers, POIs, entities and portals.
//!
//! Values are parsed once, at the border, into the type that the schema asks for. A value that the schema
//! does not know, or that has the wrong type, is kept as it was written and reported as an issue, so that
//! nothing a designer typed is lost by a save.

use std::collections::BTreeMap;
use std::fmt;

use crate::ids::Id;

/// Attributes of one record, in canonical (alphabetic) order.
pub type Attributes = BTreeMap<String, AttributeValue>;

/// A value of an attribute.
#[derive(Clone, PartialEq, Debug)]
pub enum AttributeValue {
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number; never NaN or infinite once it passed the border.
    Number(f64),
    /// Free text.
    Text(String),
    /// One of the options that the schema lists.
    Choice(String),
    /// An sRGB colour.
    Colour(Rgb),
    /// The id of another record; the schema says of which kind.
    Reference(Id),
    /// Several values of one type.
    List(Vec<AttributeValue>),
}

/// An sRGB colour, written `"#rrggbb"`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Rgb {
    /// Red, 0 to 255.
    pub r: u8,
    /// Green, 0 to 255.
    pub g: u8,
    /// Blue, 0 to 255.
    pub b: u8,
}

impl Rgb {
    /// Reads `"#rrggbb"`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let hex = text
            .strip_prefix('#')
            .filter(|hex| hex.len() == 6 && hex.is_ascii())?;
        let channel = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).ok();
        hex.bytes().all(|c| c.is_ascii_hexdigit()).then(|| {
            Some(Self {
                r: channel(0)?,
                g: channel(2)?,
                b: channel(4)?,
            })
        })?
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.r, self.g, self.b)
    }
}

impl AttributeValue {
    /// The name of this value's type in words a designer reads in a message.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Bool(_) => "a bool",
            Self::Integer(_) => "an integer",
            Self::Number(_) => "a number",
            Self::Text(_) | Self::Choice(_) => "a text",
            Self::Colour(_) => "a colour",
            Self::Reference(_) => "a reference",
            Self::List(_) => "a list",
        }
    }

    /// The value as a number; integers convert.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Integer(integer) => Some(*integer as f64),
            _ => None,
        }
    }

    /// The value as text: free text, the chosen option, or the canonical form of a colour or reference.
    pub fn as_text(&self) -> Option<String> {
        match self {
            Self::Text(text) | Self::Choice(text) => Some(text.clone()),
            Self::Colour(colour) => Some(colour.to_string()),
            Self::Reference(id) => Some(id.to_string()),
            _ => None,
        }
    }
}

/// The value as the map format writes it, which is also how messages and the inspector show it.
impl fmt::Display for AttributeValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => write!(f, "{value}"),
            Self::Integer(value) => write!(f, "{value}"),
            // Debug prints the shortest text that reads back to the same bits, always with a point.
            Self::Number(value) => write!(f, "{value:?}"),
            Self::Text(text) | Self::Choice(text) => write_text(f, text),
            Self::Colour(colour) => write!(f, "\"{colour}\""),
            Self::Reference(id) => write!(f, "\"{id}\""),
            Self::List(values) => {
                f.write_str("[")?;
                for (position, value) in values.iter().enumerate() {
                    let separator = if position > 0 { ", " } else { "" };
                    write!(f, "{separator}{value}")?;
                }
                f.write_str("]")
            }
        }
    }
}

/// Writes a RON string literal: quotes, backslashes and control characters escaped, the rest as it is.
pub(crate) fn write_text(f: &mut impl fmt::Write, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            c if c.is_control() => write!(f, "\\u{{{:x}}}", u32::from(c))?,
            c => f.write_char(c)?,
        }
    }
    f.write_char('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_six_hex_digits() {
        assert_eq!(
            Rgb::parse("#0a7fFF"),
            Some(Rgb {
                r: 10,
                g: 127,
                b: 255
            })
        );
        for text in [
            "", "#", "0a7fff", "#0a7ff", "#0a7fffa", "#0a7ffg", "#+1+2+3", "#ÄÄÄ",
        ] {
            assert_eq!(Rgb::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn values_print_as_the_format_writes_them() {
        let value = AttributeValue::List(vec![
            AttributeValue::Number(60.0),
            AttributeValue::Text("a\"\n".into()),
        ]);
        assert_eq!(value.to_string(), r#"[60.0, "a\"\n"]"#);
    }
}

//! Splits RON text into members, one level at a time, without understanding values.
//!
//! This is what lets a reader go on after a broken record and find the line of any field later. It knows
//! strings, comments and brackets, and nothing else of RON.

use std::ops::Range;

/// Brackets nested deeper than this are refused: maps need 6.
pub(super) const MAX_DEPTH: usize = 32;

/// One member of a group: `value` or `key: value`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Member {
    /// Bytes of the key, without quotes.
    pub(super) key: Option<Range<usize>>,
    /// Bytes of the value, without surrounding white space.
    pub(super) value: Range<usize>,
}

/// Where and why text cannot be split.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct ScanError {
    /// Byte offset in the whole text.
    pub(super) offset: usize,
    /// What is wrong, as a fragment.
    pub(super) message: String,
    /// Whether the text merely holds more members than allowed.
    pub(super) too_many: bool,
}

/// The members found up to the first error.
#[derive(Debug, Default)]
pub(super) struct Members {
    /// In the order of the text.
    pub(super) list: Vec<Member>,
    /// What stopped the scan early.
    pub(super) error: Option<ScanError>,
}

/// Splits the group that is `text[span]`: `Name( .. )`, `( .. )`, `[ .. ]` or `{ .. }`.
pub(super) fn members(text: &str, span: Range<usize>, max_count: usize) -> Members {
    let mut scan = Scan {
        text: text.as_bytes(),
        at: span.start,
        end: span.end,
    };
    let mut found = Members::default();
    if let Err(error) = scan.group(&mut found.list, max_count) {
        found.error = Some(error);
    }
    found
}

/// The first comment outside of strings, as a byte offset.
pub(super) fn first_comment(text: &str) -> Option<usize> {
    let mut scan = Scan {
        text: text.as_bytes(),
        at: 0,
        end: text.len(),
    };
    while let Some(c) = scan.peek() {
        match c {
            b'/' if matches!(scan.text.get(scan.at + 1), Some(b'/' | b'*')) => return Some(scan.at),
            b'"' | b'\'' => scan.quoted().ok()?,
            b'r' if scan.raw_string_hashes().is_some() && !scan.in_word() => scan.raw_string().ok()?,
            _ => scan.at += 1,
        }
    }
    None
}

struct Scan<'a> {
    text: &'a [u8],
    at: usize,
    end: usize,
}

impl Scan<'_> {
    fn peek(&self) -> Option<u8> {
        if self.at < self.end {
            self.text.get(self.at).copied()
        } else {
            None
        }
    }

    fn error(&self, offset: usize, message: impl Into<String>) -> ScanError {
        ScanError {
            offset: offset.min(self.text.len()),
            message: message.into(),
            too_many: false,
        }
    }

    /// Whether the byte before the current one belongs to a word, so that `r"` does not open a raw string.
    fn in_word(&self) -> bool {
        self.at > 0 && is_word(self.text[self.at - 1])
    }

    fn group(&mut self, found: &mut Vec<Member>, max_count: usize) -> Result<(), ScanError> {
        self.space()?;
        while self.peek().is_some_and(is_word) {
            self.at += 1;
        }
        self.space()?;
        let open_at = self.at;
        let close = match self.peek() {
            Some(b'(') => b')',
            Some(b'[') => b']',
            Some(b'{') => b'}',
            _ => return Err(self.error(open_at, "expected an opening bracket")),
        };
        self.at += 1;
        loop {
            self.space()?;
            match self.peek() {
                None => return Err(self.error(open_at, "this bracket is never closed")),
                Some(c) if c == close => {
                    self.at += 1;
                    return Ok(());
                }
                Some(_) if found.len() == max_count => {
                    let mut error = self.error(self.at, format!("more than {max_count} entries"));
                    error.too_many = true;
                    return Err(error);
                }
                Some(_) => {}
            }
            found.push(self.member(close)?);
            self.space()?;
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(c) if c == close => {}
                None => return Err(self.error(open_at, "this bracket is never closed")),
                Some(_) => return Err(self.error(self.at, "expected a comma or a closing bracket")),
            }
        }
    }

    fn member(&mut self, close: u8) -> Result<Member, ScanError> {
        let start = self.at;
        let first_end = self.value(close)?;
        self.space()?;
        if self.peek() != Some(b':') {
            return Ok(Member {
                key: None,
                value: start..first_end,
            });
        }
        self.at += 1;
        self.space()?;
        let value_start = self.at;
        let value_end = self.value(close)?;
        let quoted = first_end - start >= 2 && self.text[start] == b'"' && self.text[first_end - 1] == b'"';
        let key = if quoted {
            start + 1..first_end - 1
        } else {
            start..first_end
        };
        Ok(Member {
            key: Some(key),
            value: value_start..value_end,
        })
    }

    /// Skips one value and returns where it ends; stops before `,`, `:` or the group's closing bracket.
    fn value(&mut self, close: u8) -> Result<usize, ScanError> {
        let start = self.at;
        let mut open: Vec<(usize, u8)> = Vec::new();
        let mut end = self.at;
        while let Some(c) = self.peek() {
            match c {
                b',' | b':' if open.is_empty() => break,
                b')' | b']' | b'}' => match open.pop() {
                    None if c == close => break,
                    Some((_, expected)) if expected == c => self.at += 1,
                    Some((at, _)) => return Err(self.error(at, "this bracket is closed by another kind")),
                    None => return Err(self.error(self.at, "a closing bracket without an opening one")),
                },
                b'(' | b'[' | b'{' => {
                    if open.len() >= MAX_DEPTH {
                        return Err(self.error(self.at, format!("brackets nested deeper than {MAX_DEPTH}")));
                    }
                    let expected = if c == b'(' { b')' } else { c + 2 };
                    open.push((self.at, expected));
                    self.at += 1;
                }
                b'"' | b'\'' => self.quoted()?,
                b'r' if !self.in_word() && self.raw_string_hashes().is_some() => self.raw_string()?,
                b'/' if matches!(self.text.get(self.at + 1), Some(b'/' | b'*')) => {
                    self.space()?;
                    continue;
                }
                c if c.is_ascii_whitespace() => {
                    self.space()?;
                    continue;
                }
                _ => self.at += 1,
            }
            end = self.at;
        }
        if let Some((at, _)) = open.first() {
            return Err(self.error(*at, "this bracket is never closed"));
        }
        if end == start {
            return Err(self.error(start, "expected a value"));
        }
        Ok(end)
    }

    fn space(&mut self) -> Result<(), ScanError> {
        loop {
            match (self.peek(), self.text.get(self.at + 1)) {
                (Some(c), _) if c.is_ascii_whitespace() => self.at += 1,
                (Some(b'/'), Some(b'/')) => {
                    while self.peek().is_some_and(|c| c != b'\n') {
                        self.at += 1;
                    }
                }
                (Some(b'/'), Some(b'*')) => self.block_comment()?,
                _ => return Ok(()),
            }
        }
    }

    fn block_comment(&mut self) -> Result<(), ScanError> {
        let (start, mut depth) = (self.at, 0_usize);
        loop {
            match (self.peek(), self.text.get(self.at + 1)) {
                (Some(b'/'), Some(b'*')) => {
                    depth += 1;
                    self.at += 2;
                }
                (Some(b'*'), Some(b'/')) => {
                    depth -= 1;
                    self.at += 2;
                    if depth == 0 {
                        return Ok(());
                    }
                }
                (Some(_), _) => self.at += 1,
                (None, _) => return Err(self.error(start, "this comment is never closed")),
            }
        }
    }

    fn quoted(&mut self) -> Result<(), ScanError> {
        let (start, quote) = (self.at, self.text[self.at]);
        self.at += 1;
        while let Some(c) = self.peek() {
            self.at += if c == b'\\' { 2 } else { 1 };
            if c == quote {
                return Ok(());
            }
        }
        Err(self.error(start, "this quote is never closed"))
    }

    fn raw_string_hashes(&self) -> Option<usize> {
        let rest = self.text.get(self.at + 1..self.end)?;
        let hashes = rest.iter().take_while(|c| **c == b'#').count();
        (rest.get(hashes) == Some(&b'"')).then_some(hashes)
    }

    fn raw_string(&mut self) -> Result<(), ScanError> {
        let start = self.at;
        let hashes = self.raw_string_hashes().unwrap_or(0);
        self.at += 2 + hashes;
        while let Some(c) = self.peek() {
            self.at += 1;
            let closing = &self.text[self.at.min(self.end)..self.end];
            if c == b'"' && closing.iter().take(hashes).filter(|c| **c == b'#').count() == hashes {
                self.at += hashes;
                return Ok(());
            }
        }
        Err(self.error(start, "this quote is never closed"))
    }
}

fn is_word(c: u8) -> bool {
    c.is_ascii_alphanumeric() || c == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<String> {
        let found = members(text, 0..text.len(), 100);
        let mut shown: Vec<_> = found
            .list
            .iter()
            .map(|member| match &member.key {
                Some(key) => format!("{} = {}", &text[key.clone()], &text[member.value.clone()]),
                None => text[member.value.clone()].to_owned(),
            })
            .collect();
        shown.extend(
            found
                .error
                .map(|error| format!("{}: {}", error.offset, error.message)),
        );
        shown
    }

    #[test]
    fn members_are_split_at_the_top_level_only() {
        assert_eq!(
            split("Marker(id: \"a,)\", at: (1, 2), /* x */ list: [1, [2]],)"),
            ["id = \"a,)\"", "at = (1, 2)", "list = [1, [2]]"]
        );
        assert_eq!(
            split("{\"a b\": r#\"x\"y\"#, \"c\": 'q'}"),
            ["a b = r#\"x\"y\"#", "c = 'q'"]
        );
        assert_eq!(split("[ // nothing\n]"), Vec::<String>::new());
    }

    #[test]
    fn errors_say_where_and_keep_what_came_before() {
        assert_eq!(
            split("(a: 1, b: (2"),
            ["a = 1", "10: this bracket is never closed"]
        );
        assert_eq!(
            split("(a: 1 b: 2)"),
            ["a = 1 b", "7: expected a comma or a closing bracket"]
        );
        assert_eq!(split("(a: [1)]"), ["4: this bracket is closed by another kind"]);
        assert_eq!(split("(\"a"), ["1: this quote is never closed"]);
        assert_eq!(split("(a: 1, /* x"), ["a = 1", "7: this comment is never closed"]);
        assert_eq!(split("7"), ["1: expected an opening bracket"]);
    }

    #[test]
    fn hostile_text_ends_quickly() {
        let deep = "[".repeat(1 << 20);
        assert!(
            members(&deep, 0..deep.len(), 100)
                .error
                .unwrap()
                .message
                .contains("deeper")
        );
        let wide = format!("[{}]", "1,".repeat(1 << 20));
        assert!(members(&wide, 0..wide.len(), 100).error.unwrap().too_many);
    }

    #[test]
    fn comments_in_strings_are_text() {
        assert_eq!(first_comment("(a: \"// no\", b: r\"/* no */\")"), None);
        assert_eq!(first_comment("(a: 1) // yes"), Some(7));
    }
}

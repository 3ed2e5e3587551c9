//! Arithmetic in number fields: `12*3+1`, and changes of what is there: `+=5`, `*2`.
//!
//! Written here because the crates for it are either unmaintained (meval, fasteval), far larger than a
//! number field needs, or under the AGPL (evalexpr).
//!
//! *Not* responsible for: units, ranges, rounding.

/// Longest text that is looked at, in bytes.
const MAX_LENGTH: usize = 200;
/// Brackets and signs nest at most this deep.
const MAX_DEPTH: usize = 32;

/// What a number field's text asks for: `old * factor + offset`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Change {
    /// 0 where the old number does not matter.
    factor: f64,
    offset: f64,
}

impl Change {
    /// To this number, whatever was there.
    pub fn to(number: f64) -> Self {
        Self {
            factor: 0.0,
            offset: number,
        }
    }

    /// Reads a text; `None` when it is no arithmetic or comes to no finite number.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > MAX_LENGTH {
            return None;
        }
        // A sign alone makes a negative number, as people type it; `-=` takes away.
        let relative = ["+=", "-=", "*=", "/=", "*", "/"];
        let operator = relative.into_iter().find(|operator| text.starts_with(operator));
        let Some(operator) = operator else {
            return evaluate(text).map(Self::to);
        };
        let number = evaluate(text.get(operator.len()..)?)?;
        let change = match operator {
            "+=" => Self {
                factor: 1.0,
                offset: number,
            },
            "-=" => Self {
                factor: 1.0,
                offset: -number,
            },
            "*" | "*=" => Self {
                factor: number,
                offset: 0.0,
            },
            _ => Self {
                factor: 1.0 / number,
                offset: 0.0,
            },
        };
        (change.factor.is_finite() && change.offset.is_finite()).then_some(change)
    }

    /// The new number.
    pub fn apply(self, old: f64) -> f64 {
        if self.factor == 0.0 {
            self.offset
        } else {
            old * self.factor + self.offset
        }
    }
}

/// The value of an expression of numbers, `+ - * / % ^` and brackets.
fn evaluate(text: &str) -> Option<f64> {
    let mut reader = Reader {
        rest: text.trim_start(),
        depth: 0,
    };
    let value = reader.sum()?;
    (reader.rest.is_empty() && value.is_finite()).then_some(value)
}

/// What is left to read; white space is skipped after every piece.
struct Reader<'a> {
    rest: &'a str,
    depth: usize,
}

impl Reader<'_> {
    fn take(&mut self, piece: char) -> bool {
        match self.rest.strip_prefix(piece) {
            Some(rest) => {
                self.rest = rest.trim_start();
                true
            }
            None => false,
        }
    }

    fn sum(&mut self) -> Option<f64> {
        let mut value = self.product()?;
        loop {
            if self.take('+') {
                value += self.product()?;
            } else if self.take('-') {
                value -= self.product()?;
            } else {
                return Some(value);
            }
        }
    }

    fn product(&mut self) -> Option<f64> {
        let mut value = self.signed()?;
        loop {
            if self.take('*') {
                value *= self.signed()?;
            } else if self.take('/') {
                value /= self.signed()?;
            } else if self.take('%') {
                value %= self.signed()?;
            } else {
                return Some(value);
            }
        }
    }

    /// A sign binds less than a power: -2^2 is -4.
    fn signed(&mut self) -> Option<f64> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let value = if self.take('-') {
            -self.signed()?
        } else if self.take('+') {
            self.signed()?
        } else {
            let base = self.primary()?;
            if self.take('^') {
                base.powf(self.signed()?)
            } else {
                base
            }
        };
        self.depth -= 1;
        Some(value)
    }

    fn primary(&mut self) -> Option<f64> {
        if self.take('(') {
            let value = self.sum()?;
            return self.take(')').then_some(value);
        }
        if let Some(rest) = self.rest.strip_prefix("pi") {
            self.rest = rest.trim_start();
            return Some(std::f64::consts::PI);
        }
        let end = self
            .rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start();
        number.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn arithmetic_follows_the_usual_rules() {
        for (text, value) in [
            ("12*3+1", 37.0),
            ("1 + 2 * 3", 7.0),
            ("(1+2)*3", 9.0),
            ("-5", -5.0),
            ("+5", 5.0),
            ("--5", 5.0),
            ("2^3^2", 512.0),
            ("-2^2", -4.0),
            ("7 % 4", 3.0),
            ("10/4", 2.5),
            ("2*pi", std::f64::consts::TAU),
            (".5", 0.5),
        ] {
            assert_eq!(
                Change::parse(text).map(|change| change.apply(100.0)),
                Some(value),
                "{text}"
            );
        }
    }

    #[test]
    fn relative_texts_change_what_is_there() {
        for (text, value) in [
            ("+=5", 15.0),
            ("-= 2*3", 4.0),
            ("*2", 20.0),
            ("*=1/2", 5.0),
            ("/4", 2.5),
            ("*0", 0.0),
        ] {
            assert_eq!(
                Change::parse(text).map(|change| change.apply(10.0)),
                Some(value),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        let deep = "(".repeat(150);
        for text in [
            "", "x", "1+", "(1", "1)", "1 2", "1/0", "/0", "1e5000", "9^9^9^9", "1..2", "=3", &deep,
        ] {
            assert_eq!(Change::parse(text), None, "{text}");
        }
        assert_eq!(Change::parse(&"-".repeat(190)), None);
    }

    proptest! {
        #[test]
        fn any_text_is_a_finite_change_or_none(text in "[-0-9.+*/%^() pi=]{0,30}") {
            if let Some(change) = Change::parse(&text) {
                prop_assert!(change.factor.is_finite() && change.offset.is_finite());
            }
        }

        #[test]
        fn plain_numbers_read_back(number in -1e9_f64..1e9) {
            prop_assert_eq!(Change::parse(&format!("{number}")).map(|change| change.apply(1.0)), Some(number));
        }
    }
}

//! Lays text out in lines, as ocamlformat does: what fits on a line stays on one, else it is broken at
//! the breaks of the outermost group.

/// The width of a line.
pub const WIDTH: usize = 80;

/// A text that knows where it can be broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Text without a break.
    Text(String),
    /// A break: a space, or a new line when the group is broken.
    Space,
    /// One after the other.
    All(Vec<Layout>),
    /// Broken at all of its own breaks, or at none.
    Group(Box<Layout>),
    /// Lines that start within it are indented by so much more.
    Indent(usize, Box<Layout>),
    /// The first when the group around it is on one line, else the second.
    Either(&'static str, &'static str),
}

impl Layout {
    /// Text without a break.
    pub fn text(text: impl Into<String>) -> Layout {
        Layout::Text(text.into())
    }

    /// Broken at all of its breaks or at none.
    pub fn group(all: Vec<Layout>) -> Layout {
        Layout::Group(Box::new(Layout::All(all)))
    }

    /// With a deeper indentation.
    pub fn indent(by: usize, all: Vec<Layout>) -> Layout {
        Layout::Indent(by, Box::new(Layout::All(all)))
    }

    /// All on one line.
    pub fn flat(&self) -> String {
        let mut out = String::new();
        self.write_flat(&mut out);
        out
    }

    fn write_flat(&self, out: &mut String) {
        match self {
            Layout::Text(text) => out.push_str(text),
            Layout::Space => out.push(' '),
            Layout::All(all) => all.iter().for_each(|one| one.write_flat(out)),
            Layout::Group(inner) | Layout::Indent(_, inner) => inner.write_flat(out),
            Layout::Either(flat, _) => out.push_str(flat),
        }
    }

    /// In lines: `indent` is that of lines that start in it, `column` where it begins, and `after` how
    /// much stands behind it on its last line.
    pub fn lines(&self, width: usize, indent: usize, column: usize, after: usize) -> String {
        let mut writer = Writer {
            out: String::new(),
            width,
            column,
        };
        writer.write(self, indent, false, after);
        writer.out
    }
}

struct Writer {
    out: String,
    width: usize,
    column: usize,
}

impl Writer {
    fn text(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += width(text);
    }

    fn write(&mut self, layout: &Layout, indent: usize, broken: bool, after: usize) {
        match layout {
            Layout::Text(text) => self.text(text),
            Layout::Space if broken => {
                self.out.push('\n');
                self.out.extend(std::iter::repeat_n(' ', indent));
                self.column = indent;
            }
            Layout::Space => self.text(" "),
            Layout::Either(flat, split) => self.text(if broken { split } else { flat }),
            Layout::Indent(by, inner) => self.write(inner, indent + by, broken, after),
            Layout::Group(inner) => {
                let fits = self.column + width(&inner.flat()) + after <= self.width;
                self.write(inner, indent, !fits, after);
            }
            Layout::All(all) => {
                for (i, one) in all.iter().enumerate() {
                    self.write(one, indent, broken, following(&all[i + 1..], broken, after));
                }
            }
        }
    }
}

/// How much stands behind something until the next break: what has to fit on its line.
fn following(rest: &[Layout], broken: bool, after: usize) -> usize {
    let mut total = 0;
    for layout in rest {
        match layout {
            Layout::Space if broken => return total,
            other => total += width(&other.flat()),
        }
    }
    total + after
}

/// How wide a text is.
pub fn width(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_broken_everywhere_or_nowhere() {
        let short = Layout::group(vec![Layout::text("a ->"), Layout::Space, Layout::text("b")]);
        assert_eq!(short.lines(80, 2, 2, 0), "a -> b");
        assert_eq!(short.lines(80, 2, 75, 0), "a ->\n  b");
        assert_eq!(short.lines(80, 2, 70, 5), "a ->\n  b");
    }

    #[test]
    fn an_inner_group_stays_on_its_line() {
        let long = "x".repeat(70);
        let inner = Layout::group(vec![Layout::text("a *"), Layout::Space, Layout::text("b")]);
        let outer = Layout::group(vec![
            Layout::text(format!("{long} ->")),
            Layout::Space,
            inner,
        ]);
        assert_eq!(outer.lines(80, 2, 8, 0), format!("{long} ->\n  a * b"));
    }
}

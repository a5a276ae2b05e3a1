//! Rust documentation as odoc.
pub struct Comment {
    text: String,
}
impl Comment {
    pub fn new(doc: &str, _headings: bool) -> Comment {
        Comment {
            text: doc.trim().to_owned(),
        }
    }
    pub fn of_function(doc: &str, _raises: &[(String, String)]) -> Comment {
        Comment::new(doc, false)
    }
    pub fn one_line(&self) -> Option<String> {
        (!self.text.is_empty()).then(|| format!("(** {} *)", self.text))
    }
    pub fn text(&self, _width: usize) -> Option<String> {
        self.one_line()
    }
}

//! Writing XML: elements with attributes, text and children, escaped where they are put in.

use super::c14n::{escape_attribute, escape_text};

/// An element that is being made.
#[derive(Clone, Debug)]
pub(crate) struct Element {
    name: &'static str,
    attributes: String,
    content: String,
}

impl Element {
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, attributes: String::new(), content: String::new() }
    }

    pub(crate) fn attribute(mut self, name: &str, value: &str) -> Self {
        self.attributes.push(' ');
        self.attributes.push_str(name);
        self.attributes.push_str("=\"");
        escape_attribute(value, &mut self.attributes);
        self.attributes.push('"');
        self
    }

    pub(crate) fn optional(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.attribute(name, value),
            None => self,
        }
    }

    pub(crate) fn text(mut self, text: &str) -> Self {
        escape_text(text, &mut self.content);
        self
    }

    pub(crate) fn child(mut self, child: Element) -> Self {
        child.write(&mut self.content);
        self
    }

    pub(crate) fn children(self, children: impl IntoIterator<Item = Element>) -> Self {
        children.into_iter().fold(self, Self::child)
    }

    /// XML that was written before.
    pub(crate) fn raw(mut self, xml: &str) -> Self {
        self.content.push_str(xml);
        self
    }

    pub(crate) fn to_xml(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        let Self { name, attributes, content } = self;
        for part in ["<", name, attributes, ">", content, "</", name, ">"] {
            out.push_str(part);
        }
    }
}

//! Exclusive XML Canonicalization 1.0 (W3C Recommendation of 18 July 2002).

use roxmltree::{Attribute, Node, NodeId, NodeType};

/// How an element is written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Canonicalization<'a> {
    /// Whether comments are kept.
    pub(crate) comments: bool,
    /// `InclusiveNamespaces PrefixList`: prefixes to write where they are declared, used or not.
    /// The default namespace is the empty prefix.
    pub(crate) inclusive: Vec<&'a str>,
    /// The element to leave out.
    pub(crate) without: Option<NodeId>,
}

/// A namespace name that is a relative reference, for which canonical XML has no form (Canonical
/// XML 1.0, section 1.3).
#[derive(Debug, PartialEq)]
pub(crate) struct RelativeNamespace(pub(crate) String);

impl Canonicalization<'_> {
    /// An element and all that is in it, in canonical form.
    pub(crate) fn write(&self, apex: Node<'_, '_>) -> Result<String, RelativeNamespace> {
        let out = String::with_capacity(apex.range().len());
        let mut writer = Writer { options: self, out, rendered: Vec::new() };
        writer.node(apex)?;
        Ok(writer.out)
    }
}

struct Writer<'o, 'a> {
    options: &'o Canonicalization<'o>,
    out: String,
    /// The namespaces that the open elements of the output declare: prefix and name.
    rendered: Vec<(&'a str, &'a str)>,
}

impl<'a> Writer<'_, 'a> {
    fn node(&mut self, node: Node<'a, '_>) -> Result<(), RelativeNamespace> {
        match node.node_type() {
            NodeType::Element if self.options.without == Some(node.id()) => {}
            NodeType::Element => self.element(node)?,
            NodeType::Text => escape_text(node.text().unwrap_or_default(), &mut self.out),
            NodeType::Comment if self.options.comments => {
                self.out.push_str("<!--");
                self.out.push_str(&line_ends(node.text().unwrap_or_default()));
                self.out.push_str("-->");
            }
            NodeType::Comment | NodeType::Root => {}
            NodeType::PI => self.processing_instruction(node),
        }
        Ok(())
    }

    fn element(&mut self, node: Node<'a, '_>) -> Result<(), RelativeNamespace> {
        let name = qualified_name(node);
        let open = self.rendered.len();
        self.out.push('<');
        self.out.push_str(name);
        self.namespaces(node, name)?;
        self.attributes(node);
        self.out.push('>');
        for child in node.children() {
            self.node(child)?;
        }
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
        self.rendered.truncate(open);
        Ok(())
    }

    /// The declarations of the prefixes that the tag uses, and of the inclusive ones, unless the
    /// output has them in scope already.
    fn namespaces(&mut self, node: Node<'a, '_>, name: &'a str) -> Result<(), RelativeNamespace> {
        for namespace in node.namespaces() {
            let uri = namespace.uri();
            if !uri.is_empty() && !is_absolute(uri) {
                return Err(RelativeNamespace(uri.to_owned()));
            }
        }
        let mut prefixes: Vec<&str> = vec![prefix(name)];
        let attributes = node.attributes().map(|a| prefix(attribute_name(node, &a)));
        prefixes.extend(attributes.filter(|prefix| !prefix.is_empty()));
        prefixes.extend(&self.options.inclusive);
        prefixes.retain(|prefix| *prefix != "xml");
        prefixes.sort_unstable();
        prefixes.dedup();

        for wanted in prefixes {
            // By the parser's own slice of the prefix, which lives as long as the document.
            let declared = node.namespaces().find(|n| n.name().unwrap_or_default() == wanted);
            let (prefix, uri) = match declared {
                Some(namespace) => (namespace.name().unwrap_or_default(), namespace.uri()),
                None if wanted.is_empty() => ("", ""),
                None => continue,
            };
            let in_scope = self.rendered.iter().rev().find(|(rendered, _)| *rendered == prefix);
            if in_scope.map_or("", |(_, uri)| uri) == uri {
                continue;
            }
            self.out.push_str(if prefix.is_empty() { " xmlns" } else { " xmlns:" });
            self.out.push_str(prefix);
            self.value(uri);
            self.rendered.push((prefix, uri));
        }
        Ok(())
    }

    fn attributes(&mut self, node: Node<'a, '_>) {
        let mut attributes: Vec<Attribute<'_, '_>> = node.attributes().collect();
        attributes.sort_unstable_by_key(|a| (a.namespace().unwrap_or_default(), a.name()));
        for attribute in attributes {
            self.out.push(' ');
            self.out.push_str(attribute_name(node, &attribute));
            self.value(attribute.value());
        }
    }

    fn value(&mut self, value: &str) {
        self.out.push_str("=\"");
        escape_attribute(value, &mut self.out);
        self.out.push('"');
    }

    fn processing_instruction(&mut self, node: Node<'_, '_>) {
        if let Some(instruction) = node.pi() {
            self.out.push_str("<?");
            self.out.push_str(instruction.target);
            if let Some(value) = instruction.value {
                self.out.push(' ');
                self.out.push_str(&line_ends(value));
            }
            self.out.push_str("?>");
        }
    }
}

/// The name as the document has it, with its prefix, which the parsed tree does not keep.
fn qualified_name<'a>(node: Node<'a, '_>) -> &'a str {
    let tag = node.document().input_text().get(node.range().start + 1..).unwrap_or_default();
    let end = tag.find(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>');
    &tag[..end.unwrap_or(tag.len())]
}

fn attribute_name<'a>(node: Node<'a, '_>, attribute: &Attribute<'_, '_>) -> &'a str {
    node.document().input_text().get(attribute.range_qname()).unwrap_or_default()
}

fn prefix(name: &str) -> &str {
    name.split_once(':').map_or("", |(prefix, _)| prefix)
}

/// Whether a URI begins with a scheme (RFC 3986, section 3.1).
fn is_absolute(uri: &str) -> bool {
    let Some((scheme, _)) = uri.split_once(':') else { return false };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

/// The parser leaves line ends in comments and instructions as they are.
fn line_ends(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Escapes text for the contents of an element.
pub(crate) fn escape_text(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#xD;"),
            c => out.push(c),
        }
    }
}

/// Escapes text for an attribute in double quotes.
pub(crate) fn escape_attribute(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '"' => out.push_str("&quot;"),
            '\t' => out.push_str("&#x9;"),
            '\n' => out.push_str("&#xA;"),
            '\r' => out.push_str("&#xD;"),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml;

    fn canonical(text: &str, options: &Canonicalization<'_>) -> Result<String, RelativeNamespace> {
        let document = xml::parse(text, 1 << 16).unwrap();
        let apex = document.descendants().find(|n| n.attribute("apex").is_some());
        options.write(apex.unwrap_or(document.root_element()))
    }

    fn exclusive(text: &str) -> String {
        canonical(text, &Canonicalization::default()).unwrap()
    }

    #[test]
    fn namespaces_are_written_where_they_are_used_and_nowhere_else() {
        let text = "<a:r xmlns:a='urn:a' xmlns:b='urn:b' xmlns='urn:d'><b:x apex=''><a:y b:k='1'/><z/></b:x></a:r>";
        assert_eq!(
            exclusive(text),
            "<b:x xmlns:b=\"urn:b\" apex=\"\"><a:y xmlns:a=\"urn:a\" b:k=\"1\"></a:y>\
             <z xmlns=\"urn:d\"></z></b:x>"
        );
        let options = Canonicalization { inclusive: vec!["a", "", "none"], ..Default::default() };
        assert_eq!(
            canonical(text, &options).unwrap(),
            "<b:x xmlns=\"urn:d\" xmlns:a=\"urn:a\" xmlns:b=\"urn:b\" apex=\"\">\
             <a:y b:k=\"1\"></a:y><z></z></b:x>"
        );
    }

    #[test]
    fn two_prefixes_of_one_namespace_stay_apart() {
        let text = "<p:r xmlns:p='urn:n' xmlns:q='urn:n'><q:x p:k='1'/></p:r>";
        assert_eq!(
            exclusive(text),
            "<p:r xmlns:p=\"urn:n\"><q:x xmlns:q=\"urn:n\" p:k=\"1\"></q:x></p:r>"
        );
    }

    #[test]
    fn the_default_namespace_is_taken_back_where_it_was_written() {
        let text = "<r xmlns='urn:d'><x xmlns=''><y/></x></r>";
        assert_eq!(exclusive(text), "<r xmlns=\"urn:d\"><x xmlns=\"\"><y></y></x></r>");
        assert_eq!(exclusive("<r xmlns=''><x/></r>"), "<r><x></x></r>");
    }

    #[test]
    fn characters_are_escaped_and_attributes_sorted() {
        let text = "<r b='2' a='&lt;&#9;&#10;\"&#13;>' xml:lang='en'>&amp;&gt;&#13;<![CDATA[<x>]]>\r\n<?p  q?></r>";
        assert_eq!(
            exclusive(text),
            "<r a=\"&lt;&#x9;&#xA;&quot;&#xD;>\" b=\"2\" xml:lang=\"en\">&amp;&gt;&#xD;&lt;x&gt;\n<?p q?></r>"
        );
    }

    #[test]
    fn comments_are_kept_only_on_request() {
        let text = "<r>a<!-- b\r\n -->c</r>";
        assert_eq!(exclusive(text), "<r>ac</r>");
        let options = Canonicalization { comments: true, ..Default::default() };
        assert_eq!(canonical(text, &options).unwrap(), "<r>a<!-- b\n -->c</r>");
    }

    #[test]
    fn relative_namespaces_are_an_error() {
        for name in ["1", "a/b", "../x", "//host/", "a b:c"] {
            let text = format!("<r xmlns:p='{name}'/>");
            assert_eq!(
                canonical(&text, &Canonicalization::default()),
                Err(RelativeNamespace(name.to_owned()))
            );
        }
    }

    /// Documents with the canonical form that libxml2 gives them: `tests/peers/xmlsec/check`.
    #[test]
    #[ignore = "needs libxml2"]
    fn canonical_form_equals_that_of_another_implementation() {
        let folder = std::path::PathBuf::from(std::env::var_os("PEER_XMLSEC").unwrap());
        let rows = std::fs::read_to_string(folder.join("canonical.jsonl")).unwrap();
        let mut count = 0;
        for row in rows.lines() {
            let row: serde_json::Value = serde_json::from_str(row).unwrap();
            let inclusive = row["inclusive"].as_array().unwrap();
            let options = Canonicalization {
                comments: row["comments"].as_bool().unwrap(),
                inclusive: inclusive.iter().map(|prefix| prefix.as_str().unwrap()).collect(),
                without: None,
            };
            let text = row["text"].as_str().unwrap();
            assert_eq!(canonical(text, &options).unwrap(), row["canonical"], "{text}");
            count += 1;
        }
        assert!(count > 10_000, "{count}");
    }
}

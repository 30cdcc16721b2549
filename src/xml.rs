//! XML from strangers: looked over before it is parsed, so that a small document cannot cost much.
//!
//! The parser answers for the meaning; what it needs to be kept from is nesting that overflows its
//! stack, lists that it searches linearly, and declarations. A document is refused, never cut.

use roxmltree::{Document, Node, ParsingOptions};

/// How deep elements may nest.
const MAX_DEPTH: usize = 64;
/// Attributes, namespace declarations among them, that one tag may have.
const MAX_ATTRIBUTES: usize = 64;
/// Namespace declarations on the way from the root to an element.
const MAX_NAMESPACES_IN_SCOPE: usize = 64;
/// Namespace declarations of the whole document.
const MAX_NAMESPACES: usize = 4096;

/// Why a document was not read.
#[derive(Debug, PartialEq, thiserror::Error)]
pub(crate) enum XmlError {
    #[error("it has {size} bytes, {limit} are allowed")]
    TooLarge { size: usize, limit: usize },
    #[error("its elements nest deeper than {MAX_DEPTH}")]
    TooDeep,
    #[error("a tag has more than {MAX_ATTRIBUTES} attributes")]
    TooManyAttributes,
    #[error("it declares too many namespaces")]
    TooManyNamespaces,
    #[error("it has a document type declaration, which is not allowed")]
    Doctype,
    #[error("it is not in UTF-8")]
    Encoding,
    #[error("it is cut off or malformed near byte {at}")]
    Malformed { at: usize },
    #[error("{0}")]
    Syntax(#[from] roxmltree::Error),
}

/// The text of a document: UTF-8, and not said to be in another encoding.
pub(crate) fn decode(bytes: &[u8]) -> Result<&str, XmlError> {
    let text = std::str::from_utf8(bytes).map_err(|_| XmlError::Encoding)?;
    // In plain ASCII the usual encodings agree.
    match text.is_ascii() || declared_encoding(text).is_none_or(is_utf_8) {
        true => Ok(text),
        false => Err(XmlError::Encoding),
    }
}

/// Parses a document of at most `max_size` bytes.
pub(crate) fn parse(text: &str, max_size: usize) -> Result<Document<'_>, XmlError> {
    if text.len() > max_size {
        return Err(XmlError::TooLarge { size: text.len(), limit: max_size });
    }
    Guard::new(text).check()?;
    let options = ParsingOptions { allow_dtd: false, ..ParsingOptions::default() };
    Ok(Document::parse_with_options(text, options)?)
}

/// The whole text of an element, comments and processing instructions left out; `None` if there
/// are elements in it.
///
/// The parser's own accessor stops at the first comment, so that `admin<!---->istrator` would read
/// as `admin`.
pub(crate) fn text(node: Node<'_, '_>) -> Option<String> {
    let mut text = String::new();
    for child in node.children() {
        if child.is_element() {
            return None;
        }
        if child.is_text() {
            text.push_str(child.text().unwrap_or_default());
        }
    }
    Some(text)
}

/// The child elements of a name in a namespace, in their order.
pub(crate) fn children<'a, 'input: 'a>(
    node: Node<'a, 'input>,
    namespace: &'a str,
    name: &'a str,
) -> impl Iterator<Item = Node<'a, 'input>> + 'a {
    node.children().filter(move |child| child.has_tag_name((namespace, name)))
}

/// The only child element of a name in a namespace: `None` if there is none or more than one.
pub(crate) fn only_child<'a, 'input: 'a>(
    node: Node<'a, 'input>,
    namespace: &'a str,
    name: &'a str,
) -> Option<Node<'a, 'input>> {
    let mut found = children(node, namespace, name);
    found.next().filter(|_| found.next().is_none())
}

/// The value of an attribute that is in no namespace.
///
/// The parser's own accessor takes an attribute of any namespace for it: `x:ID` for `ID`.
pub(crate) fn attribute<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    let mut attributes = node.attributes();
    attributes.find(|a| a.namespace().is_none() && a.name() == name).map(|a| a.value())
}

fn declared_encoding(text: &str) -> Option<&str> {
    let declaration = text.trim_start_matches('\u{feff}').strip_prefix("<?xml")?;
    let (declaration, _) = declaration.split_once("?>")?;
    let (_, value) = declaration.split_once("encoding")?;
    value.split(['"', '\'']).nth(1)
}

fn is_utf_8(encoding: &str) -> bool {
    encoding.eq_ignore_ascii_case("utf-8") || encoding.eq_ignore_ascii_case("utf8")
}

/// Walks over the tags of a document once. It need not find every fault, but it must see every tag
/// that the parser would see.
struct Guard<'a> {
    bytes: &'a [u8],
    at: usize,
    /// How many namespaces each open element declares.
    open: Vec<usize>,
    namespaces_in_scope: usize,
    namespaces: usize,
}

impl<'a> Guard<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            bytes: text.as_bytes(),
            at: 0,
            open: Vec::new(),
            namespaces_in_scope: 0,
            namespaces: 0,
        }
    }

    fn check(mut self) -> Result<(), XmlError> {
        while let Some(start) = self.find(b"<") {
            self.at = start;
            let markup = &self.bytes[start..];
            if markup.starts_with(b"<!--") {
                self.skip(4, b"-->")?;
            } else if markup.starts_with(b"<![CDATA[") {
                self.skip(9, b"]]>")?;
            } else if markup.starts_with(b"<?") {
                self.skip(2, b"?>")?;
            } else if markup.starts_with(b"<!") {
                return Err(XmlError::Doctype);
            } else if markup.starts_with(b"</") {
                self.skip(2, b">")?;
                self.namespaces_in_scope -= self.open.pop().ok_or(self.malformed())?;
            } else {
                self.at += 1;
                self.start_tag()?;
            }
        }
        Ok(())
    }

    fn start_tag(&mut self) -> Result<(), XmlError> {
        self.skip_name();
        let (mut attributes, mut namespaces) = (0, 0);
        loop {
            self.skip_whitespace();
            match self.next()? {
                b'>' => break,
                b'/' => match self.next()? {
                    // An element without content was never open.
                    b'>' => return self.declare(namespaces),
                    _ => return Err(self.malformed()),
                },
                _ => {}
            }
            self.at -= 1;
            attributes += 1;
            if attributes > MAX_ATTRIBUTES {
                return Err(XmlError::TooManyAttributes);
            }
            namespaces += usize::from(self.bytes[self.at..].starts_with(b"xmlns"));
            self.attribute()?;
        }
        self.declare(namespaces)?;
        self.namespaces_in_scope += namespaces;
        self.open.push(namespaces);
        if self.open.len() > MAX_DEPTH {
            return Err(XmlError::TooDeep);
        }
        Ok(())
    }

    fn attribute(&mut self) -> Result<(), XmlError> {
        self.skip_name();
        self.skip_whitespace();
        if self.next()? != b'=' {
            return Err(self.malformed());
        }
        self.skip_whitespace();
        match self.next()? {
            b'"' => self.skip(0, b"\""),
            b'\'' => self.skip(0, b"'"),
            _ => Err(self.malformed()),
        }
    }

    fn declare(&mut self, namespaces: usize) -> Result<(), XmlError> {
        self.namespaces += namespaces;
        let in_scope = self.namespaces_in_scope + namespaces;
        if in_scope > MAX_NAMESPACES_IN_SCOPE || self.namespaces > MAX_NAMESPACES {
            return Err(XmlError::TooManyNamespaces);
        }
        Ok(())
    }

    fn next(&mut self) -> Result<u8, XmlError> {
        let byte = *self.bytes.get(self.at).ok_or(self.malformed())?;
        self.at += 1;
        Ok(byte)
    }

    fn skip_name(&mut self) {
        self.skip_while(|byte| !byte.is_ascii_whitespace() && !b"=/><\"'".contains(&byte));
    }

    fn skip_whitespace(&mut self) {
        self.skip_while(|byte| byte.is_ascii_whitespace());
    }

    fn skip_while(&mut self, wanted: impl Fn(u8) -> bool) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(|byte| !wanted(*byte)).unwrap_or(rest.len());
    }

    /// Goes on behind `end`, which is looked for from `length` bytes ahead.
    fn skip(&mut self, length: usize, end: &[u8]) -> Result<(), XmlError> {
        let start = self.at;
        self.at += length;
        match self.find(end) {
            Some(found) => {
                self.at = found + end.len();
                Ok(())
            }
            None => Err(XmlError::Malformed { at: start }),
        }
    }

    fn find(&self, what: &[u8]) -> Option<usize> {
        let rest = self.bytes.get(self.at..)?;
        rest.windows(what.len()).position(|window| window == what).map(|found| self.at + found)
    }

    fn malformed(&self) -> XmlError {
        XmlError::Malformed { at: self.at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: usize = 1 << 20;

    fn refused(text: &str) -> XmlError {
        parse(text, LIMIT).unwrap_err()
    }

    #[test]
    fn an_ordinary_document_is_read() {
        let text = "\u{feff}<?xml version='1.0' encoding=\"UTF-8\" ?>\n<!-- <a> --><a:b xmlns:a = 'u' c='>' d=\"/>\"\
                    \t><?pi <x> ?><![CDATA[<y>]]><a:e\n/>é &amp; &#x4e2d;</a:b >\n";
        let document = parse(decode(text.as_bytes()).unwrap(), LIMIT).unwrap();
        let root = document.root_element();
        assert!(root.has_tag_name(("u", "b")));
        assert_eq!(root.attribute("d"), Some("/>"));
        assert_eq!(children(root, "u", "e").count(), 1);
        assert_eq!(children(root, "v", "e").count(), 0);
    }

    #[test]
    fn text_around_comments_is_whole_and_text_around_elements_is_none() {
        let document = parse("<a>ad<!-- x -->min<?p?>i<![CDATA[<s>]]>t</a>", LIMIT).unwrap();
        assert_eq!(text(document.root_element()).as_deref(), Some("admini<s>t"));
        let document = parse("<a>x<b/>y</a>", LIMIT).unwrap();
        assert_eq!(text(document.root_element()), None);
        assert_eq!(
            text(document.root_element().first_element_child().unwrap()).as_deref(),
            Some("")
        );
    }

    #[test]
    fn an_attribute_in_a_namespace_is_another_one() {
        let document = parse("<a xmlns:x='u' x:b='1' c='2' x:c='3'/>", LIMIT).unwrap();
        assert_eq!(attribute(document.root_element(), "b"), None);
        assert_eq!(attribute(document.root_element(), "c"), Some("2"));
    }

    #[test]
    fn of_two_children_none_is_the_only_one() {
        let document = parse("<a xmlns='u'><b/><c/><c/></a>", LIMIT).unwrap();
        assert!(only_child(document.root_element(), "u", "b").is_some());
        assert!(only_child(document.root_element(), "u", "c").is_none());
        assert!(only_child(document.root_element(), "u", "d").is_none());
    }

    #[test]
    fn declarations_of_a_document_type_are_refused_wherever_they_stand() {
        for text in [
            "<!DOCTYPE a><a/>",
            "<!doctype html><html></html>",
            "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
            "<a><!DOCTYPE a></a>",
            "<!ENTITY a 'b'><a/>",
        ] {
            assert_eq!(refused(text), XmlError::Doctype, "{text}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        assert!(parse(&nested(64), LIMIT).is_ok());
        assert_eq!(refused(&nested(65)), XmlError::TooDeep);
        assert_eq!(refused(&"<a>".repeat(100_000)), XmlError::TooDeep);
        let wide = format!("<a>{}</a>", "<b></b><c/>".repeat(10_000));
        assert!(parse(&wide, LIMIT).is_ok());
    }

    #[test]
    fn attributes_of_a_tag_are_bounded() {
        let tag = |count| {
            let attributes: String = (0..count).map(|n| format!(" a{n}='v'")).collect();
            format!("<a{attributes}/>")
        };
        assert!(parse(&tag(64), LIMIT).is_ok());
        assert_eq!(refused(&tag(65)), XmlError::TooManyAttributes);
    }

    #[test]
    fn nested_namespace_declarations_are_refused_before_they_cost_anything() {
        // What the parser alone needs seconds for: each element inherits all that went before.
        let mut text = String::new();
        for element in 0..60 {
            let declarations: String =
                (0..60).map(|n| format!(" xmlns:n{element}x{n}='u{n}'")).collect();
            text.push_str(&format!("<a{declarations}>"));
        }
        assert!(text.len() > 64 * 1024);
        assert_eq!(refused(&text), XmlError::TooManyNamespaces);

        // As many without a depth that gives them away.
        let flat: String = (0..6000).map(|n| format!("<a xmlns:p{n}='u{n}'/>")).collect();
        assert_eq!(refused(&format!("<r>{flat}</r>")), XmlError::TooManyNamespaces);
    }

    #[test]
    fn as_many_namespaces_as_are_allowed_are_read() {
        let declarations: String = (0..63).map(|n| format!(" xmlns:p{n}='u'")).collect();
        let inner = "<p62:a xmlns:q='v'/>".repeat(4000);
        let text = format!("<r{declarations}>{inner}</r>");
        let document = parse(&text, LIMIT).unwrap();
        assert_eq!(children(document.root_element(), "u", "a").count(), 4000);
    }

    #[test]
    fn what_is_cut_off_is_refused_at_every_byte() {
        let whole = "<?xml version='1.0'?><a b='c'><!-- d --><e>f</e><![CDATA[g]]></a>";
        assert!(parse(whole, LIMIT).is_ok());
        for end in 0..whole.len() {
            assert!(parse(&whole[..end], LIMIT).is_err(), "{}", &whole[..end]);
        }
    }

    #[test]
    fn what_is_malformed_is_refused() {
        for text in
            ["", "a", "<", "<>", "<a b>", "<a b=c/>", "</a>", "<a/ >", "<a></b>", "<a/><b/>"]
        {
            assert!(parse(text, LIMIT).is_err(), "{text}");
        }
        assert_eq!(parse("<abc/>", 5).unwrap_err(), XmlError::TooLarge { size: 6, limit: 5 });
    }

    #[test]
    fn other_encodings_are_refused_unless_the_text_is_ascii() {
        assert!(decode(b"<?xml version='1.0' encoding='ISO-8859-1'?><a>b</a>").is_ok());
        assert!(decode("<?xml version='1.0' encoding='utf-8'?><a>é</a>".as_bytes()).is_ok());
        let wrong = "<?xml version='1.0' encoding='GBK'?><a>é</a>";
        assert_eq!(decode(wrong.as_bytes()), Err(XmlError::Encoding));
        assert_eq!(decode(b"<a>\xe9</a>"), Err(XmlError::Encoding));
        assert_eq!(decode(b"\xff\xfe<\0a\0/\0>\0"), Err(XmlError::Encoding));
    }
}

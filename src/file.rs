//! Files on their way to the service.

use std::fmt;

use crate::rest::Body;

/// A file to upload, such as a picture.
///
/// ```
/// use authing::File;
///
/// let picture = File::new("me.png", "image/png", b"\x89PNG".to_vec());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    name: String,
    content_type: String,
    content: Vec<u8>,
}

impl File {
    /// A file of a name and a media type, such as `image/png`.
    pub fn new(
        name: impl Into<String>,
        content_type: impl Into<String>,
        content: impl Into<Vec<u8>>,
    ) -> Self {
        Self { name: name.into(), content_type: content_type.into(), content: content.into() }
    }

    /// The file as the part `file` of a form (RFC 7578).
    pub(crate) fn multipart(&self) -> Body {
        // What ends the part must not be part of the file.
        let is_free = |boundary: &String| {
            !self.content.windows(boundary.len()).any(|window| window == boundary.as_bytes())
        };
        let boundary = (0_u64..)
            .map(|number| format!("authing-boundary-{number}"))
            .find(is_free)
            .unwrap_or_default();
        let clean = |text: &str| text.replace(['\r', '\n'], " ").replace('"', "%22");
        let mut bytes = format!(
            "--{boundary}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{}\"\r\n\
             content-type: {}\r\n\r\n",
            clean(&self.name),
            clean(&self.content_type)
        )
        .into_bytes();
        bytes.extend_from_slice(&self.content);
        bytes.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        Body::Multipart { content_type: format!("multipart/form-data; boundary={boundary}"), bytes }
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File")
            .field("name", &self.name)
            .field("content_type", &self.content_type)
            .field("bytes", &self.content.len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(file: &File) -> (String, String) {
        match file.multipart() {
            Body::Multipart { content_type, bytes } => {
                (content_type, String::from_utf8(bytes).unwrap())
            }
            Body::Json(_) => unreachable!(),
        }
    }

    #[test]
    fn a_file_cannot_end_its_part_or_forge_headers() {
        let content = "--authing-boundary-0--\r\n--authing-boundary-1";
        let (content_type, body) = parts(&File::new("a\"\r\nx: y", "image/png\r\nx: y", content));
        assert_eq!(content_type, "multipart/form-data; boundary=authing-boundary-2");
        let (head, rest) = body.split_once("\r\n\r\n").unwrap();
        assert_eq!(head.lines().count(), 3, "{head}");
        assert_eq!(rest, format!("{content}\r\n--authing-boundary-2--\r\n"));
    }

    #[test]
    fn debug_shows_no_content() {
        let debug = format!("{:?}", File::new("a", "b", "hush"));
        assert!(!debug.contains("hush") && debug.contains('4'), "{debug}");
    }
}

//! Files that come as the part `file` of a form (RFC 7578).

use std::collections::HashMap;

use axum::body::Body;
use axum::extract::Query;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Response};
use serde_json::json;

use super::{Handle, Shares, envelope, failure};
use crate::error::{ApiError, codes};
use crate::operations::Arguments;
use crate::state::random_hex;

pub(super) async fn upload(
    Shares(shared): Handle,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
    body: Bytes,
) -> Response<Body> {
    let Some(content) = file(&headers, &body) else {
        let message = "the body is not a form with one part `file`";
        return failure(&ApiError::new(codes::BAD_REQUEST, message));
    };
    envelope(&shared, &headers, Arguments::default(), |call| {
        let folder = match query.get("folder").map(String::as_str) {
            Some(folder @ ("avatar" | "face-photo")) => folder,
            _ => return Err(ApiError::new(codes::BAD_REQUEST, "unknown folder")),
        };
        let key = format!("{folder}/{}", random_hex(8));
        let url = format!("{}/files/{key}", call.state.settings.url);
        call.state.uploads.insert(key.clone(), content.to_vec());
        Ok(json!({ "key": key, "url": url }))
    })
}

/// The content of the only part, which must be named `file`.
fn file<'a>(headers: &HeaderMap, body: &'a [u8]) -> Option<&'a [u8]> {
    let content_type = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let boundary = content_type.strip_prefix("multipart/form-data; boundary=")?.trim_matches('"');
    let start = format!("--{boundary}\r\n");
    let end = format!("\r\n--{boundary}--");
    let part = body.strip_prefix(start.as_bytes())?;
    let part = &part[..find(part, end.as_bytes())?];
    let head_end = find(part, b"\r\n\r\n")?;
    let head = std::str::from_utf8(&part[..head_end]).ok()?.to_ascii_lowercase();
    let named = head.contains("form-data") && head.contains("name=\"file\"");
    (named && find(part, start.as_bytes()).is_none()).then_some(&part[head_end + 4..])
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_of_the_only_part_is_read_and_nothing_else_is() {
        let headers = |kind: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, kind.parse().unwrap());
            headers
        };
        let form = "multipart/form-data; boundary=xx";
        let body = |name: &str| {
            format!(
                "--xx\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\na\r\nb\r\n--xx--\r\n"
            )
        };
        assert_eq!(file(&headers(form), body("file").as_bytes()), Some(&b"a\r\nb"[..]));
        assert_eq!(file(&headers(form), body("other").as_bytes()), None);
        assert_eq!(file(&headers("application/json"), body("file").as_bytes()), None);
        assert_eq!(file(&headers(form), b"--xx\r\n\r\n"), None);
    }
}

//! Answers of CAS 1.0 (2.4.2): `yes`, the user and nothing else, or `no`.

use super::authentication::Success;
use super::failure::{self, VerificationFailure};
use crate::error::{Error, Result};

/// Reads `yes⏎user⏎` or `no⏎⏎`, each line ended by LF.
///
/// The last line end must be there too: without it the name could be cut off.
pub(super) fn parse(body: &[u8]) -> Result<Success> {
    let text = std::str::from_utf8(body).map_err(|_| broken("it is not in UTF-8"))?;
    if text.contains('\r') {
        return Err(broken("its lines end in CR LF, not LF"));
    }
    let mut lines = text.split('\n');
    match (lines.next(), lines.next()) {
        (Some("no"), Some("")) if lines.all(str::is_empty) => {
            Err(VerificationFailure::refused(None, "the ticket is not valid").into())
        }
        (Some("yes"), Some(user)) => {
            match (lines.next(), lines.filter(|l| !l.is_empty()).count()) {
                (Some(""), 0) => Success::of(user),
                (None, _) => Err(broken("it is cut off behind `yes`")),
                _ => Err(broken("it goes on behind the user")),
            }
        }
        _ => Err(broken("it begins with neither `yes` nor `no` on a line")),
    }
}

fn broken(reason: &str) -> Error {
    failure::broken("the answer is none of CAS 1.0", reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn yes_with_a_user_is_a_success() {
        for text in ["yes\nann\n", "yes\nann\n\n"] {
            assert_eq!(parse(text.as_bytes()).unwrap().user, "ann");
        }
        assert_eq!(parse("yes\nÅsa Öl\n".as_bytes()).unwrap().user, "Åsa Öl");
    }

    #[test]
    fn no_is_a_refusal() {
        for text in ["no\n\n", "no\n"] {
            let error = parse(text.as_bytes()).unwrap_err();
            let failure = VerificationFailure::of(&error).unwrap();
            assert!(matches!(failure, VerificationFailure::Refused { code: None, .. }));
        }
    }

    #[test]
    fn yes_without_a_user_is_none() {
        for text in ["yes\n\n", "yes\n \n", "yes\n\t\n", "yes\n\0\n", "yes\na\x1bb\n"] {
            let error = parse(text.as_bytes()).unwrap_err();
            assert_eq!(
                VerificationFailure::of(&error),
                Some(&VerificationFailure::MalformedUser),
                "{text:?}"
            );
        }
    }

    #[test]
    fn anything_else_is_no_answer() {
        for text in [
            &b""[..],
            b"\n",
            b"yes",
            b"yes\n",
            b"yes\nann",
            b"yes\nann\nbob\n",
            b"yes\nann\n\nbob",
            b"yes\r\nann\r\n",
            b"yes\nann\r\n",
            b"yes ann\n",
            b"YES\nann\n",
            b" yes\nann\n",
            b"\xef\xbb\xbfyes\nann\n",
            b"no",
            b"no\nann\n",
            b"nope\n\n",
            b"yes\nno\n\nyes\nann\n",
            b"yes\n\xff\n",
            b"<html>yes\nann\n</html>",
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Parse, "{}", String::from_utf8_lossy(text));
        }
    }
}

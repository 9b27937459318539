//! Media types that a resource takes and gives, against what a request has and accepts.

use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_TYPE};

/// The type of a body that does not say what it is.
const DEFAULT_TYPE: &str = "application/octet-stream";

/// Whether the request's body is of a type that the resource takes. An empty list takes all.
pub fn is_consumed(headers: &HeaderMap, consumes: &[String]) -> bool {
    let sent = headers.get(CONTENT_TYPE).map(|value| value.to_str());
    let sent = match sent {
        None => DEFAULT_TYPE,
        Some(Ok(text)) => base(text),
        Some(Err(_)) => return consumes.is_empty(),
    };
    consumes.is_empty()
        || consumes
            .iter()
            .any(|taken| base(taken).eq_ignore_ascii_case(sent))
}

/// Whether the client accepts one of the types that the resource gives. An empty list gives anything.
pub fn is_acceptable(headers: &HeaderMap, produces: &[String]) -> bool {
    if produces.is_empty() || !headers.contains_key(ACCEPT) {
        return true;
    }
    let values = headers.get_all(ACCEPT).into_iter();
    let values = values.filter_map(|value| value.to_str().ok());
    let mut ranges = values
        .flat_map(|value| value.split(','))
        .filter(|range| is_wanted(range));
    ranges.any(|range| {
        produces
            .iter()
            .any(|given| covers(base(range), base(given)))
    })
}

fn base(text: &str) -> &str {
    text.split(';').next().unwrap_or_default().trim()
}

/// A range with weight 0 names what the client does not want.
fn is_wanted(range: &str) -> bool {
    let weight = range.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("q")
            .then_some(value.trim())
    });
    !weight.is_some_and(|weight| weight.parse() == Ok(0.0_f32))
}

fn covers(range: &str, given: &str) -> bool {
    let (Some((main, sub)), Some((given_main, given_sub))) =
        (range.split_once('/'), given.split_once('/'))
    else {
        return range.eq_ignore_ascii_case(given);
    };
    match (main, sub) {
        ("*", "*") => true,
        (_, "*") => main.eq_ignore_ascii_case(given_main),
        _ => main.eq_ignore_ascii_case(given_main) && sub.eq_ignore_ascii_case(given_sub),
    }
}

#[cfg(test)]
mod tests {
    use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue};

    use super::{is_acceptable, is_consumed};

    fn list(types: &[&str]) -> Vec<String> {
        types.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn body_types_are_compared_without_parameters() {
        for (sent, consumes, expected) in [
            (None, &[][..], true),
            (None, &["text/plain"][..], false),
            (None, &["application/octet-stream"][..], true),
            (
                Some("Text/Plain; charset=utf-8"),
                &["text/xml", "text/plain"][..],
                true,
            ),
            (Some("text/plainx"), &["text/plain"][..], false),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(sent) = sent {
                headers.insert(CONTENT_TYPE, HeaderValue::from_static(sent));
            }
            assert_eq!(is_consumed(&headers, &list(consumes)), expected, "{sent:?}");
        }
    }

    #[test]
    fn accepted_types_may_be_ranges() {
        for (accept, expected) in [
            (None, true),
            (Some("*/*"), true),
            (Some("text/*"), true),
            (Some("image/png, text/xml;q=0.5"), true),
            (Some("image/*"), false),
            (Some("text/xml;q=0"), false),
            (Some("text/x"), false),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(accept) = accept {
                headers.insert(ACCEPT, HeaderValue::from_static(accept));
            }
            let produces = list(&["text/xml"]);
            assert_eq!(is_acceptable(&headers, &produces), expected, "{accept:?}");
            assert!(is_acceptable(&headers, &[]));
        }
    }
}

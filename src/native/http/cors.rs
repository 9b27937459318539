//! Cross-origin requests (spec/http.md section 2, CORS): which headers tell a browser that a page of
//! another origin may read an answer or send a request.

use http::HeaderMap;
use http::header::{
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HeaderName, ORIGIN,
};

/// Settings of a service or resource; without origins they are as good as none.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Cors {
    pub allow_headers: Vec<String>,
    pub allow_methods: Vec<String>,
    pub allow_origins: Vec<String>,
    pub expose_headers: Vec<String>,
    pub allow_credentials: bool,
    /// Seconds; negative: not said.
    pub max_age: i64,
}

/// Headers that an answer gets.
pub type Added = Vec<(&'static str, String)>;

impl Cors {
    pub fn is_set(&self) -> bool {
        !self.allow_origins.is_empty()
    }

    /// Every site may ask, and a site named here could do so as the user who is logged in: worth a
    /// warning, since credentials are allowed to the named ones only.
    pub fn is_contradictory(&self) -> bool {
        self.allow_credentials && self.allow_origins.iter().any(|origin| origin == "*")
    }

    /// Headers of the answer to a request that is no preflight.
    pub fn simple(&self, headers: &HeaderMap) -> Added {
        let Some(origin) = self.allowed_origin(headers) else {
            return Vec::new();
        };
        let mut added = self.origin_headers(origin);
        if !self.expose_headers.is_empty() {
            added.push((
                "access-control-expose-headers",
                self.expose_headers.join(", "),
            ));
        }
        added
    }

    /// Headers of the answer to a preflight; `None` when something is not allowed. `methods` are those
    /// of the resource, in place of allowed methods that are not said.
    pub fn preflight(&self, headers: &HeaderMap, methods: &[String]) -> Option<Added> {
        let origin = self.allowed_origin(headers)?;
        let method = requested_method(headers)?;
        let allowed = match self.allow_methods.is_empty() {
            true => methods,
            false => &self.allow_methods,
        };
        if !allowed.is_empty() && !allowed.iter().any(|known| known == method || known == "*") {
            return None;
        }
        let mut wanted = Vec::new();
        for value in headers.get_all(ACCESS_CONTROL_REQUEST_HEADERS) {
            let names = value.to_str().ok()?.split(',').map(str::trim);
            wanted.extend(names.filter(|name| !name.is_empty()));
        }
        if !wanted.iter().all(|name| self.allows_header(name)) {
            return None;
        }
        let mut added = self.origin_headers(origin);
        added.push(("access-control-allow-methods", method.to_owned()));
        if !wanted.is_empty() {
            added.push(("access-control-allow-headers", wanted.join(", ")));
        }
        if self.max_age >= 0 {
            added.push(("access-control-max-age", self.max_age.to_string()));
        }
        Some(added)
    }

    fn allows_header(&self, name: &str) -> bool {
        let mut known = self.allow_headers.iter();
        known.any(|known| known == "*" || known.eq_ignore_ascii_case(name))
    }

    fn allowed_origin<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        let origin = single(headers, ORIGIN)?;
        let mut allowed = self.allow_origins.iter();
        allowed
            .any(|known| known == "*" || known == origin)
            .then_some(origin)
    }

    fn origin_headers(&self, origin: &str) -> Added {
        let mut added = vec![("access-control-allow-origin", origin.to_owned())];
        // Not for an origin that is only covered by `*`: any site could act as the logged-in user.
        if self.allow_credentials && self.allow_origins.iter().any(|known| known == origin) {
            added.push(("access-control-allow-credentials", "true".to_owned()));
        }
        // Caches must not give the answer for one origin to another.
        added.push(("vary", "origin".to_owned()));
        added
    }
}

/// Whether an OPTIONS request is a preflight.
pub fn is_preflight(headers: &HeaderMap) -> bool {
    single(headers, ORIGIN).is_some() && requested_method(headers).is_some()
}

pub fn requested_method(headers: &HeaderMap) -> Option<&str> {
    single(headers, ACCESS_CONTROL_REQUEST_METHOD)
}

fn single(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).into_iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok().filter(|text| !text.is_empty()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use http::header::{HeaderMap, HeaderName, HeaderValue};

    use super::{Cors, is_preflight};

    fn headers(fields: &[(&'static str, &'static str)]) -> HeaderMap {
        let field = |(name, value): &(&'static str, &'static str)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        };
        fields.iter().map(field).collect()
    }

    fn cors() -> Cors {
        Cors {
            allow_origins: vec!["http://a".to_owned(), "*".to_owned()],
            allow_headers: vec!["X-One".to_owned()],
            allow_credentials: true,
            max_age: 60,
            ..Cors::default()
        }
    }

    #[test]
    fn credentials_are_for_named_origins() {
        let has_credentials = |origin| {
            let added = cors().simple(&headers(&[("origin", origin)]));
            assert_eq!(added[0], ("access-control-allow-origin", origin.to_owned()));
            added
                .iter()
                .any(|(name, _)| *name == "access-control-allow-credentials")
        };
        assert!(has_credentials("http://a"));
        assert!(!has_credentials("http://b"));
        assert!(cors().is_contradictory());
        assert!(
            Cors::default()
                .simple(&headers(&[("origin", "http://a")]))
                .is_empty()
        );
    }

    #[test]
    fn preflights_need_everything_allowed() {
        let ask = |method, names| {
            let headers = headers(&[
                ("origin", "http://a"),
                ("access-control-request-method", method),
                ("access-control-request-headers", names),
            ]);
            assert!(is_preflight(&headers));
            cors().preflight(&headers, &["PUT".to_owned()]).is_some()
        };
        assert!(ask("PUT", "x-one"));
        assert!(ask("PUT", ""));
        assert!(!ask("PUT", "x-one, x-two"));
        assert!(!ask("POST", "x-one"));
        assert!(!is_preflight(&headers(&[("origin", "http://a")])));
    }
}

//! Header fields of a message: an ordered list, names compared without regard to case, spelled as they
//! were given. Input → output: names and values from the program or the wire → fields that can be
//! written. A name or value that a header cannot have is refused here, so that nothing written later can
//! end a line early.

use http::header::{HeaderMap, HeaderName, HeaderValue};

/// The fields of one message, in order.
#[derive(Clone, Default, Debug)]
pub struct Headers(Vec<Field>);

#[derive(Clone, Debug)]
struct Field {
    name: Box<str>,
    value: HeaderValue,
}

/// A name or value that no header can have.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum HeaderError {
    #[error("invalid header name")]
    Name,
    /// The value itself is not repeated: it may be a secret.
    #[error("invalid value of header '{0}'")]
    Value(String),
}

impl Headers {
    /// The fields of a received message.
    pub fn from_map(map: &HeaderMap) -> Self {
        let fields = map.iter().map(|(name, value)| Field {
            name: name.as_str().into(),
            value: value.clone(),
        });
        Self(fields.collect())
    }

    /// The fields in the form in which they are sent.
    pub fn to_map(&self) -> HeaderMap {
        let mut map = HeaderMap::with_capacity(self.0.len());
        for Field { name, value } in &self.0 {
            if let Ok(name) = HeaderName::from_bytes(name.as_bytes()) {
                map.append(name, value.clone());
            }
        }
        map
    }

    pub fn has(&self, name: &str) -> bool {
        self.fields(name).next().is_some()
    }

    /// The first value of a name.
    pub fn first(&self, name: &str) -> Option<String> {
        self.fields(name).next().map(|field| text(&field.value))
    }

    pub fn all(&self, name: &str) -> Vec<String> {
        self.fields(name).map(|field| text(&field.value)).collect()
    }

    /// Each name once, in the order and spelling of its first field.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for field in &self.0 {
            if !names
                .iter()
                .any(|known| known.eq_ignore_ascii_case(&field.name))
            {
                names.push(&field.name);
            }
        }
        names
    }

    /// Puts one field in place of all of its name; it stays where the first of them was.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), HeaderError> {
        let field = Field::new(name, value)?;
        let at = self.0.iter().position(|known| known.is(name));
        self.remove(name);
        self.0.insert(at.unwrap_or(self.0.len()), field);
        Ok(())
    }

    pub fn add(&mut self, name: &str, value: &str) -> Result<(), HeaderError> {
        self.0.push(Field::new(name, value)?);
        Ok(())
    }

    pub fn remove(&mut self, name: &str) {
        self.0.retain(|field| !field.is(name));
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Every field as name and text.
    pub fn iter(&self) -> impl Iterator<Item = (&str, String)> {
        self.0
            .iter()
            .map(|field| (&*field.name, text(&field.value)))
    }

    fn fields<'h>(&'h self, name: &'h str) -> impl Iterator<Item = &'h Field> {
        self.0.iter().filter(move |field| field.is(name))
    }
}

impl Field {
    fn new(name: &str, value: &str) -> Result<Self, HeaderError> {
        HeaderName::from_bytes(name.as_bytes()).map_err(|_| HeaderError::Name)?;
        let value = HeaderValue::from_bytes(value.as_bytes())
            .map_err(|_| HeaderError::Value(name.to_owned()))?;
        Ok(Self {
            name: name.into(),
            value,
        })
    }

    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// A value as text: UTF-8, else each byte as its Latin-1 character.
pub fn text(value: &HeaderValue) -> String {
    let bytes = value.as_bytes();
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::{HeaderError, Headers};

    #[test]
    fn names_compare_without_case_and_keep_their_place() {
        let mut headers = Headers::default();
        headers.add("X-One", "1").expect("valid");
        headers.add("b", "2").expect("valid");
        headers.add("x-one", "3").expect("valid");
        assert_eq!(headers.all("X-ONE"), ["1", "3"]);
        assert_eq!(headers.names(), ["X-One", "b"]);
        headers.set("x-one", "4").expect("valid");
        assert_eq!(headers.names(), ["x-one", "b"]);
        assert_eq!(headers.all("X-One"), ["4"]);
        headers.remove("B");
        assert_eq!(headers.first("b"), None);
    }

    #[test]
    fn nothing_can_end_a_line() {
        let mut headers = Headers::default();
        for value in ["a\r\nb: c", "a\nb", "a\rb", "a\0b"] {
            assert_eq!(
                headers.add("x", value),
                Err(HeaderError::Value("x".to_owned()))
            );
        }
        for name in ["", "a b", "a:", "a\r\n", "ä"] {
            assert_eq!(headers.set(name, "v"), Err(HeaderError::Name), "{name:?}");
        }
        assert_eq!(headers.names().len(), 0);
    }
}

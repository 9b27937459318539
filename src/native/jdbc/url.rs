//! JDBC urls (spec/jdbc.md section 1).
//!
//! Input → output: the text of a url → which database is meant, or the failure that `new` panics
//! with. Nothing is opened here. MySQL and PostgreSQL are named in the refusal: their drivers are
//! not part of this build.

use super::failure::Failure;

/// A database that can be opened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Url {
    pub place: Place,
    /// `k=v` behind the `?`, in order.
    pub options: Vec<(String, String)>,
}

/// Where a SQLite database lies.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// A file, made when it is missing.
    File(String),
    /// Memory of one client alone.
    Memory,
    /// Memory that every client of the process sees under this name.
    SharedMemory(String),
}

/// Reads a url.
pub fn parse(url: &str) -> Result<Url, Failure> {
    let invalid = || Failure::application(format!("invalid JDBC URL: {url}"));
    let mut parts = url.splitn(3, ':');
    let (Some("jdbc"), Some(database), Some(rest)) = (parts.next(), parts.next(), parts.next())
    else {
        return Err(invalid());
    };
    if rest.is_empty() {
        return Err(invalid());
    }
    match database {
        "sqlite" => Ok(sqlite(rest)),
        "h2" => h2(rest),
        _ => Err(Failure::application(format!(
            "unsupported database type '{database}' in JDBC URL"
        ))),
    }
}

fn sqlite(rest: &str) -> Url {
    let (path, options) = split_options(rest);
    let in_memory = option(&options, "mode") == Some("memory");
    let place = match path.strip_prefix("file:") {
        Some(name) if in_memory || name == ":memory:" => memory(name),
        Some(name) => Place::File(name.to_owned()),
        None if path == ":memory:" || path.is_empty() => Place::Memory,
        None if in_memory => memory(path),
        None => Place::File(path.to_owned()),
    };
    Url { place, options }
}

/// H2 has no engine here: its memory and its files are SQLite's, its settings behind `;` are
/// not understood.
fn h2(rest: &str) -> Result<Url, Failure> {
    let path = rest.split(';').next().unwrap_or(rest);
    let place = if let Some(name) = path.strip_prefix("mem:") {
        memory(name)
    } else if path.starts_with("tcp:") || path.starts_with("ssl:") {
        return Err(Failure::application(
            "unsupported database type 'h2:tcp' in JDBC URL",
        ));
    } else {
        let path = path.strip_prefix("file:").unwrap_or(path);
        Place::File(format!("{path}.sqlite"))
    };
    Ok(Url {
        place,
        options: Vec::new(),
    })
}

fn memory(name: &str) -> Place {
    if name.is_empty() || name == ":memory:" {
        Place::Memory
    } else {
        Place::SharedMemory(name.to_owned())
    }
}

fn split_options(rest: &str) -> (&str, Vec<(String, String)>) {
    let Some((path, query)) = rest.split_once('?') else {
        return (rest, Vec::new());
    };
    let options = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (key.to_owned(), value.to_owned())
        })
        .collect();
    (path, options)
}

fn option<'a>(options: &'a [(String, String)], name: &str) -> Option<&'a str> {
    options
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::{Place, parse};

    fn place(url: &str) -> Place {
        parse(url).expect("a good url").place
    }

    fn refusal(url: &str) -> String {
        parse(url).expect_err("a bad url").message().to_owned()
    }

    #[test]
    fn sqlite_urls_name_files_and_memory() {
        assert_eq!(place("jdbc:sqlite:a/b.db"), Place::File("a/b.db".into()));
        assert_eq!(
            place("jdbc:sqlite:file:b.db?mode=ro"),
            Place::File("b.db".into())
        );
        assert_eq!(place("jdbc:sqlite::memory:"), Place::Memory);
        assert_eq!(
            place("jdbc:sqlite:file:x?mode=memory&cache=shared"),
            Place::SharedMemory("x".into())
        );
    }

    #[test]
    fn h2_urls_are_mapped() {
        assert_eq!(
            place("jdbc:h2:mem:test;DB_CLOSE_DELAY=-1"),
            Place::SharedMemory("test".into())
        );
        assert_eq!(
            place("jdbc:h2:file:./db/x"),
            Place::File("./db/x.sqlite".into())
        );
        assert_eq!(place("jdbc:h2:./y"), Place::File("./y.sqlite".into()));
        assert_eq!(
            refusal("jdbc:h2:tcp://localhost/x"),
            "unsupported database type 'h2:tcp' in JDBC URL"
        );
    }

    #[test]
    fn other_urls_are_refused_by_name() {
        assert_eq!(
            refusal("jdbc:mysql://localhost:3306/testdb"),
            "unsupported database type 'mysql' in JDBC URL"
        );
        for url in ["", "mysql://localhost/x", "jdbc:mysql", "jdbc:sqlite:"] {
            assert_eq!(refusal(url), format!("invalid JDBC URL: {url}"));
        }
    }
}

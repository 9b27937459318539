//! Where the secret of a run comes from (spec/config.md section 4, "The secret"): the file named by an
//! option, `secret.txt` beside the program, `secret.txt` in the working directory, a prompt. A file
//! is deleted as soon as it has been read, before its content is looked at.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::cipher::Cipher;
use super::load::Options;
use super::{ConfigError, Prompt};

const FILE_NAME: &str = "secret.txt";
const QUESTION: &str = "taintc: enter secret for config value decryption:";

/// The cipher for the run's encrypted values. Call it only when there are some: it uses up the file.
pub(super) fn cipher(
    options: &Options,
    named: Option<PathBuf>,
    prompt: &mut dyn Prompt,
) -> Result<Cipher, ConfigError> {
    let secret = match secret_file(options, named)? {
        Some(path) => one_line(&take_file(&path)?)?,
        None => prompt
            .ask(QUESTION)
            .map_err(ConfigError::Prompt)?
            .ok_or(ConfigError::NoSecret)?,
    };
    if secret.is_empty() {
        return Err(ConfigError::EmptySecret);
    }
    Ok(Cipher::new(&secret))
}

fn secret_file(options: &Options, named: Option<PathBuf>) -> Result<Option<PathBuf>, ConfigError> {
    if let Some(named) = named {
        let path = options.working_dir.join(&named);
        return match is_there(&path)? {
            true => Ok(Some(path)),
            false => Err(ConfigError::SecretFileNotFound(named)),
        };
    }
    for folder in [&options.source_root, &options.working_dir] {
        let path = folder.join(FILE_NAME);
        if is_there(&path)? {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// A dangling link, and whatever else bears the name, counts as there: it must not be passed over.
fn is_there(path: &Path) -> Result<bool, ConfigError> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            Ok(false)
        }
        Err(source) => Err(ConfigError::SecretFileUnreadable {
            path: path.to_owned(),
            source,
        }),
    }
}

/// Reads the file and deletes it.
fn take_file(path: &Path) -> Result<Zeroizing<Vec<u8>>, ConfigError> {
    let content =
        fs::read(path)
            .map(Zeroizing::new)
            .map_err(|source| ConfigError::SecretFileUnreadable {
                path: path.to_owned(),
                source,
            })?;
    fs::remove_file(path).map_err(|source| ConfigError::SecretFileUndeletable {
        path: path.to_owned(),
        source,
    })?;
    Ok(content)
}

fn one_line(content: &[u8]) -> Result<Zeroizing<String>, ConfigError> {
    let text = std::str::from_utf8(content).map_err(|_| ConfigError::SecretNotUtf8)?;
    let line = text
        .strip_suffix("\r\n")
        .or_else(|| text.strip_suffix('\n'))
        .unwrap_or(text);
    if line.contains(['\n', '\r']) {
        return Err(ConfigError::MultiLineSecret);
    }
    Ok(Zeroizing::new(line.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::one_line;
    use crate::config::ConfigError;

    #[test]
    fn the_line_end_is_no_part_of_the_secret() {
        for text in ["ballerina", "ballerina\n", "ballerina\r\n"] {
            let line = one_line(text.as_bytes()).expect("one line");
            assert_eq!(line.as_str(), "ballerina");
        }
        assert!(matches!(
            one_line(b"a\nb"),
            Err(ConfigError::MultiLineSecret)
        ));
        assert!(matches!(
            one_line(b"a\n\n"),
            Err(ConfigError::MultiLineSecret)
        ));
        assert!(matches!(one_line(b"\xff"), Err(ConfigError::SecretNotUtf8)));
    }
}

//! Asking a person, or standard input, for one line: the secret of a run, the inputs of
//! `taintc encrypt`. Prompts go to stderr. On a terminal the line is read without echo; otherwise one
//! line of standard input is taken, byte by byte, so that nothing of it stays in a buffer and the
//! program's own input is left where it begins.

use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::os::fd::AsFd;

use zeroize::Zeroizing;

/// Who answers questions.
pub trait Prompt {
    /// The answer to `question`, without its line end; `None` when there is nobody to answer.
    fn ask(&mut self, question: &str) -> io::Result<Option<Zeroizing<String>>>;
}

/// The terminal, or standard input when that is none.
pub struct Console;

impl Prompt for Console {
    fn ask(&mut self, question: &str) -> io::Result<Option<Zeroizing<String>>> {
        let mut stderr = io::stderr().lock();
        stderr.write_all(question.as_bytes())?;
        stderr.flush()?;
        if io::stdin().is_terminal() {
            let line = rpassword::read_password().map(Zeroizing::new)?;
            return Ok(Some(line));
        }
        let mut input = File::from(io::stdin().as_fd().try_clone_to_owned()?);
        let line = read_line(&mut input)?;
        stderr.write_all(b"\n")?;
        Ok(line)
    }
}

/// One line without its end (`\n` or `\r\n`); `None` at the end of the input.
fn read_line(input: &mut impl Read) -> io::Result<Option<Zeroizing<String>>> {
    let mut line = Zeroizing::new(Vec::with_capacity(256));
    let mut byte = [0];
    loop {
        match input.read(&mut byte) {
            Ok(0) if line.is_empty() => return Ok(None),
            Ok(0) => break,
            Ok(_) if byte == *b"\n" => break,
            Ok(_) if line.len() >= LINE_LIMIT => {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "line too long"));
            }
            Ok(_) => line.extend_from_slice(&byte),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    let text = std::str::from_utf8(&line)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "not valid UTF-8"))?;
    Ok(Some(Zeroizing::new(text.to_owned())))
}

/// Nobody types more; a stream without line ends must not fill the memory.
const LINE_LIMIT: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::read_line;

    fn lines(mut input: &[u8]) -> Vec<String> {
        let mut lines = Vec::new();
        while let Some(line) = read_line(&mut input).expect("readable") {
            lines.push(line.to_string());
        }
        lines
    }

    #[test]
    fn lines_end_at_line_feeds_and_at_the_end_of_input() {
        assert_eq!(lines(b"a\r\n\nb"), ["a", "", "b"]);
        assert_eq!(lines(b""), Vec::<String>::new());
    }

    #[test]
    fn what_follows_the_line_is_left_in_the_input() {
        let mut input: &[u8] = b"secret\nrest";
        read_line(&mut input).expect("readable");
        assert_eq!(input, b"rest");
    }
}

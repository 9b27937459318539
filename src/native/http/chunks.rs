//! Follows the framing of a chunked body (RFC 9112 section 7.1) without touching it, to know where it
//! ends. Strict: sizes are plain hexadecimal digits, every line ends with CR LF.

/// A place in a chunked body.
#[derive(Clone, Copy, Debug)]
pub struct Chunks {
    state: State,
    /// What is left of the chunk, or the size as far as it is read.
    size: u64,
    /// Bytes of the current line of size, extension or trailer.
    line: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Size,
    Extension,
    SizeEnd,
    Content,
    ContentCr,
    ContentLf,
    /// At the start of a trailer line.
    TrailerStart,
    Trailer,
    TrailerEnd,
    LastEnd,
}

/// How far a look at some bytes came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Progress {
    More,
    End,
    Broken,
}

/// Sixteen digits could be more than a body may ever have.
const MAX_DIGITS: usize = 15;
/// Bytes of one extension or of all trailers.
const MAX_LINE: usize = 8 * 1024;

impl Default for Chunks {
    fn default() -> Self {
        Self {
            state: State::Size,
            size: 0,
            line: 0,
        }
    }
}

impl Chunks {
    /// Follows `bytes` as far as they belong to the body. The bytes up to a fault count as taken.
    pub fn follow(&mut self, bytes: &[u8]) -> (usize, Progress) {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            if self.state == State::Content {
                let available = (bytes.len() - at) as u64;
                let taken = available.min(self.size);
                self.size -= taken;
                at += usize::try_from(taken).unwrap_or(usize::MAX);
                if self.size == 0 {
                    self.state = State::ContentCr;
                }
                continue;
            }
            if !self.step(byte) {
                return (at, Progress::Broken);
            }
            at += 1;
            if self.state == State::LastEnd && byte == b'\n' {
                return (at, Progress::End);
            }
        }
        (at, Progress::More)
    }

    /// One byte of framing; false when it does not belong there.
    fn step(&mut self, byte: u8) -> bool {
        self.line += 1;
        let next = match (self.state, byte) {
            (State::Size, b'\r') if self.line > 1 => State::SizeEnd,
            (State::Size, b';') if self.line > 1 => State::Extension,
            (State::Size, _) => {
                let Some(digit) = char::from(byte).to_digit(16) else {
                    return false;
                };
                self.size = self.size * 16 + u64::from(digit);
                return self.line <= MAX_DIGITS;
            }
            (State::Extension, b'\r') => State::SizeEnd,
            (State::Extension, b'\n') => return false,
            (State::Extension, _) => return self.line <= MAX_LINE,
            (State::SizeEnd, b'\n') => {
                self.line = 0;
                match self.size {
                    0 => State::TrailerStart,
                    _ => State::Content,
                }
            }
            (State::ContentCr, b'\r') => State::ContentLf,
            (State::ContentLf, b'\n') => {
                self.line = 0;
                State::Size
            }
            (State::TrailerStart, b'\r') => State::LastEnd,
            (State::TrailerStart | State::Trailer, b'\n') => return false,
            (State::Trailer, b'\r') => State::TrailerEnd,
            (State::TrailerStart | State::Trailer, _) if self.line <= MAX_LINE => State::Trailer,
            (State::TrailerEnd, b'\n') => State::TrailerStart,
            (State::LastEnd, b'\n') => State::LastEnd,
            _ => return false,
        };
        self.state = next;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::{Chunks, Progress};

    fn followed(body: &str) -> (usize, Progress) {
        // Byte by byte must come to the same as all at once.
        let mut chunks = Chunks::default();
        let mut taken = 0;
        let mut progress = Progress::More;
        for byte in body.as_bytes() {
            let (n, now) = chunks.follow(std::slice::from_ref(byte));
            taken += n;
            progress = now;
            if progress != Progress::More {
                break;
            }
        }
        assert_eq!(
            Chunks::default().follow(body.as_bytes()),
            (taken, progress),
            "{body:?}"
        );
        (taken, progress)
    }

    #[test]
    fn bodies_end_where_they_should() {
        for body in [
            "0\r\n\r\n",
            "3\r\nabc\r\n0\r\n\r\n",
            "A;name=\"v\"\r\n0123456789\r\n000\r\nx: y\r\nz:\r\n\r\n",
        ] {
            let more = format!("{body}GET");
            assert_eq!(followed(&more), (body.len(), Progress::End), "{body:?}");
        }
    }

    #[test]
    fn faults_are_seen() {
        for body in [
            "\r\n",
            "x\r\n",
            "-1\r\n",
            "0x1\r\n",
            " 1\r\n",
            "1 \r\n",
            "1\na",
            "1\rxa",
            "1\r\nab",
            "1;a\nb\r\n",
            "1\r\na\n0\r\n\r\n",
            "0\r\nx: y\n\r\n",
            "0\r\n\rx",
            "FFFFFFFFFFFFFFFF\r\n",
        ] {
            assert_eq!(followed(body).1, Progress::Broken, "{body:?}");
        }
    }
}

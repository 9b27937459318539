//! Channels of bytes over files and memory.
//!
//! Input → output: paths and byte strings → readers and writers with the rules of
//! spec/stdlib.md, io: how many bytes a read gives, when the end was seen, what closing twice
//! means. Everything blocks; the glue decides on which thread that happens.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::failure::{Failure, Outcome};

/// What a read without a size asks for, and the least that is read from a file at once.
pub const BUFFER: usize = 16_384;

/// A source of bytes.
pub struct ByteReader {
    /// `None` for memory and behind the end of a file.
    file: Option<File>,
    /// Bytes that were read ahead, from `start` on.
    ahead: Vec<u8>,
    start: usize,
    is_end_seen: bool,
    is_closed: bool,
}

/// A destination of bytes; `None` once it is closed.
pub struct ByteWriter(Option<File>);

impl ByteReader {
    /// Opens a file.
    pub fn open(path: &str) -> Outcome<Self> {
        let file = File::open(path).map_err(|error| Failure::of_open(&error, path))?;
        let is_folder = file.metadata().is_ok_and(|metadata| metadata.is_dir());
        if is_folder {
            let error = std::io::Error::from(std::io::ErrorKind::IsADirectory);
            return Err(Failure::of_open(&error, path));
        }
        Ok(Self::new(Some(file), Vec::new()))
    }

    /// Reads from memory.
    pub fn of_memory(content: Vec<u8>) -> Self {
        Self::new(None, content)
    }

    fn new(file: Option<File>, ahead: Vec<u8>) -> Self {
        Self {
            file,
            ahead,
            start: 0,
            is_end_seen: false,
            is_closed: false,
        }
    }

    /// Whether `n_bytes` can be had without asking the file.
    pub fn has_ready(&self, n_bytes: usize) -> bool {
        self.file.is_none() || self.ready().len() >= n_bytes
    }

    /// Whether the next line, in which quotes may hide line ends, lies in memory.
    pub fn has_line_ready(&self, is_quoted: bool) -> bool {
        let mut is_inside = false;
        let has_end = |&byte: &u8| {
            is_inside ^= is_quoted && byte == b'"';
            byte == b'\n' && !is_inside
        };
        self.ready().iter().any(has_end)
    }

    /// Up to `wanted` bytes, `BUFFER` for 0 or less. Fewer at the end, after that the failure.
    pub fn read(&mut self, wanted: i64) -> Outcome<Vec<u8>> {
        let wanted = usize::try_from(wanted)
            .ok()
            .filter(|&wanted| wanted > 0)
            .unwrap_or(BUFFER);
        self.check_open()?;
        if self.is_end_seen {
            return Err(Failure::EndOfFile);
        }
        self.fill(wanted)?;
        let n_bytes = wanted.min(self.ready().len());
        self.is_end_seen = n_bytes < wanted;
        if n_bytes == 0 {
            return Err(Failure::EndOfFile);
        }
        Ok(self.take(n_bytes))
    }

    /// Exactly `wanted` bytes.
    pub fn read_exact(&mut self, wanted: usize) -> Outcome<Vec<u8>> {
        self.check_open()?;
        self.fill(wanted)?;
        if self.ready().len() < wanted {
            return Err(Failure::EndOfFile);
        }
        Ok(self.take(wanted))
    }

    /// All bytes that are left.
    pub fn read_rest(&mut self) -> Outcome<Vec<u8>> {
        self.check_open()?;
        self.fill(usize::MAX)?;
        self.is_end_seen = true;
        let n_bytes = self.ready().len();
        Ok(self.take(n_bytes))
    }

    /// The next bytes without taking them: at least `wanted` of them unless the end is nearer.
    pub fn peek(&mut self, wanted: usize) -> Outcome<&[u8]> {
        self.check_open()?;
        self.fill(wanted)?;
        Ok(self.ready())
    }

    /// Passes over bytes that were seen by [`Self::peek`].
    pub fn skip(&mut self, n_bytes: usize) {
        self.start = (self.start + n_bytes).min(self.ahead.len());
    }

    /// Whether nothing is left.
    pub fn is_at_end(&mut self) -> Outcome<bool> {
        Ok(self.peek(1)?.is_empty())
    }

    pub fn close(&mut self) -> Outcome<()> {
        self.check_open()?;
        self.is_closed = true;
        self.file = None;
        self.ahead = Vec::new();
        self.start = 0;
        Ok(())
    }

    fn check_open(&self) -> Outcome<()> {
        if self.is_closed {
            Err(Failure::closed())
        } else {
            Ok(())
        }
    }

    fn ready(&self) -> &[u8] {
        self.ahead.get(self.start..).unwrap_or_default()
    }

    fn take(&mut self, n_bytes: usize) -> Vec<u8> {
        let taken = self.ready().get(..n_bytes).unwrap_or_default().to_vec();
        self.skip(n_bytes);
        taken
    }

    /// Reads ahead until `wanted` bytes are ready or the file ends.
    fn fill(&mut self, wanted: usize) -> Outcome<()> {
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        let ready = self.ahead.len() - self.start;
        if ready >= wanted {
            return Ok(());
        }
        self.ahead.drain(..self.start);
        self.start = 0;
        let missing = (wanted - ready).max(BUFFER);
        let limit = u64::try_from(missing).unwrap_or(u64::MAX);
        let n_read = Read::by_ref(file)
            .take(limit)
            .read_to_end(&mut self.ahead)?;
        if n_read < missing {
            self.file = None;
        }
        Ok(())
    }
}

impl ByteWriter {
    /// Opens a file; it and the folders above it are made when they are missing.
    pub fn open(path: &str, appends: bool) -> Outcome<Self> {
        let failed = |error: std::io::Error| Failure::of_open(&error, path);
        if let Some(folder) = Path::new(path).parent()
            && !folder.as_os_str().is_empty()
        {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        File::options()
            .create(true)
            .write(true)
            .append(appends)
            .truncate(!appends)
            .open(path)
            .map(|file| Self(Some(file)))
            .map_err(failed)
    }

    /// Writes all of `content`.
    pub fn write(&mut self, content: &[u8]) -> Outcome<()> {
        let file = self.0.as_mut().ok_or_else(Failure::closed)?;
        file.write_all(content)?;
        Ok(())
    }

    pub fn close(&mut self) -> Outcome<()> {
        let file = self.0.take().ok_or_else(Failure::closed)?;
        // Tells of a full disk now, where somebody can hear it.
        drop(file);
        Ok(())
    }
}

/// A channel over the Base64 text of what `reader` still holds.
pub fn encode(reader: &mut ByteReader) -> Outcome<ByteReader> {
    let content = reader.read_rest()?;
    Ok(ByteReader::of_memory(STANDARD.encode(content).into_bytes()))
}

/// A channel over the bytes whose Base64 text `reader` still holds; line ends do not count.
pub fn decode(reader: &mut ByteReader) -> Outcome<ByteReader> {
    let mut content = reader.read_rest()?;
    content.retain(|byte| !matches!(byte, b'\r' | b'\n'));
    let content = STANDARD
        .decode(content)
        .map_err(|error| Failure::Generic(format!("invalid Base64 content: {error}")))?;
    Ok(ByteReader::of_memory(content))
}

#[cfg(test)]
mod tests {
    use super::{ByteReader, ByteWriter, Failure, decode, encode};

    #[test]
    fn reads_give_what_is_there_and_then_the_end() {
        let mut reader = ByteReader::of_memory(vec![1, 2, 3]);
        assert_eq!(reader.read(2), Ok(vec![1, 2]));
        assert_eq!(reader.read(2), Ok(vec![3]));
        assert_eq!(reader.read(2), Err(Failure::EndOfFile));
        assert_eq!(reader.close(), Ok(()));
        assert_eq!(reader.close(), Err(Failure::closed()));
        assert_eq!(reader.read(1), Err(Failure::closed()));
    }

    #[test]
    fn files_are_made_with_their_folders_and_appended_to() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a/b.bin").display().to_string();
        let mut writer = ByteWriter::open(&path, false).expect("opens");
        writer.write(&vec![1; 40_000]).expect("writes");
        writer.close().expect("closes");
        assert_eq!(writer.close(), Err(Failure::closed()));
        let mut writer = ByteWriter::open(&path, true).expect("opens");
        writer.write(&[2]).expect("writes");
        let mut reader = ByteReader::open(&path).expect("opens");
        assert_eq!(reader.read(39_999).map(|bytes| bytes.len()), Ok(39_999));
        assert_eq!(reader.read(0), Ok(vec![1, 2]));
        assert_eq!(reader.read(0), Err(Failure::EndOfFile));
    }

    #[test]
    fn missing_files_are_named_in_full() {
        let Err(Failure::FileNotFound(message)) = ByteReader::open("no/such.txt") else {
            panic!("there is no such file");
        };
        let path = std::path::absolute("no/such.txt").expect("a path");
        assert_eq!(
            message,
            format!("no such file or directory: {}", path.display())
        );
        assert!(matches!(ByteReader::open("."), Err(Failure::Generic(_))));
    }

    #[test]
    fn base64_channels_are_inverse() {
        let mut plain = ByteReader::of_memory(b"Hello Ballerina!".to_vec());
        let mut encoded = encode(&mut plain).expect("encodes");
        let mut decoded = decode(&mut encoded).expect("decodes");
        assert_eq!(decoded.read_rest(), Ok(b"Hello Ballerina!".to_vec()));
        assert!(decode(&mut ByteReader::of_memory(b"@@".to_vec())).is_err());
    }
}

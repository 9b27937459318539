//! Byte offsets to lines and columns. Both count from 1; columns count Unicode scalar values
//! (a tab is one), as spec/cli.md section 5 asks.

/// A place as people count it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct LineColumn {
    pub line: u32,
    pub column: u32,
}

/// The starts of all lines of one text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    pub fn new(text: &str) -> Self {
        let newlines = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
        let after = newlines.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX));
        Self {
            starts: std::iter::once(0).chain(after).collect(),
        }
    }

    /// The line of the byte `offset`.
    pub fn line(&self, offset: u32) -> u32 {
        let line = self.starts.partition_point(|&start| start <= offset).max(1);
        u32::try_from(line).unwrap_or(u32::MAX)
    }

    /// Line and column of the byte `offset` in `text` (the text the index was made of).
    pub fn line_column(&self, text: &str, offset: u32) -> LineColumn {
        let line = self.starts.partition_point(|&start| start <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0) as usize;
        let end = (offset as usize).min(text.len());
        let before = text.as_bytes().get(start..end).unwrap_or(&[]);
        // Continuation bytes do not start a character.
        let column = before.iter().filter(|&&byte| byte & 0xC0 != 0x80).count() + 1;
        LineColumn {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(column).unwrap_or(u32::MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LineColumn, LineIndex};

    #[test]
    fn columns_count_characters() {
        let text = "a\n\tü = \"é\";\n";
        let index = LineIndex::new(text);
        let at = |needle: &str| {
            index.line_column(text, u32::try_from(text.find(needle).unwrap()).unwrap())
        };
        assert_eq!(at("a"), LineColumn { line: 1, column: 1 });
        assert_eq!(at("="), LineColumn { line: 2, column: 4 });
        assert_eq!(at(";"), LineColumn { line: 2, column: 9 });
    }
}

//! A library file from outside: its imports and what its items are called, without reading the items.
//! A program uses few of the items of the modules that it imports; those are read when they are
//! asked for ([`read_item`]).
//!
//! Input: the text of a file without errors; output: an [`Outline`], or none where only [`super::parse`] can
//! tell. What is neither a function, a type nor a plain constant is read at once.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::ast::{Import, ItemAst, ItemKind, TypeExpr, Visibility, XmlNamespace};
use super::grammar::Rule;
use super::lower::LowerCx;
use super::message::skip_blanks;
use super::parser::{SHALLOW, parse_rule};
use super::scan::{is_name_char, line_end, scan, string_end, text_range};
use crate::base::{FileId, ItemId, Name, TextRange};

/// What can be said of a file before its items are read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Outline {
    pub imports: Vec<Import>,
    pub namespaces: Vec<XmlNamespace>,
    pub items: Vec<OutlineItem>,
}

/// An item and where it stands in its file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OutlineItem {
    pub id: ItemId,
    pub range: TextRange,
    pub head: Head,
}

/// What an item is from outside.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Head {
    pub kind: HeadKind,
    pub is_public: bool,
    /// Relative to the item.
    pub name_range: TextRange,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum HeadKind {
    Function,
    Type { is_object: bool },
    Constant,
    Variable { is_listener: bool },
    Service,
    Annotation,
    Error,
}

impl Head {
    pub fn of(ast: &ItemAst) -> Self {
        let kind = match &ast.kind {
            ItemKind::Function(_) => HeadKind::Function,
            ItemKind::Service(_) => HeadKind::Service,
            ItemKind::Type(definition) => HeadKind::Type {
                is_object: matches!(ast.ty(definition.ty), TypeExpr::Object(_)),
            },
            ItemKind::Annotation(_) => HeadKind::Annotation,
            ItemKind::Var(variable) => HeadKind::Variable {
                is_listener: variable.is_listener,
            },
            ItemKind::Const(_) => HeadKind::Constant,
            ItemKind::Error => HeadKind::Error,
        };
        Self {
            kind,
            is_public: ast.visibility.is_some_and(|v| v.node == Visibility::Public),
            name_range: ast.name.map(|name| name.range).unwrap_or_default(),
        }
    }
}

/// The outline of a file; none when it is not as simple as library files are.
pub fn outline(file: FileId, text: &str) -> Option<Outline> {
    let scan = scan(text);
    if !scan.errors.is_empty() || scan.max_depth > SHALLOW {
        return None;
    }
    let mut outline = Outline::default();
    let mut names: FxHashMap<Name, u32> = FxHashMap::default();
    for segment in &scan.segments {
        let start = skip_blanks(scan.text.as_bytes(), segment.start);
        let piece = scan.text.get(start..segment.end).unwrap_or_default();
        let piece = piece.trim_ascii_end();
        if piece.is_empty() {
            continue;
        }
        let found = plain_head(piece);
        let (name, head) = match found {
            Some(found) => found,
            None => match read(piece, start)? {
                Top::Import(import) => {
                    outline.imports.push(import);
                    continue;
                }
                Top::Namespace(namespace) => {
                    outline.namespaces.push(namespace);
                    continue;
                }
                Top::Item(ast) => (ast.name?.name, Head::of(&ast)),
            },
        };
        let nth = names.entry(name).or_default();
        outline.items.push(OutlineItem {
            id: ItemId::new(file, name, *nth),
            range: text_range(start, start + piece.len()),
            head,
        });
        *nth += 1;
    }
    Some(outline)
}

/// Reads an item of an outline; `text` is its range of the file.
pub fn read_item(text: &str) -> Option<Arc<ItemAst>> {
    match read(&scan(text).text, 0)? {
        Top::Item(ast) => Some(ast),
        Top::Import(_) | Top::Namespace(_) => None,
    }
}

enum Top {
    Import(Import),
    Namespace(XmlNamespace),
    Item(Arc<ItemAst>),
}

/// Reads the one thing that stands in `piece`, which starts at `pos` of its file.
fn read(piece: &str, pos: usize) -> Option<Top> {
    let pair = parse_rule(Rule::top, piece).ok()?;
    let is_whole = skip_blanks(piece.as_bytes(), pair.as_span().end()) == piece.len();
    let inner = pair.into_inner().next().filter(|_| is_whole)?;
    let mut cx = LowerCx::new(piece);
    Some(match inner.as_rule() {
        Rule::import_decl => {
            cx.move_to(piece, pos);
            Top::Import(cx.import(inner))
        }
        Rule::xmlns_decl => {
            cx.move_to(piece, pos);
            Top::Namespace(cx.xml_namespace(inner))
        }
        _ => {
            let (head, kind) = cx.item(inner);
            Top::Item(Arc::new(cx.finish(head, kind).ast))
        }
    })
}

/// The head of a function, a type or a constant by its first words.
fn plain_head(piece: &str) -> Option<(Name, Head)> {
    let mut words = Words { piece, at: 0 };
    words.skip_front()?;
    let mut word = words.next()?;
    let is_public = word == "public";
    if is_public {
        word = words.next()?;
    }
    let name = match word {
        "function" => words.next().filter(|_| words.peek() == Some(b'('))?,
        "type" => words.next()?,
        "const" => {
            let first = words.next().filter(|&first| first != "annotation")?;
            match words.peek()? {
                b'=' => first,
                _ => words.next().filter(|_| words.peek() == Some(b'='))?,
            }
        }
        _ => return None,
    };
    let end = words.at;
    let kind = match word {
        "function" => HeadKind::Function,
        "type" => HeadKind::Type {
            is_object: words.is_object(),
        },
        _ => HeadKind::Constant,
    };
    let head = Head {
        kind,
        is_public,
        name_range: text_range(end - name.len(), end),
    };
    Some((Name::new(name), head))
}

/// The words at the start of an item.
struct Words<'t> {
    piece: &'t str,
    /// Behind the last word.
    at: usize,
}

impl<'t> Words<'t> {
    fn peek(&self) -> Option<u8> {
        let bytes = self.piece.as_bytes();
        bytes.get(skip_blanks(bytes, self.at)).copied()
    }

    /// The next word, if it is one.
    fn next(&mut self) -> Option<&'t str> {
        let start = skip_blanks(self.piece.as_bytes(), self.at);
        let rest = self.piece.get(start..)?;
        let is_inside = |c: char| is_name_char(c) || c.is_ascii_digit();
        let length = rest.find(|c| !is_inside(c)).unwrap_or(rest.len());
        self.at = start + length;
        rest.get(..length).filter(|word| !word.is_empty())
    }

    /// Goes behind documentation and annotations.
    fn skip_front(&mut self) -> Option<()> {
        let bytes = self.piece.as_bytes();
        loop {
            self.at = skip_blanks(bytes, self.at);
            match bytes.get(self.at)? {
                b'#' => self.at = line_end(bytes, self.at),
                b'@' => {
                    self.at += 1;
                    self.next()?;
                    if self.peek() == Some(b':') {
                        return None;
                    }
                    if self.peek() == Some(b'{') {
                        self.skip_braces()?;
                    }
                }
                _ => return Some(()),
            }
        }
    }

    /// Goes behind what stands in braces.
    fn skip_braces(&mut self) -> Option<()> {
        let bytes = self.piece.as_bytes();
        let mut depth = 0_u32;
        loop {
            match bytes.get(self.at)? {
                b'"' => {
                    self.at = string_end(bytes, self.at).ok()?;
                    continue;
                }
                b'`' | b'\'' => return None,
                b'{' => depth += 1,
                b'}' => depth = depth.checked_sub(1)?,
                _ => {}
            }
            self.at += 1;
            if depth == 0 && bytes.get(self.at - 1) == Some(&b'}') {
                return Some(());
            }
        }
    }

    /// Whether what follows the name of a type is an object type and nothing else.
    fn is_object(&mut self) -> bool {
        loop {
            match self.next() {
                Some("abstract" | "client") => {}
                Some("object") => break,
                _ => return false,
            }
        }
        let rest = self.piece.get(self.at..).unwrap_or_default();
        // The braces of the object are the last ones unless a suffix or another member follows them.
        let before = rest.strip_suffix(';').unwrap_or(rest).trim_ascii_end();
        before.ends_with('}')
    }
}

#[cfg(test)]
mod tests {
    use super::{Head, outline, read_item};
    use crate::base::FileId;
    use crate::stdlib;

    #[test]
    fn the_outline_of_the_library_is_what_the_parser_reads() {
        for (path, text) in
            stdlib::modules().flat_map(|m| stdlib::module_files(m).unwrap_or_default())
        {
            let file = FileId::new(path);
            let parsed = super::super::parse(file, text);
            let outline = outline(file, text).expect("library files are simple");
            assert_eq!(outline.imports, parsed.imports, "{path}");
            assert_eq!(outline.namespaces, parsed.namespaces, "{path}");
            assert_eq!(outline.items.len(), parsed.items.len(), "{path}");
            for (found, item) in outline.items.iter().zip(&parsed.items) {
                assert_eq!((found.id, found.range), (item.id, item.range), "{path}");
                assert_eq!(found.head, Head::of(&item.ast), "{:?}", item.id);
                let range = item.range.start as usize..item.range.end as usize;
                let read = text.get(range).and_then(read_item);
                assert_eq!(read.as_ref(), Some(&item.ast), "{:?}", item.id);
            }
        }
    }
}

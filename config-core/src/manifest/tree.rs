//! The tree of groups laid out flat: every key with its path and the exact names of its variables.
//!
//! A root is laid out at compile time, into statics. The groups in a list or map are laid out while
//! they are read, by the same code, once their place is known.

use super::{Foreign, Group, Item, Key, Nested, Phrase, Shape};
use crate::grammar::same;

/// A tree of groups, laid out flat.
#[derive(Clone, Copy, Debug)]
pub struct Tree<'a> {
    text: &'a str,
    entries: &'a [Entry],
    names: &'a [Name],
    index: &'a [u16],
}

/// One key, list, map or third-party struct in the order in which a reader meets them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) what: What,
    variable: Span,
    path: Span,
    first_name: u16,
    names: u16,
}

/// What stands at an entry.
#[derive(Clone, Copy, Debug)]
pub(crate) enum What {
    Key(&'static Key),
    Many(&'static Nested),
    #[cfg_attr(not(feature = "foreign"), allow(dead_code))]
    Foreign(&'static Foreign),
}

/// The exact name of one variable.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Name {
    text: Span,
    pub(crate) entry: u16,
    pub(crate) role: Role,
}

/// What a variable is to its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// It holds the value.
    Own,
    /// It holds the value under an older name.
    Alias,
    /// It holds the path of a file that holds the value.
    File,
}

/// A part of the text of a layout.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: u32,
    length: u32,
}

impl Span {
    const NONE: Self = Self { start: 0, length: 0 };

    const fn of(self, text: &str) -> &str {
        text.split_at(self.start as usize).1.split_at(self.length as usize).0
    }
}

/// How much room a layout needs.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Bytes of text.
    pub text: usize,
    /// Entries.
    pub entries: usize,
    /// Names of variables.
    pub names: usize,
    /// Slots of the index of names.
    pub index: usize,
}

/// A tree laid out at compile time.
#[derive(Debug)]
pub struct Layout<const TEXT: usize, const ENTRIES: usize, const NAMES: usize, const INDEX: usize> {
    text: [u8; TEXT],
    entries: [Entry; ENTRIES],
    names: [Name; NAMES],
    index: [u16; INDEX],
}

/// The file twin of a secret's variable: `NAME_FILE` holds the path of a file that holds the value.
pub(crate) const FILE_SUFFIX: &str = "_FILE";

const VACANT: u16 = u16::MAX;

impl Size {
    /// The room that `group` needs under `prefix`.
    pub const fn of(prefix: &str, group: &Group) -> Self {
        let mut writer = Writer { text: &mut [], entries: &mut [], names: &mut [], at: Self::NONE };
        writer.group(group, &Place::root(prefix));
        let mut size = writer.at;
        size.index = if size.names == 0 { 1 } else { (size.names * 2).next_power_of_two() };
        size
    }

    const NONE: Self = Self { text: 0, entries: 0, names: 0, index: 0 };
}

impl<const TEXT: usize, const ENTRIES: usize, const NAMES: usize, const INDEX: usize>
    Layout<TEXT, ENTRIES, NAMES, INDEX>
{
    /// Lays `group` out under `prefix`.
    pub const fn new(prefix: &str, group: &Group) -> Self {
        assert!(NAMES < VACANT as usize, "a configuration cannot have more than 65534 variables");
        let mut layout = Self {
            text: [0; TEXT],
            entries: [Entry::NONE; ENTRIES],
            names: [Name::NONE; NAMES],
            index: [VACANT; INDEX],
        };
        let mut writer = Writer {
            text: &mut layout.text,
            entries: &mut layout.entries,
            names: &mut layout.names,
            at: Size::NONE,
        };
        writer.group(group, &Place::root(prefix));
        fill_index(&layout.text, &layout.names, &mut layout.index);
        layout
    }

    /// The tree in this layout.
    pub const fn tree(&self) -> Tree<'_> {
        match std::str::from_utf8(&self.text) {
            Ok(text) => Tree { text, entries: &self.entries, names: &self.names, index: &self.index },
            Err(_) => panic!("names are ASCII"),
        }
    }
}

/// A tree laid out at run time, for one element of a list or map.
pub(crate) struct Element {
    text: String,
    entries: Vec<Entry>,
    names: Vec<Name>,
    index: Vec<u16>,
}

impl Element {
    /// Lays `group` out at `variable` and `path`.
    pub(crate) fn new(group: &Group, variable: &str, path: &str) -> Self {
        let place = Place { outer: None, variable, path };
        let mut writer = Writer { text: &mut [], entries: &mut [], names: &mut [], at: Size::NONE };
        writer.group(group, &place);
        let size = writer.at;
        let mut text = vec![0; size.text];
        let mut entries = vec![Entry::NONE; size.entries];
        let mut names = vec![Name::NONE; size.names];
        let mut index = vec![VACANT; (size.names * 2).next_power_of_two()];
        let mut writer = Writer { text: &mut text, entries: &mut entries, names: &mut names, at: Size::NONE };
        writer.group(group, &place);
        fill_index(&text, &names, &mut index);
        let text = String::from_utf8(text).expect("made of strings, with ASCII letters raised");
        Self { text, entries, names, index }
    }

    pub(crate) fn tree(&self) -> Tree<'_> {
        Tree { text: &self.text, entries: &self.entries, names: &self.names, index: &self.index }
    }
}

impl<'a> Tree<'a> {
    pub(crate) const fn entries(&self) -> &'a [Entry] {
        self.entries
    }

    pub(crate) const fn names(&self) -> &'a [Name] {
        self.names
    }

    /// The variable of an entry; for a list or map, what its variables begin with.
    pub(crate) const fn variable(&self, entry: usize) -> &'a str {
        self.entries[entry].variable.of(self.text)
    }

    /// The path of an entry.
    pub(crate) const fn path(&self, entry: usize) -> &'a str {
        self.entries[entry].path.of(self.text)
    }

    /// The names of an entry: its variable first.
    pub(crate) const fn names_of(&self, entry: usize) -> std::ops::Range<usize> {
        let entry = &self.entries[entry];
        entry.first_name as usize..(entry.first_name + entry.names) as usize
    }

    /// The text of a name.
    pub(crate) const fn name(&self, name: usize) -> &'a str {
        self.names[name].text.of(self.text)
    }

    /// The name with this text.
    pub(crate) const fn lookup(&self, text: &[u8]) -> Option<usize> {
        lookup(self.text.as_bytes(), self.names, self.index, text)
    }
}

impl Entry {
    const NONE: Self = Self {
        what: What::Foreign(&Foreign { field: "", segment: "", doc: "", type_name: "" }),
        variable: Span::NONE,
        path: Span::NONE,
        first_name: 0,
        names: 0,
    };
}

impl Name {
    const NONE: Self = Self { text: Span::NONE, entry: 0, role: Role::Own };
}

const fn fill_index(text: &[u8], names: &[Name], index: &mut [u16]) {
    let mut at = 0;
    while at < names.len() {
        let name = bytes(text, names[at].text);
        let mut slot = hash(name) & (index.len() - 1);
        // Of two names with the same text the first one is found; `proof` refuses the second.
        while index[slot] != VACANT {
            slot = (slot + 1) & (index.len() - 1);
        }
        index[slot] = at as u16;
        at += 1;
    }
}

const fn lookup(text: &[u8], names: &[Name], index: &[u16], wanted: &[u8]) -> Option<usize> {
    let mut slot = hash(wanted) & (index.len() - 1);
    while index[slot] != VACANT {
        let name = index[slot] as usize;
        if same_bytes(bytes(text, names[name].text), wanted) {
            return Some(name);
        }
        slot = (slot + 1) & (index.len() - 1);
    }
    None
}

const fn bytes(text: &[u8], span: Span) -> &[u8] {
    text.split_at(span.start as usize).1.split_at(span.length as usize).0
}

const fn same_bytes(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let mut at = 0;
    while at < left.len() {
        if left[at] != right[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// A hash that costs little in `const` evaluation and at run time: eight bytes a step.
const fn hash(bytes: &[u8]) -> usize {
    let mut hash = bytes.len() as u64;
    let mut rest = bytes;
    while let Some((chunk, after)) = rest.split_first_chunk::<8>() {
        hash = mix(hash ^ u64::from_le_bytes(*chunk));
        rest = after;
    }
    let mut tail = 0;
    while let [byte, after @ ..] = rest {
        tail = (tail << 8) | *byte as u64;
        rest = after;
    }
    (mix(hash ^ tail) >> 32) as usize
}

const fn mix(value: u64) -> u64 {
    let product = value as u128 * 0x9e37_79b9_7f4a_7c15;
    (product >> 64) as u64 ^ product as u64
}

/// A place in the tree: the names of everything in it begin with those of the places around it.
struct Place<'a> {
    outer: Option<&'a Place<'a>>,
    variable: &'a str,
    path: &'a str,
}

impl<'a> Place<'a> {
    const fn root(prefix: &'a str) -> Self {
        Place { outer: None, variable: prefix, path: "" }
    }
}

/// Writes a tree, or measures it where the slices are empty.
struct Writer<'a> {
    text: &'a mut [u8],
    entries: &'a mut [Entry],
    names: &'a mut [Name],
    at: Size,
}

impl Writer<'_> {
    const fn group(&mut self, group: &Group, place: &Place<'_>) {
        let mut at = 0;
        while at < group.items.len() {
            match &group.items[at] {
                Item::Key(key) => self.key(key, place),
                Item::Foreign(foreign) => {
                    let segment = foreign.segment;
                    let place = Place { outer: Some(place), variable: segment, path: segment };
                    self.entry(What::Foreign(foreign), &place);
                }
                Item::Nested(nested) => {
                    let variable = match nested.prefix {
                        Some(prefix) => prefix,
                        None => nested.segment,
                    };
                    let place = Place { outer: Some(place), variable, path: nested.segment };
                    match nested.shape {
                        Shape::One | Shape::Optional => self.group(nested.group, &place),
                        Shape::List => self.many(nested, &place, "{n}"),
                        Shape::Map => self.many(nested, &place, "{name}"),
                    }
                }
            }
            at += 1;
        }
    }

    /// A list or map, and behind it the keys of one element, with a placeholder in their names.
    const fn many(&mut self, nested: &'static Nested, place: &Place<'_>, element: &str) {
        self.entry(What::Many(nested), place);
        let place = Place { outer: Some(place), variable: element, path: element };
        self.group(nested.group, &place);
    }

    const fn key(&mut self, key: &'static Key, place: &Place<'_>) {
        let place = Place { outer: Some(place), variable: key.name, path: key.segment };
        let entry = self.at.entries;
        self.entry(What::Key(key), &place);
        let own = match key.env {
            Some(name) => {
                let span = self.literal(name);
                if entry < self.entries.len() {
                    self.entries[entry].variable = span;
                }
                span
            }
            None if entry < self.entries.len() => self.entries[entry].variable,
            None => Span::NONE,
        };
        self.name(own, entry, Role::Own, key.is_secret);
        let mut at = 0;
        while at < key.aliases.len() {
            let alias = self.literal(key.aliases[at]);
            self.name(alias, entry, Role::Alias, key.is_secret);
            at += 1;
        }
    }

    const fn entry(&mut self, what: What, place: &Place<'_>) {
        let start = self.at.text;
        self.variable(place);
        let variable = self.since(start);
        // Room for the file twin, which shares the text of the variable.
        self.write(FILE_SUFFIX.as_bytes(), false);
        let start = self.at.text;
        self.path(place);
        let path = self.since(start);
        if self.at.entries < self.entries.len() {
            self.entries[self.at.entries] =
                Entry { what, variable, path, first_name: self.at.names as u16, names: 0 };
        }
        self.at.entries += 1;
    }

    /// Adds a name, and its file twin for a secret.
    const fn name(&mut self, text: Span, entry: usize, role: Role, has_twin: bool) {
        self.push_name(Name { text, entry: entry as u16, role });
        if has_twin {
            let length = text.length + FILE_SUFFIX.len() as u32;
            let twin = Span { start: text.start, length };
            self.push_name(Name { text: twin, entry: entry as u16, role: Role::File });
        }
    }

    const fn push_name(&mut self, name: Name) {
        if self.at.names < self.names.len() {
            self.names[self.at.names] = name;
            self.entries[name.entry as usize].names += 1;
        }
        self.at.names += 1;
    }

    const fn literal(&mut self, name: &str) -> Span {
        let start = self.at.text;
        self.write(name.as_bytes(), false);
        let span = self.since(start);
        self.write(FILE_SUFFIX.as_bytes(), false);
        span
    }

    /// Writes the variable of a place: its parts in upper case, joined by underscores.
    const fn variable(&mut self, place: &Place<'_>) {
        let start = self.at.text;
        if let Some(outer) = place.outer {
            self.variable(outer);
        }
        if !place.variable.is_empty() {
            if self.at.text > start {
                self.write(b"_", false);
            }
            self.write(place.variable.as_bytes(), true);
        }
    }

    /// Writes the path of a place: its segments, joined by dots.
    const fn path(&mut self, place: &Place<'_>) {
        let start = self.at.text;
        if let Some(outer) = place.outer {
            self.path(outer);
        }
        if !place.path.is_empty() {
            if self.at.text > start {
                self.write(b".", false);
            }
            self.write(place.path.as_bytes(), false);
        }
    }

    const fn write(&mut self, bytes: &[u8], as_variable: bool) {
        // Placeholders stay as they are.
        let raises = as_variable && !matches!(bytes, [b'{', ..]);
        let mut at = 0;
        while at < bytes.len() {
            if self.at.text < self.text.len() {
                self.text[self.at.text] = match bytes[at] {
                    b'-' | b'.' if raises => b'_',
                    byte if raises => byte.to_ascii_uppercase(),
                    byte => byte,
                };
            }
            self.at.text += 1;
            at += 1;
        }
    }

    const fn since(&self, start: usize) -> Span {
        Span { start: start as u32, length: (self.at.text - start) as u32 }
    }
}

/// Two keys that would read the same variable: from `from` on, the second of them, and what is wrong.
pub(crate) const fn shared_variable(tree: &Tree<'_>, from: usize) -> Option<(usize, Phrase)> {
    let mut at = from;
    while at < tree.names.len() {
        let text = tree.name(at);
        if let Some(first) = tree.lookup(text.as_bytes())
            && first != at
        {
            let (one, two) = (tree.names[first].entry as usize, tree.names[at].entry as usize);
            let phrase = Phrase::new().code(tree.path(one));
            if one == two {
                let phrase = phrase.text(" names the variable ").code(text);
                return Some((at, phrase.text(" twice; remove one of the two names")));
            }
            let phrase =
                phrase.text(" and ").code(tree.path(two)).text(" would both read the variable ").code(text);
            let phrase = match (tree.names[first].role, tree.names[at].role) {
                (Role::File, Role::File) | (Role::Own | Role::Alias, Role::Own | Role::Alias) => phrase,
                (Role::File, _) | (_, Role::File) => {
                    phrase.text(" (a secret is also read from the file that its `_FILE` variable names)")
                }
            };
            return Some((at, phrase.text(ANOTHER_NAME)));
        }
        at += 1;
    }
    None
}

/// A variable that would also be read as an entry of the list, map or third-party struct at `many`.
pub(crate) const fn swallowed_variable(tree: &Tree<'_>, many: usize) -> Option<(usize, Phrase)> {
    let (counted, inner) = match tree.entries[many].what {
        What::Key(key) if matches!(key.kind, super::Kind::List { .. }) => (true, 0),
        What::Key(_) => return None,
        What::Many(nested) => (matches!(nested.shape, Shape::List), nested.group.size),
        What::Foreign(_) => (false, 0),
    };
    let variable = tree.variable(many);
    let mut name = 0;
    while name < tree.names.len() {
        let text = tree.name(name);
        let entry = tree.names[name].entry as usize;
        if (entry < many || entry > many + inner) && is_entry_of(variable, text, counted) {
            return Some((entry, swallowed(tree, many, entry, text)));
        }
        name += 1;
    }
    let mut other = 0;
    while other < tree.entries.len() {
        if (other < many || other > many + inner)
            && !matches!(tree.entries[other].what, What::Key(_))
            && (is_entry_of(variable, tree.variable(other), counted)
                || (other > many && same(variable, tree.variable(other))))
        {
            return Some((other, swallowed(tree, many, other, tree.variable(other))));
        }
        other += 1;
    }
    None
}

const fn swallowed(tree: &Tree<'_>, many: usize, other: usize, variable: &str) -> Phrase {
    Phrase::new()
        .text("the variable ")
        .code(variable)
        .text(" of ")
        .code(tree.path(other))
        .text(" would also be read as an entry of ")
        .code(tree.path(many))
        .text(ANOTHER_NAME)
}

const ANOTHER_NAME: &str =
    "; give one of them another name with `rename`, `env` or the `prefix` of its group";

/// Whether `text` is `variable`, an underscore and something: digits, where entries are `counted`.
const fn is_entry_of(variable: &str, text: &str, counted: bool) -> bool {
    let (variable, text) = (variable.as_bytes(), text.as_bytes());
    if text.len() <= variable.len() + 1 {
        return false;
    }
    let (head, tail) = text.split_at(variable.len());
    same_bytes(head, variable) && tail[0] == b'_' && (!counted || tail[1].is_ascii_digit())
}

/// Variables with a meaning of their own to the system.
const SYSTEM_VARIABLES: [&str; 24] = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "PWD",
    "OLDPWD",
    "TERM",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "IFS",
    "ENV",
    "BASH_ENV",
    "SHLVL",
    "UID",
    "EUID",
    "PPID",
    "HOSTNAME",
    "DISPLAY",
    "SSH_AUTH_SOCK",
    "XDG_RUNTIME_DIR",
    "SYSTEMROOT",
    "COMSPEC",
];

/// Whether `text` belongs to the operating system, the shell or the dynamic linker.
pub(crate) const fn is_system(text: &str) -> bool {
    if let [b'L', b'D', b'_', ..] | [b'D', b'Y', b'L', b'D', b'_', ..] = text.as_bytes() {
        return true;
    }
    let mut at = 0;
    while at < SYSTEM_VARIABLES.len() {
        if same(SYSTEM_VARIABLES[at], text) {
            return true;
        }
        at += 1;
    }
    false
}

/// The item with this number has the path of an earlier one; or two of the items inside it have the
/// same path.
pub(crate) const fn path_fault(group: &Group, item: usize) -> Option<Phrase> {
    let mut before = 0;
    while before < item {
        if let Some(segment) = shared_segment(&group.items[before], &group.items[item]) {
            return Some(
                Phrase::new()
                    .code(group.items[before].field())
                    .text(" and ")
                    .code(group.items[item].field())
                    .text(" of ")
                    .code(group.name)
                    .text(" would both have the path segment ")
                    .code(segment)
                    .text("; give one of them another with `rename`"),
            );
        }
        before += 1;
    }
    if let Item::Nested(nested) = &group.items[item] {
        let mut inner = 0;
        while inner < nested.group.items.len() {
            if let Some(phrase) = path_fault(nested.group, inner) {
                return Some(phrase);
            }
            inner += 1;
        }
    }
    None
}

/// A segment that two items both put into the same group; flattened groups are looked into.
const fn shared_segment(one: &Item, two: &Item) -> Option<&'static str> {
    if let Item::Nested(Nested { segment, group, .. }) = one
        && segment.is_empty()
    {
        let mut at = 0;
        while at < group.items.len() {
            if let Some(segment) = shared_segment(&group.items[at], two) {
                return Some(segment);
            }
            at += 1;
        }
        return None;
    }
    if matches!(two, Item::Nested(nested) if nested.segment.is_empty()) {
        return shared_segment(two, one);
    }
    let segment = one.segment();
    // The key that chooses has the path of its group.
    if !segment.is_empty() && same(segment, two.segment()) { Some(segment) } else { None }
}

/// Splits the number behind the last underscore off a name.
pub(crate) fn split_index(name: &str) -> Option<(&str, usize)> {
    let (head, digits) = name.rsplit_once('_')?;
    let is_number =
        !digits.is_empty() && digits.len() <= 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
    // `01` and `1` would be the same entry.
    if !is_number || (digits.len() > 1 && digits.starts_with('0')) {
        return None;
    }
    Some((head, digits.parse().ok()?))
}

//! The tree of groups laid out flat: every key with its path and the exact names of its variables.
//!
//! A root is laid out at compile time, into statics. The groups in a list or map are laid out while
//! they are read, by the same code, once their place is known.
//!
//! What runs in `const` evaluation goes through text byte by byte, by index: there a call costs as
//! much as ten steps of a loop, and a thousand keys must be laid out and proved in less than a second.
#![allow(clippy::manual_is_ascii_check)] // a call

use super::{Foreign, Group, Item, Key, Kind, Manifest, Nested, Phrase, Shape};
use crate::grammar::same;

/// A tree of groups, laid out flat.
#[derive(Clone, Copy, Debug)]
pub struct Tree<'a> {
    text: &'a [u8],
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
    /// An earlier name has the same text.
    is_shared: bool,
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

    const fn of(self, text: &[u8]) -> &str {
        match std::str::from_utf8(bytes(text, self)) {
            Ok(text) => text,
            // Made of strings, with ASCII letters raised.
            Err(_) => "",
        }
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
    prefix: &'static str,
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
        let mut writer = Writer::measuring();
        writer.root(group, prefix, "");
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
    pub const fn new(prefix: &'static str, group: &Group) -> Self {
        assert!(NAMES < VACANT as usize, "a configuration cannot have more than 65534 variables");
        let mut layout = Self {
            prefix,
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
            only_measures: false,
        };
        writer.root(group, prefix, "");
        fill_index(&layout.text, &mut layout.names, &mut layout.index);
        layout
    }

    /// The manifest of the root `app`, whose group was laid out.
    pub const fn manifest(&'static self, app: &'static str, group: &'static Group) -> Manifest {
        Manifest::new(app, self.prefix, group, self.tree())
    }

    const fn tree(&self) -> Tree<'_> {
        Tree { text: &self.text, entries: &self.entries, names: &self.names, index: &self.index }
    }
}

/// A tree laid out at run time, for one element of a list or map.
pub(crate) struct Element {
    text: Vec<u8>,
    entries: Vec<Entry>,
    names: Vec<Name>,
    index: Vec<u16>,
}

impl Element {
    /// Lays `group` out at `variable` and `path`.
    pub(crate) fn new(group: &Group, variable: &str, path: &str) -> Self {
        let mut writer = Writer::measuring();
        writer.root(group, variable, path);
        let size = writer.at;
        let mut text = vec![0; size.text];
        let mut entries = vec![Entry::NONE; size.entries];
        let mut names = vec![Name::NONE; size.names];
        let mut index = vec![VACANT; (size.names * 2).next_power_of_two()];
        let mut writer = Writer {
            text: &mut text,
            entries: &mut entries,
            names: &mut names,
            at: Size::NONE,
            only_measures: false,
        };
        writer.root(group, variable, path);
        fill_index(&text, &mut names, &mut index);
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

    /// The name to write in place of this one, if this one is old.
    pub(crate) fn current_name(&self, name: usize) -> Option<&'a str> {
        let all = self.names_of(self.names[name].entry as usize);
        // The name of a file stands behind the variable that it is the twin of.
        let is_file = self.names[name].role == Role::File;
        let variable = if is_file { name - 1 } else { name };
        (self.names[variable].role == Role::Alias).then(|| self.name(all.start + is_file as usize))
    }

    /// The text of a name.
    pub(crate) const fn name(&self, name: usize) -> &'a str {
        self.names[name].text.of(self.text)
    }

    /// The name with this text.
    pub(crate) const fn lookup(&self, text: &[u8]) -> Option<usize> {
        lookup(self.text, self.names, self.index, text)
    }

    /// Whether an entry has this path.
    pub(crate) const fn has_path(&self, path: &str) -> bool {
        let (text, path) = (self.text, path.as_bytes());
        let mut entry = 0;
        while entry < self.entries.len() {
            let span = self.entries[entry].path;
            if span.length as usize == path.len() {
                let start = span.start as usize;
                let mut at = 0;
                while at < path.len() && text[start + at] == path[at] {
                    at += 1;
                }
                if at == path.len() {
                    return true;
                }
            }
            entry += 1;
        }
        false
    }
}

impl Entry {
    const NONE: Self = Self {
        what: What::Foreign(&Foreign { field: "", segment: "", variable: "", doc: "", type_name: "" }),
        variable: Span::NONE,
        path: Span::NONE,
        first_name: 0,
        names: 0,
    };
}

impl Name {
    const NONE: Self = Self { text: Span::NONE, entry: 0, role: Role::Own, is_shared: false };
}

const fn fill_index(text: &[u8], names: &mut [Name], index: &mut [u16]) {
    let mask = index.len() - 1;
    let mut at = 0;
    while at < names.len() {
        let name = names[at].text;
        let mut slot = hash(bytes(text, name)) & mask;
        // Of two names with the same text the first one is found; `proof` refuses the second.
        while index[slot] != VACANT {
            let earlier = names[index[slot] as usize].text;
            if same_at(text, earlier, name) {
                names[at].is_shared = true;
            }
            slot = (slot + 1) & mask;
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

/// `lookup` of a part of the text.
const fn lookup_at(tree: &Tree<'_>, wanted: Span) -> Option<usize> {
    let mask = tree.index.len() - 1;
    let mut slot = hash(bytes(tree.text, wanted)) & mask;
    while tree.index[slot] != VACANT {
        let name = tree.index[slot] as usize;
        if same_at(tree.text, tree.names[name].text, wanted) {
            return Some(name);
        }
        slot = (slot + 1) & mask;
    }
    None
}

const fn same_at(text: &[u8], one: Span, two: Span) -> bool {
    let (one_start, two_start) = (one.start as usize, two.start as usize);
    // Names begin alike, so the difference is found sooner from their end.
    let mut left = one.length as usize;
    if one.length != two.length {
        return false;
    }
    while left > 0 {
        left -= 1;
        if text[one_start + left] != text[two_start + left] {
            return false;
        }
    }
    true
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

/// A hash of eight bytes a step. Names begin alike and differ at their ends, so the last eight bytes count
/// twice in place of a step for each byte that is left.
const fn hash(bytes: &[u8]) -> usize {
    let mut hash = bytes.len() as u64;
    let mut rest = bytes;
    while let Some((chunk, after)) = rest.split_first_chunk::<8>() {
        hash = mix(hash ^ u64::from_le_bytes(*chunk));
        rest = after;
    }
    match bytes.last_chunk::<8>() {
        Some(last) => hash = mix(hash ^ u64::from_le_bytes(*last)),
        None => {
            while let [byte, after @ ..] = rest {
                hash = (hash << 8) ^ *byte as u64;
                rest = after;
            }
            hash = mix(hash);
        }
    }
    (hash >> 32) as usize
}

const fn mix(value: u64) -> u64 {
    let product = value as u128 * 0x9e37_79b9_7f4a_7c15;
    (product >> 64) as u64 ^ product as u64
}

/// A place in the tree, as text that was written: the names of everything in it begin with it.
#[derive(Clone, Copy)]
struct Place {
    variable: Span,
    path: Span,
}

/// How a part of a name is written.
#[derive(Clone, Copy)]
enum Part {
    /// A part of a variable, behind an underscore.
    Variable,
    /// A segment of a path, behind a dot.
    Segment,
}

/// Writes a tree, or only measures it.
struct Writer<'a> {
    text: &'a mut [u8],
    entries: &'a mut [Entry],
    names: &'a mut [Name],
    at: Size,
    only_measures: bool,
}

impl Writer<'_> {
    const fn measuring() -> Self {
        Self { text: &mut [], entries: &mut [], names: &mut [], at: Size::NONE, only_measures: true }
    }

    const fn root(&mut self, group: &Group, variable: &str, path: &str) {
        let place = Place {
            variable: self.join(Span::NONE, variable, Part::Variable),
            path: self.join(Span::NONE, path, Part::Segment),
        };
        self.group(group, place);
    }

    const fn group(&mut self, group: &Group, place: Place) {
        let items = group.items;
        let mut at = 0;
        while at < items.len() {
            match &items[at] {
                Item::Key(key) => self.key(key, place),
                Item::Foreign(foreign) => {
                    let place = self.inner(place, foreign.variable, foreign.segment);
                    self.entry(What::Foreign(foreign), place);
                }
                Item::Nested(nested) => {
                    let place = self.inner(place, nested.variable, nested.segment);
                    match nested.shape {
                        Shape::One | Shape::Optional => self.group(nested.group, place),
                        Shape::List => self.many(nested, place, "{n}"),
                        Shape::Map => self.many(nested, place, "{name}"),
                    }
                }
            }
            at += 1;
        }
    }

    const fn inner(&mut self, place: Place, variable: &str, segment: &str) -> Place {
        Place {
            variable: self.join(place.variable, variable, Part::Variable),
            path: self.join(place.path, segment, Part::Segment),
        }
    }

    /// A list or map, and behind it the keys of one element, with a placeholder in their names.
    const fn many(&mut self, nested: &'static Nested, place: Place, element: &str) {
        self.entry(What::Many(nested), place);
        let place = Place {
            variable: self.join(place.variable, element, Part::Variable),
            path: self.join(place.path, element, Part::Segment),
        };
        self.group(nested.group, place);
    }

    const fn key(&mut self, key: &'static Key, place: Place) {
        let entry = self.at.entries;
        let variable = match key.env {
            Some(name) => self.join(Span::NONE, name, Part::Variable),
            None => self.join(place.variable, key.variable, Part::Variable),
        };
        let own = self.with_twin(variable, key.is_secret);
        let path = self.join(place.path, key.segment, Part::Segment);
        self.entry(What::Key(key), Place { variable, path });
        self.name(own, entry, Role::Own, key.is_secret);
        let mut at = 0;
        while at < key.aliases.len() {
            let alias = self.join(Span::NONE, key.aliases[at], Part::Variable);
            let alias = self.with_twin(alias, key.is_secret);
            self.name(alias, entry, Role::Alias, key.is_secret);
            at += 1;
        }
    }

    const fn entry(&mut self, what: What, place: Place) {
        if !self.only_measures {
            self.entries[self.at.entries] = Entry {
                what,
                variable: place.variable,
                path: place.path,
                first_name: self.at.names as u16,
                names: 0,
            };
        }
        self.at.entries += 1;
    }

    /// Writes what makes the file twin of the variable that was just written, whose text they share.
    const fn with_twin(&mut self, variable: Span, has_twin: bool) -> Span {
        if has_twin {
            self.join(Span::NONE, FILE_SUFFIX, Part::Variable);
        }
        variable
    }

    /// Adds a name, and its file twin for a secret.
    const fn name(&mut self, text: Span, entry: usize, role: Role, has_twin: bool) {
        self.push_name(Name { text, entry: entry as u16, role, is_shared: false });
        if has_twin {
            let length = text.length + FILE_SUFFIX.len() as u32;
            let text = Span { start: text.start, length };
            self.push_name(Name { text, entry: entry as u16, role: Role::File, is_shared: false });
        }
    }

    const fn push_name(&mut self, name: Name) {
        if !self.only_measures {
            self.names[self.at.names] = name;
            self.entries[name.entry as usize].names += 1;
        }
        self.at.names += 1;
    }

    /// Writes `outer`, which was written before, and `part` behind it; one of them alone where the
    /// other is empty.
    const fn join(&mut self, outer: Span, part: &str, how: Part) -> Span {
        let part = part.as_bytes();
        let start = self.at.text;
        let head = outer.length as usize;
        let gap = (head > 0 && !part.is_empty()) as usize;
        let length = head + gap + part.len();
        self.at.text += length;
        if !self.only_measures {
            // Copied as a whole: in `const` evaluation a step for each byte costs a thousand times as much.
            let (written, free) = self.text.split_at_mut(start);
            let outer = written.split_at(outer.start as usize).1.split_at(head).0;
            let (to_head, free) = free.split_at_mut(head);
            to_head.copy_from_slice(outer);
            let (to_gap, free) = free.split_at_mut(gap);
            if gap > 0 {
                to_gap[0] = if matches!(how, Part::Segment) { b'.' } else { b'_' };
            }
            free.split_at_mut(part.len()).0.copy_from_slice(part);
        }
        Span { start: start as u32, length: length as u32 }
    }
}

/// Two keys that would read the same variable: from the name `from` on, the second of them, and what
/// is wrong.
pub(crate) const fn shared_variable(tree: &Tree<'_>, from: usize) -> Option<(usize, Phrase)> {
    let mut at = from;
    while at < tree.names.len() && !tree.names[at].is_shared {
        at += 1;
    }
    if at == tree.names.len() {
        return None;
    }
    let Some(first) = lookup_at(tree, tree.names[at].text) else { return None };
    let text = tree.name(at);
    let (one, two) = (tree.names[first].entry as usize, tree.names[at].entry as usize);
    let phrase = Phrase::new().code(tree.path(one));
    if one == two {
        let phrase = phrase.text(" names the variable ").code(text);
        return Some((at, phrase.text(" twice; remove one of the two names")));
    }
    let phrase = phrase.text(" and ").code(tree.path(two)).text(" would both read the variable ").code(text);
    let phrase = match (tree.names[first].role, tree.names[at].role) {
        (Role::File, Role::File) | (Role::Own | Role::Alias, Role::Own | Role::Alias) => phrase,
        (Role::File, _) | (_, Role::File) => {
            phrase.text(" (a secret is also read from the file that its `_FILE` variable names)")
        }
    };
    Some((at, phrase.text(ANOTHER_NAME)))
}

/// How long the variables of lists of values are, so that most names need no look at the lists.
pub(crate) struct Lists {
    has_length: [bool; Lists::LONGEST],
    are_any: bool,
}

impl Lists {
    const LONGEST: usize = 256;

    pub(crate) const fn of(tree: &Tree<'_>) -> Self {
        let mut lists = Self { has_length: [false; Self::LONGEST], are_any: false };
        let mut at = 0;
        while at < tree.entries.len() {
            let entry = &tree.entries[at];
            if let What::Key(key) = entry.what
                && let Kind::List { .. } = key.kind
            {
                let length = entry.variable.length as usize;
                lists.has_length[if length < Self::LONGEST { length } else { 0 }] = true;
                lists.are_any = true;
            }
            at += 1;
        }
        lists
    }

    /// The list of values of which the variable in `span` would be an item.
    const fn swallow(&self, tree: &Tree<'_>, span: Span) -> Option<usize> {
        let (text, start, length) = (tree.text, span.start as usize, span.length as usize);
        let mut at = 1;
        while at + 1 < length {
            if text[start + at] == b'_'
                && matches!(text[start + at + 1], b'0'..=b'9')
                && self.has_length[if at < Self::LONGEST { at } else { 0 }]
                && let Some(name) = lookup_at(tree, Span { start: span.start, length: at as u32 })
                && let Role::Own = tree.names[name].role
            {
                let entry = tree.names[name].entry as usize;
                if let What::Key(key) = tree.entries[entry].what
                    && let Kind::List { .. } = key.kind
                {
                    return Some(entry);
                }
            }
            at += 1;
        }
        None
    }
}

/// A variable that would also be read as an item of a list of values: from the name `from` on, where
/// to go on, its entry, and what is wrong.
pub(crate) const fn swallowed_by_list(
    tree: &Tree<'_>,
    lists: &Lists,
    from: usize,
) -> Option<(usize, usize, Phrase)> {
    if !lists.are_any {
        return None;
    }
    let mut at = from;
    // The names, and behind them what the variables of lists and maps of groups begin with.
    while at < tree.names.len() + tree.entries.len() {
        let (entry, span) = if at < tree.names.len() {
            (tree.names[at].entry as usize, tree.names[at].text)
        } else {
            let entry = at - tree.names.len();
            match tree.entries[entry].what {
                What::Key(_) => (entry, Span::NONE),
                What::Many(_) | What::Foreign(_) => (entry, tree.entries[entry].variable),
            }
        };
        if let Some(list) = lists.swallow(tree, span)
            && list != entry
        {
            return Some((at + 1, entry, swallowed(tree, list, entry, span.of(tree.text))));
        }
        at += 1;
    }
    None
}

/// A variable that would also be read as an entry of the list or map of groups, or of the third-party
/// struct, at `many`.
pub(crate) const fn swallowed_by_many(tree: &Tree<'_>, many: usize) -> Option<(usize, Phrase)> {
    let (counted, inner) = match tree.entries[many].what {
        What::Key(_) => return None,
        What::Many(nested) => (matches!(nested.shape, Shape::List), nested.group.size),
        What::Foreign(_) => (false, 0),
    };
    let variable = tree.entries[many].variable;
    let mut name = 0;
    while name < tree.names.len() {
        let entry = tree.names[name].entry as usize;
        let text = tree.names[name].text;
        if (entry < many || entry > many + inner) && is_entry_of(tree.text, variable, text, counted) {
            return Some((entry, swallowed(tree, many, entry, tree.name(name))));
        }
        name += 1;
    }
    let mut other = 0;
    while other < tree.entries.len() {
        let text = tree.entries[other].variable;
        if (other < many || other > many + inner)
            && !matches!(tree.entries[other].what, What::Key(_))
            && (is_entry_of(tree.text, variable, text, counted)
                || (other > many && same_at(tree.text, variable, text)))
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

/// Whether `name` is `variable`, an underscore and something: digits, where entries are `counted`.
const fn is_entry_of(text: &[u8], variable: Span, name: Span, counted: bool) -> bool {
    if name.length <= variable.length + 1 {
        return false;
    }
    let behind = (name.start + variable.length) as usize;
    text[behind] == b'_'
        && (!counted || matches!(text[behind + 1], b'0'..=b'9'))
        && same_at(text, variable, Span { start: name.start, length: variable.length })
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

/// A name, from the name `from` on, that belongs to the system.
pub(crate) const fn system_variable(tree: &Tree<'_>, from: usize) -> Option<usize> {
    /// The length of the longest of them, but for those of the dynamic linker.
    const LONGEST: u32 = 15;
    let mut at = from;
    while at < tree.names.len() {
        let span = tree.names[at].text;
        if span.length > 0 {
            let first = tree.text[span.start as usize];
            let may_be = span.length <= LONGEST || matches!(first, b'L' | b'D');
            if may_be && is_system(tree.name(at)) {
                return Some(at);
            }
        }
        at += 1;
    }
    None
}

/// Whether `text` belongs to the operating system, the shell or the dynamic linker.
const fn is_system(text: &str) -> bool {
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

/// The item with this number has the path of an earlier one, because one of them is a group whose
/// keys stand among the others; or that is so for items inside it. The derive sees to all other items.
pub(crate) const fn path_fault(group: &Group, item: usize) -> Option<Phrase> {
    if !group.holds_flat {
        return None;
    }
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

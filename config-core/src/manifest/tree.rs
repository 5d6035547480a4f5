//! The tree of groups laid out flat: every key with its path and the exact names of its variables.
//!
//! A root is laid out at compile time, into statics: its entries, and an index of the hashes of all names.
//! The names themselves are spelled when a program first needs them. The compiler takes a thousand times as
//! long for a step as the program does, so nothing there is copied, and no byte is looked at twice. The
//! groups in a list or map are laid out while they are read, by the same code, once their place is known.
#![allow(clippy::manual_is_ascii_check)] // a call

use std::fmt::Debug;

use super::{Carry, Foreign, Group, Item, Key, Kind, Manifest, Nested};

/// A tree of groups, laid out flat.
#[derive(Clone, Copy, Debug)]
pub struct Tree<'a> {
    entries: &'a [Entry],
    names: &'a [Name],
    index: &'a [u16],
    marks: Marks,
    spelling: Spelling<'a>,
}

/// Where the names are spelled.
#[derive(Clone, Copy, Debug)]
enum Spelling<'a> {
    /// Once, when the first of them is needed.
    Later(fn() -> &'static Texts),
    Here(&'a Texts),
}

/// One key, list, map or third-party struct in the order in which a reader meets them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) what: What,
    first_name: u16,
    names: u16,
    /// The variable of a list, map or third-party struct, which is the begin of other names.
    pub(super) rolling: Rolling,
    /// The list, map or third-party struct before this one.
    pub(super) previous_many: u16,
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
    pub(super) rolling: Rolling,
    pub(crate) entry: u16,
    pub(crate) role: Role,
    /// An earlier name has the same hash and length.
    pub(super) is_shared: bool,
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

/// What was noticed of a tree while it was laid out, so that nobody needs to look for it again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Marks {
    /// There are lists of values, and names with a number in them that could be an item of one.
    pub(super) lists: bool,
    /// There are names that say themselves what they begin with.
    absolute: bool,
    /// There are names with the hash of another.
    pub(super) shared: bool,
    /// There are keys of which more is said, or which are secret.
    pub(super) more: bool,
    /// The last list, map or third-party struct.
    pub(super) last_many: u16,
}

/// A name, or the begin of one, as far as it has been hashed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rolling {
    /// 32 bits, in 64 so that no product overflows.
    pub(super) hash: u64,
    pub(super) length: u32,
    /// The first four bytes.
    pub(super) head: u32,
    /// Whether a digit stands behind an underscore.
    has_index: bool,
}

/// How much room a layout needs.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Entries.
    pub entries: usize,
    /// Names of variables.
    pub names: usize,
    /// Slots of the index of names.
    pub index: usize,
}

/// A tree laid out at compile time.
#[derive(Debug)]
pub struct Layout<const ENTRIES: usize, const NAMES: usize, const INDEX: usize> {
    prefix: &'static str,
    entries: [Entry; ENTRIES],
    names: [Name; NAMES],
    index: [u16; INDEX],
    marks: Marks,
    texts: fn() -> &'static Texts,
}

/// The file twin of a secret's variable: `NAME_FILE` holds the path of a file that holds the value.
pub(crate) const FILE_SUFFIX: &str = "_FILE";

pub(super) const VACANT: u16 = u16::MAX;

impl Size {
    /// The room that `group` needs.
    pub const fn of(group: &Group) -> Self {
        Self { entries: group.size, names: group.names, index: slots(group.names) }
    }
}

/// How many slots an index of so many names has.
const fn slots(names: usize) -> usize {
    if names == 0 { 1 } else { (names * 2).next_power_of_two() }
}

impl<const ENTRIES: usize, const NAMES: usize, const INDEX: usize> Layout<ENTRIES, NAMES, INDEX> {
    /// Lays `group` out under `prefix`; `texts` spells its names.
    pub const fn new(prefix: &'static str, group: &'static Group, texts: fn() -> &'static Texts) -> Self {
        assert!(NAMES < VACANT as usize, "a configuration cannot have more than 65534 variables");
        let mut layout = Self {
            prefix,
            entries: [Entry::NONE; ENTRIES],
            names: [Name::NONE; NAMES],
            index: [VACANT; INDEX],
            marks: Marks::NONE,
            texts,
        };
        let mut walk = Walk::new(&mut layout.entries, &mut layout.names, &mut layout.index);
        walk.group(group, Rolling::EMPTY.then(prefix));
        layout.marks = walk.marks();
        layout
    }

    /// The manifest of the root `app`, whose group was laid out, with what the binary carries of it.
    pub const fn manifest(
        &'static self,
        app: &'static str,
        carry: &Carry,
        carried: &'static [u8],
    ) -> Manifest {
        let tree = Tree {
            entries: &self.entries,
            names: &self.names,
            index: &self.index,
            marks: self.marks,
            spelling: Spelling::Later(self.texts),
        };
        Manifest::new(app, self.prefix, carry, carried, tree)
    }
}

/// A tree laid out at run time, for one element of a list or map.
pub(crate) struct Element {
    entries: Vec<Entry>,
    names: Vec<Name>,
    index: Vec<u16>,
    marks: Marks,
    texts: Texts,
}

impl Element {
    /// Lays `group` out at `variable` and `path`.
    pub(crate) fn new(group: &'static Group, variable: &str, path: &str) -> Self {
        let size = Size::of(group);
        let mut entries = vec![Entry::NONE; size.entries];
        let mut names = vec![Name::NONE; size.names];
        let mut index = vec![VACANT; size.index];
        let mut walk = Walk::new(&mut entries, &mut names, &mut index);
        walk.group(group, Rolling::EMPTY.then(variable));
        let marks = walk.marks();
        Self { entries, names, index, marks, texts: Texts::new(variable, path, group) }
    }

    pub(crate) fn tree(&self) -> Tree<'_> {
        Tree {
            entries: &self.entries,
            names: &self.names,
            index: &self.index,
            marks: self.marks,
            spelling: Spelling::Here(&self.texts),
        }
    }
}

impl<'a> Tree<'a> {
    pub(crate) const fn entries(&self) -> &'a [Entry] {
        self.entries
    }

    pub(crate) const fn names(&self) -> &'a [Name] {
        self.names
    }

    pub(super) const fn marks(&self) -> Marks {
        self.marks
    }

    /// The entries that are lists, maps or third-party structs, the last first.
    pub(crate) fn manys(&self) -> impl Iterator<Item = usize> + use<'a> {
        let entries = self.entries;
        let some = |many: u16| (many != VACANT).then_some(many as usize);
        std::iter::successors(some(self.marks.last_many), move |many| some(entries[*many].previous_many))
    }

    /// Whether there are names that do not begin with the prefix of the program, as far as is known.
    pub(crate) const fn has_absolute_names(&self) -> bool {
        self.marks.absolute
    }

    /// The names of an entry: its variable first.
    pub(crate) const fn names_of(&self, entry: usize) -> std::ops::Range<usize> {
        let entry = &self.entries[entry];
        entry.first_name as usize..(entry.first_name + entry.names) as usize
    }

    /// The variable of an entry; for a list or map, what its variables begin with.
    pub(crate) fn variable(&self, entry: usize) -> &'a str {
        let texts = self.texts();
        texts.at(texts.entries[entry].0)
    }

    /// The path of an entry.
    pub(crate) fn path(&self, entry: usize) -> &'a str {
        let texts = self.texts();
        texts.at(texts.entries[entry].1)
    }

    /// The text of a name.
    pub(crate) fn name(&self, name: usize) -> &'a str {
        let texts = self.texts();
        texts.at(texts.names[name])
    }

    /// The name to write in place of this one, if this one is old.
    pub(crate) fn current_name(&self, name: usize) -> Option<&'a str> {
        let all = self.names_of(self.names[name].entry as usize);
        // The name of a file stands behind the variable that it is the twin of.
        let is_file = self.names[name].role == Role::File;
        let variable = if is_file { name - 1 } else { name };
        (self.names[variable].role == Role::Alias).then(|| self.name(all.start + is_file as usize))
    }

    /// The name with this text.
    pub(crate) fn lookup(&self, text: &[u8]) -> Option<usize> {
        let hash = u64::from(hash(text));
        let mask = self.index.len() - 1;
        let mut slot = slot_of(hash) & mask;
        while self.index[slot] != VACANT {
            let name = self.index[slot] as usize;
            let rolling = &self.names[name].rolling;
            if rolling.hash == hash
                && rolling.length as usize == text.len()
                && self.name(name).as_bytes() == text
            {
                return Some(name);
            }
            slot = (slot + 1) & mask;
        }
        None
    }

    /// The texts of all names, for whoever needs many of them.
    pub(crate) fn texts(&self) -> &'a Texts {
        match self.spelling {
            Spelling::Later(texts) => texts(),
            Spelling::Here(texts) => texts,
        }
    }

    /// The first name of the next key, if there is one.
    pub(crate) const fn name_behind(&self, name: usize) -> usize {
        self.names_of(self.names[name].entry as usize).end
    }

    /// The name with this hash and length, of which there is hardly ever more than one.
    pub(super) const fn find(&self, rolling: Rolling) -> Option<usize> {
        let mask = self.index.len() - 1;
        let mut slot = slot_of(rolling.hash) & mask;
        while self.index[slot] != VACANT {
            let name = self.index[slot] as usize;
            if self.names[name].rolling.is(rolling) {
                return Some(name);
            }
            slot = (slot + 1) & mask;
        }
        None
    }
}

impl Marks {
    const NONE: Self = Self { lists: false, absolute: false, shared: false, more: false, last_many: VACANT };
}

impl Entry {
    /// The number of the only name of a key that has but one.
    pub(crate) const fn only_name(&self) -> Option<u16> {
        if self.names == 1 { Some(self.first_name) } else { None }
    }

    const NONE: Self = Self {
        what: What::Foreign(&Foreign::new("", "", 0, "", "")),
        first_name: 0,
        names: 0,
        rolling: Rolling::EMPTY,
        previous_many: VACANT,
    };
}

impl Name {
    const NONE: Self = Self { rolling: Rolling::EMPTY, entry: 0, role: Role::Own, is_shared: false };
}

/// The base of the polynomial that hashes a name: the hash of a name is that of its begin, rolled on.
const BASE: u64 = 0x0100_0193;

const LOW: u64 = 0xffff_ffff;

/// Marks the hash of a part in which a digit stands at the begin or behind an underscore: the bit above those
/// of the hash.
const INDEXED: u64 = 1 << 32;

/// The powers of the base, by which a hash grows with so many bytes.
const POWERS: [u64; 64] = {
    let mut powers = [1; 64];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = (powers[at - 1] * BASE) & LOW;
        at += 1;
    }
    powers
};

impl Rolling {
    pub(super) const EMPTY: Self = Self { hash: 0, length: 0, head: 0, has_index: false };

    /// With `part` behind it, whose hash is known, and an underscore between the two; the same where there is
    /// nothing to add.
    const fn join(self, part: &str, hash: u64) -> Self {
        if part.is_empty() {
            return self;
        }
        if self.length == 0 || part.len() >= POWERS.len() {
            return self.join_text(part, true);
        }
        let gap = self.hash * BASE + b'_' as u64;
        Self {
            hash: ((gap & LOW) * POWERS[part.len()] + (hash & LOW)) & LOW,
            length: self.length + 1 + part.len() as u32,
            // A name that begins with fewer than four bytes is looked at byte by byte.
            head: if self.length < 4 { self.join_text(part, true).head } else { self.head },
            has_index: self.has_index || hash & INDEXED != 0,
        }
    }

    /// The same where the hash is not known, of a part that is to be `raised`, or stands as it is.
    pub(super) const fn join_text(self, part: &str, is_raised: bool) -> Self {
        if part.is_empty() {
            self
        } else if self.length == 0 {
            self.run(part.as_bytes(), 0, is_raised)
        } else {
            self.then("_").run(part.as_bytes(), b'_', is_raised)
        }
    }

    /// With `text` right behind it, as it is.
    pub(super) const fn then(self, text: &str) -> Self {
        self.run(text.as_bytes(), 0, false)
    }

    /// With `bytes` behind it, which follow on the byte `before`.
    pub(super) const fn run(self, bytes: &[u8], mut before: u8, is_raised: bool) -> Self {
        let Self { mut hash, mut length, mut head, mut has_index } = self;
        let mut at = 0;
        while at < bytes.len() {
            let byte = if is_raised { raised(bytes[at]) } else { bytes[at] };
            hash = (hash * BASE + byte as u64) & LOW;
            if length < 4 {
                head = head << 8 | byte as u32;
            }
            has_index |= before == b'_' && byte <= b'9' && byte >= b'0';
            length += 1;
            before = byte;
            at += 1;
        }
        Self { hash, length, head, has_index }
    }

    pub(super) const fn is(&self, other: Self) -> bool {
        self.hash == other.hash && self.length == other.length
    }
}

/// A byte of a segment as it stands in the name of a variable.
pub(super) const fn raised(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' => byte - b'a' + b'A',
        b'-' | b'.' => b'_',
        byte => byte,
    }
}

/// The hash of a part of a name as a derive writes it, with its mark.
pub(super) fn part_hash(part: &str) -> u64 {
    let Rolling { hash, has_index, .. } = Rolling::EMPTY.run(part.as_bytes(), b'_', true);
    if has_index { hash | INDEXED } else { hash }
}

/// The hash of a whole name, as [`Rolling`] has it: four bytes a step.
fn hash(bytes: &[u8]) -> u32 {
    const BASES: [u32; 5] = {
        let base = BASE as u32;
        let square = base.wrapping_mul(base);
        [1, base, square, square.wrapping_mul(base), square.wrapping_mul(square)]
    };
    let (chunks, rest) = bytes.as_chunks::<4>();
    let hash = chunks.iter().fold(0_u32, |hash, [one, two, three, four]| {
        hash.wrapping_mul(BASES[4])
            .wrapping_add(u32::from(*one).wrapping_mul(BASES[3]))
            .wrapping_add(u32::from(*two).wrapping_mul(BASES[2]))
            .wrapping_add(u32::from(*three).wrapping_mul(BASES[1]))
            .wrapping_add(u32::from(*four))
    });
    rest.iter().fold(hash, |hash, byte| hash.wrapping_mul(BASES[1]).wrapping_add(u32::from(*byte)))
}

/// Where a name with this hash is looked for first: names that differ in the last byte alone are neighbours
/// in the polynomial, and must not be in the index.
const fn slot_of(hash: u64) -> usize {
    ((hash * SPREAD) >> 16) as usize & LOW as usize
}

const SPREAD: u64 = 0x9e37_79b9;

/// Lays a tree out.
struct Walk<'w> {
    entries: &'w mut [Entry],
    names: &'w mut [Name],
    index: &'w mut [u16],
    mask: usize,
    entry: usize,
    name: usize,
    has_lists: bool,
    has_indexes: bool,
    has_absolute: bool,
    has_shared: bool,
    has_more: bool,
    last_many: u16,
}

impl<'w> Walk<'w> {
    const fn new(entries: &'w mut [Entry], names: &'w mut [Name], index: &'w mut [u16]) -> Self {
        let mask = index.len() - 1;
        Self {
            entries,
            names,
            index,
            mask,
            entry: 0,
            name: 0,
            has_lists: false,
            has_indexes: false,
            has_absolute: false,
            has_shared: false,
            has_more: false,
            last_many: VACANT,
        }
    }

    const fn marks(&self) -> Marks {
        Marks {
            lists: self.has_lists && self.has_indexes,
            absolute: self.has_absolute,
            shared: self.has_shared,
            more: self.has_more,
            last_many: self.last_many,
        }
    }

    const fn group(&mut self, group: &'static Group, outer: Rolling) {
        let items = group.items;
        // The begin of the names of all keys in it.
        let gap = (outer.hash * BASE + b'_' as u64) & LOW;
        let mut at = 0;
        while at < items.len() {
            match &items[at] {
                // Most keys have one name, that follows from the hashes: without a call, this is a third of the work.
                Item::Key(
                    key @ Key { env: None, aliases: [], is_secret: false, variable, hash: part, kind, .. },
                ) if outer.length >= 4 && !variable.is_empty() && variable.len() < POWERS.len() => {
                    let hash = (gap * POWERS[variable.len()] + (*part & LOW)) & LOW;
                    let length = outer.length + 1 + variable.len() as u32;
                    let mut slot = ((hash * SPREAD) >> 16) as usize & self.mask;
                    let mut is_shared = false;
                    while self.index[slot] != VACANT {
                        let other = &self.names[self.index[slot] as usize].rolling;
                        is_shared |= other.hash == hash && other.length == length;
                        slot = (slot + 1) & self.mask;
                    }
                    let (entry, name) = (self.entry, self.name);
                    let has_index = outer.has_index | (*part & INDEXED != 0);
                    self.index[slot] = name as u16;
                    let rolling = Rolling { hash, length, head: outer.head, has_index };
                    self.names[name] = Name { rolling, entry: entry as u16, role: Role::Own, is_shared };
                    let place = &mut self.entries[entry];
                    (place.what, place.first_name, place.names) = (What::Key(key), name as u16, 1);
                    self.has_lists |= matches!(kind, Kind::List { .. });
                    self.has_indexes |= has_index;
                    self.has_shared |= is_shared;
                    if let [_, ..] = key.attributes {
                        self.has_more = true;
                    }
                    if let Kind::Flag
                    | Kind::List { item: Kind::Flag, .. }
                    | Kind::Map { value: Kind::Flag }
                    | Kind::Pair { first: Kind::Flag, .. }
                    | Kind::Pair { second: Kind::Flag, .. } = kind
                    {
                        self.has_more = true;
                    }
                    (self.entry, self.name) = (entry + 1, name + 1);
                }
                Item::Key(key) => self.key(key, outer),
                Item::Foreign(foreign) => {
                    self.many(What::Foreign(foreign), outer.join(foreign.segment, foreign.hash));
                }
                Item::Nested(nested) => {
                    let mut place = outer.join(nested.variable, nested.hash);
                    if let Some(placeholder) = nested.placeholder() {
                        self.many(What::Many(nested), place);
                        place = place.join_text(placeholder, false);
                    }
                    self.group(nested.group, place);
                }
            }
            at += 1;
        }
    }

    const fn many(&mut self, what: What, variable: Rolling) {
        let previous_many = self.last_many;
        self.entries[self.entry] = Entry { what, rolling: variable, previous_many, ..Entry::NONE };
        self.has_indexes |= variable.has_index;
        self.last_many = self.entry as u16;
        self.entry += 1;
    }

    const fn key(&mut self, key: &'static Key, outer: Rolling) {
        let first_name = self.name as u16;
        let own = match key.env {
            Some(name) => Rolling::EMPTY.then(name),
            None => outer.join(key.variable, key.hash),
        };
        self.push(own, Role::Own);
        if key.is_secret {
            self.push(own.then(FILE_SUFFIX), Role::File);
        }
        let mut rest = key.aliases;
        while let [alias, after @ ..] = rest {
            let alias = Rolling::EMPTY.then(alias);
            self.push(alias, Role::Alias);
            if key.is_secret {
                self.push(alias.then(FILE_SUFFIX), Role::File);
            }
            rest = after;
        }
        self.has_lists |= matches!(key.kind, Kind::List { .. });
        self.has_absolute |= key.env.is_some() || !key.aliases.is_empty();
        self.has_more |= key.is_secret || !key.attributes.is_empty() || key.kind.holds_flags();
        self.entries[self.entry] = Entry {
            what: What::Key(key),
            first_name,
            names: self.name as u16 - first_name,
            rolling: Rolling::EMPTY,
            previous_many: VACANT,
        };
        self.entry += 1;
    }

    const fn push(&mut self, name: Rolling, role: Role) {
        let mut slot = slot_of(name.hash) & self.mask;
        let mut is_shared = false;
        // Of two names with the same text the first one is found; `proof` refuses the second.
        while self.index[slot] != VACANT {
            is_shared |= self.names[self.index[slot] as usize].rolling.is(name);
            slot = (slot + 1) & self.mask;
        }
        self.index[slot] = self.name as u16;
        self.names[self.name] = Name { rolling: name, entry: self.entry as u16, role, is_shared };
        self.has_indexes |= name.has_index;
        self.has_shared |= is_shared;
        self.name += 1;
    }
}

/// The names of a tree, spelled.
#[derive(Debug)]
pub struct Texts {
    text: String,
    /// By entry: the variable and the path.
    entries: Vec<(Span, Span)>,
    names: Vec<Span>,
}

/// A part of the text.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: usize,
    end: usize,
}

impl Texts {
    /// Spells the names of `group` at `variable` and `path`.
    pub fn new(variable: &str, path: &str, group: &Group) -> Self {
        let (entries, names) = (Vec::with_capacity(group.size), Vec::with_capacity(group.names));
        let mut texts = Self { text: String::new(), entries, names };
        texts.group(group, variable, path);
        texts
    }

    fn at(&self, Span { start, end }: Span) -> &str {
        &self.text[start..end]
    }

    /// The bytes of the name with this number, if there is one.
    pub(crate) fn name_bytes(&self, name: usize) -> Option<&[u8]> {
        let Span { start, end } = *self.names.get(name)?;
        Some(&self.text.as_bytes()[start..end])
    }

    fn group(&mut self, group: &Group, variable: &str, path: &str) {
        for item in group.items {
            match item {
                Item::Key(key) => {
                    let path = self.write(path, ".", key.segment);
                    let own = match key.env {
                        Some(name) => self.write("", "", name),
                        None => self.write(variable, "_", &raised_text(key.variable)),
                    };
                    self.entries.push((own, path));
                    self.name(own, key.is_secret);
                    for alias in key.aliases {
                        let alias = self.write("", "", alias);
                        self.name(alias, key.is_secret);
                    }
                }
                Item::Foreign(foreign) => {
                    let path = self.write(path, ".", foreign.segment);
                    let variable = self.write(variable, "_", &raised_text(foreign.segment));
                    self.entries.push((variable, path));
                }
                Item::Nested(nested) => {
                    let mut path = joined(path, ".", nested.segment);
                    let mut variable = joined(variable, "_", &raised_text(nested.variable));
                    if let Some(placeholder) = nested.placeholder() {
                        let own = self.write("", "", &variable);
                        let at = self.write("", "", &path);
                        self.entries.push((own, at));
                        variable = joined(&variable, "_", placeholder);
                        path = joined(&path, ".", placeholder);
                    }
                    self.group(nested.group, &variable, &path);
                }
            }
        }
    }

    /// The variable that was just written, and its file twin behind it, which begins with its text.
    fn name(&mut self, variable: Span, has_twin: bool) {
        self.names.push(variable);
        if has_twin {
            self.text.push_str(FILE_SUFFIX);
            self.names.push(Span { start: variable.start, end: self.text.len() });
        }
    }

    /// Writes `outer` and `part`, with `between` where neither is empty.
    fn write(&mut self, outer: &str, between: &str, part: &str) -> Span {
        let start = self.text.len();
        self.text.push_str(outer);
        if !outer.is_empty() && !part.is_empty() {
            self.text.push_str(between);
        }
        self.text.push_str(part);
        Span { start, end: self.text.len() }
    }
}

fn raised_text(part: &str) -> String {
    // Parts are ASCII, as far as the derive lets them be.
    part.chars().map(|char| u8::try_from(char).map_or(char, |byte| raised(byte).into())).collect()
}

fn joined(outer: &str, between: &str, part: &str) -> String {
    match (outer, part) {
        ("", only) | (only, "") => only.to_owned(),
        _ => format!("{outer}{between}{part}"),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_to_hash_agree() {
        let text = "SERVICE_DATABASE_POOL_CONNECTIONS_MAX_FILE";
        for end in 0..text.len() {
            for start in 0..=end {
                let part = &text[start..end];
                let (first, second) = part.split_at(part.len() / 2);
                let rolled = Rolling::EMPTY.then(first).then(second);
                assert_eq!(rolled.hash, u64::from(hash(part.as_bytes())), "{part}");
            }
        }
    }
}

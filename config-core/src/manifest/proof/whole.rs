//! What is proved of the whole tree under a root: of its names first of all.
//!
//! A pass over the tree looks at hashes and numbers alone; the names are spelled only for a fault.

use super::{FlagRule, refuse};
use crate::{
    grammar::{same, same_bytes},
    manifest::{
        Group, Hardening, Item, Key, Kind, Manifest, Nested, Phrase,
        tree::{FILE_SUFFIX, Role, Rolling, Tree, VACANT, What, raised},
    },
};

/// What holds of the whole tree under a root, item by item.
pub struct TreeProof {
    manifest: Manifest,
    /// The item at fault, and what is wrong with it.
    faults: [(usize, Fault); TreeProof::MOST],
    count: usize,
}

/// Something that does not hold.
#[derive(Clone, Copy)]
enum Fault {
    None,
    /// The name with this number is that of another key.
    Shared(usize),
    /// The name would also be read as an item of the list of values at this entry.
    InList {
        list: usize,
        name: Subject,
    },
    /// The name would also be read as an entry of the list, map or third-party struct at this entry.
    InMany {
        many: usize,
        name: Subject,
    },
    /// The name belongs to the system.
    System(usize),
    /// The item has the path of another.
    Path(usize),
    /// The hardening wants more to be said of the secret at this entry.
    Hardening(usize, Missing),
    /// The key at this entry speaks of a profile that there is not.
    Profile(usize, &'static str),
    /// The rule of flags does not hold of the one at this entry.
    Flag(usize, FlagRule),
    /// What replaces the key at this entry is itself, or no key.
    Replaced(usize, &'static str),
}

/// What a fault of a name is about.
#[derive(Clone, Copy)]
enum Subject {
    /// The name with this number.
    Name(usize),
    /// What the variables of this entry begin with.
    Entry(usize),
}

impl TreeProof {
    const MOST: usize = 32;

    /// Looks at the whole tree: no two keys read one variable, no variable belongs to the system,
    /// every secret has what the hardening asks for, every replacement exists.
    pub const fn new(manifest: &Manifest) -> Self {
        let mut proof = Self { manifest: *manifest, faults: [(0, Fault::None); Self::MOST], count: 0 };
        let tree = &manifest.tree;
        let names = tree.names();
        let marks = tree.marks();
        let mut name = if marks.shared { 0 } else { names.len() };
        while name < names.len() {
            if names[name].is_shared && proof.is_shared(name) {
                proof.add(names[name].entry as usize, Fault::Shared(name));
            }
            name += 1;
        }
        if marks.lists || marks.last_many != VACANT {
            let mut pass = Swallowing { proof: &mut proof, lists: marks.lists, entry: 0, name: 0 };
            pass.group(manifest.group, Begin { text: Rolling::EMPTY.then(manifest.prefix), ..Begin::NONE });
        }
        let entries = tree.entries();
        let mut entry = if marks.more { 0 } else { entries.len() };
        while entry < entries.len() {
            if let What::Key(key) = entries[entry].what
                && (key.is_secret || !key.attributes.is_empty() || key.kind.holds_flags())
            {
                proof.check_key(entry, key);
            }
            entry += 1;
        }
        let items = manifest.group.items;
        let mut item = 0;
        let mut entry = 0;
        while manifest.group.holds_flat && item < items.len() {
            if path_fault(manifest.group, item).is_some() {
                proof.add(entry, Fault::Path(item));
            }
            entry += items[item].size();
            item += 1;
        }
        let mut name = if proof.may_be_systems() { 0 } else { names.len() };
        while name < names.len() {
            if proof.is_system(name) {
                proof.add(names[name].entry as usize, Fault::System(name));
            }
            name += 1;
        }
        proof
    }

    /// Whether the name, of which another has the hash, is really that of another.
    const fn is_shared(&self, name: usize) -> bool {
        let tree = &self.manifest.tree;
        match tree.find(tree.names()[name].rolling) {
            Some(first) => same(spelled_name(self, first).as_str(), spelled_name(self, name).as_str()),
            None => false,
        }
    }

    /// Whether a name may be one of the system: where the prefix of the program does not tell.
    const fn may_be_systems(&self) -> bool {
        let prefix = self.manifest.prefix.as_bytes();
        if self.manifest.tree.has_absolute_names()
            || matches!(prefix, [] | [b'L', b'D', ..] | [b'D', b'Y', ..])
        {
            return true;
        }
        let mut at = 0;
        while at < SYSTEM_VARIABLES.len() {
            if let Some((head, _)) = SYSTEM_VARIABLES[at].as_bytes().split_at_checked(prefix.len())
                && head[0] == prefix[0]
                && same_bytes(head, prefix)
            {
                return true;
            }
            at += 1;
        }
        false
    }

    /// Whether the name belongs to the operating system, the shell or the dynamic linker.
    const fn is_system(&self, name: usize) -> bool {
        let rolling = self.manifest.tree.names()[name].rolling;
        let is_linkers =
            matches!(rolling.head.to_be_bytes(), [b'L', b'D', b'_', _] | [b'D', b'Y', b'L', b'D']);
        if is_linkers {
            let text = spelled_name(self, name);
            return matches!(
                text.as_str().as_bytes(),
                [b'L', b'D', b'_', ..] | [b'D', b'Y', b'L', b'D', b'_', ..]
            );
        }
        if rolling.length > SYSTEM_LONGEST {
            return false;
        }
        let mut at = 0;
        while at < SYSTEM.len() {
            if SYSTEM[at].is(rolling) {
                return same(SYSTEM_VARIABLES[at], spelled_name(self, name).as_str());
            }
            at += 1;
        }
        false
    }

    const fn check_key(&mut self, entry: usize, key: &Key) {
        if key.is_secret && !matches!(self.manifest.hardening, Hardening::Baseline) {
            let missing = Missing::of(self.manifest.hardening, key);
            if !missing.is_nothing() {
                self.add(entry, Fault::Hardening(entry, missing));
            }
        }
        let mut rule = if key.is_proved || !key.kind.holds_flags() { FlagRule::ALL.len() } else { 0 };
        while rule < FlagRule::ALL.len() {
            if FlagRule::ALL[rule].fault(key).is_some() {
                self.add(entry, Fault::Flag(entry, FlagRule::ALL[rule]));
            }
            rule += 1;
        }
        if key.attributes.is_empty() {
            return;
        }
        if !self.manifest.profiles.is_empty() {
            self.check_profiles(entry, key.required_in());
            self.check_profiles(entry, key.forbidden_in());
        }
        if let Some(deprecated) = key.deprecated()
            && let Some(path) = deprecated.replaced_by
            && (!has_path(self.manifest.group, path) || same(spelled(self, entry).path.as_str(), path))
        {
            self.add(entry, Fault::Replaced(entry, path));
        }
    }

    /// Every profile that a key speaks of is one of the program, where the program names them.
    const fn check_profiles(&mut self, entry: usize, spoken_of: &[&'static str]) {
        let named = self.manifest.profiles;
        let mut at = 0;
        while at < spoken_of.len() {
            let mut other = 0;
            while other < named.len() && !same(spoken_of[at], named[other]) {
                other += 1;
            }
            if other == named.len() {
                self.add(entry, Fault::Profile(entry, spoken_of[at]));
            }
            at += 1;
        }
    }

    /// Adds a fault of the item that holds the entry, unless one of it is known: an item has one place
    /// for an error.
    const fn add(&mut self, entry: usize, fault: Fault) {
        let items = self.manifest.group.items;
        let mut item = 0;
        let mut behind = items[0].size();
        while behind <= entry {
            item += 1;
            behind += items[item].size();
        }
        let mut at = 0;
        while at < self.count {
            if self.faults[at].0 == item {
                return;
            }
            at += 1;
        }
        if self.count < Self::MOST {
            self.faults[self.count] = (item, fault);
            self.count += 1;
        }
    }

    /// No fault lies in the item with this number.
    #[track_caller]
    pub const fn item_is_sound(&self, item: usize) {
        let mut at = 0;
        while at < self.count {
            if self.faults[at].0 == item {
                refuse(self.says(self.faults[at].1));
            }
            at += 1;
        }
    }

    /// What is wrong.
    const fn says(&self, fault: Fault) -> Phrase {
        let phrase = Phrase::new();
        match fault {
            Fault::None => phrase,
            Fault::Shared(name) => self.says_shared(name),
            Fault::InList { list, name } => self.says_swallowed(list, name),
            Fault::InMany { many, name } => self.says_swallowed(many, name),
            Fault::System(name) => {
                let entry = self.manifest.tree.names()[name].entry as usize;
                let phrase = phrase.code(spelled(self, entry).path.as_str()).text(" would read ");
                let phrase = phrase.code(spelled_name(self, name).as_str());
                let phrase =
                    phrase.text(", which belongs to the system; give the key another variable with ");
                phrase.text("`env` or `rename`")
            }
            Fault::Path(item) => match path_fault(self.manifest.group, item) {
                Some(phrase) => phrase,
                None => phrase,
            },
            Fault::Hardening(entry, missing) => {
                let phrase = phrase.text("`hardening = \"").text(self.manifest.hardening.name());
                let phrase = phrase.text("\"` wants more to be said of the secret ");
                missing.cure(phrase.code(spelled(self, entry).path.as_str()).text("; add "))
            }
            Fault::Profile(entry, profile) => {
                let phrase = phrase.code(spelled(self, entry).path.as_str());
                let phrase = phrase.text(" speaks of the profile ").quoted(profile);
                let phrase = phrase.text(", and the profiles are ").join(self.manifest.profiles, ", ");
                phrase.text("; name one of them, or add it to `profiles`")
            }
            Fault::Flag(entry, rule) => {
                let phrase = phrase.code(spelled(self, entry).path.as_str()).text(" is a flag, and ");
                let What::Key(key) = self.manifest.tree.entries()[entry].what else { return phrase };
                match rule.fault(key) {
                    Some(fault) => phrase.text(fault),
                    None => phrase,
                }
            }
            Fault::Replaced(entry, path) => {
                let own = spelled(self, entry).path;
                let phrase = phrase.code(own.as_str()).text(" is said to be replaced by ");
                if same(own.as_str(), path) {
                    return phrase.text("itself; write the path of another key");
                }
                let phrase = phrase.code(path).text(", which is not a key; write the path of one");
                phrase.text(", such as `pool.max`")
            }
        }
    }

    const fn says_shared(&self, at: usize) -> Phrase {
        let tree = &self.manifest.tree;
        let names = tree.names();
        let Some(first) = tree.find(names[at].rolling) else { return Phrase::new() };
        let text = spelled_name(self, at);
        let (one, two) = (names[first].entry as usize, names[at].entry as usize);
        let phrase = Phrase::new().code(spelled(self, one).path.as_str());
        if one == two {
            let phrase = phrase.text(" names the variable ").code(text.as_str());
            return phrase.text(" twice; remove one of the two names");
        }
        let phrase = phrase.text(" and ").code(spelled(self, two).path.as_str());
        let phrase = phrase.text(" would both read the variable ").code(text.as_str());
        let phrase = match (names[first].role, names[at].role) {
            (Role::File, Role::File) | (Role::Own | Role::Alias, Role::Own | Role::Alias) => phrase,
            (Role::File, _) | (_, Role::File) => {
                phrase.text(" (a secret is also read from the file that its `_FILE` variable names)")
            }
        };
        phrase.text(ANOTHER_NAME)
    }

    const fn says_swallowed(&self, many: usize, name: Subject) -> Phrase {
        let (entry, text) = match name {
            Subject::Name(name) => {
                (self.manifest.tree.names()[name].entry as usize, spelled_name(self, name))
            }
            Subject::Entry(entry) => (entry, spelled(self, entry).variable),
        };
        Phrase::new()
            .text("the variable ")
            .code(text.as_str())
            .text(" of ")
            .code(spelled(self, entry).path.as_str())
            .text(" would also be read as an entry of ")
            .code(spelled(self, many).path.as_str())
            .text(ANOTHER_NAME)
    }
}

const ANOTHER_NAME: &str =
    "; give one of them another name with `rename`, `env` or the `prefix` of its group";

/// A pass over all names that looks for lists and maps in front of their underscores: who reads
/// `TAGS_0_NAME`?
struct Swallowing<'p> {
    proof: &'p mut TreeProof,
    lists: bool,
    entry: usize,
    name: usize,
}

/// The begin of a name, and who would read a name that goes on from it.
#[derive(Clone, Copy)]
struct Begin {
    text: Rolling,
    list: Option<usize>,
    many: Option<usize>,
}

impl Begin {
    const NONE: Self = Self { text: Rolling::EMPTY, list: None, many: None };
}

impl Swallowing<'_> {
    const fn group(&mut self, group: &Group, outer: Begin) {
        let items = group.items;
        let mut at = 0;
        while at < items.len() {
            match &items[at] {
                Item::Key(key) => self.key(key, outer),
                Item::Foreign(foreign) => {
                    let place = self.join(outer, foreign.segment, true);
                    self.many(place);
                }
                Item::Nested(nested) => self.nested(nested, outer),
            }
            at += 1;
        }
    }

    const fn nested(&mut self, nested: &Nested, outer: Begin) {
        let mut place = self.join(outer, nested.variable, true);
        if let Some(placeholder) = nested.placeholder() {
            self.many(place);
            place = self.join(place, placeholder, false);
        }
        self.group(nested.group, place);
    }

    /// A list or map of groups, or a third-party struct.
    const fn many(&mut self, place: Begin) {
        let entry = self.entry;
        self.report(place, Subject::Entry(entry), entry);
        // Another one with the same variable.
        let mut other = self.proof.manifest.tree.entries()[entry].previous_many;
        while other != VACANT {
            let earlier = &self.proof.manifest.tree.entries()[other as usize];
            if earlier.rolling.is(place.text) {
                self.proof.add(entry, Fault::InMany { many: other as usize, name: Subject::Entry(entry) });
            }
            other = earlier.previous_many;
        }
        self.entry += 1;
    }

    const fn key(&mut self, key: &Key, outer: Begin) {
        let own = match key.env {
            Some(name) => self.join(Begin::NONE, name, false),
            None => self.join(outer, key.variable, true),
        };
        self.own(own, key.is_secret);
        let mut rest = key.aliases;
        while let [alias, after @ ..] = rest {
            let alias = self.join(Begin::NONE, alias, false);
            self.own(alias, key.is_secret);
            rest = after;
        }
        self.entry += 1;
    }

    const fn own(&mut self, name: Begin, has_twin: bool) {
        self.report(name, Subject::Name(self.name), self.entry);
        self.name += 1;
        if has_twin {
            let twin = self.scan(name, FILE_SUFFIX.as_bytes(), false);
            self.report(twin, Subject::Name(self.name), self.entry);
            self.name += 1;
        }
    }

    const fn report(&mut self, begin: Begin, name: Subject, entry: usize) {
        if let Some(list) = begin.list
            && list != entry
        {
            self.proof.add(entry, Fault::InList { list, name });
        } else if let Some(many) = begin.many {
            self.proof.add(entry, Fault::InMany { many, name });
        }
    }

    const fn join(&self, outer: Begin, part: &str, is_raised: bool) -> Begin {
        if part.is_empty() || outer.text.length == 0 {
            return self.scan(outer, part.as_bytes(), is_raised);
        }
        let gap = Begin { text: outer.text.then("_"), ..outer };
        let begin = self.found(gap, outer.text, part.as_bytes()[0]);
        self.scan(begin, part.as_bytes(), is_raised)
    }

    /// Goes on with `bytes`, and looks up what stands in front of every underscore in them.
    const fn scan(&self, mut begin: Begin, bytes: &[u8], is_raised: bool) -> Begin {
        let mut at = 0;
        let mut start = 0;
        while at < bytes.len() {
            let byte = if is_raised { raised(bytes[at]) } else { bytes[at] };
            if byte == b'_' && at + 1 < bytes.len() {
                let front = begin.text.run(bytes.split_at(at).0.split_at(start).1, 0, is_raised);
                begin.text = front.then("_");
                start = at + 1;
                begin = self.found(begin, front, bytes[at + 1]);
            }
            at += 1;
        }
        begin.text = begin.text.run(bytes.split_at(start).1, 0, is_raised);
        begin
    }

    /// Who has the variable `front`, and so reads what goes on with an underscore and `next`.
    const fn found(&self, mut begin: Begin, front: Rolling, next: u8) -> Begin {
        let tree = &self.proof.manifest.tree;
        let is_digit = next.is_ascii_digit();
        if self.lists
            && is_digit
            && let Some(name) = tree.find(front)
            && let Role::Own = tree.names()[name].role
        {
            let entry = tree.names()[name].entry as usize;
            if let What::Key(key) = tree.entries()[entry].what
                && let Kind::List { .. } = key.kind
                && begin.list.is_none()
            {
                begin.list = Some(entry);
            }
        }
        let mut many = tree.marks().last_many;
        while many != VACANT {
            let entry = many as usize;
            let reader = &tree.entries()[entry];
            if reader.rolling.is(front) && begin.many.is_none() {
                let (is_counted, inner) = match reader.what {
                    What::Many(nested) => (nested.is_counted(), nested.group.size),
                    What::Key(_) | What::Foreign(_) => (false, 0),
                };
                let is_inside = self.entry > entry && self.entry <= entry + inner;
                if !is_inside && (is_digit || !is_counted) {
                    begin.many = Some(entry);
                }
            }
            many = reader.previous_many;
        }
        begin
    }
}

/// The names of one entry, spelled at compile time.
struct Spelled {
    variable: Phrase,
    path: Phrase,
}

const fn spelled(proof: &TreeProof, entry: usize) -> Spelled {
    let outer = Spelled { variable: Phrase::new().text(proof.manifest.prefix), path: Phrase::new() };
    spelled_in(proof.manifest.group, outer, entry)
}

const fn spelled_in(group: &Group, outer: Spelled, entry: usize) -> Spelled {
    let mut at = 0;
    let mut left = entry;
    while left >= group.items[at].size() {
        left -= group.items[at].size();
        at += 1;
    }
    let Spelled { variable, path } = outer;
    match &group.items[at] {
        Item::Key(key) => Spelled {
            variable: match key.env {
                Some(name) => Phrase::new().text(name),
                None => joined_raised(variable, key.variable),
            },
            path: joined(path, ".", key.segment),
        },
        Item::Foreign(foreign) => Spelled {
            variable: joined_raised(variable, foreign.segment),
            path: joined(path, ".", foreign.segment),
        },
        Item::Nested(nested) => {
            let variable = joined_raised(variable, nested.variable);
            let path = joined(path, ".", nested.segment);
            match nested.placeholder() {
                None => spelled_in(nested.group, Spelled { variable, path }, left),
                Some(_) if left == 0 => Spelled { variable, path },
                Some(placeholder) => {
                    let (variable, path) =
                        (joined(variable, "_", placeholder), joined(path, ".", placeholder));
                    spelled_in(nested.group, Spelled { variable, path }, left - 1)
                }
            }
        }
    }
}

const fn joined(outer: Phrase, between: &str, part: &str) -> Phrase {
    if part.is_empty() || outer.as_str().is_empty() {
        outer.text(part)
    } else {
        outer.text(between).text(part)
    }
}

/// The same with a part of a variable.
const fn joined_raised(outer: Phrase, part: &str) -> Phrase {
    let mut text = [0; 256];
    let bytes = part.as_bytes();
    let mut at = 0;
    while at < bytes.len() && at < text.len() {
        text[at] = raised(bytes[at]);
        at += 1;
    }
    match std::str::from_utf8(text.split_at(at).0) {
        Ok(part) => joined(outer, "_", part),
        Err(_) => joined(outer, "_", part),
    }
}

/// The name with this number.
const fn spelled_name(proof: &TreeProof, name: usize) -> Phrase {
    let tree: &Tree<'_> = &proof.manifest.tree;
    let found = &tree.names()[name];
    let entry = found.entry as usize;
    let What::Key(key) = tree.entries()[entry].what else { return Phrase::new() };
    // The variable and then the aliases, each with its twin behind it where the key is a secret.
    let number = (name - tree.names_of(entry).start) >> key.is_secret as usize;
    let text = match number {
        0 => spelled(proof, entry).variable,
        alias => Phrase::new().text(key.aliases[alias - 1]),
    };
    match found.role {
        Role::File => text.text(FILE_SUFFIX),
        Role::Own | Role::Alias => text,
    }
}

/// Whether an entry of the group has this path.
const fn has_path(group: &Group, path: &str) -> bool {
    let mut at = 0;
    while at < group.items.len() {
        let item = &group.items[at];
        let rest = match item {
            Item::Key(key) if key.segment.is_empty() => None,
            item if item.segment().is_empty() => Some(path),
            item if same(item.segment(), path) => match item {
                // A group alone is no entry, but a choice has the path of its key.
                Item::Nested(nested) => return nested.is_many() || nested.group.is_choice,
                Item::Key(_) | Item::Foreign(_) => return true,
            },
            item => behind(path, item.segment()),
        };
        if let (Some(rest), Item::Nested(nested)) = (rest, item) {
            let rest = match nested.placeholder() {
                Some(placeholder) => behind(rest, placeholder),
                None => Some(rest),
            };
            if let Some(rest) = rest
                && has_path(nested.group, rest)
            {
                return true;
            }
        }
        at += 1;
    }
    false
}

/// What stands behind `segment` and a dot.
const fn behind<'p>(path: &'p str, segment: &str) -> Option<&'p str> {
    match path.split_at_checked(segment.len()) {
        Some((head, rest)) if same(head, segment) && !rest.is_empty() && rest.as_bytes()[0] == b'.' => {
            Some(rest.split_at(1).1)
        }
        _ => None,
    }
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

/// The length of the longest of them.
const SYSTEM_LONGEST: u32 = 15;

/// Their hashes.
const SYSTEM: [Rolling; SYSTEM_VARIABLES.len()] = {
    let mut hashes = [Rolling::EMPTY; SYSTEM_VARIABLES.len()];
    let mut at = 0;
    while at < hashes.len() {
        hashes[at] = Rolling::EMPTY.then(SYSTEM_VARIABLES[at]);
        assert!(hashes[at].length <= SYSTEM_LONGEST, "the longest is longer than was said");
        at += 1;
    }
    hashes
};

/// The item with this number has the path of an earlier one, because one of them is a group whose
/// keys stand among the others; or that is so for items inside it. The derive sees to all other items.
const fn path_fault(group: &Group, item: usize) -> Option<Phrase> {
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

/// What a hardening wants to be said of a secret, and is not.
#[derive(Clone, Copy)]
struct Missing {
    owner: bool,
    period: bool,
    classification: bool,
    sources: bool,
}

impl Missing {
    const fn of(hardening: Hardening, key: &Key) -> Self {
        let is_strict = matches!(hardening, Hardening::Strict);
        Self {
            owner: key.owner().is_none(),
            period: key.rotate().is_none(),
            classification: is_strict && key.classification().is_none(),
            sources: is_strict && !excludes_files(key.sources()),
        }
    }

    const fn is_nothing(self) -> bool {
        !(self.owner || self.period || self.classification || self.sources)
    }

    /// The options to add.
    const fn cure(self, mut phrase: Phrase) -> Phrase {
        let options = [
            (self.owner, "`owner = \"..\"`"),
            (self.period, "`rotate = \"90d\"`"),
            (self.classification, "`classification = \"..\"`"),
            (self.sources, "`sources(..)` without `file` and `dotenv`"),
        ];
        let mut at = 0;
        let mut is_first = true;
        while at < options.len() {
            let (is_missing, option) = options[at];
            if is_missing {
                phrase = if is_first { phrase.text(option) } else { phrase.text(", ").text(option) };
                is_first = false;
            }
            at += 1;
        }
        phrase
    }
}

const fn excludes_files(sources: &[&str]) -> bool {
    let mut at = 0;
    while at < sources.len() {
        if same(sources[at], "file") || same(sources[at], "dotenv") {
            return false;
        }
        at += 1;
    }
    !sources.is_empty()
}

//! `.env` files.
//!
//! There is no standard. Where the parsers of godotenv, dotenvy, motdotla/dotenv, Node and
//! python-dotenv disagree, this one does what most of them do, or refuses the line and names a spelling
//! on which they agree. `tests/dotenv.rs` has the table of what is different, with the reasons.

use std::{borrow::Cow, collections::HashMap, fmt, path::PathBuf};

use super::{Answers, Growing, OnUnknown, Source, Wanted, file, whole_file};

/// A `.env` file: lines of `NAME=value`.
///
/// The process environment is neither written nor read.
///
/// # The language
/// - `NAME=value`, `export NAME=value` or `NAME: value`, with blanks around each part. Names are made
///   of ASCII letters, digits, `_`, `.` and `-`. Of a name that is there twice, the last value counts.
/// - A comment begins with a `#` at the beginning of a line, after a blank, or behind a quoted value.
/// - A bare value is what is there, without the blanks at its end: a backslash, a quotation mark inside
///   it and a `#` without a blank before it are characters like others.
/// - A value in `'single quotes'` or `` `backticks` `` is what is there. It may have several lines. A
///   quotation mark with a backslash before it does not end it; both stay.
/// - A value in `"double quotes"` may have several lines, and `\n`, `\r`, `\"`, `\'`, `\\` and `\$`. Any
///   other backslash is itself, but `\a`, `\b`, `\f`, `\t` and `\v` are refused.
/// - `$` means nothing, unless [`expand`](Self::expand) is asked for.
///
/// Everything else is refused, with its place and without its text: a line without `=`, a quotation
/// mark that is not closed, text behind a closing one, `NAME=#` without a blank between, and a bare value
/// with an assignment to another variable of the program in it, where a line break is missing, or a
/// quoted one with a line that is such an assignment.
///
/// # Example
/// ```
/// use confident_core::{Dotenv, Env, Report, Root};
///
/// fn load<R: Root>() -> Result<R, Report> {
///     R::loader()
///         .source(Dotenv::optional(".env"))
///         .source(Dotenv::optional(".env.{profile}"))
///         .source(Env::process())
///         .load()
/// }
/// ```
///
/// # Errors
/// The load reports a file that is not there though it is required, that is no plain file, is larger
/// than 1 MiB or is not UTF-8 text, and every bad line. A variable under the prefix of the program
/// that no key reads is an error too, unless [`on_unknown`](Self::on_unknown) says otherwise.
#[derive(Debug)]
pub struct Dotenv {
    path: PathBuf,
    is_required: bool,
    expands: bool,
    on_unknown: OnUnknown,
}

/// One variable of a `.env` file, with its place.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DotenvEntry {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
    /// The line of the value, from 1.
    pub line: u32,
    /// The column of the value in characters, from 1.
    pub column: u32,
}

/// A line of a `.env` file that cannot be read. It holds nothing of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BadLine {
    /// What is wrong.
    pub what: &'static str,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// The largest file that is read, and the most that `$` may put in: no `.env` file is larger.
const MOST: u64 = 1 << 20;

impl Dotenv {
    /// The file at `path`, in which `{profile}` stands for the profile of the load.
    pub fn required(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), is_required: true, expands: false, on_unknown: OnUnknown::Deny }
    }

    /// The file at `path`, if there is one. A path with `{profile}` names none where the load has no
    /// profile.
    pub fn optional(path: impl Into<PathBuf>) -> Self {
        Self { is_required: false, ..Self::required(path) }
    }

    /// Replaces `$NAME`, `${NAME}` and `${NAME:-default}` in bare and double-quoted values.
    ///
    /// `NAME` is a variable that stands earlier in the same file; one that does not is empty. The
    /// default counts where it is not there or empty. `\$` is a dollar sign. Not the default, because a
    /// password may well have a `$` in it.
    #[must_use]
    pub fn expand(mut self) -> Self {
        self.expands = true;
        self
    }

    /// What it means that a variable under the prefix of the program is read by no key: an error,
    /// unless said otherwise.
    #[must_use]
    pub fn on_unknown(mut self, on_unknown: OnUnknown) -> Self {
        self.on_unknown = on_unknown;
        self
    }

    /// The entries of a text, in its order.
    ///
    /// # Example
    /// ```
    /// use confident_core::Dotenv;
    ///
    /// let entries = Dotenv::parse("NAME=ada # a comment\nPIN='$1'\n").expect("it is valid");
    /// assert_eq!((&*entries[0].name, &*entries[0].value), ("NAME", "ada"));
    /// assert_eq!((entries[1].line, entries[1].column), (2, 5));
    /// ```
    ///
    /// # Errors
    /// Every line that cannot be read.
    pub fn parse(text: &str) -> Result<Vec<DotenvEntry>, Vec<BadLine>> {
        Parser::new(text, false).parse().into_result()
    }

    /// The entries of a text, in its order, and every line that cannot be read: a tool that reports both
    /// does not take a key for missing because another line is bad.
    ///
    /// # Example
    /// ```
    /// use confident_core::Dotenv;
    ///
    /// let (entries, bad) = Dotenv::parse_every_line("NAME ada\nPORT=80\n");
    /// assert_eq!(entries[0].name, "PORT");
    /// assert_eq!((bad[0].line, bad[0].column), (1, 6));
    /// ```
    pub fn parse_every_line(text: &str) -> (Vec<DotenvEntry>, Vec<BadLine>) {
        let mut parsed = Parser::new(text, false).parse();
        let bad = std::mem::take(&mut parsed.bad);
        (parsed.into_entries(), bad)
    }

    /// The entries of a text, in its order, as [`expand`](Self::expand) reads it.
    ///
    /// # Example
    /// ```
    /// use confident_core::Dotenv;
    ///
    /// let entries = Dotenv::parse_expanding("HOST=db\nURL=http://$HOST:${PORT:-80}").expect("it is valid");
    /// assert_eq!(entries[1].value, "http://db:80");
    /// ```
    ///
    /// # Errors
    /// Every line that cannot be read.
    pub fn parse_expanding(text: &str) -> Result<Vec<DotenvEntry>, Vec<BadLine>> {
        Parser::new(text, true).parse().into_result()
    }
}

impl Source for Dotenv {
    fn kind(&self) -> &'static str {
        "dotenv"
    }

    fn name(&self, wanted: &Wanted<'_>) -> String {
        file::name(&self.path, wanted)
    }

    fn find<'a>(&'a self, wanted: &Wanted<'_>, answers: &mut Answers<'_, 'a>) {
        let subject = self.name(wanted);
        let path = match file::with_profile(&self.path, wanted) {
            Ok(Some(path)) => path,
            Ok(None) if self.is_required => {
                return answers.problem(&subject, "names the profile, but the load has none");
            }
            Ok(None) => return,
            Err(what) => return answers.problem(&subject, what),
        };
        let bytes = match whole_file::bytes(&path, MOST, |_| Ok(())) {
            Ok(bytes) => answers.keep(bytes),
            Err(unread) if unread.is_missing && !self.is_required => return,
            Err(unread) => return answers.problem(&subject, &unread.reason),
        };
        answers.file(path);
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let mut cursor =
                    Cursor::new(std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or(""));
                while cursor.next().is_some() {}
                return answers.problem_at("is not UTF-8 text", cursor.line, cursor.column);
            }
        };
        let is_ours = |name: &str| wanted.manifest.tree.lookup(name.as_bytes()).is_some();
        let parsed = Parser::new(text, self.expands).apart(&is_ours).parse();
        for bad in &parsed.bad {
            answers.problem_at(bad.what, bad.line, bad.column);
        }
        // Answered in spite of bad lines, so that what else is wrong is in the same report.
        for Entry { name, value, line, column } in last_of_each_name(parsed.entries) {
            let value = match value {
                Text::InFile(text) => text,
                Text::PutTogether(text) => answers.shelf().pieces(text),
            };
            answers.variable(Cow::Borrowed(name.as_ref()), Cow::Borrowed(value.as_ref()), line, column);
        }
    }

    fn files(&self, wanted: &Wanted<'_>) -> Vec<PathBuf> {
        file::with_profile(&self.path, wanted).ok().flatten().into_iter().collect()
    }

    fn on_unknown(&self) -> OnUnknown {
        self.on_unknown
    }

    fn peek(&self, _: &Wanted<'_>, variable: &str) -> Option<String> {
        // One whose name has the profile in it cannot name it.
        let bytes = whole_file::bytes(&self.path, MOST, |_| Ok(())).ok()?;
        let entries = Parser::new(std::str::from_utf8(&bytes).ok()?, self.expands).parse().entries;
        entries
            .into_iter()
            .rev()
            .find(|entry| entry.name == variable)
            .map(|entry| entry.value.text().to_owned())
    }
}

fn last_of_each_name<'t>(entries: Vec<Entry<'t>>) -> impl Iterator<Item = Entry<'t>> {
    let last: HashMap<&str, usize> = entries.iter().enumerate().map(|(at, entry)| (entry.name, at)).collect();
    entries.into_iter().enumerate().filter(move |(at, entry)| last[entry.name] == *at).map(|(_, entry)| entry)
}

impl fmt::Debug for DotenvEntry {
    /// Shows the place, and neither the value nor the name: that has the value in it where the first `=`
    /// of a line is missing, and the value ends with one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DotenvEntry at {}:{}", self.line, self.column)
    }
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.what)
    }
}

impl std::error::Error for BadLine {}

const NO_NAME: &str = "a name is expected: ASCII letters, digits, `_`, `.` and `-`";
const NO_EQUALS: &str =
    "`=` is expected after the name, which is made of ASCII letters, digits, `_`, `.` and `-`";
const NOT_CLOSED: &str = "the quotation mark is not closed";
const AFTER_QUOTES: &str = "only a comment may follow the closing quotation mark";
const ESCAPE: &str = "a backslash before a, b, f, t or v in double quotes is a control character to some parsers and \
                      itself to others: write \\\\ for a backslash, and a control character as it is";
const HASH: &str = "a # right behind `=` is a comment to some parsers and a value to others: put the value in \
                    quotes, or a blank before the comment";
const JOINED: &str = "holds an assignment to another variable of this program: break the line before it, or put \
                      the value in quotes";
const SWALLOWED: &str = "a line in these quotation marks is an assignment to another variable of this program: close \
                         them before it";
const DOLLAR: &str = "${ is followed by a name, and } or :-default}; \\$ is a dollar sign";
const GROWS: &str = "the values that are put in for $ are larger than 1 MiB";

/// What a text has.
struct Parsed<'t> {
    entries: Vec<Entry<'t>>,
    bad: Vec<BadLine>,
}

/// One variable, as it stands in the text.
struct Entry<'t> {
    name: &'t str,
    value: Text<'t>,
    line: u32,
    column: u32,
}

/// The text of a value.
enum Text<'t> {
    /// It stands in the file as it is.
    InFile(&'t str),
    /// It was put together.
    PutTogether(Growing),
}

impl Parsed<'_> {
    fn into_result(self) -> Result<Vec<DotenvEntry>, Vec<BadLine>> {
        if self.bad.is_empty() { Ok(self.into_entries()) } else { Err(self.bad) }
    }

    fn into_entries(self) -> Vec<DotenvEntry> {
        let entry = |Entry { name, value, line, column }: Entry<'_>| DotenvEntry {
            name: name.to_owned(),
            value: value.text().to_owned(),
            line,
            column,
        };
        self.entries.into_iter().map(entry).collect()
    }
}

impl Text<'_> {
    fn text(&self) -> &str {
        match self {
            Self::InFile(text) => text,
            Self::PutTogether(text) => text.text(),
        }
    }
}

/// A place in a text. Every kind of line break reads as `\n`.
#[derive(Clone, Copy)]
struct Cursor<'t> {
    rest: &'t str,
    line: u32,
    column: u32,
}

impl<'t> Cursor<'t> {
    fn new(text: &'t str) -> Self {
        // Editors of Windows put a byte order mark first.
        Self { rest: text.strip_prefix('\u{feff}').unwrap_or(text), line: 1, column: 1 }
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next().map(|char| if char == '\r' { '\n' } else { char })
    }

    fn next(&mut self) -> Option<char> {
        let char = self.peek()?;
        if char == '\n' {
            self.rest = self.rest.strip_prefix("\r\n").unwrap_or(&self.rest[1..]);
            self.line += 1;
            self.column = 1;
        } else {
            self.rest = &self.rest[char.len_utf8()..];
            self.column += 1;
        }
        Some(char)
    }

    /// Goes past all that is wanted.
    fn take(&mut self, is_wanted: impl Fn(char) -> bool) -> &'t str {
        let before = self.rest;
        while self.peek().is_some_and(&is_wanted) {
            self.next();
        }
        &before[..before.len() - self.rest.len()]
    }

    fn skip_blanks(&mut self) {
        self.take(is_blank);
    }

    fn skip_line(&mut self) {
        self.take(|char| char != '\n');
        self.next();
    }

    fn bad(&self, what: &'static str) -> BadLine {
        BadLine { what, line: self.line, column: self.column }
    }
}

fn is_blank(char: char) -> bool {
    matches!(char, ' ' | '\t')
}

fn is_of_name(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '_' | '.' | '-')
}

struct Parser<'t, 'p> {
    cursor: Cursor<'t>,
    parsed: Parsed<'t>,
    variables: Option<Variables<'t>>,
    /// Whether a name is that of a variable of the program.
    is_ours: &'p dyn Fn(&str) -> bool,
}

/// What `$NAME` may name.
struct Variables<'t> {
    values: HashMap<&'t str, Growing>,
    /// How many bytes may still be put in: a file of a few lines could ask for any number.
    room: usize,
}

impl<'t, 'p> Parser<'t, 'p> {
    fn new(text: &'t str, expands: bool) -> Self {
        let variables = expands.then(|| Variables { values: HashMap::new(), room: MOST as usize });
        let parsed = Parsed { entries: Vec::new(), bad: Vec::new() };
        Self { cursor: Cursor::new(text), parsed, variables, is_ours: &|_| false }
    }

    /// Refuses a bare value with an assignment to one of our variables in it.
    fn apart(self, is_ours: &'p dyn Fn(&str) -> bool) -> Self {
        Self { is_ours, ..self }
    }

    fn parse(mut self) -> Parsed<'t> {
        loop {
            self.cursor.skip_blanks();
            match self.cursor.peek() {
                None => return self.parsed,
                Some('\n' | '#') => {}
                Some(_) => match self.entry() {
                    Ok(Some(entry)) => self.add(entry),
                    Ok(None) => {}
                    Err(bad) => self.parsed.bad.push(bad),
                },
            }
            self.cursor.skip_line();
        }
    }

    fn add(&mut self, entry: Entry<'t>) {
        if let Some(Variables { values, .. }) = &mut self.variables {
            values.insert(entry.name, Growing::of(entry.value.text()));
        }
        self.parsed.entries.push(entry);
    }

    /// One entry, up to what may follow on its line; none where what is wrong with it is noted.
    fn entry(&mut self) -> Result<Option<Entry<'t>>, BadLine> {
        let name = self.name()?;
        let behind = self.cursor;
        self.cursor.skip_blanks();
        let mut start = self.cursor;
        let (line, column) = (start.line, start.column);
        let value = match start.next() {
            Some('"') => {
                self.cursor = start;
                self.double_quoted(not_closed(line, column))?.map(Text::PutTogether)
            }
            Some(quote @ ('\'' | '`')) => {
                self.cursor = start;
                Some(Text::PutTogether(self.literal(quote, not_closed(line, column))?))
            }
            Some('#') if behind.rest.len() == self.cursor.rest.len() => return Err(behind.bad(HASH)),
            None | Some('\n' | '#') => {
                let (line, column) = (behind.line, behind.column);
                return Ok(Some(Entry { name, value: Text::InFile(""), line, column }));
            }
            Some(_) => Some(self.bare()?),
        };
        let has_swallowed = |value: &Text<'_>| {
            value.text().split('\n').skip(1).any(|line| has_assignment(line, self.is_ours))
        };
        if value.as_ref().is_some_and(has_swallowed) {
            return Err(BadLine { what: SWALLOWED, line, column });
        }
        Ok(value.map(|value| Entry { name, value, line, column }))
    }

    /// The name, and what separates it from the value.
    fn name(&mut self) -> Result<&'t str, BadLine> {
        let mut start = self.cursor;
        let mut name = self.cursor.take(is_of_name);
        if name == "export" && self.cursor.peek().is_some_and(is_blank) {
            let mut ahead = self.cursor;
            ahead.skip_blanks();
            if ahead.peek().is_some_and(is_of_name) {
                start = ahead;
                self.cursor = ahead;
                name = self.cursor.take(is_of_name);
            }
        }
        if name.is_empty() {
            return Err(start.bad(NO_NAME));
        }
        let mut ahead = self.cursor;
        if ahead.next() == Some(':') && ahead.peek().is_none_or(|char| is_blank(char) || char == '\n') {
            self.cursor = ahead;
            return Ok(name);
        }
        self.cursor.skip_blanks();
        if self.cursor.peek() != Some('=') {
            return Err(self.cursor.bad(NO_EQUALS));
        }
        self.cursor.next();
        Ok(name)
    }

    /// A value without quotation marks around it.
    fn bare(&mut self) -> Result<Text<'t>, BadLine> {
        let start = self.cursor;
        let line = self.cursor.take(|char| char != '\n');
        let comment = line.match_indices('#').map(|(at, _)| at).find(|at| line[..*at].ends_with(is_blank));
        let text = line[..comment.unwrap_or(line.len())].trim_end_matches(is_blank);
        if has_assignment(text, self.is_ours) {
            return Err(start.bad(JOINED));
        }
        let Some(variables) = &mut self.variables else { return Ok(Text::InFile(text)) };
        let mut cursor = Cursor { rest: text, ..start };
        let mut value = Growing::with_capacity(text.len());
        while let Some(char) = cursor.next() {
            match char {
                '\\' if cursor.peek() == Some('$') => {
                    cursor.next();
                    value.push_char('$');
                }
                '$' => variables.put(&mut cursor, &mut value)?,
                char => value.push_char(char),
            }
        }
        Ok(Text::PutTogether(value))
    }

    /// What stands in quotation marks in which nothing has a meaning. The cursor is behind the first.
    fn literal(&mut self, quote: char, otherwise: BadLine) -> Result<Growing, BadLine> {
        let start = self.cursor;
        let mut value = Growing::default();
        loop {
            match self.cursor.next() {
                None => {
                    self.cursor = start;
                    return Err(otherwise);
                }
                Some(char) if char == quote => break,
                Some('\\') if self.cursor.peek() == Some(quote) => {
                    self.cursor.next();
                    value.push_char('\\');
                    value.push_char(quote);
                }
                Some(char) => value.push_char(char),
            }
        }
        self.only_a_comment_follows()?;
        Ok(value)
    }

    /// What stands in double quotes. The cursor is behind the first. None where something inside is
    /// wrong: the rest is read on, so that its lines are not taken for entries.
    fn double_quoted(&mut self, otherwise: BadLine) -> Result<Option<Growing>, BadLine> {
        let start = self.cursor;
        let noted = self.parsed.bad.len();
        let mut value = Growing::default();
        loop {
            let before = self.cursor;
            match self.cursor.next() {
                None => {
                    self.cursor = start;
                    self.parsed.bad.truncate(noted);
                    return Err(otherwise);
                }
                Some('"') => break,
                Some('\\') => match self.escaped() {
                    Some(char) => value.push_char(char),
                    None => self.parsed.bad.push(before.bad(ESCAPE)),
                },
                Some('$') => match &mut self.variables {
                    Some(variables) => {
                        self.parsed.bad.extend(variables.put(&mut self.cursor, &mut value).err());
                    }
                    None => value.push_char('$'),
                },
                Some(char) => value.push_char(char),
            }
        }
        self.only_a_comment_follows()?;
        Ok((self.parsed.bad.len() == noted).then_some(value))
    }

    /// What a backslash in double quotes stands for, with the character behind it where that belongs to
    /// it. None where it would be a guess.
    fn escaped(&mut self) -> Option<char> {
        let char = match self.cursor.peek() {
            Some('n') => '\n',
            Some('r') => '\r',
            Some(char @ ('"' | '\'' | '\\' | '$')) => char,
            Some('a' | 'b' | 'f' | 't' | 'v') => return None,
            Some(_) | None => return Some('\\'),
        };
        self.cursor.next();
        Some(char)
    }

    fn only_a_comment_follows(&mut self) -> Result<(), BadLine> {
        self.cursor.skip_blanks();
        match self.cursor.peek() {
            None | Some('\n' | '#') => Ok(()),
            Some(_) => Err(self.cursor.bad(AFTER_QUOTES)),
        }
    }
}

/// Whether a line break is missing in front of an assignment: a program that appends to a file without
/// one at its end joins two lines. The value of the first would have the second's in it, and an error
/// that quotes it would show that, even where it is a secret.
fn has_assignment(text: &str, is_ours: &dyn Fn(&str) -> bool) -> bool {
    text.match_indices(['=', ':']).any(|(at, _)| {
        let head = text[..at].trim_end_matches(is_blank);
        let start = head.rfind(|char| !is_of_name(char)).map_or(0, |at| at + 1);
        // A character before that is no ASCII is longer than one byte.
        let start = (start..=head.len()).find(|at| head.is_char_boundary(*at)).unwrap_or(head.len());
        (start..head.len()).any(|start| is_ours(&head[start..]))
    })
}

/// A quotation mark here that is not closed.
fn not_closed(line: u32, column: u32) -> BadLine {
    BadLine { what: NOT_CLOSED, line, column }
}

impl Variables<'_> {
    /// Puts in what the text behind a `$` stands for.
    fn put(&mut self, cursor: &mut Cursor<'_>, value: &mut Growing) -> Result<(), BadLine> {
        let start = *cursor;
        let is_braced = cursor.peek() == Some('{');
        if is_braced {
            cursor.next();
        }
        // `$2a$10$` of a password hash is no variable.
        let begins = cursor.peek().is_some_and(|char| char.is_ascii_alphabetic() || char == '_');
        let name = if begins { cursor.take(|char| char.is_ascii_alphanumeric() || char == '_') } else { "" };
        if !is_braced && name.is_empty() {
            value.push_char('$');
            return Ok(());
        }
        let default = if is_braced { Self::default(cursor) } else { Some("") };
        let (Some(default), false) = (default, name.is_empty()) else { return Err(start.bad(DOLLAR)) };
        let found = self.values.get(name).map_or("", Growing::text);
        let text = if found.is_empty() { default } else { found };
        self.room = self.room.checked_sub(text.len()).ok_or_else(|| start.bad(GROWS))?;
        value.push(text.as_bytes());
        Ok(())
    }

    /// What stands between the name and the closing brace, which it goes past.
    fn default<'t>(cursor: &mut Cursor<'t>) -> Option<&'t str> {
        let default = match cursor.rest.strip_prefix(":-") {
            Some(_) => {
                cursor.next();
                cursor.next();
                cursor.take(|char| !matches!(char, '}' | '{' | '$' | '"' | '\n'))
            }
            None => "",
        };
        (cursor.peek() == Some('}')).then(|| {
            cursor.next();
            default
        })
    }
}

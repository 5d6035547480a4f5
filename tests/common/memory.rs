//! Looks for a secret in the memory of another process.
//!
//! A test runs twice: here, where it makes the secret and puts it somewhere, and in a child, which is the same program
//! told to run the same test, and loads. Only the child is looked at, so that what the test knows does not count.

use std::{
    collections::hash_map::RandomState,
    ffi::OsString,
    fs,
    hash::{BuildHasher, Hasher},
    io::{self, BufRead, BufReader, Read, Write},
    ops::Range,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    process::{self, Command, Stdio},
    thread,
    time::Duration,
};

use super::common::Folder;

/// Tells the child that it is one, and where its folder is.
const CHILD: &str = "CONFIDENT_MEMORY_FOLDER";

/// What the child is given.
pub(crate) struct Given {
    /// Where the secret is put. The load gets its path.
    pub(crate) folder: Folder,
    /// The secret: 64 letters and digits, which no other process has.
    pub(crate) secret: String,
    variables: Vec<(OsString, OsString)>,
}

/// How often the secret was found in the child: for each 16 bytes of it, because what is left of a buffer that was
/// freed, or that grew, is seldom all of it.
#[derive(Debug)]
pub(crate) struct Copies {
    /// While what was loaded is there.
    pub(crate) live: Vec<usize>,
    /// After it was dropped.
    pub(crate) dropped: Vec<usize>,
    /// In the block that holds the environment, which the kernel filled. It is in none of the others.
    #[allow(dead_code)] // not every test looks
    pub(crate) environment: Vec<usize>,
    /// Where the copies are, for the message of a test that fails.
    #[allow(dead_code)] // shown
    places: [Vec<String>; 2],
}

#[allow(dead_code)] // not every test needs all of it
impl Given {
    /// Writes a file.
    pub(crate) fn file(&self, name: &str, content: &str) -> PathBuf {
        self.folder.file(name, content)
    }

    /// Sets a variable of the child.
    pub(crate) fn variable(&mut self, name: &str, value: impl Into<OsString>) {
        self.variables.push((name.into(), value.into()));
    }
}

#[allow(dead_code)] // not every test needs all of it
impl Copies {
    /// Whether all of the secret is there so often, and nothing of it more often.
    pub(crate) fn are(&self, live: usize, dropped: usize) -> bool {
        self.live.iter().all(|count| *count == live) && self.dropped.iter().all(|count| *count == dropped)
    }

    /// Whether something of the secret is left after the drop.
    pub(crate) fn are_left(&self) -> bool {
        self.dropped.iter().any(|count| *count > 0)
    }
}

/// Counts the copies of a secret in a child in which `load` is run, after `prepare` has put the secret where it comes
/// from. `load` must be a closure of the test, by which the child finds the test.
pub(crate) fn copies<T, L: FnOnce(&Path) -> T>(prepare: impl FnOnce(&mut Given), load: L) -> Copies {
    #[allow(clippy::disallowed_methods)] // a variable of the test, not of a program
    if let Some(folder) = std::env::var_os(CHILD) {
        let _between = holes();
        be_looked_at(load(Path::new(&folder)));
    }
    let mut given = Given { folder: Folder::new(), secret: random(64), variables: Vec::new() };
    prepare(&mut given);
    let mut child = Command::new(std::env::current_exe().expect("the program of the tests is known"))
        .args([test_of::<L>(), "--exact", "--nocapture"])
        .env(CHILD, &given.folder.0)
        .envs(given.variables.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the child starts");
    let mut said = BufReader::new(child.stderr.take().expect("it is piped"));
    let mut go_on = child.stdin.take().expect("it is piped");
    let pieces: Vec<&[u8]> = given.secret.as_bytes().chunks_exact(16).collect();

    wait_for("ready", &mut said);
    let (live, in_environment, live_places) = count(child.id(), &pieces);
    go_on.write_all(b".").expect("the child waits");
    wait_for("dropped", &mut said);
    let (dropped, _, dropped_places) = count(child.id(), &pieces);
    go_on.write_all(b".").expect("the child waits");
    assert!(child.wait().expect("the child ends").success());
    Copies { live, dropped, environment: in_environment, places: [live_places, dropped_places] }
}

/// Letters and digits that nobody can guess.
fn random(length: usize) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let number = || RandomState::new().build_hasher().finish() as usize;
    (0..length).map(|_| char::from(DIGITS[number() % DIGITS.len()])).collect()
}

/// Memory with holes of every size: what grows in one of them has to move, as in a program that has run for a while. In a
/// fresh one it finds room behind itself, and leaves nothing behind.
fn holes() -> Vec<Vec<u8>> {
    let sizes = (0..).map(|power| 16 << power).take_while(|size| *size <= 1 << 13);
    let blocks = sizes.flat_map(|size| std::iter::repeat_n(size, 64)).map(Vec::with_capacity);
    let mut blocks: Vec<Vec<u8>> = blocks.collect();
    let mut number = 0;
    blocks.retain(|_| {
        number += 1;
        number % 2 == 0
    });
    blocks
}

/// What the child does with what it loaded.
fn be_looked_at<T>(loaded: T) -> ! {
    let wait = |word: &str| {
        eprintln!("{word}");
        std::io::stdin().read_exact(&mut [0]).expect("the test goes on");
    };
    std::hint::black_box(&loaded);
    wait("ready");
    drop(loaded);
    wait("dropped");
    process::exit(0);
}

/// The name of the test that a closure stands in.
fn test_of<L>() -> &'static str {
    let name = std::any::type_name::<L>().trim_end_matches("::{{closure}}");
    name.split_once("::").map_or(name, |(_, test)| test)
}

/// Reads what the child says, up to a word.
fn wait_for(word: &str, said: &mut impl BufRead) {
    let mut before = String::new();
    loop {
        let mut line = String::new();
        let length = said.read_line(&mut line).expect("the child says lines");
        assert!(length > 0, "the child ended before it said `{word}`:\n{before}");
        if line.trim_end() == word {
            return;
        }
        before.push_str(&line);
    }
}

/// How often each piece is in the memory of a process, outside of its environment and in it, and where.
fn count(process: u32, pieces: &[&[u8]]) -> Counted {
    // What is mapped changes while a thread of the child ends: then all of it is looked at again.
    for _ in 0..50 {
        if let Ok(counted) = look(process, pieces) {
            return counted;
        }
        thread::sleep(Duration::from_millis(20));
    }
    look(process, pieces).expect("what is mapped can be read")
}

type Counted = (Vec<usize>, Vec<usize>, Vec<String>);

fn look(process: u32, pieces: &[&[u8]]) -> io::Result<Counted> {
    let own = |name: &str| format!("/proc/{process}/{name}");
    let maps = fs::read_to_string(own("maps")).expect("the maps of a child can be read");
    let program = fs::read_link(own("exe")).expect("the program of a child is known");
    let memory = fs::File::open(own("mem")).expect("the memory of a child can be read");
    let environment = environment_of(process);
    let (mut counts, mut in_environment) = (vec![0; pieces.len()], vec![0; pieces.len()]);
    let mut places = Vec::new();
    for map in maps.lines().filter_map(Map::read) {
        // What nobody can have written to: the code of the program, of libraries and of the kernel.
        let is_code = !map.is_writable && (Path::new(map.name) == program || map.name.contains(".so"));
        if is_code || ["[vvar]", "[vvar_vclock]", "[vdso]", "[vsyscall]"].contains(&map.name) {
            continue;
        }
        let mut bytes = vec![0; map.range.end - map.range.start];
        memory.read_exact_at(&mut bytes, map.range.start as u64)?;
        find(&bytes, pieces, &mut |at, piece| {
            let at = map.range.start + at;
            if environment.contains(&at) {
                in_environment[piece] += 1;
            } else {
                counts[piece] += 1;
                places.push(format!("piece {piece} at {at:x} in {}", map.name));
            }
        });
    }
    Ok((counts, in_environment, places))
}

/// Calls `found` with the place and the number of every piece in the bytes.
fn find(bytes: &[u8], pieces: &[&[u8]], found: &mut dyn FnMut(usize, usize)) {
    const PAGE: usize = 4096;
    const NOTHING: [u8; PAGE] = [0; PAGE];
    let mut begins = [false; 256];
    pieces.iter().for_each(|piece| begins[usize::from(piece[0])] = true);
    for (page, start) in bytes.chunks(PAGE).zip((0..).step_by(PAGE)) {
        // Most of the memory is empty, and told to be so at once.
        if page == &NOTHING[..page.len()] {
            continue;
        }
        for at in (start..start + page.len()).filter(|at| begins[usize::from(bytes[*at])]) {
            for (number, piece) in pieces.iter().enumerate() {
                if bytes[at..].starts_with(piece) {
                    found(at, number);
                }
            }
        }
    }
}

/// Where a process has the environment that it was started with (proc_pid_stat(5), fields 50 and 51).
fn environment_of(process: u32) -> Range<usize> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).expect("the state of a child can be read");
    let (_, behind_name) = stat.rsplit_once(')').expect("the second field is the name");
    let mut fields = behind_name.split_whitespace().skip(47).map(|field| field.parse().expect("an address"));
    let mut field = || fields.next().expect("Linux has 52 fields");
    field()..field()
}

/// One line of `/proc/PID/maps`.
struct Map<'m> {
    range: Range<usize>,
    is_writable: bool,
    name: &'m str,
}

impl<'m> Map<'m> {
    /// The map, if it can be read.
    fn read(line: &'m str) -> Option<Self> {
        let mut words = line.split_whitespace();
        let (start, end) = words.next()?.split_once('-')?;
        let address = |text| usize::from_str_radix(text, 16).expect("an address");
        let rights = words.next()?;
        let name = words.nth(3).unwrap_or("");
        let (range, is_writable) = (address(start)..address(end), rights.contains('w'));
        rights.starts_with('r').then_some(Self { range, is_writable, name })
    }
}

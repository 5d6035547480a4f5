//! The docs bench: what a tool does with a manifest, and how fast a binary is searched for one.

mod material;

use std::{
    fs::File,
    hint::black_box,
    io::Read,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use confident_cli::{Severity, check::Inputs};
use confident_core::manifest::carried::mark;
use confident_docs::{Format, document};
use memchr::memmem::Finder;

use self::material::{Deployed, Manifests};
use crate::{
    Effort,
    programs::Programs,
    progress, report,
    table::{markdown, thousands},
};

/// How many bytes the searched file has in front of its manifest.
const BINARY: usize = 200_000_000;

/// How much a plain read takes in one piece, in bytes.
const PIECE: usize = 1 << 20;

/// Something that is timed.
struct Task<'a> {
    name: String,
    /// How many bytes it writes or reads.
    bytes: usize,
    /// Whether its speed is shown.
    is_scan: bool,
    work: Box<dyn FnMut() -> Result<(), String> + 'a>,
}

impl<'a> Task<'a> {
    fn new(name: &str, bytes: usize, work: impl FnMut() -> Result<(), String> + 'a) -> Self {
        Self { name: name.to_owned(), bytes, is_scan: false, work: Box::new(work) }
    }

    fn scan(name: &str, bytes: usize, work: impl FnMut() -> Result<(), String> + 'a) -> Self {
        Self { is_scan: true, ..Self::new(name, bytes, work) }
    }
}

pub(crate) fn run(effort: Effort) -> Result<(), String> {
    let programs = Programs::here()?;
    let manifests = Manifests::of_benches(&programs)?;
    progress("documents and checks");
    let mut rows = documents_and_checks(&programs, &manifests, effort)?;
    progress("scans");
    rows.extend(scans(&programs, &manifests, effort)?);
    let table = markdown(&["", "ms", "bytes", "GB/s"], &rows);
    report::publish("docs", &format!("### What the tool does\n\n{table}"), effort.whole)
}

fn documents_and_checks(
    programs: &Programs,
    manifests: &Manifests,
    effort: Effort,
) -> Result<Vec<Vec<String>>, String> {
    let large = manifests.large;
    let json = confident_manifest::published(large).map_err(|error| error.to_string())?;
    let deployed = Deployed::write(&programs.scratch()?)?;
    let small = manifests.small;
    let read_and_check = || {
        let inputs = deployed.requests().try_fold(Inputs::default(), |inputs, request| {
            request.read().map(|deployment| inputs.deployment(deployment))
        });
        inputs.map(|inputs| inputs.check(small)).map_err(|refused| refused.to_string())
    };
    let found = read_and_check()?;
    let codes: Vec<&str> = found.findings.iter().map(|finding| finding.code).collect();
    if found.count(Severity::Error) == 0 || !codes.contains(&"unknown") || codes.contains(&"missing") {
        return Err(format!("the check does not find what is wrong in the files: {codes:?}"));
    }
    programs.build_package("confident-cli", "")?;
    let (tool, manifest) = (programs.named("confident"), deployed.folder.join("manifest.json"));
    std::fs::write(&manifest, &manifests.small_json)
        .map_err(|error| format!("{}: {error}", manifest.display()))?;
    let process = || {
        let mut command = Command::new(&tool);
        command.arg("check").arg(&manifest).args(deployed.arguments());
        let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{tool}: {error}"))?;
        // It finds the mistakes of the files; any other end is none that should be measured.
        if output.status.code() == Some(1) {
            Ok(())
        } else {
            Err(format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr)))
        }
    };

    let mut tasks: Vec<Task<'_>> = Vec::new();
    for format in Format::ALL {
        let bytes = document(large, format).len();
        let name = format!("1,000 keys to {}", format.name());
        tasks.push(Task::new(&name, bytes, move || {
            black_box(document(black_box(large), format));
            Ok(())
        }));
    }
    tasks.push(Task::new("1,000 keys from `manifest.json`", json.len(), || {
        black_box(confident_manifest::from_json(black_box(&json)).map_err(|error| error.to_string())?);
        Ok(())
    }));
    tasks.push(Task::new("check of 400 keys, 10 files", deployed.bytes, || {
        black_box(read_and_check()?);
        Ok(())
    }));
    let bytes = deployed.bytes + manifests.small_json.len();
    tasks.push(Task::new("the same by `confident check`, exec to exit", bytes, process));
    rows(tasks, effort)
}

/// The search for the manifest, beside a plain read of the same file, and beside the search in memory.
fn scans(programs: &Programs, manifests: &Manifests, effort: Effort) -> Result<Vec<Vec<String>>, String> {
    let binary = material::binary(BINARY, manifests.large);
    let path = programs.scratch()?.join("binary");
    std::fs::write(&path, &binary).map_err(|error| format!("{}: {error}", path.display()))?;
    let mark = mark();
    let finder = Finder::new(&mark);
    let search = || match confident_manifest::read(&path).map_err(|error| error.to_string())?.as_slice() {
        [found] if found.manifest.keys().count() == 1000 => Ok(()),
        found => Err(format!("{} manifests are found in place of one", found.len())),
    };
    let search_in_memory = || match finder.find(black_box(&binary)) {
        Some(BINARY) => Ok(()),
        other => Err(format!("the mark is found at {other:?}")),
    };
    let tasks = vec![
        Task::scan("manifest out of a binary", binary.len(), search),
        Task::scan("plain read of the same file", binary.len(), || plain_read(&path, binary.len())),
        Task::scan("`memmem` over it in memory", binary.len(), search_in_memory),
    ];
    let rows = rows(tasks, effort);
    std::fs::remove_file(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    rows
}

/// Reads a file in pieces, and looks at none of it.
fn plain_read(path: &Path, length: usize) -> Result<(), String> {
    let mut file = File::open(path).map_err(|error| error.to_string())?;
    let mut piece = vec![0; PIECE];
    let mut total = 0;
    loop {
        match file.read(black_box(&mut piece)).map_err(|error| error.to_string())? {
            0 if total == length => return Ok(()),
            0 => return Err(format!("{total} bytes are read in place of {length}")),
            read => total += read,
        }
    }
}

/// However long one takes.
const LEAST_ROUNDS: usize = 15;

/// Lets the tasks take turns, and makes a row of each, with the median of its times.
fn rows(mut tasks: Vec<Task<'_>>, effort: Effort) -> Result<Vec<Vec<String>>, String> {
    let mut times: Vec<Vec<Duration>> = tasks.iter().map(|_| Vec::new()).collect();
    for task in &mut tasks {
        // The first time fills caches.
        (task.work)()?;
    }
    let start = Instant::now();
    let mut rounds = 0;
    while rounds < LEAST_ROUNDS || start.elapsed() < effort.turns {
        for turn in 0..tasks.len() {
            // Another one begins each time, so that none always follows the same.
            let at = (turn + rounds) % tasks.len();
            let begin = Instant::now();
            (tasks[at].work)()?;
            times[at].push(begin.elapsed());
        }
        rounds += 1;
    }
    let row = |(task, mut times): (&Task<'_>, Vec<Duration>)| {
        times.sort();
        let median = times[times.len() / 2];
        let speed = task.bytes as f64 / median.as_nanos() as f64;
        vec![
            task.name.clone(),
            format!("{:.1}", median.as_secs_f64() * 1e3),
            thousands(task.bytes as u128),
            if task.is_scan { format!("{speed:.1}") } else { String::new() },
        ]
    };
    Ok(tasks.iter().zip(times).map(row).collect())
}

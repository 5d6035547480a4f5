//! Volumes of Kubernetes in which one load reads several times: all that it reads is of one generation.

use std::{
    fs,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use crate::source::{Source, Wanted};

/// How long a load begins anew when a volume was swapped under it. The kubelet does so about once a minute.
const PATIENCE: Duration = Duration::from_millis(250);

/// Where the volumes lead in which a load reads more than once.
///
/// A directory of secrets is read as one generation by its own source, and one file cannot be of two. But two sources may
/// read in one volume, and files of a directory are opened one after the other. Every generation is a directory of its own,
/// to which the link `..data` leads; where it leads to the same one after all reads as before them, all were of it.
pub(super) struct Volumes {
    links: Vec<Link>,
    /// When one was swapped first. Most loads read in no volume, and need no clock.
    since: Option<Instant>,
    attempts: u64,
}

struct Link {
    link: PathBuf,
    to: PathBuf,
    /// How often the volume is read, where more than once is several times.
    reads: usize,
}

impl Volumes {
    pub(super) fn of<'s>(sources: impl Iterator<Item = &'s dyn Source>, wanted: &Wanted<'_>) -> Self {
        let mut links: Vec<Link> = Vec::new();
        for source in sources {
            for path in source.files(wanted) {
                // A directory of secrets reads one generation by itself; one of files reads each when it comes to it.
                let reads = if source.kind() == "directory" { 1 } else { 2 };
                let folders = [(Some(&*path), reads), (path.parent(), 1)];
                for (folder, reads) in folders {
                    let Some(link) = folder.map(|folder| folder.join("..data")) else { continue };
                    if let Some(known) = links.iter_mut().find(|known| known.link == link) {
                        known.reads += reads;
                    } else if let Ok(to) = fs::read_link(&link) {
                        links.push(Link { link, to, reads });
                    }
                }
            }
        }
        links.retain(|link| link.reads > 1);
        Self { links, since: None, attempts: 0 }
    }

    /// Whether what was read is of one generation. If not, and there is time, it is to be read anew, which this waits for.
    pub(super) fn were_still(&mut self) -> Outcome {
        let mut swapped = None;
        for Link { link, to, reads: _ } in &mut self.links {
            let now = fs::read_link(&*link).unwrap_or_default();
            if now != *to {
                *to = now;
                swapped = link.parent();
            }
        }
        let Some(volume) = swapped else { return Outcome::Still };
        if self.since.get_or_insert_with(Instant::now).elapsed() > PATIENCE {
            return Outcome::TooFast(volume.display().to_string());
        }
        self.attempts += 1;
        // Of uneven lengths, so that it does not fall into step with the writer.
        thread::sleep(Duration::from_micros(20 * (self.attempts * 7 % 48)));
        // It may have been swapped while this slept: the next reads are held against what is there now.
        for Link { link, to, reads: _ } in &mut self.links {
            *to = fs::read_link(&*link).unwrap_or_default();
        }
        Outcome::Swapped
    }
}

/// What became of the volumes while they were read.
pub(super) enum Outcome {
    Still,
    Swapped,
    /// This one is swapped faster than it can be read.
    TooFast(String),
}

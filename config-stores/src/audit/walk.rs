//! The way along the lines of a trail, which finds the first that is wrong.
//!
//! It goes once, forward, with the memory for one line. What is wrong with a line may show only further on: a line that
//! is missing here may stand there.

use std::io::{self, BufRead};

use super::{
    entry::{BEGAN, Entry, Piece, Pieces, Torn},
    head::{Head, Place},
    key::{Chain, Domain, Hasher, Mac},
    verify::{Bad, Fault},
};

/// What was found on the way.
pub(super) struct Walk<'a> {
    chain: &'a Chain,
    /// Behind the last good record.
    pub(super) place: Place,
    /// Behind the last line of all.
    length: u64,
    /// The lines so far.
    line: u64,
    suspect: Option<Suspect>,
    pub(super) bad: Option<Bad>,
    /// Where the head says that the trail ends.
    head: Option<Place>,
    /// The last record that a write which the head did not see may reach, and the line where it began.
    unseen: Option<(u64, u64)>,
    /// What a copy of a head says.
    checkpoint: Option<Place>,
    pub(super) records: u64,
    pub(super) first: Option<String>,
    pub(super) last: Option<String>,
    pub(super) torn: u64,
    pub(super) missed: u64,
}

/// Something that is wrong, of which only the rest of the trail says what it is.
enum Suspect {
    /// Lines that are no records.
    NoRecord(NoRecord),
    /// A record too early.
    Gap { line: u64, found: Mac, is_expected_seen: bool, is_found_again: bool, sequence: u64 },
}

/// Lines that are no records, between two that are.
struct NoRecord {
    line: u64,
    bytes: u64,
    hasher: Hasher,
    /// What they say themselves of the key of the trail.
    key_id: Option<String>,
    is_ended: bool,
    /// One line, no more.
    is_single: bool,
}

/// What stands behind the last record.
pub(super) struct Tail {
    pub(super) torn: Torn,
    /// Whether a line break is missing.
    pub(super) is_open: bool,
}

/// What is written behind a torn line, before the next record. A bare line break would make a record of a line of which
/// nothing but the break is missing.
pub(super) const CLOSING: &[u8] = b" \n";

impl<'a> Walk<'a> {
    /// A way from the beginning.
    pub(super) fn new(chain: &'a Chain, head: Option<&Head>, checkpoint: Option<&Head>) -> Self {
        Self {
            chain,
            place: Place::default(),
            length: 0,
            line: 0,
            suspect: None,
            bad: None,
            head: head.map(Head::place),
            unseen: None,
            checkpoint: checkpoint.map(Head::place),
            records: 0,
            first: None,
            last: None,
            torn: 0,
            missed: 0,
        }
    }

    /// A way from the end that a head names.
    pub(super) fn behind(chain: &'a Chain, head: &Head) -> Self {
        let place = head.place();
        Self { place, length: place.length, ..Self::new(chain, Some(head), None) }
    }

    /// Goes along all lines.
    pub(super) fn go(&mut self, reader: impl BufRead) -> io::Result<()> {
        let mut pieces = Pieces::new(reader);
        let mut text = Vec::new();
        while self.bad.is_none() {
            let Some(piece) = pieces.next(&mut text)? else { break };
            self.line += u64::from(piece.begins);
            self.take(&piece, &text);
            self.length += text.len() as u64;
        }
        Ok(())
    }

    fn take(&mut self, piece: &Piece, text: &[u8]) {
        let record = match text.strip_suffix(b"\n") {
            Some(line) if piece.begins => Entry::proven(self.chain, line),
            _ => None,
        };
        match (record, &mut self.suspect) {
            (Some((entry, mac)), None) => self.follow(&entry, mac, text.len()),
            (Some((entry, mac)), Some(Suspect::NoRecord(_))) => {
                self.behind_no_record(&entry, mac, text.len())
            }
            (Some((entry, mac)), Some(Suspect::Gap { found, is_expected_seen, is_found_again, .. })) => {
                *is_expected_seen |=
                    entry.sequence == self.place.sequence + 1 && entry.previous == self.place.mac;
                *is_found_again |= mac == *found;
            }
            (None, None) => {
                let mut hasher = self.chain.hasher(Domain::Torn);
                hasher.update(text);
                // Only the first line names the key.
                let says = if self.line == 1 {
                    Entry::unproven(text.strip_suffix(b"\n").unwrap_or(text))
                } else {
                    None
                };
                self.suspect = Some(Suspect::NoRecord(NoRecord {
                    line: self.line,
                    bytes: text.len() as u64,
                    hasher,
                    key_id: says.filter(|entry| entry.action == BEGAN).map(|entry| entry.key_id.into_owned()),
                    is_ended: piece.ends,
                    is_single: true,
                }));
            }
            (None, Some(Suspect::NoRecord(found))) => {
                found.hasher.update(text);
                found.bytes += text.len() as u64;
                found.is_single &= !piece.begins;
                found.is_ended = piece.ends;
            }
            (None, Some(Suspect::Gap { .. })) => {}
        }
    }

    /// A record behind a good one.
    fn follow(&mut self, entry: &Entry<'_>, mac: Mac, bytes: usize) {
        let (line, sequence) = (self.line, entry.sequence);
        if sequence <= self.place.sequence {
            self.find(line, Fault::Duplicated { record: sequence });
        } else if sequence > self.place.sequence + 1 {
            self.suspect = Some(Suspect::Gap {
                line,
                found: mac,
                is_expected_seen: false,
                is_found_again: false,
                sequence,
            });
        } else if entry.previous != self.place.mac || entry.torn.is_some() {
            self.find(line, Fault::Unlinked { record: sequence });
        } else {
            self.accept(entry, mac, bytes);
        }
    }

    /// A record behind lines that are none.
    fn behind_no_record(&mut self, entry: &Entry<'_>, mac: Mac, bytes: usize) {
        let Some(Suspect::NoRecord(found)) = self.suspect.take() else { return };
        let follows = entry.sequence == self.place.sequence + 1 && entry.previous == self.place.mac;
        let vouched = entry.torn.filter(|torn| follows && torn.bytes == found.bytes);
        if vouched.is_some_and(|torn| torn.mac == found.hasher.finish()) {
            self.torn += 1;
            self.accept(entry, mac, bytes);
        } else if self.is_foreign(found.key_id.as_deref()) {
            self.find(found.line, Fault::ForeignKey);
        } else if follows || entry.sequence <= self.place.sequence {
            // One that vouches for what stood there before is followed as well, but the lines were changed.
            let fault = if entry.torn.is_some() { Fault::Edited } else { Fault::Inserted };
            self.find(found.line, fault);
        } else {
            self.find(found.line, Fault::Edited);
        }
    }

    /// A good record.
    fn accept(&mut self, entry: &Entry<'_>, mac: Mac, bytes: usize) {
        let (line, sequence) = (self.line, entry.sequence);
        self.place = Place { sequence, mac, length: self.length + bytes as u64 };
        if let Some(checkpoint) = self.checkpoint
            && checkpoint.sequence == sequence
            && checkpoint.mac != mac
        {
            return self.find(line, Fault::NotOfCheckpoint { record: sequence });
        }
        if let Some(head) = self.head {
            if head.sequence == sequence && head != self.place {
                return self.find(line, Fault::NotOfHead { record: sequence });
            }
            if head.sequence + 1 == sequence {
                self.unseen = Some((sequence.saturating_add(entry.more), line));
            }
        }
        self.records += 1;
        self.missed += entry.missed;
        if self.first.is_none() {
            self.first = Some(entry.time.clone().into_owned());
        }
        self.last = Some(entry.time.clone().into_owned());
    }

    fn find(&mut self, line: u64, fault: Fault) {
        self.bad.get_or_insert(Bad { line: Some(line), fault });
    }

    /// Whether the trail was begun with another key. Where the head is of this one, the line was only changed.
    fn is_foreign(&self, key_id: Option<&str>) -> bool {
        self.head.is_none() && key_id.is_some_and(|id| id != self.chain.key_id)
    }

    /// How many records the head did not see.
    pub(super) fn ahead(&self) -> u64 {
        self.head.map_or(0, |head| self.place.sequence.saturating_sub(head.sequence))
    }

    /// Holds the end against the head and the checkpoint. What stands behind the last record and was never
    /// one is told, where nothing else is wrong.
    pub(super) fn end(&mut self) -> Option<Tail> {
        if self.bad.is_some() {
            return None;
        }
        let says = [self.head, self.checkpoint].into_iter().flatten().map(|place| place.sequence).max();
        // What the head or a checkpoint says was there.
        let lost = says.filter(|says| *says > self.place.sequence);
        match self.suspect.take() {
            Some(Suspect::Gap { line, is_expected_seen, is_found_again, sequence, .. }) => {
                let fault = match (is_expected_seen, is_found_again) {
                    (true, true) => Fault::Duplicated { record: sequence },
                    (true, false) => Fault::OutOfOrder { record: sequence },
                    (false, _) => Fault::Missing { from: self.place.sequence + 1, to: sequence - 1 },
                };
                self.find(line, fault);
            }
            Some(Suspect::NoRecord(found)) => return self.end_with_no_record(found, lost),
            None => {
                if let Some(says) = lost {
                    self.find(self.line + 1, Fault::Truncated { from: self.place.sequence + 1, to: says });
                }
            }
        }
        self.end_behind_head();
        None
    }

    fn end_with_no_record(&mut self, found: NoRecord, lost: Option<u64>) -> Option<Tail> {
        let line = found.line;
        if self.is_foreign(found.key_id.as_deref()) {
            self.find(line, Fault::ForeignKey);
            return None;
        }
        if let Some(says) = lost {
            let is_cut = found.is_single && !found.is_ended;
            let cut = Fault::Truncated { from: self.place.sequence + 1, to: says };
            self.find(line, if is_cut { cut } else { Fault::Edited });
            return None;
        }
        self.end_behind_head();
        if self.bad.is_some() {
            return None;
        }
        self.find(line, if found.is_ended { Fault::Inserted } else { Fault::Torn });
        let is_open = !found.is_ended;
        let (mut bytes, mut hasher) = (found.bytes, found.hasher);
        if is_open {
            hasher.update(CLOSING);
            bytes += CLOSING.len() as u64;
        }
        Some(Tail { torn: Torn { bytes, mac: hasher.finish() }, is_open })
    }

    /// The head is behind by one write at the most.
    fn end_behind_head(&mut self) {
        if let Some((last, line)) = self.unseen
            && self.place.sequence > last
        {
            self.find(line, Fault::HeadBehind { records: self.ahead() });
        }
    }
}

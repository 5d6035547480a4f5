//! A fleet of 10,000 programs that refresh their settings, on a clock that is a number: the load of the store is even, however
//! they start, and after the store was away.
#![cfg(feature = "live")]

use std::{cmp::Reverse, collections::BinaryHeap, ops::Range, time::Duration};

use confident::__proofs::Schedule;

const FLEET: usize = 10_000;
const HOUR: Duration = Duration::from_secs(3600);

/// Numbers that look like chance, and are the same every time: SplitMix64.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^= bits >> 31;
        (bits >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// What happens to the fleet.
struct Story {
    poll: Duration,
    /// Over how long the programs start.
    start: Duration,
    /// When the store does not answer.
    away: Range<Duration>,
    /// When all are told of a change at once, and look at once.
    told: Option<Duration>,
    end: Duration,
    /// Where the numbers of chance come from, for the number of a draw of a program.
    random: fn(&mut Chance, draw: u64) -> f64,
}

impl Story {
    fn of(poll: Duration) -> Self {
        Self {
            poll,
            start: Duration::ZERO,
            away: Duration::MAX..Duration::MAX,
            told: None,
            end: poll * 50,
            random: |chance, _| chance.next(),
        }
    }
}

/// How often the store was asked in each sixtieth of the time between two polls. Loads at the start, and those that were
/// told to everyone, do not count: they are at once by themselves.
struct Load {
    counts: Vec<u32>,
    bucket: Duration,
    poll: Duration,
}

impl Load {
    /// The largest of all, in a range of times, against the mean of a fleet that polls.
    fn peak(&self, range: Range<Duration>) -> f64 {
        let at = |moment: Duration| {
            ((moment.as_secs_f64() / self.bucket.as_secs_f64()) as usize).min(self.counts.len())
        };
        let peak = self.counts[at(range.start)..at(range.end)].iter().max().copied().unwrap_or_default();
        f64::from(peak) / self.mean()
    }

    /// How often a healthy fleet asks in such a time: once in a poll, less half of a tenth.
    fn mean(&self) -> f64 {
        FLEET as f64 * self.bucket.as_secs_f64() / (self.poll.as_secs_f64() * 0.95)
    }

    fn total(&self, range: Range<Duration>) -> f64 {
        let at = |moment: Duration| (moment.as_secs_f64() / self.bucket.as_secs_f64()) as usize;
        self.counts[at(range.start)..at(range.end).min(self.counts.len())]
            .iter()
            .map(|count| f64::from(*count))
            .sum()
    }
}

/// One program of the fleet.
struct Program {
    schedule: Schedule,
    chance: Chance,
    draws: u64,
    /// Of its pauses only the last counts: who is told to look does not wait for the end of the pause before.
    next: Duration,
}

impl Program {
    fn pause(&mut self, now: Duration, random: fn(&mut Chance, u64) -> f64) -> Duration {
        let Self { schedule, chance, draws, next } = self;
        let draw = || {
            *draws += 1;
            random(chance, *draws)
        };
        *next = now + schedule.pause(None, draw);
        *next
    }
}

/// Lets the fleet live, moment by moment.
fn live(story: &Story) -> Load {
    let bucket = story.poll / 60;
    let mut counts = vec![0; (story.end.as_secs_f64() / bucket.as_secs_f64()) as usize + 1];
    let mut moments = BinaryHeap::new();
    let mut start = Chance(7);
    let mut fleet: Vec<Program> = Vec::new();
    for number in 0..FLEET {
        let mut program = Program {
            schedule: Schedule::new(story.poll),
            chance: Chance(number as u64 * 1_000_003),
            draws: 0,
            next: Duration::ZERO,
        };
        let now = story.start.mul_f64(start.next());
        moments.push(Reverse((program.pause(now, story.random), number)));
        moments.extend(story.told.map(|told| Reverse((told, number))));
        fleet.push(program);
    }
    while let Some(Reverse((now, number))) = moments.pop().filter(|Reverse((now, _))| *now < story.end) {
        let program = &mut fleet[number];
        let is_unasked = program.next == now;
        if !is_unasked && story.told != Some(now) {
            continue;
        }
        if is_unasked {
            counts[(now.as_secs_f64() / bucket.as_secs_f64()) as usize] += 1;
        }
        program.schedule.looked(is_unasked, !story.away.contains(&now));
        moments.push(Reverse((program.pause(now, story.random), number)));
    }
    // The last one is not over.
    counts.pop();
    Load { counts, bucket, poll: story.poll }
}

/// How far the load may be above the mean.
const MOST: f64 = 2.0;

#[test]
fn a_fleet_that_starts_at_once_asks_evenly_from_the_beginning() {
    let story = Story::of(Duration::from_secs(60));
    let load = live(&story);
    let peak = load.peak(Duration::ZERO..story.end);
    println!("at most {peak:.2} of the mean");
    assert!(peak < MOST, "{peak}");
    // It does ask.
    let total = load.total(Duration::ZERO..story.end) / load.counts.len() as f64 / load.mean();
    assert!((0.97..1.03).contains(&total), "{total}");
}

#[test]
fn without_chance_a_fleet_that_starts_at_once_stays_in_step() {
    let story = Story { random: |_, _| 0.5, ..Story::of(Duration::from_secs(60)) };
    let peak = live(&story).peak(Duration::ZERO..story.end);
    println!("without chance: {peak:.0} times the mean");
    assert!(peak > 50.0, "{peak}");
    // The tenth alone does not help for long: this is why the first pause is drawn from all of it.
    let first: fn(&mut Chance, u64) -> f64 = |chance, draw| if draw == 2 { 1.0 } else { chance.next() };
    let story = Story { random: first, ..story };
    let load = live(&story);
    let (peak, later) = (load.peak(Duration::ZERO..story.end), load.peak(story.poll * 20..story.end));
    println!("with a tenth of chance: {peak:.1} times the mean, and after 20 polls {later:.1}");
    assert!(peak > 5.0 && later > MOST, "{peak} {later}");
}

#[test]
fn a_fleet_that_starts_over_some_time_asks_evenly() {
    for start in [10, 60, 600].map(Duration::from_secs) {
        let story = Story { start, end: HOUR, ..Story::of(Duration::from_secs(60)) };
        let peak = live(&story).peak(Duration::ZERO..story.end);
        println!("starts over {start:?}: at most {peak:.2} of the mean");
        assert!(peak < MOST, "{peak}");
    }
}

#[test]
fn a_fleet_that_is_told_of_a_change_at_once_is_not_in_step_afterwards() {
    let poll = Duration::from_secs(60);
    let story = Story { told: Some(poll * 20), ..Story::of(poll) };
    let load = live(&story);
    let peak = load.peak(Duration::ZERO..story.end);
    println!("told at once: at most {peak:.2} of the mean");
    assert!(peak < MOST, "{peak}");
    // All of them were told, and began anew.
    let total = load.total(poll * 20..poll * 21) / load.mean() / 60.0;
    assert!((0.9..1.1).contains(&total), "{total}");
}

#[test]
fn an_outage_of_an_hour_ends_without_a_stampede() {
    for poll in [60, 300].map(Duration::from_secs) {
        for start in [Duration::ZERO, HOUR / 2] {
            let story = Story { start, away: HOUR..HOUR * 2, end: HOUR * 3, ..Story::of(poll) };
            let load = live(&story);
            let [before, during, after] = [
                load.peak(Duration::ZERO..story.away.start),
                load.peak(story.away.clone()),
                load.peak(story.away.end..story.end),
            ];
            println!(
                "polls every {poll:?}: at most {before:.2} of the mean before the outage, {during:.2} in it, {after:.2} after it"
            );
            assert!(before < MOST && during < MOST && after < MOST);
            // Everyone is back.
            let minutes = Duration::from_secs(600).max(poll * 2);
            let back = load.total(story.away.end + minutes..story.end);
            let whole = (story.end - story.away.end - minutes).as_secs_f64() / load.bucket.as_secs_f64();
            let share = back / whole / load.mean();
            assert!((0.95..1.05).contains(&share), "{share}");
        }
    }
}

#[test]
fn a_fleet_that_polls_rarely_tries_no_more_often_in_an_outage_than_one_that_polls_every_five_minutes() {
    let story = Story { away: HOUR * 2..HOUR * 3, end: HOUR * 12, ..Story::of(HOUR) };
    let load = live(&story);
    let peak = load.peak(Duration::ZERO..story.end) * load.mean() / load.bucket.as_secs_f64();
    let most = MOST * FLEET as f64 / (300.0 * 0.95);
    println!("at most {peak:.1} a second, where {most:.1} would be too many");
    assert!(peak < most, "{peak}");
}

#[test]
fn without_chance_an_outage_ends_with_a_stampede() {
    let story = Story {
        away: HOUR..HOUR * 2,
        end: HOUR * 3,
        random: |_, _| 0.5,
        ..Story::of(Duration::from_secs(60))
    };
    let peak = live(&story).peak(story.away.end..story.end);
    println!("without chance: {peak:.0} times the mean");
    assert!(peak > 50.0, "{peak}");
}

#[test]
fn what_a_source_asks_for_comes_in_time_and_a_failure_leaves_room_for_another_attempt() {
    let (poll, lease) = (HOUR, Duration::from_secs(600));
    let asked = lease * 2 / 3;
    let mut chance = Chance(1);
    for _ in 0..1000 {
        let mut schedule = Schedule::new(poll);
        assert!(schedule.pause(Some(asked), || chance.next()) <= asked);
        // The rest of the lease is the time for attempts.
        schedule.looked(true, false);
        let again = schedule.pause(Some(Duration::ZERO), || chance.next());
        assert!(again < lease - asked, "{again:?}");
        // One whose moment has passed, and that still has it, is not asked all the time.
        schedule.looked(true, true);
        let passed = schedule.pause(Some(Duration::ZERO), || chance.next());
        assert!(passed <= Duration::from_secs(1) && passed > Duration::from_millis(900), "{passed:?}");
    }
}

#[test]
fn pauses_after_failures_double_and_end_somewhere() {
    let mut schedule = Schedule::new(Duration::from_secs(60));
    let mut pauses = Vec::new();
    for _ in 0..100 {
        schedule.looked(true, false);
        pauses.push(schedule.pause(None, || 1.0).as_secs());
    }
    assert_eq!((&pauses[..4], pauses[99]), (&[120, 240, 300, 300][..], 300));
    schedule.looked(true, true);
    assert_eq!(schedule.pause(None, || 0.0), Duration::from_secs(60));
}

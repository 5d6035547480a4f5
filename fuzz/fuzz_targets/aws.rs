//! What AWS answers, and the files of its tools: whatever stands there, nothing fails but by a failure, no message has a
//! word of it, and what is read comes from where it should.
//!
//! The first byte says which reader the rest is for.
#![no_main]

use std::time::Duration;

use confident_stores::{Entry, Failure, Fault, fuzzing::aws};
use libfuzzer_sys::fuzz_target;

const PLACES: [&str; 2] = ["shop/production/a", "shop/production/b"];

fuzz_target!(|data: &[u8]| {
    let Some((which, body)) = data.split_first() else { return };
    match which % 8 {
        0 => one(aws::secret(body, PLACES[0]), body),
        1 => several(aws::secrets(body, &PLACES), body),
        2 => several(aws::parameters(body, &PLACES), body),
        3 => {
            let status = 300 + u16::from(*which) % 300;
            failure(&aws::error(status, body), body);
        }
        4 => keys(aws::of_sts(200, body), body),
        5 => keys(aws::of_metadata(body), body),
        6 => {
            let Ok(file) = std::str::from_utf8(body) else { return };
            for value in aws::of_profile(file, "default").into_iter().flatten().flatten() {
                assert!(!value.is_empty() && value.trim() == value && !value.contains('\n'));
                assert!(file.contains("[") && file.contains("default"));
            }
        }
        _ => {
            let Ok(text) = std::str::from_utf8(body) else { return };
            if let Some(moment) = aws::moment(text) {
                // What was read is written the same, but for parts of a second and of the writing.
                let stamp = aws::stamp(moment);
                assert_eq!(stamp.len(), 16, "{text} {stamp}");
                let [year, month, day] = [&stamp[..4], &stamp[4..6], &stamp[6..8]];
                let [hour, minute, second] = [&stamp[9..11], &stamp[11..13], &stamp[13..15]];
                let again = aws::moment(&format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z"));
                let again = again.expect("what was written is read");
                assert!(moment >= again && moment < again + Duration::from_secs(1), "{text} {stamp}");
            }
        }
    }
});

fn several(answer: Result<Vec<Option<Result<Entry, Failure>>>, Failure>, body: &[u8]) {
    match answer {
        Ok(outcomes) => {
            assert_eq!(outcomes.len(), PLACES.len());
            outcomes.into_iter().flatten().for_each(|outcome| one(outcome, body));
        }
        Err(found) => failure(&found, body),
    }
}

fn one(outcome: Result<Entry, Failure>, body: &[u8]) {
    match outcome {
        // Only an answer that names the place has something for it.
        Ok(entry) => assert!(!format!("{entry:?}").contains("SecretString")),
        Err(found) => failure(&found, body),
    }
}

fn keys(outcome: Result<[String; 3], Failure>, body: &[u8]) {
    match outcome {
        Ok([id, secret, token]) => {
            assert!(!id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
            assert!(!secret.is_empty() && !token.is_empty());
        }
        Err(found) => failure(&found, body),
    }
}

/// No message has a word of what was answered: what is long in it and no word of ours is not in the message.
fn failure(found: &Failure, body: &[u8]) {
    assert!(Fault::ALL.contains(&found.fault()));
    let said = format!("{found} {found:?}");
    let text = String::from_utf8_lossy(body);
    let is_ours = |word: &str| OURS.iter().any(|ours| ours.contains(word));
    for word in text.split(|character: char| !character.is_ascii_alphanumeric()) {
        let has_digits = word.bytes().filter(u8::is_ascii_digit).count() >= 4;
        assert!(word.len() < 8 || !has_digits || is_ours(word) || !said.contains(word), "{word} in {said}");
    }
}

/// What a message may have in it that an answer may have, too.
const OURS: &[&str] = &PLACES;

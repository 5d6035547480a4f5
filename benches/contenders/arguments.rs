// What both programs that measure take: `KEYS`, then nothing for the environment, or `SYNTAX PATH`.

include!(concat!(env!("OUT_DIR"), "/contender.rs"));

fn input(words: &[String]) -> (usize, contender::Input<'_>) {
    let keys = words[0].parse().expect("a number of keys");
    match &words[1..] {
        [] => (keys, contender::Input::Environment),
        [syntax, path] => (keys, contender::Input::File { syntax, path }),
        _ => panic!("KEYS [SYNTAX PATH]"),
    }
}

//! A program that loads 100 keys and ends.

include!(concat!(env!("OUT_DIR"), "/contender.rs"));

fn main() {
    let root = contender::keys_100::load().expect("the parent sets what the keys need");
    std::mem::forget(std::hint::black_box(root));
}

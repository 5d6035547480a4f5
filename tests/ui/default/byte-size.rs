use confident::{ByteSize, Config};

/// A service.
#[derive(Config)]
struct Settings {
    /// No unit.
    #[config(default = 16)]
    bare: ByteSize,
    /// A unit that does not exist.
    #[config(default = "16Mo")]
    unknown: ByteSize,
    /// A unit with two meanings.
    #[config(default = "16MB")]
    ambiguous: ByteSize,
    /// Negative.
    #[config(default = "-1KiB")]
    negative: ByteSize,
    /// Half a byte.
    #[config(default = "0.5B")]
    half: ByteSize,
}

fn main() {}

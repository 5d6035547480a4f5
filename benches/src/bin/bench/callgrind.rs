//! Instructions, counted by callgrind.

use std::path::Path;

use crate::environment::command;

/// How many instructions one load takes: what eleven take more than one, so that the start of the program
/// is no part of it. `None` where there is no valgrind, or it fails.
pub(crate) fn instructions(
    environment: &[(String, String)],
    program: &str,
    arguments: &[String],
    scratch: &Path,
) -> Option<u64> {
    let one = total(environment, program, 1, arguments, scratch)?;
    let eleven = total(environment, program, 11, arguments, scratch)?;
    Some(eleven.saturating_sub(one) / 10)
}

fn total(
    environment: &[(String, String)],
    program: &str,
    loads: u32,
    arguments: &[String],
    scratch: &Path,
) -> Option<u64> {
    let profile = scratch.join("callgrind.out");
    // Where `valgrind` is a shell script around the program, the shell gives variables another order.
    let counted = ["valgrind.bin", "valgrind"].into_iter().any(|valgrind| {
        let mut command = command(environment, valgrind);
        command.arg("--tool=callgrind");
        command.arg(format!("--callgrind-out-file={}", profile.display()));
        command.args([program, "once", &loads.to_string()]).args(arguments);
        command.output().is_ok_and(|output| output.status.success())
    });
    if !counted {
        return None;
    }
    let profile = std::fs::read_to_string(profile).ok()?;
    // The format is documented: `summary: N` or, for one part, `totals: N`.
    let line = profile.lines().rev().find_map(|line| line.strip_prefix("totals: "))?;
    line.trim().parse().ok()
}

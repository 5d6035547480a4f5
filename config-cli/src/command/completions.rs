//! What a shell and `man` want of the tool.

use std::io::Write;

use clap::{Args, CommandFactory};

use super::{Confident, Failure};
use crate::Exit;

/// Which shell.
#[derive(Debug, Args)]
pub(super) struct Shell {
    /// The shell
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

impl Shell {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Confident::command(), "confident", &mut script);
        anstream::stdout().write_all(&script)?;
        Ok(Exit::Good)
    }
}

/// Prints the man page: that of the tool, then those of its commands.
pub(super) fn man_page() -> Result<Exit, Failure> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Confident::command()).render(&mut page)?;
    anstream::stdout().write_all(&page)?;
    Ok(Exit::Good)
}

//! How the tool ends.

use std::process::{ExitCode, Termination};

/// How the tool ends. The numbers are stable: scripts may rely on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// All is well: 0.
    Good,
    /// Something was found: 1. A deployment that will fail, a change that breaks, a document that is not
    /// current, an audit trail that was changed, an instance that has not taken what its sources have, a value that differs.
    Found,
    /// The tool could not do what it was asked for: 2. An argument or a file is wrong.
    Failed,
}

impl Exit {
    /// What the exit codes mean, for `--help`.
    pub(crate) const HELP: &'static str = "\
Exit codes:
  0  all is well
  1  something was found: an error in a deployment, a change that breaks, a document that is not current,
     an audit trail that was changed, an instance that has not taken what its sources have, a value that differs
  2  an argument is wrong, or a file cannot be read or written";
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Good => 0,
            Self::Found => 1,
            Self::Failed => 2,
        })
    }
}

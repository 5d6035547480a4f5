//! What a process can do so that others do not read its secrets: Linux only, and off unless a program calls it.
//!
//! Not to be mixed up with [`Hardening`](crate::Hardening), which is what a program asks of its secrets when it compiles.
//! What this cannot do is in `docs/limits.md`.

use std::{fmt, process::Command};

use crate::{
    load::element_of,
    manifest::{
        Manifest,
        tree::{Element, Tree, What},
    },
    source::layer::Whose,
};

/// What was done to the process.
///
/// # Example
/// ```
/// let hardened = confident_core::hardening::process()?;
/// assert_eq!(hardened.is_closed, cfg!(target_os = "linux"));
/// # Ok::<(), confident_core::hardening::NotHardened>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hardened {
    /// Other processes of the same user can read neither the memory of the process nor its environment, and nobody
    /// can attach to it but who may do everything.
    pub is_closed: bool,
    /// A crash writes no core file.
    pub writes_no_core: bool,
}

/// Why the process could not be hardened.
#[derive(Debug)]
pub struct NotHardened {
    what: &'static str,
    why: std::io::Error,
}

/// Closes the process to others of the same user, and turns core files off. On other systems than Linux nothing is
/// done, and the answer says so.
///
/// Call it first in `main`: what was read before is safe from then on, but someone may have looked already. A program
/// that is started loses it, and has to call it itself. Debuggers and profilers of the same user stop working, and so
/// does what looks into `/proc/self/fd` in the process itself, unless it is privileged.
///
/// # Example
/// ```
/// use confident_core::{Report, Root, hardening};
///
/// fn start<R: Root>() -> Result<R, Box<dyn std::error::Error>> {
///     let hardened = hardening::process()?;
///     eprintln!("{hardened}");
///     Ok(R::load()?)
/// }
/// ```
///
/// # Errors
/// What the system refused.
pub fn process() -> Result<Hardened, NotHardened> {
    system::harden()
}

#[cfg(target_os = "linux")]
mod system {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

    use super::{Hardened, NotHardened};

    pub(super) fn harden() -> Result<Hardened, NotHardened> {
        let no_core = Rlimit { current: Some(0), maximum: Some(0) };
        let refused = |what| move |why: rustix::io::Errno| NotHardened { what, why: why.into() };
        setrlimit(Resource::Core, no_core).map_err(refused("set the limit of core files"))?;
        // The limit does not hold where a program collects them; this does.
        set_dumpable_behavior(DumpableBehavior::NotDumpable)
            .map_err(refused("close the process to others"))?;
        Ok(Hardened { is_closed: true, writes_no_core: true })
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use super::{Hardened, NotHardened};

    #[allow(clippy::unnecessary_wraps)] // it may fail elsewhere
    pub(super) fn harden() -> Result<Hardened, NotHardened> {
        Ok(Hardened { is_closed: false, writes_no_core: false })
    }
}

/// Keeps the secrets of a program from a process that it starts: of the variables that the process would have from this
/// one, all that belong to a secret are taken out, by whatever name: aliases, `_FILE` twins, items of lists, and elements
/// of lists and maps. Of a third-party struct, all variables are. Variables that the command sets itself have to be set
/// after this.
///
/// # Example
/// ```
/// use std::process::Command;
/// use confident_core::{Root, hardening};
///
/// fn convert<R: Root>(image: &str) -> std::io::Result<std::process::Child> {
///     let mut command = Command::new("convert");
///     hardening::without_secrets(&mut command, R::MANIFEST).arg(image).spawn()
/// }
/// ```
pub fn without_secrets<'c>(command: &'c mut Command, manifest: &Manifest) -> &'c mut Command {
    confident_environ::visit("", &mut |variable| {
        if let Some((name, _)) = variable.split()
            && holds_secret(&manifest.tree, manifest.prefix, name.to_str())
        {
            command.env_remove(name);
        }
    });
    command
}

/// Whether a variable of this name holds a secret.
fn holds_secret(tree: &Tree<'_>, prefix: &str, name: Option<&str>) -> bool {
    // The names of keys are ASCII.
    let Some(name) = name else { return false };
    match Whose::of(tree, prefix, name.as_ref()) {
        Some(Whose::Key(at) | Whose::Item(at, _)) => {
            matches!(tree.entries()[tree.names()[at].entry as usize].what, What::Key(key) if key.is_secret)
        }
        Some(Whose::Element(entry)) => match tree.entries()[entry].what {
            What::Many(nested) => {
                let (template, variable) = (Element::new(nested.group, "", ""), tree.variable(entry));
                let template = template.tree();
                let element = element_of(nested, &template, variable, name);
                let own =
                    element.and_then(|element| name[variable.len() + 1 + element.len()..].strip_prefix('_'));
                // What names no element, or no key of one, may be meant for a secret.
                let is_known = |own: &&str| Whose::of(&template, "", own.as_ref()).is_some();
                match own.filter(is_known) {
                    Some(own) => holds_secret(&template, "", Some(own)),
                    None => nested.group.holds_secrets(),
                }
            }
            // Only the struct knows.
            What::Foreign(_) => true,
            What::Key(key) => key.is_secret,
        },
        Some(Whose::Nobody) | None => false,
    }
}

impl fmt::Display for Hardened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let closed =
            if self.is_closed { "closed to processes of the same user" } else { "not closed to others" };
        let core = if self.writes_no_core { "writes no core file" } else { "core files as before" };
        write!(f, "{closed}, {core}")
    }
}

impl fmt::Display for NotHardened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {}: {}; see what confines the program, such as seccomp", self.what, self.why)
    }
}

impl std::error::Error for NotHardened {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.why)
    }
}

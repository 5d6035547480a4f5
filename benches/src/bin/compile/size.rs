//! Clean builds, and how large what comes of a program is.

use std::{collections::BTreeSet, fs};

use crate::{
    check::script,
    package::{Package, Shape},
    progress,
    run::{Cost, Toolchain},
};

/// The crates that a program takes on.
#[derive(Clone, Copy)]
pub(crate) struct Crates {
    pub(crate) linked: usize,
    /// Those that only the compiler runs: macros, build scripts and what these need.
    pub(crate) others: usize,
}

/// How large what comes of a program is.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    /// The program after macros, as the compiler prints it.
    pub(crate) expanded: usize,
    /// Lines of LLVM code in functions of the crate, in debug.
    pub(crate) llvm: usize,
    /// Bytes of the stripped program, in release.
    pub(crate) program: u64,
}

/// How long a debug build takes that begins with nothing.
pub(crate) fn clean_build(toolchain: &Toolchain, package: &Package, shape: Shape) -> Result<Cost, String> {
    progress(&format!("{}: clean build of {}", shape.name(), package.participant.name()));
    toolchain.cargo(package, &["clean", "--profile", "once"], None)?;
    let (cost, _) = toolchain.cargo(package, &["build", "--profile", "once", "--bin", shape.name()], None)?;
    Ok(cost)
}

/// Counts the crates of a package, which is none of them.
pub(crate) fn crates(toolchain: &Toolchain, package: &Package) -> Result<Crates, String> {
    let tree = |edges| {
        let arguments = ["tree", "--edges", edges, "--prefix", "depth", "--no-dedupe"];
        toolchain.cargo(package, &arguments, None).map(|(_, text)| text)
    };
    let linked = linked(&tree("normal")?);
    let all = tree("normal,build")?.lines().map(|line| krate(line).1.to_owned()).collect::<BTreeSet<_>>();
    Ok(Crates { linked: linked.len() - 1, others: all.difference(&linked).count() })
}

/// The crates of a tree that are no macros and not below one.
fn linked(tree: &str) -> BTreeSet<String> {
    let mut macros_at: Option<usize> = None;
    let mut crates = BTreeSet::new();
    for line in tree.lines() {
        let (depth, name) = krate(line);
        if macros_at.is_some_and(|at| depth > at) {
            continue;
        }
        macros_at = line.contains("(proc-macro)").then_some(depth);
        if macros_at.is_none() {
            crates.insert(name.to_owned());
        }
    }
    crates
}

/// The depth, and the name with its version.
fn krate(line: &str) -> (usize, &str) {
    let digits = line.find(|char: char| !char.is_ascii_digit()).unwrap_or(line.len());
    let (depth, rest) = line.split_at(digits);
    let end = rest.match_indices(' ').nth(1).map_or(rest.len(), |(at, _)| at);
    (depth.parse().unwrap_or(0), &rest[..end])
}

/// Builds the program in the ways that show how large it is.
pub(crate) fn size(toolchain: &Toolchain, package: &Package, shape: Shape) -> Result<Size, String> {
    progress(&format!("{}: size of {}", shape.name(), package.participant.name()));
    let text = |path: &std::path::Path| {
        fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
    };
    // Cargo builds nothing of what it has built, and the scripts decide what is written.
    package.edit(shape, 1).and_then(|()| package.edit(shape, 0)).map_err(|error| error.to_string())?;

    // Only the nightly compiler has this option, and with that variable the stable one has it too.
    let path = package.folder.join("expanded.rs");
    let line = format!("RUSTC_BOOTSTRAP=1 exec \"$@\" -Zunpretty=expanded -o {path:?}");
    let wrapper = script(package, "expand", shape, &line)?;
    toolchain.cargo(package, &["check", "--profile", "once", "--bin", shape.name()], Some(&wrapper))?;
    let expanded = text(&path)?.lines().count();

    let path = package.folder.join("functions.ll");
    let line = format!("exec \"$@\" -Ccodegen-units=1 -Cdebuginfo=0 --emit=llvm-ir={path:?}");
    let wrapper = script(package, "functions", shape, &line)?;
    toolchain.cargo(package, &["build", "--profile", "once", "--bin", shape.name()], Some(&wrapper))?;
    let llvm = lines_in_functions(&text(&path)?);

    toolchain.cargo(package, &["build", "--release", "--bin", shape.name()], None)?;
    let path = package.folder.join("target/release").join(shape.name());
    let program = fs::metadata(&path).map_err(|error| format!("{}: {error}", path.display()))?.len();
    Ok(Size { expanded, llvm, program })
}

/// The lines from each `define` to its `}`: constants and the description of types are none of them.
fn lines_in_functions(module: &str) -> usize {
    let mut inside = false;
    let mut count = 0;
    for line in module.lines() {
        inside |= line.starts_with("define ");
        count += usize::from(inside && !line.is_empty());
        inside &= line != "}";
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_no_lines_of_functions() {
        let module = "@a = constant 1\n\ndefine void @f() {\nstart:\n  ret void\n}\n\ndeclare void @g()\n";
        assert_eq!(lines_in_functions(module), 4);
    }

    #[test]
    fn what_macros_need_is_not_linked() {
        let tree = "0app v0.1.0 (/app)\n1serde v1.0.0\n2serde_derive v1.0.0 (proc-macro)\n3syn v3.0.0\n\
                    1humantime v2.0.0\n";
        assert_eq!(
            linked(tree),
            ["app v0.1.0", "humantime v2.0.0", "serde v1.0.0"].map(str::to_owned).into()
        );
    }
}

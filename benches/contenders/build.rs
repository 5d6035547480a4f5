//! Writes the modules of a contender, which is named by the package.

#[allow(dead_code, unreachable_pub)] // the other half of it is for the benches
#[path = "../src/generate/mod.rs"]
mod generate;

use std::{env, error::Error, fs, path::Path};

use generate::{Contender, Syntax};

#[allow(clippy::disallowed_methods)] // cargo speaks to build scripts by variables
fn main() -> Result<(), Box<dyn Error>> {
    let package = env::var("CARGO_PKG_NAME")?;
    let name = package.strip_prefix("contender-").ok_or("the package is `contender-` and a name")?;
    let contender = Contender::named(name).ok_or("the package is named for a contender")?;
    let has = |feature: &str| env::var_os(format!("CARGO_FEATURE_{feature}")).is_some();
    let mut sizes = vec![10, 100];
    if has("THOUSAND") {
        sizes.push(1000);
    }

    let krate = package.replace('-', "_");
    let out = env::var("OUT_DIR")?;
    let out = Path::new(&out);
    fs::write(out.join("library.rs"), library(contender, &sizes, has("FILES")))?;
    fs::write(out.join("contender.rs"), format!("use {krate} as contender;\n"))?;
    println!("cargo::rerun-if-changed=../build.rs");
    println!("cargo::rerun-if-changed=../../src/generate");
    Ok(())
}

/// A module for each size, and what finds its way to them by an `Input`.
fn library(contender: Contender, sizes: &[usize], files: bool) -> String {
    let mut library = String::new();
    let mut calls = Vec::new();
    for keys in sizes {
        let mut module = generate::source(contender, *keys);
        if Contender::LOADERS.contains(&contender) {
            calls.push((format!("(Input::Environment, {keys})"), *keys, "load()".to_owned()));
        }
        for syntax in Syntax::ALL {
            // Files are compared with many keys alone.
            if let Some(source) = generate::file_source(contender, syntax).filter(|_| files && *keys == 1000)
            {
                module.push_str(&source);
                let name = syntax.name();
                let pattern = format!("(Input::File {{ syntax: {name:?}, path }}, {keys})");
                calls.push((pattern, *keys, format!("load_{name}(path)")));
            }
        }
        module.push_str(&generate::shown_source(contender, *keys));
        library.push_str(&format!("/// {keys} keys.\npub mod keys_{keys} {{\n{module}}}\n\n"));
    }
    let loads: String = calls
        .iter()
        .map(|(pattern, keys, call)| {
            format!("        {pattern} => keep(loads, mark, || keys_{keys}::{call}),\n")
        })
        .collect();
    let shown: String = calls
        .iter()
        .map(|(pattern, keys, call)| {
            format!("        {pattern} => keys_{keys}::shown(&keys_{keys}::{call}.expect(SET)),\n")
        })
        .collect();
    library.push_str(&format!(
        "/// Loads so many times, and answers what came of it. `mark` is called before and after.\n\
         pub fn load(input: Input<'_>, keys: usize, loads: usize, mark: &mut dyn FnMut()) -> Option<Box<dyn Any>> {{\n    \
         Some(match (input, keys) {{\n{loads}        _ => return None,\n    }})\n}}\n\n\
         /// Every value of a load.\n\
         pub fn shown(input: Input<'_>, keys: usize) -> Option<Vec<String>> {{\n    \
         Some(match (input, keys) {{\n{shown}        _ => return None,\n    }})\n}}\n"
    ));
    library
}

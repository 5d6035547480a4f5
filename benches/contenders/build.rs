//! Writes the modules of a contender, which is named by the package.

#[allow(dead_code, unreachable_pub)] // the other half of it is for benches and tests
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
    let loads = Contender::LOADERS.contains(&contender);

    let mut sizes = vec![10, 100];
    if has("THOUSAND") {
        sizes.push(1000);
    }
    let mut library = String::new();
    for keys in &sizes {
        let mut module = generate::source(contender, *keys);
        if has("FILES") {
            let files = Syntax::ALL.iter().filter_map(|syntax| generate::file_source(contender, *syntax));
            module.extend(files);
        }
        if has("SHOWN") {
            module.push_str(&generate::shown_source(contender, *keys));
        }
        library.push_str(&format!("/// {keys} keys.\npub mod keys_{keys} {{\n{module}}}\n\n"));
    }
    let body = if loads { dispatch(&sizes, "load()") } else { String::from("let _ = (keys, loads); None") };
    library.push_str(&format!("{LOAD_DOC}pub fn load(keys: usize, loads: usize) -> Option<Loads> {{\n{body}\n}}\n"));
    if has("FILES") {
        for syntax in Syntax::ALL {
            let name = syntax.name();
            let body = dispatch(&sizes, &format!("load_{name}(path)"));
            library.push_str(&format!(
                "{FILE_DOC}pub fn load_{name}(keys: usize, loads: usize, path: &str) -> Option<Loads> {{\n{body}\n}}\n"
            ));
        }
    }
    let main = if loads {
        format!(
            "fn main() {{\n    \
             let root = contender_{}::keys_100::load().expect(\"the parent sets what the keys need\");\n    \
             std::mem::forget(std::hint::black_box(root));\n}}\n",
            name.replace('-', "_"),
        )
    } else {
        "fn main() {}\n".to_owned()
    };

    let out = env::var("OUT_DIR")?;
    fs::write(Path::new(&out).join("library.rs"), library)?;
    fs::write(Path::new(&out).join("main.rs"), main)?;
    println!("cargo::rerun-if-changed=../build.rs");
    println!("cargo::rerun-if-changed=../../src/generate");
    Ok(())
}

const LOAD_DOC: &str = "/// Loads so many times from the environment of the process, a struct of so many keys.\n";
const FILE_DOC: &str = "/// Loads so many times from a file, a struct of so many keys.\n";

/// One arm for each size.
fn dispatch(sizes: &[usize], call: &str) -> String {
    let arms: String = sizes
        .iter()
        .map(|size| format!("        {size} => Some(time(loads, || keys_{size}::{call})),\n"))
        .collect();
    format!("    match keys {{\n{arms}        _ => None,\n    }}")
}

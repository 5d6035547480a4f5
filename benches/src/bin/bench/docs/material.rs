//! What the docs bench works on: manifests, a deployment of ten files, a large binary.

use std::path::{Path, PathBuf};

use confident_benches::generate::{Contender, environment};
use confident_cli::deployment::{Deployment, Kind, Request};
use confident_core::{
    Manifest,
    manifest::carried::{checksum, mark},
};

use crate::programs::Programs;

/// The keys of a check.
const SMALL: usize = 400;

/// Manifests of the keys that all benches have.
pub(super) struct Manifests {
    /// 1,000 keys.
    pub(super) large: &'static Manifest,
    /// Its first 400 keys.
    pub(super) small: &'static Manifest,
    pub(super) small_json: String,
}

impl Manifests {
    /// Reads them out of the contender that is this project, as the tool reads any program.
    pub(super) fn of_benches(programs: &Programs) -> Result<Self, String> {
        programs.build(Contender::Confident, "thousand")?;
        let program = PathBuf::from(programs.of("load", Contender::Confident));
        let found = confident_manifest::read(&program).map_err(|error| error.to_string())?;
        let large = found.into_iter().find(|found| found.manifest.keys().count() == 1000);
        let large = large.ok_or("the contender carries no manifest of 1,000 keys")?;

        let mut document = large.document;
        document.group.items.truncate(SMALL / 10);
        let small_json = serde_json::to_string(&document).map_err(|error| error.to_string())?;
        let small = confident_manifest::from_json(&small_json).map_err(|error| error.to_string())?.manifest;
        match small.keys().count() {
            SMALL => Ok(Self { large: large.manifest, small, small_json }),
            keys => Err(format!("the small manifest has {keys} keys")),
        }
    }
}

/// Ten files that all set all keys, each with a value of the wrong type and with a name that no key has.
pub(super) struct Deployed {
    pub(super) folder: PathBuf,
    pub(super) bytes: usize,
    files: Vec<(Kind, PathBuf)>,
}

impl Deployed {
    pub(super) fn write(scratch: &Path) -> Result<Self, String> {
        let folder = scratch.join("deployed");
        let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
        std::fs::create_dir_all(&folder).map_err(failed)?;
        let mut variables = environment(Contender::Confident, SMALL);
        let (name, value) = &mut variables[1];
        "none".clone_into(value);
        let name = format!("{name}S");
        variables.push((name, "8080".to_owned()));

        let assigned = |between: &str| -> String {
            variables.iter().map(|(name, value)| format!("{name}={value}{between}")).collect()
        };
        let mapped = |indent: &str| -> String {
            variables.iter().map(|(name, value)| format!("{indent}{name}: {value:?}\n")).collect()
        };
        let listed: String = variables
            .iter()
            .map(|(name, value)| format!("        - name: {name}\n          value: {value:?}\n"))
            .collect();
        let compose = format!("services:\n  app:\n    image: app\n    environment:\n{}", mapped("      "));
        let map = |name: &str| {
            format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n{}", mapped("  "))
        };
        let workload = format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app\nspec:\n  template:\n    spec:\n      \
             containers:\n      - name: app\n        envFrom:\n        - configMapRef:\n            name: common\n        \
             - configMapRef:\n            name: more\n        env:\n{listed}"
        );
        let texts = [
            (Kind::EnvFile, "a.env", assigned("\n")),
            (Kind::EnvFile, "b.env", assigned("\n")),
            (Kind::EnvFile, "c.env", assigned("\n")),
            (Kind::EnvFile, "d.env", assigned("\n")),
            (Kind::Compose, "compose.yaml", compose.clone()),
            (Kind::Compose, "compose.staging.yaml", compose.clone()),
            (Kind::Compose, "compose.override.yaml", compose),
            (Kind::Kubernetes, "deployment.yaml", workload),
            (Kind::Kubernetes, "common.yaml", map("common")),
            (Kind::Kubernetes, "more.yaml", map("more")),
        ];
        let bytes = texts.iter().map(|(_, _, text)| text.len()).sum();
        let mut files = Vec::new();
        for (kind, name, text) in texts {
            let path = folder.join(name);
            std::fs::write(&path, text).map_err(failed)?;
            files.push((kind, path));
        }
        Ok(Self { folder, bytes, files })
    }

    /// A request for the files of each kind, as the tool makes them.
    pub(super) fn requests(&self) -> impl Iterator<Item = Request> {
        [Kind::EnvFile, Kind::Compose, Kind::Kubernetes].into_iter().filter_map(|kind| {
            let mut files = self.files.iter().filter(|file| file.0 == kind).map(|(_, path)| path);
            let first = Deployment::of(files.next()?).kind(kind);
            Some(files.fold(first, Request::file))
        })
    }

    /// The same as arguments of the tool, whose options have the names of the kinds.
    pub(super) fn arguments(&self) -> Vec<String> {
        let arguments = self
            .files
            .iter()
            .flat_map(|(kind, path)| [format!("--{}", kind.name()), path.display().to_string()]);
        arguments.collect()
    }
}

/// So many random bytes, and behind them a manifest as a program carries it.
pub(super) fn binary(random: usize, manifest: &Manifest) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut bytes = Vec::with_capacity(random + (16 << 20));
    while bytes.len() < random {
        // xorshift: the same bytes on every run.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(random);
    let mut text = manifest.json().as_bytes().to_vec();
    text.resize(text.len().next_multiple_of(16), b' ');
    bytes.extend(mark());
    bytes.extend((text.len() as u64).to_le_bytes());
    bytes.extend(checksum(&text).to_le_bytes());
    bytes.extend(text);
    bytes
}

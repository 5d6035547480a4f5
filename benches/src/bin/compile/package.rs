//! One package for each participant, in the target directory.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use confident_benches::generate::{Contender, source};

/// Who takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Participant {
    /// `fn main() {}`: what cargo and the compiler take for nothing.
    Empty,
    Of(Contender),
}

impl Participant {
    /// All of them, with those first that others are compared with.
    pub(crate) const ALL: [Self; 12] = [
        Self::Empty,
        Self::HAND,
        Self::SERDE,
        Self::Of(Contender::Confident),
        Self::Of(Contender::Envy),
        Self::Of(Contender::Figment),
        Self::Of(Contender::Config),
        Self::Of(Contender::Confique),
        Self::Of(Contender::Conf),
        Self::Of(Contender::Envconfig),
        Self::Of(Contender::Clap),
        Self::Of(Contender::Confik),
    ];
    pub(crate) const HAND: Self = Self::Of(Contender::Hand);
    pub(crate) const SERDE: Self = Self::Of(Contender::SerdeDerive);

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Of(contender) => contender.name(),
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|participant| participant.name() == name)
    }

    /// Its line of dependencies, as its documentation would have it. The versions come from the lock file of
    /// the repository.
    fn dependencies(self, repository: &Path) -> String {
        let serde = "serde = { version = \"1\", features = [\"derive\"] }\n";
        let (humantime, humantime_serde) = ("humantime = \"2\"\n", "humantime-serde = \"1\"\n");
        let Self::Of(contender) = self else { return String::new() };
        match contender {
            Contender::Confident => format!("confident = {{ path = {repository:?} }}\n"),
            Contender::Hand | Contender::HandMap => humantime.to_owned(),
            Contender::SerdeDerive => format!("{serde}{humantime_serde}"),
            Contender::Envy => format!("envy = \"0.4\"\n{serde}{humantime_serde}"),
            Contender::Figment => {
                format!("figment = {{ version = \"0.10\", features = [\"env\"] }}\n{serde}{humantime_serde}")
            }
            Contender::Config => {
                format!(
                    "config = {{ version = \"0.15\", default-features = false }}\n{serde}{humantime_serde}"
                )
            }
            Contender::Confique => {
                format!("confique = {{ version = \"0.4\", default-features = false }}\n{humantime_serde}")
            }
            Contender::Conf => format!("conf = \"0.4\"\n{humantime}"),
            Contender::Envconfig => format!("envconfig = \"0.11\"\n{humantime}"),
            Contender::Clap => {
                format!("clap = {{ version = \"4\", features = [\"derive\", \"env\"] }}\n{humantime}")
            }
            Contender::Confik => format!(
                "confik = {{ version = \"0.15\", default-features = false, features = [\"env\"] }}\n{serde}{humantime_serde}"
            ),
            Contender::Limit => unreachable!("nobody would ship it, so it does not take part"),
        }
    }
}

/// What is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One tree of 100 keys: ten groups of ten.
    Tree100,
    /// 100 structs of ten fields, under one root.
    Structs,
}

impl Shape {
    pub(crate) const ALL: [Self; 2] = [Self::Tree100, Self::Structs];

    /// The name, which is that of the program too.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tree100 => "tree100",
            Self::Structs => "structs",
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Tree100 => "One tree of 100 keys",
            Self::Structs => "100 structs of ten fields",
        }
    }

    fn keys(self) -> usize {
        match self {
            Self::Tree100 => 100,
            Self::Structs => 1000,
        }
    }
}

/// The package of one participant: a program for each shape.
pub(crate) struct Package {
    pub(crate) participant: Participant,
    pub(crate) folder: PathBuf,
}

impl Package {
    /// Writes it.
    pub(crate) fn write(participant: Participant, repository: &Path, folder: &Path) -> io::Result<Self> {
        let package = Self { participant, folder: folder.join(participant.name()) };
        fs::create_dir_all(package.folder.join("src/bin"))?;
        let manifest = format!(
            "[package]\nname = \"compiled-{name}\"\nedition = \"2024\"\n\n\
             [dependencies]\n{dependencies}\n{PROFILES}\n\
             # No member of the workspace that it lies in.\n[workspace]\n",
            name = participant.name(),
            dependencies = participant.dependencies(repository),
        );
        write_changed(&package.folder.join("Cargo.toml"), &manifest)?;
        fs::copy(repository.join("Cargo.lock"), package.folder.join("Cargo.lock"))?;
        for shape in Shape::ALL {
            package.edit(shape, 0)?;
        }
        Ok(package)
    }

    /// Edits the program: so many empty lines come first, and all code moves down, as it does when somebody
    /// edits above it.
    pub(crate) fn edit(&self, shape: Shape, number: usize) -> io::Result<()> {
        write_changed(&self.source_path(shape), &format!("{}{}", "\n".repeat(number), self.source(shape)))
    }

    fn source_path(&self, shape: Shape) -> PathBuf {
        self.folder.join("src/bin").join(shape.name()).with_extension("rs")
    }

    fn source(&self, shape: Shape) -> String {
        // As a program has it: nobody reads the settings, and lints stay quiet about that.
        const HEAD: &str = "#![allow(dead_code)]\n\n";
        let Participant::Of(contender) = self.participant else { return format!("{HEAD}fn main() {{}}\n") };
        let source = source(contender, shape.keys());
        let main = if contender == Contender::SerdeDerive {
            "fn main() {}\n"
        } else {
            "fn main() {\n    \
             std::mem::forget(std::hint::black_box(load().expect(\"the configuration is complete\")));\n}\n"
        };
        format!("{HEAD}{source}\n{main}")
    }
}

/// The profile `once` compiles nothing incrementally, as a build server does.
const PROFILES: &str = "\
[profile.once]
inherits = \"dev\"
incremental = false

[profile.release]
strip = true
";

/// Writes a file unless it is there already, since cargo looks at its time.
fn write_changed(path: &Path, text: &str) -> io::Result<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(path, text)
}

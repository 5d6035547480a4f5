//! The formats that there are.

use std::fmt;

/// A format of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Markdown for repositories and wikis.
    Markdown,
    /// One page for browsers, to search and to publish.
    Html,
    /// A JSON Schema for the files of the program.
    JsonSchema,
    /// A `.env` file to copy.
    Env,
    /// A commented TOML file to copy.
    Toml,
    /// A commented YAML file to copy.
    Yaml,
    /// A ConfigMap, a Secret and the part of a container that uses them, in Kubernetes' YAML.
    Kubernetes,
    /// A page for `man`.
    Man,
    /// What to do when something fails, and how to rotate each secret, in Markdown.
    Runbook,
    /// A dashboard to import into Grafana, for the metrics of the program.
    Grafana,
    /// Alert rules for Prometheus.
    Prometheus,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 11] = [
        Self::Markdown,
        Self::Html,
        Self::JsonSchema,
        Self::Env,
        Self::Toml,
        Self::Yaml,
        Self::Kubernetes,
        Self::Man,
        Self::Runbook,
        Self::Grafana,
        Self::Prometheus,
    ];

    /// The name, as a command line takes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::JsonSchema => "json-schema",
            Self::Env => "env",
            Self::Toml => "toml",
            Self::Yaml => "yaml",
            Self::Kubernetes => "kubernetes",
            Self::Man => "man",
            Self::Runbook => "runbook",
            Self::Grafana => "grafana",
            Self::Prometheus => "prometheus",
        }
    }

    /// What the document is, in one line.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Markdown => "a reference of every key, for repositories and wikis",
            Self::Html => "one page to search and to publish, which needs no network",
            Self::JsonSchema => "a JSON Schema for TOML, JSON and YAML files",
            Self::Env => "a .env file to copy and fill in",
            Self::Toml => "a commented TOML file to copy and fill in",
            Self::Yaml => "a commented YAML file to copy and fill in",
            Self::Kubernetes => "a ConfigMap, a Secret, and a Deployment that uses them",
            Self::Man => "a page for man",
            Self::Runbook => "what to do when something fails, and how to rotate each secret",
            Self::Grafana => "a dashboard of loads, stores and secrets to import",
            Self::Prometheus => "alert rules on loads, stores and secrets",
        }
    }

    /// The name of the file that usually holds the document.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Markdown => "configuration.md",
            Self::Html => "configuration.html",
            Self::JsonSchema => "config.schema.json",
            Self::Env => ".env.example",
            Self::Toml => "config.example.toml",
            Self::Yaml => "config.example.yaml",
            Self::Kubernetes => "kubernetes.yaml",
            Self::Man => "configuration.5",
            Self::Runbook => "runbook.md",
            Self::Grafana => "grafana.json",
            Self::Prometheus => "prometheus.rules.yaml",
        }
    }

    /// The format with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

//! `confident policy`.

use std::io::Write;

use clap::{Args, Subcommand, ValueEnum};
use confident_core::Manifest;
use confident_stores::{
    BadPaths, Paths,
    policy::{AwsRights, AwsService, EtcdRights, KubernetesRights, Policy, VaultRights},
};

use super::{Failure, OfFile};
use crate::Exit;

/// The smallest rights that serve a program in one profile, in the language of each store.
#[derive(Debug, Subcommand)]
pub(super) enum Arguments {
    /// A policy of Vault or OpenBao, in HCL
    Vault(OfFile<Vault>),
    /// A policy of IAM for AWS Secrets Manager or the Parameter Store, in JSON
    Aws(OfFile<Aws>),
    /// A Role of Kubernetes for the one Secret that has the values, in YAML
    Kubernetes(OfFile<Kubernetes>),
    /// A role of etcd, as the commands that make it
    Etcd(OfFile<Etcd>),
}

/// Which places a program reads.
#[derive(Debug, Args)]
struct Places {
    /// The profile that the program runs in
    #[arg(long, value_name = "NAME")]
    profile: String,
    /// The places of keys, as the program says them to `Paths::new`
    #[arg(long, value_name = "TEMPLATE", default_value = Paths::DEFAULT)]
    paths: String,
    /// The store has what this profile needs and nothing else, as the program says it to `Paths::only`
    #[arg(long)]
    only: bool,
}

/// How a Vault is set up.
#[derive(Debug, Args)]
pub(super) struct Vault {
    #[command(flatten)]
    places: Places,
    /// The mount of key-value pairs
    #[arg(long, value_name = "PATH", default_value = "secret")]
    mount: String,
    /// The version of that mount
    #[arg(long, value_name = "VERSION", default_value = "2", value_parser = clap::value_parser!(u8).range(1..=2))]
    kv: u8,
    /// A mount that makes credentials, as the program says it to `Vault::dynamic`; several times for several
    #[arg(long, value_name = "PATH")]
    dynamic: Vec<String>,
}

/// Where in AWS the values are.
#[derive(Debug, Args)]
pub(super) struct Aws {
    #[command(flatten)]
    places: Places,
    /// The region
    #[arg(long, value_name = "NAME")]
    region: String,
    /// The number of the account
    #[arg(long, value_name = "NUMBER")]
    account: String,
    /// The service that has the values
    #[arg(long, value_enum, default_value_t = Service::SecretsManager)]
    service: Service,
    /// The ARN of the key that the values are encrypted by, where it is the account's own
    #[arg(long, value_name = "ARN")]
    key: Option<String>,
}

/// A service of AWS that has values.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Service {
    /// AWS Secrets Manager
    SecretsManager,
    /// The Parameter Store of AWS Systems Manager
    ParameterStore,
}

/// Who reads in a cluster.
#[derive(Debug, Args)]
pub(super) struct Kubernetes {
    #[command(flatten)]
    places: Places,
    /// The namespace
    #[arg(long, value_name = "NAME")]
    namespace: String,
    /// The service account that the program runs as; of the program's name, unless said otherwise
    #[arg(long, value_name = "NAME")]
    service_account: Option<String>,
    /// The Secret that has the values; the one of `confident docs --format kubernetes`, unless said otherwise
    #[arg(long, value_name = "NAME")]
    secret: Option<String>,
}

/// Which keys of an etcd.
#[derive(Debug, Args)]
pub(super) struct Etcd {
    #[command(flatten)]
    places: Places,
    /// Its instances publish their state there, under this prefix or under `confident/fleet/`
    #[arg(long, value_name = "PREFIX", num_args = 0..=1, default_missing_value = "confident/fleet/")]
    fleet: Option<String>,
}

impl Arguments {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        match self {
            Self::Vault(of) => of.with(|manifest, Vault { places, mount, kv, dynamic }| {
                let mut rights = VaultRights::default();
                (rights.mount, rights.is_v1, rights.dynamic) = (mount, kv == 1, dynamic);
                written(places.policy(manifest).vault(&rights))
            }),
            Self::Aws(of) => of.with(|manifest, Aws { places, region, account, service, key }| {
                let mut rights = AwsRights::new(region, account);
                rights.service = match service {
                    Service::SecretsManager => AwsService::SecretsManager,
                    Service::ParameterStore => AwsService::ParameterStore,
                };
                rights.key = key;
                written(places.policy(manifest).aws(&rights))
            }),
            Self::Kubernetes(of) => {
                of.with(|manifest, Kubernetes { places, namespace, service_account, secret }| {
                    let mut rights = KubernetesRights::new(namespace);
                    (rights.service_account, rights.secret) = (service_account, secret);
                    written(places.policy(manifest).kubernetes(&rights))
                })
            }
            Self::Etcd(of) => of.with(|manifest, Etcd { places, fleet }| {
                let mut rights = EtcdRights::default();
                rights.fleet = fleet;
                written(places.policy(manifest).etcd(&rights))
            }),
        }
    }
}

impl Places {
    fn policy<'m>(&'m self, manifest: &'m Manifest) -> Policy<'m> {
        let paths = Paths::new(self.paths.clone());
        let paths = if self.only { paths.only(self.profile.clone()) } else { paths };
        Policy::new(manifest, &self.profile, paths)
    }
}

fn written(policy: Result<String, BadPaths>) -> Result<Exit, Failure> {
    let policy = policy.map_err(|bad| Failure::Said(bad.to_string()))?;
    anstream::stdout().lock().write_all(policy.as_bytes())?;
    Ok(Exit::Good)
}

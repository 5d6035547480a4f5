//! Stores of secrets as sources of `confident`.
//!
//! Each store is a feature and a file. What they share is here once: which place of a store holds which key
//! ([`Paths`]), what is tried again ([`Retry`]), what may be served when a store is away and how nothing is left behind
//! ([`StoreSource`]), what is recorded ([`audit`]), and the smallest rights that all of it needs ([`policy`]).

#[cfg(feature = "age")]
mod age;
pub mod audit;
#[cfg(feature = "aws")]
mod aws;
#[cfg(any(feature = "http", feature = "command"))]
mod bytes;
mod clock;
#[cfg(feature = "command")]
mod command;
#[cfg(any(feature = "http", feature = "fleet"))]
mod escape;
#[cfg(feature = "etcd")]
mod etcd;
mod failure;
#[cfg(feature = "fleet")]
pub mod fleet;
mod flight;
#[doc(hidden)]
pub mod fuzzing;
#[cfg(feature = "http")]
mod http;
mod json;
mod lease;
mod paths;
pub mod policy;
mod retry;
pub mod rotation;
mod source;
mod store;
pub mod testing;
#[cfg(feature = "vault")]
mod vault;
#[cfg(feature = "http")]
mod wiping;

#[cfg(feature = "age")]
pub use age::{AgeEdit, AgeFile, AgePlace, Identity, Listed, ListedVersion, Recipients};
#[cfg(feature = "aws")]
pub use aws::{Credentials, ParameterStore, SecretsManager};
pub use clock::{Clock, SystemClock};
#[cfg(feature = "command")]
pub use command::Command;
#[cfg(feature = "etcd")]
pub use etcd::Etcd;
pub use failure::{Failure, Fault};
#[cfg(feature = "http")]
pub use http::Connection;
pub use paths::{BadPaths, Paths, Place};
pub use retry::Retry;
pub use source::StoreSource;
pub use store::{Ask, Entry, Holds, Lease, Store, one_by_one};
#[cfg(feature = "vault")]
pub use vault::{AppRole, Kubernetes, KvVersion, Vault};

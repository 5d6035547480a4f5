//! The manifest of `confident`, and the load that reads it.
//!
//! A program depends on the crate `confident`, which brings the derive along. The stages of a load
//! are modules here, each of which uses only those before it:
//!
//! `source` finds raw values, `load` resolves them, reads them through `value` and `grammar`, checks
//! them and builds the struct, `report` says what is wrong.

mod config;
mod field;
#[cfg(feature = "yaml")]
#[doc(hidden)]
pub mod fuzzing;
pub mod grammar;
#[cfg(feature = "hardening")]
pub mod hardening;
mod instance;
#[cfg(feature = "live")]
mod live;
mod load;
pub mod manifest;
pub mod metrics;
mod random;
mod report;
mod source;
mod stable_hash;
pub mod testing;
pub mod value;

#[cfg(feature = "url")]
pub use ::url::Url;
pub use config::{Config, Nest, Root};
pub use grammar::How;
pub use instance::{Cause, InstanceKey, InstanceState, OriginKind, Publish, Standing};
#[cfg(feature = "live")]
pub use live::{
    Change, Changed, Current, Event, KeyState, KeyStatus, Live, LivePath, LiveReader, Rebuilt, Rejected,
    Snapshot, Status, Subscriber, Subscription, Watch,
};
pub use load::{Check, Checked, ExplainedKey, ExplainedValue, Explanation, Loaded, Loader, Reader, State};
pub use manifest::{Hardening, KeyEntry, Kind, Manifest};
pub use report::{Code, Problem, Report};
pub use secrecy::{ExposeSecret, SecretBox, SecretString};
pub use source::{
    Answers, BadLine, Dotenv, DotenvEntry, DropIns, Env, File, HeldNode, Literal, Memory, Name, Node,
    NodeValue, OnUnknown, Origin, Overrides, Provenance, SecretDir, Source, Syntax, Waited, Wanted,
};
pub use value::{ByteSize, Flag, Invalid, Raw, Rotated, Rotating, Value};

/// What the code of the derive uses. Not for people: it changes without notice.
#[doc(hidden)]
pub mod __private {
    pub use std::{
        fmt,
        option::Option::{self, None, Some},
        primitive::{bool, str, u8},
        result::Result::{self, Err, Ok},
        sync::OnceLock,
    };

    #[cfg(feature = "serde")]
    pub use crate::value::Structured;
    pub use crate::{
        carry,
        config::{Config, Nest, Root},
        field::{group, key, key_via},
        grammar::{Format, How, word},
        layout,
        load::Reader,
        manifest::{
            Attribute as A, Carry, Deprecated, Empty, Expression as E, Foreign, Group, Hardening, Item, Key,
            Kind, Layout, ListForm, Manifest, Nested, Operator as Op, Removed, Rule, Size, Texts, Word,
            carried::Text, proof,
        },
        probe::{NotProbed, Probe},
        secrets_are_not_copied, texts,
        value::{Hidden, Invalid, Items, Maybe, Parsed, Typed, Value},
    };

    /// What the compiler knows of its environment, if it does.
    pub const fn or_empty(text: Option<&'static str>) -> &'static str {
        match text {
            Some(text) => text,
            None => "",
        }
    }
}

/// What proofs look at that a program never sees. Not for people: it changes without notice.
#[cfg(feature = "live")]
#[doc(hidden)]
pub mod __proofs {
    pub use crate::live::Schedule;
}

/// What the stores use. Not for people: it changes without notice.
#[doc(hidden)]
pub mod __stores {
    pub use crate::{
        random::random,
        source::whole_file::{Unread, bytes},
        value::{OVERLAP, overlap_of},
    };
}

/// Proves that a type with secrets in it has no trait that copies or shows them.
#[doc(hidden)]
#[macro_export]
macro_rules! secrets_are_not_copied {
    ($group:expr, $type:ty) => {{
        #[allow(unused_imports)]
        use $crate::__private::{NotProbed as _, Probe};
        $crate::__private::proof::secrets_are_not_copied(
            $group,
            $crate::__private::proof::Traits {
                clone: <Probe<$type>>::CLONE,
                partial_eq: <Probe<$type>>::PARTIAL_EQ,
                display: <Probe<$type>>::DISPLAY,
                serialize: <Probe<$type>>::SERIALIZE,
            },
        )
    }};
}

/// The type of a layout of this size.
#[doc(hidden)]
#[macro_export]
macro_rules! layout {
    ($size:ident) => {
        $crate::__private::Layout<{ $size.entries }, { $size.names }, { $size.index }>
    };
}

/// What a root carries. The names of crate and version are those of the crate that is compiled.
#[doc(hidden)]
#[macro_export]
macro_rules! carry {
    ($head:expr, $sum:expr, $group:expr) => {
        $crate::__private::Carry {
            head: $crate::__private::Text::new($head, $sum),
            group: $group,
            crate_name: $crate::__private::or_empty(::core::option_env!("CARGO_PKG_NAME")),
            version: $crate::__private::or_empty(::core::option_env!("CARGO_PKG_VERSION")),
        }
    };
}

/// The names of a root, spelled when the first of them is needed.
#[doc(hidden)]
#[macro_export]
macro_rules! texts {
    ($prefix:expr, $group:expr) => {
        || {
            static TEXTS: $crate::__private::OnceLock<$crate::__private::Texts> =
                $crate::__private::OnceLock::new();
            TEXTS.get_or_init(|| $crate::__private::Texts::new($prefix, "", $group))
        }
    };
}

/// Which traits a concrete type has, as constants: an inherent constant hides that of a trait, and
/// is there only where its bounds hold.
#[allow(missing_docs)]
mod probe {
    use std::marker::PhantomData;

    pub struct Probe<T>(PhantomData<T>);

    pub trait NotProbed {
        const CLONE: bool = false;
        const PARTIAL_EQ: bool = false;
        const DISPLAY: bool = false;
        const SERIALIZE: bool = false;
    }

    impl<T> NotProbed for Probe<T> {}

    impl<T: Clone> Probe<T> {
        pub const CLONE: bool = true;
    }

    impl<T: PartialEq> Probe<T> {
        pub const PARTIAL_EQ: bool = true;
    }

    impl<T: std::fmt::Display> Probe<T> {
        pub const DISPLAY: bool = true;
    }

    impl<T: serde_core::Serialize> Probe<T> {
        pub const SERIALIZE: bool = true;
    }
}

//! Who is told of a change, and may object before it counts.

use std::{any::Any, error::Error, ops::Range, sync::Arc};

use super::Snapshot;
use crate::{
    grammar::same,
    manifest::{Group, Item, Shape},
};

/// A key or a group of some settings that may change while the program runs: what [`live!`](crate::live) makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LivePath {
    /// The first of its entries in the tree.
    first: usize,
    /// How many there are.
    count: usize,
    path: &'static str,
}

impl LivePath {
    /// The key or group at these fields of `group`. Not for people: [`live!`](crate::live) calls it.
    ///
    /// # Panics
    /// At compile time: there is no such field, or nothing there is `live`.
    #[doc(hidden)]
    #[track_caller]
    pub const fn of(mut group: &'static Group, fields: &[&str], path: &'static str) -> Self {
        let (mut first, mut at) = (0, 0);
        loop {
            let is_last = at + 1 == fields.len();
            let mut number = 0;
            // Of all fields before it, the entries come first.
            let item = loop {
                if number == group.items.len() {
                    panic!("these settings have no such field: write it as in Rust, `pool.max`");
                }
                let item = &group.items[number];
                if same(field(item), fields[at]) {
                    break item;
                }
                first += item.size();
                number += 1;
            };
            match item {
                Item::Nested(nested) if !is_last => match nested.shape {
                    Shape::One | Shape::Optional => group = nested.group,
                    Shape::List | Shape::Map => {
                        panic!("a list or map of groups changes as a whole: name the field that holds it")
                    }
                },
                Item::Key(_) | Item::Foreign(_) if !is_last => {
                    panic!("this field is no group: there is nothing behind it")
                }
                item => {
                    if !holds_live(item) {
                        panic!(
                            "this is fixed, and nobody is ever told of a change: write `live` in `#[config(..)]` of the field if the program can take a new value while it runs"
                        );
                    }
                    return Self { first, count: item.size(), path };
                }
            }
            at += 1;
        }
    }

    /// As it is written in Rust, such as `pool.max`.
    pub const fn path(&self) -> &'static str {
        self.path
    }

    pub(super) fn entries(&self) -> Range<usize> {
        self.first..self.first + self.count
    }
}

/// A key or a group that may change while the program runs, for [`Live::subscribe`](crate::Live::subscribe). One that is fixed does not compile.
///
/// # Example
/// ```
/// use std::time::Duration;
///
/// use confident::{Config, live};
///
/// /// The payments service.
/// #[derive(Config)]
/// #[config(app = "payments")]
/// struct Settings {
///     /// How long a request may take.
///     #[config(default = "30s", live)]
///     request_timeout: Duration,
/// }
///
/// assert_eq!(live!(Settings: request_timeout).path(), "request_timeout");
/// ```
#[macro_export]
macro_rules! live {
    ($settings:ty: $first:ident $(. $rest:ident)*) => {
        {
            // An item, so that `cargo check` looks at it.
            const PATH: $crate::LivePath = $crate::LivePath::of(
                <$settings as $crate::Config>::GROUP,
                &[stringify!($first) $(, stringify!($rest))*],
                concat!(stringify!($first) $(, ".", stringify!($rest))*),
            );
            PATH
        }
    };
}

const fn field(item: &Item) -> &'static str {
    match item {
        Item::Key(key) => key.field,
        Item::Nested(nested) => nested.field,
        Item::Foreign(foreign) => foreign.field,
    }
}

/// Whether anything at the item may change.
const fn holds_live(item: &Item) -> bool {
    match item {
        Item::Key(key) => key.is_live,
        Item::Foreign(_) => false,
        Item::Nested(nested) => {
            // A list or map of groups changes as a whole, or not at all.
            let must_be_all = matches!(nested.shape, Shape::List | Shape::Map);
            let (items, mut at) = (nested.group.items, 0);
            while at < items.len() {
                if holds_live(&items[at]) != must_be_all {
                    return !must_be_all;
                }
                at += 1;
            }
            must_be_all
        }
    }
}

/// A change that is offered, before it counts.
pub struct Change<'a, R> {
    /// What counts now.
    pub old: &'a Arc<Snapshot<R>>,
    /// What will count, if nobody objects.
    pub new: &'a Arc<Snapshot<R>>,
    pub(super) paths: &'a [String],
}

impl<R> Change<'_, R> {
    /// The paths of the keys that change.
    pub fn paths(&self) -> &[String] {
        self.paths
    }
}

/// A part of the program that takes new settings while it runs.
///
/// A change comes in two steps. In the first, everything is made that can fail: the new connection is opened, the new
/// certificate is read. Where any part of the program fails there, all of them go on with what they have. In the
/// second, which cannot fail, what was made takes the place of what was there.
///
/// For a part that has nothing to make, a closure will do: [`Live::on_change`](crate::Live::on_change).
pub trait Subscriber<R>: Send + 'static {
    /// What the first step makes.
    type Prepared: 'static;

    /// Makes what the new settings need. What was made is dropped, if another part of the program objects.
    ///
    /// # Errors
    /// Why the program cannot go on with the new settings. The text is reported: it must not quote a secret.
    fn prepare(&mut self, change: &Change<'_, R>) -> Result<Self::Prepared, Box<dyn Error + Send + Sync>>;

    /// Puts it in the place of what was there.
    fn commit(&mut self, prepared: Self::Prepared);
}

/// A subscriber whose type is not known any more.
pub(super) trait Erased<R>: Send {
    fn prepare(&mut self, change: &Change<'_, R>) -> Result<Box<dyn Any>, Box<dyn Error + Send + Sync>>;
    fn commit(&mut self, prepared: Box<dyn Any>);
}

impl<R, S: Subscriber<R>> Erased<R> for S {
    fn prepare(&mut self, change: &Change<'_, R>) -> Result<Box<dyn Any>, Box<dyn Error + Send + Sync>> {
        Ok(Box::new(Subscriber::prepare(self, change)?))
    }

    fn commit(&mut self, prepared: Box<dyn Any>) {
        if let Ok(prepared) = prepared.downcast() {
            Subscriber::commit(self, *prepared);
        }
    }
}

/// A closure that takes new settings, and never objects.
pub(super) struct Told<F>(pub(super) F);

impl<R: Send + Sync + 'static, F: FnMut(&Arc<Snapshot<R>>) + Send + 'static> Subscriber<R> for Told<F> {
    type Prepared = Arc<Snapshot<R>>;

    fn prepare(&mut self, change: &Change<'_, R>) -> Result<Self::Prepared, Box<dyn Error + Send + Sync>> {
        Ok(Arc::clone(change.new))
    }

    fn commit(&mut self, new: Self::Prepared) {
        (self.0)(&new);
    }
}

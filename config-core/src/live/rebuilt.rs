//! A part of the program that cannot change in place.

use std::{
    error::Error,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use arc_swap::ArcSwap;

use super::{Change, Live, LivePath, Snapshot, Subscriber, Subscription};
use crate::config::Root;

/// A part of the program that cannot change in place: it is built anew, and takes the place of the one before.
///
/// [`Live::rebuild`] makes it. Whoever works with the one before keeps it for as long as it takes: it goes when nobody has it any
/// more.
pub struct Rebuilt<T, E> {
    shared: Arc<dyn Restart<T, E>>,
    _subscription: Subscription,
}

/// What builds the part, and the part.
struct Shared<R, T, E> {
    build: Mutex<Build<R, T, E>>,
    current: ArcSwap<T>,
    settings: Box<dyn Fn() -> Arc<Snapshot<R>> + Send + Sync>,
}

type Build<R, T, E> = Box<dyn FnMut(&Snapshot<R>) -> Result<T, E> + Send>;

trait Restart<T, E>: Send + Sync {
    fn current(&self) -> Arc<T>;
    fn restart(&self) -> Result<(), E>;
}

impl<R, T, E> Shared<R, T, E> {
    fn build(&self, settings: &Snapshot<R>) -> Result<Arc<T>, E> {
        let mut build = self.build.lock().unwrap_or_else(PoisonError::into_inner);
        build(settings).map(Arc::new)
    }
}

impl<R: Send + Sync, T: Send + Sync, E> Restart<T, E> for Shared<R, T, E> {
    fn current(&self) -> Arc<T> {
        self.current.load_full()
    }

    fn restart(&self) -> Result<(), E> {
        let built = self.build(&(self.settings)())?;
        self.current.store(built);
        Ok(())
    }
}

/// Builds the part before a change counts, and puts it in place then.
struct Follows<R, T, E>(Arc<Shared<R, T, E>>);

impl<R, T, E> Subscriber<R> for Follows<R, T, E>
where
    R: Send + Sync + 'static,
    T: Send + Sync + 'static,
    E: Into<Box<dyn Error + Send + Sync>> + 'static,
{
    type Prepared = Arc<T>;

    fn prepare(&mut self, change: &Change<'_, R>) -> Result<Arc<T>, Box<dyn Error + Send + Sync>> {
        self.0.build(change.new).map_err(Into::into)
    }

    fn commit(&mut self, built: Arc<T>) {
        self.0.current.store(built);
    }
}

impl<R: Root + Send + Sync + 'static> Live<R> {
    /// Builds a part of the program that cannot change in place, and builds it anew when one of these keys and groups
    /// changes. Other parts are left alone. Where it cannot be built, all go on with the settings and the part that they
    /// have.
    ///
    /// # Example
    /// ```
    /// use confident::{Config, Env, live};
    ///
    /// /// The payments service.
    /// #[derive(Config)]
    /// #[config(app = "payments")]
    /// struct Settings {
    ///     /// Connections that are kept open.
    ///     #[config(default = 8, live)]
    ///     pool_size: u8,
    /// }
    ///
    /// struct Pool(Vec<u8>);
    ///
    /// let settings = Settings::loader().source(Env::from_pairs([("PAYMENTS_POOL_SIZE", "4")])).watch()?;
    /// let pool = settings.rebuild([live!(Settings: pool_size)], |now| {
    ///     Ok::<_, std::io::Error>(Pool(vec![0; now.pool_size.into()]))
    /// })?;
    /// assert_eq!(pool.current().0.len(), 4);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// It cannot be built for the first time.
    pub fn rebuild<T, E>(
        &self,
        paths: impl IntoIterator<Item = LivePath>,
        mut build: impl FnMut(&Snapshot<R>) -> Result<T, E> + Send + 'static,
    ) -> Result<Rebuilt<T, E>, E>
    where
        T: Send + Sync + 'static,
        E: Into<Box<dyn Error + Send + Sync>> + 'static,
    {
        let first = self.cell.load_full();
        let built = build(&first)?;
        let cell = Arc::clone(&self.cell);
        let shared = Arc::new(Shared {
            build: Mutex::new(Box::new(build)),
            current: ArcSwap::from_pointee(built),
            settings: Box::new(move || cell.load_full()),
        });
        let subscription = self.subscribe(paths, Follows(Arc::clone(&shared)));
        // A change while it was built was offered to nobody.
        if self.cell.generation() != first.generation() {
            shared.restart()?;
        }
        Ok(Rebuilt { shared, _subscription: subscription })
    }
}

impl<T, E> Rebuilt<T, E> {
    /// The part as it is now.
    pub fn current(&self) -> Arc<T> {
        self.shared.current()
    }

    /// Builds the part anew, of the settings that count: for one that says of itself that it is broken.
    ///
    /// # Errors
    /// It cannot be built; the one before stays.
    pub fn restart(&self) -> Result<(), E> {
        self.shared.restart()
    }
}

impl<T: fmt::Debug, E> fmt::Debug for Rebuilt<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Rebuilt").field(&self.current()).finish()
    }
}

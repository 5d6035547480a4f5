//! One request in flight for each place: who asks for what another is asking for waits for that answer.

use std::{
    collections::HashMap,
    sync::{Arc, Condvar, Mutex, PoisonError},
};

/// What is being asked for.
pub(crate) struct Flights<T>(Mutex<HashMap<String, Arc<Flight<T>>>>);

struct Flight<T> {
    landed: Mutex<Option<T>>,
    changed: Condvar,
}

impl<T> Default for Flights<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Flights<T> {
    /// An answer for every path, in their order. `ask` is called once, for those that no other thread is asking for;
    /// it answers in the order of what it is given. Where it panics, those who wait get `lost`.
    pub(crate) fn read(&self, paths: &[&str], lost: T, ask: impl FnOnce(&[&str]) -> Vec<T>) -> Vec<T> {
        let mut own = Own { flights: self, paths: Vec::new(), lost };
        let mut others = Vec::new();
        {
            let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            for path in paths {
                if let Some(flight) = flights.get(*path) {
                    others.push((*path, Arc::clone(flight)));
                } else {
                    let flight = Flight { landed: Mutex::new(None), changed: Condvar::new() };
                    flights.insert((*path).to_owned(), Arc::new(flight));
                    own.paths.push(*path);
                }
            }
        }
        // What is our own first: two threads that wait for each other have both answered by then.
        let asked = own.paths.clone();
        let answers = if asked.is_empty() { Vec::new() } else { ask(&asked) };
        let mut answered: HashMap<&str, T> = asked.into_iter().zip(answers).collect();
        own.land(&answered);
        answered.extend(others.into_iter().map(|(path, flight)| (path, flight.wait())));
        paths.iter().map(|path| answered.get(path).cloned().unwrap_or_else(|| own.lost.clone())).collect()
    }
}

impl<T: Clone> Flight<T> {
    fn wait(&self) -> T {
        let mut landed = self.landed.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match &*landed {
                Some(answer) => return answer.clone(),
                None => landed = self.changed.wait(landed).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}

/// The paths that this thread asks for. They land whatever happens.
struct Own<'f, 'p, T: Clone> {
    flights: &'f Flights<T>,
    paths: Vec<&'p str>,
    lost: T,
}

impl<T: Clone> Own<'_, '_, T> {
    fn land(&mut self, answered: &HashMap<&str, T>) {
        let mut flights = self.flights.0.lock().unwrap_or_else(PoisonError::into_inner);
        for path in self.paths.drain(..) {
            let Some(flight) = flights.remove(path) else { continue };
            let answer = answered.get(path).unwrap_or(&self.lost).clone();
            *flight.landed.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
            flight.changed.notify_all();
        }
    }
}

impl<T: Clone> Drop for Own<'_, '_, T> {
    fn drop(&mut self) {
        self.land(&HashMap::new());
    }
}

//! A load that does not block whoever waits for it.

use std::{
    future::Future,
    pin::{Pin, pin},
    sync::{
        Arc,
        mpsc::{Receiver, Sender, channel},
    },
    task::{Context, Poll, Wake, Waker},
    thread,
};

use confident::{Answers, Config, Provenance, Report, Source, Wanted};

/// A program.
#[derive(Config)]
#[config(app = "shop")]
struct Shop {
    /// A number.
    size: u64,
}

/// A store that answers when it is told to.
struct Slow(std::sync::Mutex<Receiver<&'static str>>);

impl Source for Slow {
    fn kind(&self) -> &'static str {
        "slow"
    }

    fn name(&self, _: &Wanted<'_>) -> String {
        "a slow store".to_owned()
    }

    fn find<'a>(&'a self, _: &Wanted<'_>, answers: &mut Answers<'_, 'a>) {
        let text = self.0.lock().expect("nothing panics").recv().expect("the test says something");
        assert_ne!(text, "panic", "as the test wants it");
        answers.value("size", std::ffi::OsStr::new(text).into(), Provenance::at("shop/size").version("3"));
    }
}

fn slow() -> (Sender<&'static str>, Slow) {
    let (sender, receiver) = channel();
    (sender, Slow(std::sync::Mutex::new(receiver)))
}

/// Wakes a thread.
struct Unpark(thread::Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    future.poll(&mut Context::from_waker(&waker))
}

fn wait<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        match poll(future.as_mut()) {
            Poll::Ready(outcome) => return outcome,
            Poll::Pending => thread::park(),
        }
    }
}

#[test]
fn it_waits_without_blocking_and_wakes_whoever_waits() {
    let (sender, source) = slow();
    let mut load = pin!(Shop::loader().source(source).load_async());
    assert!(poll(load.as_mut()).is_pending(), "the store has not answered");
    assert!(poll(load.as_mut()).is_pending());
    sender.send("7").expect("the load waits");
    assert_eq!(wait(load).expect("it is a number").size, 7);
}

#[test]
fn it_reports_what_is_wrong() {
    let (sender, source) = slow();
    sender.send("seven").expect("the load waits");
    let report: Report = wait(Shop::loader().source(source).load_async()).expect_err("it is no number");
    let [note, ..] = report.problems()[0].notes() else { panic!("it says where the value is from") };
    assert_eq!(note, "from slow:shop/size@3");
}

#[test]
fn a_panic_of_a_source_is_one_of_whoever_waits() {
    let (sender, source) = slow();
    sender.send("panic").expect("the load waits");
    let load = std::panic::AssertUnwindSafe(Shop::loader().source(source).load_async());
    assert!(std::panic::catch_unwind(|| wait(load.0)).is_err());
}

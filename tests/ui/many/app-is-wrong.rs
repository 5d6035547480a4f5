// `load` is there although the root could not be understood.

use confident::Config;

/// A service.
#[derive(Config)]
#[config(app = "my/service")]
struct Settings {
    /// Port to listen on.
    port: u16,
}

/// A worker.
#[derive(Config)]
#[config(ap = "worker")]
struct Worker {
    /// Port to listen on.
    port: u16,
}

fn main() {
    let settings = Settings::load().unwrap();
    let worker = Worker::load().unwrap();
    println!("{}", settings.port + worker.port);
}

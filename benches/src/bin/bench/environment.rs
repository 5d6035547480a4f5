//! Environments as they are where programs run.

use std::process::Command;

/// A command that runs `program` in exactly this environment, in this order.
///
/// `Command::envs` would sort the variables. Then those of the program stood together, and near the front,
/// where `std::env::var` finds them early whatever else is set.
pub(crate) fn command(environment: &[(String, String)], program: &str) -> Command {
    let mut command = Command::new("env");
    command.arg("-i");
    command.args(environment.iter().map(|(name, value)| format!("{name}={value}")));
    command.arg(program);
    command
}

/// The variables of the program, in their order, evenly among so many others.
pub(crate) fn among(ours: &[(String, String)], others: usize) -> Vec<(String, String)> {
    let others = other_variables(others);
    let mut all = Vec::with_capacity(ours.len() + others.len());
    let mut rest = others.iter();
    for (number, variable) in ours.iter().enumerate() {
        let until = others.len() * (number + 1) / (ours.len() + 1);
        let taken = others.len() - rest.len();
        all.extend(rest.by_ref().take(until - taken).cloned());
        all.push(variable.clone());
    }
    all.extend(rest.cloned());
    all
}

/// Variables that no contender reads: some of a login, and those that Kubernetes sets for each service of a
/// namespace, which is how environments of a thousand come about. Values are about 40 bytes long.
fn other_variables(count: usize) -> Vec<(String, String)> {
    let login = [
        ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
        ("HOME", "/home/service"),
        ("HOSTNAME", "checkout-7d9f6b5c4d-x2x7k"),
        ("LANG", "en_US.UTF-8"),
        ("TZ", "Etc/UTC"),
        ("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt"),
        ("RUST_LOG", "info,hyper=warn,tower_http=debug,sqlx=warn"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector.observability.svc:4317"),
        ("OTEL_RESOURCE_ATTRIBUTES", "service.name=checkout,deployment=canary"),
        ("POD_NAMESPACE", "checkout-production-europe-west"),
    ];
    let login = login.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let services = (0..).flat_map(|number: usize| {
        let words = ["ACCOUNTS", "CHECKOUT", "INVENTORY", "SHIPPING", "PRICING", "REVIEWS", "SESSIONS"];
        let service = format!("{}_V{}", words[number % words.len()], number / words.len() + 1);
        let host = format!("{}.production.svc.cluster.local", service.to_lowercase().replace('_', "-"));
        [
            (format!("{service}_SERVICE_HOST"), host.clone()),
            (format!("{service}_SERVICE_PORT"), format!("80{}", number % 90 + 10)),
            (format!("{service}_PORT"), format!("tcp://{host}:8080")),
            (format!("{service}_PORT_8080_TCP"), format!("tcp://{host}:8080")),
            (format!("{service}_PORT_8080_TCP_ADDR"), host),
        ]
    });
    login.chain(services).take(count).collect()
}

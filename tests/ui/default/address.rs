use std::net::SocketAddr;

use confident::Config;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};

/// A service.
#[derive(Config)]
struct Settings {
    /// Out of range.
    #[config(default = "256.0.0.1")]
    ip: IpAddr,
    /// Too short.
    #[config(default = "10.0.0")]
    ipv4: Ipv4Addr,
    /// The other family.
    #[config(default = "127.0.0.1")]
    ipv6: Ipv6Addr,
    /// No port.
    #[config(default = "127.0.0.1")]
    socket: SocketAddr,
    /// A name.
    #[config(default = "localhost:8080")]
    named: SocketAddr,
    /// A port out of range.
    #[config(default = "127.0.0.1:65536")]
    socket_v4: SocketAddrV4,
    /// No brackets.
    #[config(default = "::1:8080")]
    socket_v6: SocketAddrV6,
}

fn main() {}

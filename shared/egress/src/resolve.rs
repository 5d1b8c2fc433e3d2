//! Names to addresses.

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr},
};

/// Where addresses of names come from.
#[derive(Debug, Clone, Default)]
pub enum Resolver {
    /// The system's resolver.
    #[default]
    System,
    /// A fixed table, for tests and closed networks; other names do not exist.
    Table(HashMap<String, Vec<IpAddr>>),
}

impl Resolver {
    /// Every address of `name`, in the order to try them.
    pub(crate) async fn addresses(&self, name: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let addresses: Vec<_> = match self {
            Self::System => tokio::net::lookup_host((name, port)).await?.collect(),
            Self::Table(table) => table
                .get(name)
                .into_iter()
                .flatten()
                .map(|&address| SocketAddr::new(address, port))
                .collect(),
        };
        if addresses.is_empty() {
            return Err(io::Error::new(
                io::ErrorKind::NotFound,
                "the name has no address",
            ));
        }
        Ok(addresses)
    }
}

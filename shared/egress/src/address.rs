//! Which addresses are public, and what the others are for. Pure.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// Why an address is not public.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// No address at all: on many systems another way to say "this host".
    Unspecified,
    /// This host.
    Loopback,
    /// A network behind somebody's door (RFC 1918, RFC 4193).
    Private,
    /// Only reachable on the same link.
    LinkLocal,
    /// Where a cloud hands out its machines' credentials.
    Metadata,
    /// Shared by a provider's customers (RFC 6598).
    CarrierNat,
    /// Many receivers.
    Multicast,
    /// Set aside by IANA: documentation, benchmarks, tunnels, future use.
    Reserved,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unspecified => "an unspecified",
            Self::Loopback => "a loopback",
            Self::Private => "a private",
            Self::LinkLocal => "a link-local",
            Self::Metadata => "a cloud metadata",
            Self::CarrierNat => "a carrier NAT",
            Self::Multicast => "a multicast",
            Self::Reserved => "a reserved",
        })
    }
}

/// IANA IPv4 Special-Purpose Address Registry, and the metadata services of clouds. The first match counts.
const V4: &[(Ipv4Net, Kind)] = &[
    (v4([169, 254, 169, 254], 32), Kind::Metadata),
    (v4([169, 254, 170, 2], 32), Kind::Metadata),
    (v4([100, 100, 100, 200], 32), Kind::Metadata),
    (v4([192, 0, 0, 192], 32), Kind::Metadata),
    (v4([168, 63, 129, 16], 32), Kind::Metadata),
    (v4([0, 0, 0, 0], 8), Kind::Unspecified),
    (v4([10, 0, 0, 0], 8), Kind::Private),
    (v4([100, 64, 0, 0], 10), Kind::CarrierNat),
    (v4([127, 0, 0, 0], 8), Kind::Loopback),
    (v4([169, 254, 0, 0], 16), Kind::LinkLocal),
    (v4([172, 16, 0, 0], 12), Kind::Private),
    (v4([192, 0, 0, 0], 24), Kind::Reserved),
    (v4([192, 0, 2, 0], 24), Kind::Reserved),
    (v4([192, 88, 99, 0], 24), Kind::Reserved),
    (v4([192, 168, 0, 0], 16), Kind::Private),
    (v4([198, 18, 0, 0], 15), Kind::Reserved),
    (v4([198, 51, 100, 0], 24), Kind::Reserved),
    (v4([203, 0, 113, 0], 24), Kind::Reserved),
    (v4([224, 0, 0, 0], 4), Kind::Multicast),
    (v4([240, 0, 0, 0], 4), Kind::Reserved),
];

/// IANA IPv6 Special-Purpose Address Registry. What lies outside `2000::/3` and is not named here is reserved.
const V6: &[(Ipv6Net, Kind)] = &[
    (
        v6([0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254], 128),
        Kind::Metadata,
    ),
    (
        v6([0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254], 128),
        Kind::Metadata,
    ),
    (v6([0, 0, 0, 0, 0, 0, 0, 0], 128), Kind::Unspecified),
    (v6([0, 0, 0, 0, 0, 0, 0, 1], 128), Kind::Loopback),
    (v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7), Kind::Private),
    (v6([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10), Kind::Private),
    (v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10), Kind::LinkLocal),
    (v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8), Kind::Multicast),
    // Teredo, ORCHID, benchmarks; documentation; 6to4, which carries any IPv4 address.
    (v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23), Kind::Reserved),
    (v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32), Kind::Reserved),
    (v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16), Kind::Reserved),
    (v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20), Kind::Reserved),
];

const GLOBAL_UNICAST: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);
const NAT64: Ipv6Net = v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96);

const fn v4(octets: [u8; 4], prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::from_octets(octets), prefix)
}

const fn v6(segments: [u16; 8], prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::from_segments(segments), prefix)
}

/// The address that packets in the end go to: unwraps IPv4 inside `::ffff:0:0/96` and NAT64's `64:ff9b::/96`.
pub(crate) fn canonical(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) if NAT64.contains(&v6) => {
            let [.., a, b, c, d] = v6.octets();
            Ipv4Addr::new(a, b, c, d).into()
        }
        IpAddr::V6(v6) => v6.into(),
        IpAddr::V4(v4) => v4.into(),
    }
}

/// Why `address` is not public; `None` when it is.
pub(crate) fn special(address: IpAddr) -> Option<Kind> {
    match canonical(address) {
        IpAddr::V4(v4) => V4
            .iter()
            .find_map(|(net, kind)| net.contains(&v4).then_some(*kind)),
        IpAddr::V6(v6) => V6
            .iter()
            .find_map(|(net, kind)| net.contains(&v6).then_some(*kind))
            .or_else(|| (!GLOBAL_UNICAST.contains(&v6)).then_some(Kind::Reserved)),
    }
}

/// True when `net` names `address` alone.
pub(crate) fn is_exactly(net: &IpNet, address: IpAddr) -> bool {
    net.prefix_len() == net.max_prefix_len() && net.addr() == address
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> Option<Kind> {
        special(text.parse().unwrap())
    }

    #[test]
    fn public_addresses_pass() {
        for public in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.0.1",
            "172.32.0.1",
            "198.20.0.1",
        ] {
            assert_eq!(kind(public), None, "{public}");
        }
        for public in [
            "2606:4700::1111",
            "2a00::1",
            "2001:4860:4860::8888",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
        ] {
            assert_eq!(kind(public), None, "{public}");
        }
    }

    #[test]
    fn the_edges_of_each_range_are_inside() {
        for (text, expected) in [
            ("10.0.0.0", Kind::Private),
            ("10.255.255.255", Kind::Private),
            ("172.16.0.0", Kind::Private),
            ("172.31.255.255", Kind::Private),
            ("192.168.255.255", Kind::Private),
            ("100.64.0.0", Kind::CarrierNat),
            ("100.127.255.255", Kind::CarrierNat),
            ("169.254.0.1", Kind::LinkLocal),
            ("169.254.169.254", Kind::Metadata),
            ("0.255.255.255", Kind::Unspecified),
            ("224.0.0.0", Kind::Multicast),
            ("255.255.255.255", Kind::Reserved),
            ("::", Kind::Unspecified),
            ("::1", Kind::Loopback),
            ("::127.0.0.1", Kind::Reserved),
            ("::ffff:0:127.0.0.1", Kind::Reserved),
            ("::ffff:127.0.0.1", Kind::Loopback),
            ("64:ff9b::10.0.0.1", Kind::Private),
            ("64:ff9b:1::10.0.0.1", Kind::Reserved),
            ("fd00:ec2::254", Kind::Metadata),
            ("fdff::1", Kind::Private),
            ("febf::1", Kind::LinkLocal),
            ("ff02::1", Kind::Multicast),
            ("2001::1", Kind::Reserved),
            ("2002:7f00:1::", Kind::Reserved),
            ("4000::1", Kind::Reserved),
        ] {
            assert_eq!(kind(text), Some(expected), "{text}");
        }
    }
}

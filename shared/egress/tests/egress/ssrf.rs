//! No form of a private address is reachable, neither by URL nor by host, nor behind a name or a redirect.

use egress::{Egress, Error, Kind, Policy, Request, Resolver};
use std::collections::HashMap;

/// Names that lead into the private network.
const NAMES: &[(&str, &[&str])] = &[
    ("localhost", &["127.0.0.1", "::1"]),
    ("db.internal", &["10.0.0.5"]),
    ("metadata.google.internal", &["169.254.169.254"]),
    ("127.0.0.1.nip.example", &["127.0.0.1"]),
    ("mixed.example", &["93.184.216.34", "10.0.0.5"]),
    ("mixed6.example", &["2606:4700::1111", "::1"]),
    ("mapped.example", &["::ffff:192.168.1.1"]),
    ("nat64.example", &["64:ff9b::a00:1"]),
    ("ula.example", &["fd12:3456::1"]),
    ("zero.example", &["0.0.0.0"]),
    ("xn--fa-hia.example", &["10.0.0.9"]),
];

/// Every form is denied as one of these kinds of address.
const DENIED: &[&str] = &[
    // Loopback, plain and in all the disguises of inet_aton.
    "http://127.0.0.1/",
    "http://127.0.0.1:5432/",
    "https://127.0.0.1/",
    "http://127.1/",
    "http://127.0.1/",
    "http://127.255.255.254/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7F.0x0.0x0.0x1/",
    "http://0x7f.1/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://0177.0.0.01/",
    "http://00000177.0.0.1/",
    "http://127.0.0.1./",
    "http://0x7f.0.0.1./",
    "http://127.0.0.1%2e/",
    "http://%31%32%37.0.0.1/",
    "http://127%2e0%2e0%2e1/",
    "http://①②⑦.⓪.⓪.①/",
    "http://127。0。0。1/",
    "http://１２７.0.0.1/",
    "http:127.0.0.1/",
    "http:/127.0.0.1/",
    "http:\\\\127.0.0.1\\",
    "http:///127.0.0.1/",
    "http://////127.0.0.1/",
    "HTTP://127.0.0.1/",
    " http://127.0.0.1/ ",
    "http://127.0.0.1\t/",
    "http://127.0\n.0.1/",
    "http://127.0.0.1#@example.org/",
    "http://127.0.0.1?@example.org/",
    "http://127.0.0.1/@example.org",
    "http://127.0.0.1\\@example.org/",
    // Unspecified, which Linux takes for this host.
    "http://0/",
    "http://0.0.0.0/",
    "http://0.0.0.0:80/",
    "http://0x0/",
    "http://00/",
    "http://0.1.2.3/",
    // Private, carrier, link-local, metadata.
    "http://10.0.0.1/",
    "http://10.1/",
    "http://167772161/",
    "http://0xa000001/",
    "http://012.0.0.1/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://2886729729/",
    "http://192.168.0.1/",
    "http://192.168.257/",
    "http://0xc0a80001/",
    "http://0300.0250.0.1/",
    "http://100.64.0.1/",
    "http://100.100.100.200/latest/meta-data/",
    "http://169.254.1.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/latest/meta-data/",
    "http://0xa9fea9fe/",
    "http://0251.0376.0251.0376/",
    "http://169.254.43518/",
    "http://169.16689662/",
    "http://169.254.170.2/v2/credentials",
    "http://168.63.129.16/machine",
    "http://192.0.0.192/opc/v2/",
    // Reserved and multicast.
    "http://192.0.2.1/",
    "http://192.88.99.1/",
    "http://198.18.0.1/",
    "http://198.51.100.7/",
    "http://203.0.113.7/",
    "http://224.0.0.1/",
    "http://239.255.255.250:1900/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://4294967295/",
    // IPv6, plain, and IPv4 inside it.
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[0000::0001]:8080/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[0:0:0:0:0:ffff:10.0.0.1]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[::127.0.0.1]/",
    "http://[::ffff:0:127.0.0.1]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://[64:ff9b::a00:1]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[64:ff9b:1::a00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[2002:a00:1::1]/",
    "http://[2001::1]/",
    "http://[2001:db8::1]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/",
    "http://[fd20:ce::254]/",
    "http://[fe80::1]/",
    "http://[febf::1]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[100::1]/",
    "http://[5f00::1]/",
    // Names that lead there, alone or beside a public address.
    "http://localhost/",
    "http://LOCALHOST:8080/",
    "http://ｌｏｃａｌｈｏｓｔ/",
    "http://db.internal/",
    "http://DB.internal:5432/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://127.0.0.1.nip.example/",
    "http://mixed.example/",
    "http://mixed6.example/",
    "http://mapped.example/",
    "http://nat64.example/",
    "http://ula.example/",
    "http://zero.example/",
    "http://faß.example/",
];

/// Not even a host: refused before anything is resolved.
const REFUSED: &[&str] = &[
    "http://user@127.0.0.1/",
    "http://example.org:secret@127.0.0.1/",
    "http://example.org@127.0.0.1:80/",
    "ftp://127.0.0.1/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_INFO",
    "data:text/plain,hello",
    "unix:/var/run/docker.sock",
    "jar:http://127.0.0.1!/",
    "ws://127.0.0.1/",
];

/// Not even a URL.
const NO_URL: &[&str] = &[
    "http://[fe80::1%25eth0]/",
    "http://[::1",
    "http://256.0.0.1/",
    "http://0x1ffffffff/",
    "http://",
    "//127.0.0.1/",
];

fn egress(allow: &str) -> Egress {
    let table = NAMES.iter().map(|(name, addresses)| {
        (
            (*name).to_owned(),
            addresses
                .iter()
                .map(|address| address.parse().unwrap())
                .collect(),
        )
    });
    Egress::with_resolver(
        allow.parse::<Policy>().unwrap(),
        Resolver::Table(table.collect::<HashMap<_, _>>()),
    )
}

#[tokio::test]
async fn every_form_of_a_private_address_is_denied() {
    assert!(DENIED.len() >= 80);
    let http = egress("").http();
    for text in DENIED {
        let url = text
            .parse()
            .unwrap_or_else(|error| panic!("{text:?} is no URL: {error}"));
        match http.send(Request::get(url)).await {
            Err(error @ Error::Denied { .. }) => {
                assert!(error.nothing_sent() && !error.retryable());
            }
            other => panic!("{text:?} gave {other:?}"),
        }
    }
}

#[tokio::test]
async fn what_is_no_plain_web_address_is_refused() {
    let http = egress("").http();
    for text in REFUSED {
        let answer = http.send(Request::get(text.parse().unwrap())).await;
        assert!(
            matches!(answer, Err(Error::Url { .. })),
            "{text:?} gave {answer:?}"
        );
    }
    for text in NO_URL {
        assert!(text.parse::<url::Url>().is_err(), "{text:?}");
    }
}

#[tokio::test]
async fn sockets_are_checked_like_urls() {
    for host in [
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "[::1]",
        "::1",
        "::ffff:10.0.0.1",
        "localhost",
        "db.internal",
        "0",
    ] {
        let refused = egress("").connect_tcp(host, 993).await;
        assert!(
            matches!(refused, Err(Error::Denied { .. })),
            "{host}: {refused:?}"
        );
    }
    for host in ["", "a b", "fe80::1%eth0", "host/path", "a@b"] {
        let refused = egress("").connect_tcp(host, 993).await;
        assert!(
            matches!(refused, Err(Error::Host(_))),
            "{host}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn the_refusal_says_what_and_how_to_allow_it() {
    for (host, expected) in [
        (
            "10.0.0.1",
            "host 10.0.0.1 is a private address; allow it with EGRESS_ALLOW",
        ),
        (
            "167772161",
            "host 10.0.0.1 is a private address; allow it with EGRESS_ALLOW",
        ),
        (
            "db.internal",
            "host db.internal resolves to 10.0.0.5, a private address; allow it with EGRESS_ALLOW",
        ),
        (
            "169.254.169.254",
            "host 169.254.169.254 is a cloud metadata address; allow it with EGRESS_ALLOW",
        ),
        (
            "[::1]",
            "host ::1 is a loopback address; allow it with EGRESS_ALLOW",
        ),
    ] {
        assert_eq!(
            egress("").check(host, 80).await.unwrap_err().to_string(),
            expected
        );
    }
}

#[tokio::test]
async fn public_addresses_and_allowed_ones_pass() {
    for host in ["1.1.1.1", "[2606:4700::1111]", "134744072"] {
        egress("").check(host, 443).await.unwrap();
    }
    assert_eq!(
        egress("db.internal")
            .check("db.internal", 5432)
            .await
            .unwrap(),
        ["10.0.0.5:5432".parse().unwrap()]
    );
    egress("10.0.0.0/8")
        .check("mixed.example", 80)
        .await
        .unwrap();
}

#[tokio::test]
async fn one_allowed_address_does_not_open_the_others() {
    let denied = egress("127.0.0.1")
        .check("localhost", 80)
        .await
        .unwrap_err();
    assert!(
        matches!(denied, Error::Denied { kind: Kind::Loopback, address, .. } if address.is_ipv6()),
        "{denied:?}"
    );
}

#[tokio::test]
async fn an_unknown_name_is_not_found() {
    let error = egress("").check("nowhere.example", 80).await.unwrap_err();
    assert_eq!(
        error.explain(),
        "could not resolve nowhere.example: the name has no address"
    );
    assert!(error.retryable() && error.nothing_sent());
}

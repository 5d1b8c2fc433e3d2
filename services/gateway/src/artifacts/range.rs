//! Which part of a file is wanted. Source: RFC 9110 §14; one range of bytes, anything else means all.

use axum::http::{HeaderMap, header};

/// A part of a file, or all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    All,
    /// From the first byte to the last, both included.
    Part {
        first: u64,
        last: u64,
    },
    /// None of it is there.
    Nothing,
}

/// What a request wants of a file of `size` bytes.
pub(super) fn wanted(headers: &HeaderMap, size: u64) -> Wanted {
    // A part of what somebody has is of use only with the rest of it; a hash never names anything else.
    let range = headers.get(header::RANGE);
    let range = range.and_then(|value| value.to_str().ok()?.strip_prefix("bytes="));
    range
        .and_then(|range| part(range.trim(), size))
        .unwrap_or(Wanted::All)
}

fn part(range: &str, size: u64) -> Option<Wanted> {
    let (first, last) = range.split_once('-')?;
    let end = size.saturating_sub(1);
    let (first, last) = match (first, last) {
        ("", count) => {
            let count: u64 = count.parse().ok()?;
            let first = size.saturating_sub(count);
            (if count == 0 { size } else { first }, end)
        }
        (first, "") => (first.parse().ok()?, end),
        (first, last) => {
            let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
            if last < first {
                return None;
            }
            (first, last.min(end))
        }
    };
    Some(match first < size {
        true => Wanted::Part { first, last },
        false => Wanted::Nothing,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(range: &str) -> Wanted {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, range.parse().unwrap());
        wanted(&headers, 10)
    }

    #[test]
    fn one_range_is_a_part_and_what_cannot_be_read_is_all() {
        let part = |first, last| Wanted::Part { first, last };
        assert_eq!(of("bytes=0-0"), part(0, 0));
        assert_eq!(of("bytes=2-5"), part(2, 5));
        assert_eq!(of("bytes=2-99"), part(2, 9));
        assert_eq!(of("bytes=9-"), part(9, 9));
        assert_eq!(of("bytes=-3"), part(7, 9));
        assert_eq!(of("bytes=-99"), part(0, 9));
        assert_eq!(of("bytes=10-"), Wanted::Nothing);
        assert_eq!(of("bytes=-0"), Wanted::Nothing);
        for all in [
            "bytes=5-2",
            "bytes=0-1,3-4",
            "lines=1-2",
            "bytes=x",
            "bytes=-",
        ] {
            assert_eq!(of(all), Wanted::All, "{all}");
        }
        assert_eq!(wanted(&HeaderMap::new(), 0), Wanted::All);
    }
}

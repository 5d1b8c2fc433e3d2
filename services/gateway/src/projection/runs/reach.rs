//! How far a shard's log reaches without a gap. Pure.

/// Positions from `first` to `last`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) first: i64,
    pub(crate) last: i64,
}

/// What is applied of a shard's log: everything up to `pos`, and islands beyond.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reach {
    pub(crate) pos: i64,
    /// In order, apart from each other and from `pos`.
    pub(crate) islands: Vec<Span>,
}

impl Reach {
    /// Everything up to `pos`.
    pub(crate) const fn new(pos: i64) -> Self {
        Self {
            pos,
            islands: Vec::new(),
        }
    }

    /// Adds what was applied now; what it overlaps stays.
    pub(crate) fn add(&mut self, span: Span) {
        self.islands.push(span);
        self.islands.sort_unstable_by_key(|island| island.first);
        let mut apart: Vec<Span> = Vec::with_capacity(self.islands.len());
        for island in self.islands.drain(..) {
            if island.first <= self.pos + 1 {
                self.pos = self.pos.max(island.last);
                continue;
            }
            match apart.last_mut() {
                Some(before) if island.first <= before.last + 1 => {
                    before.last = before.last.max(island.last);
                }
                Some(_) | None => apart.push(island),
            }
        }
        self.islands = apart;
    }
}

/// Positions as spans, in order.
pub(crate) fn spans(mut positions: Vec<i64>) -> Vec<Span> {
    positions.sort_unstable();
    let mut spans: Vec<Span> = Vec::new();
    for pos in positions {
        match spans.last_mut() {
            Some(span) if pos <= span.last + 1 => span.last = pos,
            Some(_) | None => spans.push(Span {
                first: pos,
                last: pos,
            }),
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(first: i64, last: i64) -> Span {
        Span { first, last }
    }

    #[test]
    fn positions_advance_only_without_a_gap() {
        let mut reach = Reach::new(0);
        reach.add(span(1, 4));
        reach.add(span(7, 9));
        assert_eq!((reach.pos, reach.islands.clone()), (4, vec![span(7, 9)]));
        reach.add(span(6, 6));
        assert_eq!((reach.pos, reach.islands.clone()), (4, vec![span(6, 9)]));
        reach.add(span(5, 5));
        assert_eq!((reach.pos, reach.islands.clone()), (9, vec![]));
        reach.add(span(2, 8));
        assert_eq!(reach, Reach::new(9), "a repeat changes nothing");
    }

    #[test]
    fn any_order_of_positions_reaches_as_far() {
        // A fixed permutation of 1..=64: 27 is a generator modulo 65 apart from 0.
        let order: Vec<i64> = (0..64).map(|n| (n * 27) % 64 + 1).collect();
        let mut reach = Reach::new(0);
        for chunk in order.chunks(5) {
            for span in spans(chunk.to_vec()) {
                reach.add(span);
            }
        }
        assert_eq!(reach, Reach::new(64));
    }

    #[test]
    fn neighbours_make_one_span() {
        assert_eq!(spans(vec![3, 1, 2, 9, 2]), [span(1, 3), span(9, 9)]);
    }
}

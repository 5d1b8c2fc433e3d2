//! What a reader has been told of an answer, across interruptions. Pure.
//!
//! The rule after an interruption: the model is asked again under the same invocation. While it repeats what was said, there is
//! nothing to tell; where it goes on, the pieces go on with the next number; where it says something else, no more pieces are
//! told, and the whole answer comes at its end.

/// One piece of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// 1, 2, 3, …
    pub seq: u64,
    /// Where it begins in the answer, in characters.
    pub offset: u64,
    pub text: String,
}

/// An answer as it was told and as it comes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Transcript {
    /// Told so far, in pieces up to `seq`; the last begins at `from` characters.
    pub said: String,
    pub seq: u64,
    pub from: u64,
    heard: String,
}

impl Transcript {
    /// As it was when the telling was interrupted.
    #[must_use]
    pub const fn resumed(said: String, seq: u64, from: u64) -> Self {
        Self {
            said,
            seq,
            from,
            heard: String::new(),
        }
    }

    /// The model says more.
    pub fn hear(&mut self, text: &str) {
        self.heard.push_str(text);
    }

    /// The next piece to tell, if there is one; it counts as told from now on.
    pub fn tell(&mut self) -> Option<Piece> {
        let news = self
            .heard
            .strip_prefix(&self.said)
            .filter(|news| !news.is_empty())?
            .to_owned();
        self.seq += 1;
        self.from = length(&self.said);
        self.said.push_str(&news);
        Some(Piece {
            seq: self.seq,
            offset: self.from,
            text: news,
        })
    }

    /// The piece that was told last: after an interruption nobody knows whether it arrived.
    #[must_use]
    pub fn last(&self) -> Option<Piece> {
        let from = usize::try_from(self.from).ok()?;
        (self.seq > 0).then(|| Piece {
            seq: self.seq,
            offset: self.from,
            text: self.said.chars().skip(from).collect(),
        })
    }
}

fn length(text: &str) -> u64 {
    text.chars().count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(seq: u64, offset: u64, text: &str) -> Piece {
        Piece {
            seq,
            offset,
            text: text.into(),
        }
    }

    #[test]
    fn pieces_are_numbered_and_placed_by_characters() {
        let mut transcript = Transcript::default();
        assert_eq!(transcript.tell(), None);
        transcript.hear("Grü");
        transcript.hear("ße ");
        assert_eq!(transcript.tell(), Some(piece(1, 0, "Grüße ")));
        assert_eq!(transcript.tell(), None);
        transcript.hear("dich");
        assert_eq!(transcript.tell(), Some(piece(2, 6, "dich")));
        assert_eq!(transcript.last(), Some(piece(2, 6, "dich")));
    }

    #[test]
    fn after_an_interruption_the_same_answer_goes_on_where_it_was() {
        let mut again = Transcript::resumed("one two ".into(), 3, 4);
        assert_eq!(again.last(), Some(piece(3, 4, "two ")));
        again.hear("one ");
        assert_eq!(again.tell(), None);
        again.hear("two three");
        assert_eq!(again.tell(), Some(piece(4, 8, "three")));
    }

    #[test]
    fn after_an_interruption_another_answer_is_not_told_in_pieces() {
        let mut again = Transcript::resumed("one two ".into(), 3, 4);
        again.hear("something else altogether");
        assert_eq!(again.tell(), None);
    }
}

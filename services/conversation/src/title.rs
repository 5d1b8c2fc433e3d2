//! What a conversation is called that nobody has named. Pure.

use unicode_segmentation::UnicodeSegmentation;

/// Longest title that is made of what somebody wrote, in characters.
const LONGEST: usize = 60;

/// The first words of a text; empty when it has none.
pub(crate) fn of(text: &str) -> String {
    let mut lines = text.lines().map(str::trim);
    let line = lines.find(|line| !line.is_empty()).unwrap_or_default();
    if line.chars().count() <= LONGEST {
        return line.to_owned();
    }
    let mut title = String::new();
    for word in line.split_word_bounds() {
        if title.chars().count() + word.chars().count() >= LONGEST {
            break;
        }
        title.push_str(word);
    }
    // A word that is longer than any title.
    if title.trim().is_empty() {
        title = line.chars().take(LONGEST - 1).collect();
    }
    format!("{}…", title.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_first_line_is_the_title() {
        assert_eq!(of("\n  Plan my week \nwith care"), "Plan my week");
        assert_eq!(of(" \n"), "");
    }

    #[test]
    fn a_long_line_ends_with_a_whole_word() {
        let title = of(&"Grüße an alle ".repeat(9));
        assert!(title.chars().count() <= LONGEST, "{title}");
        assert!(title.ends_with("alle…") || title.ends_with("an…") || title.ends_with("Grüße…"));
        let long = of(&"x".repeat(200));
        assert_eq!(long.chars().count(), LONGEST);
    }
}

//! What looks at a page at a time.

use super::{
    build::{Made, Maker, notify},
    time,
};
use serde_json::json;

impl Maker<'_> {
    pub(super) fn read_page(&mut self) -> Made {
        let when = time::trigger(self.wish, &mut self.faults);
        let look = self
            .optional("text", self.wish.text.as_deref())
            .unwrap_or("Say in short what it says.");
        let nodes = vec![
            when,
            self.fetch(),
            json!({ "id": "words", "node_type": "html_to_text", "config": { "html": "{{ $string(nodes.fetch.body) }}" } }),
            json!({ "id": "read", "node_type": "generate", "config": { "instructions": look, "text": "{{ $substring(input, 0, 8000) }}" } }),
            notify("What the page says", "{{ nodes.read.text }}"),
        ];
        (
            "Read a page for me",
            "Fetches a page at a time and tells in short what it says.",
            nodes,
        )
    }

    pub(super) fn watch_page(&mut self) -> Made {
        let when = time::trigger(self.wish, &mut self.faults);
        let fetch = self.fetch();
        let title = format!(
            "{} has changed",
            self.wish.url.as_deref().unwrap_or_default().trim()
        );
        let nodes = vec![
            when,
            fetch,
            json!({ "id": "page", "node_type": "transform", "config": { "output": [{ "page": "{{ $string(input.body) }}" }] } }),
            json!({ "id": "new", "node_type": "remove_duplicates", "config": { "by": ["page"], "across_runs": {} } }),
            json!({ "id": "is_new", "node_type": "branch", "config": { "condition": "{{ $count(input) > 0 }}" } }),
            notify(&title, "It says something else than before."),
        ];
        (
            "Watch a page",
            "Looks at a page again and again and tells when it has changed.",
            nodes,
        )
    }
}

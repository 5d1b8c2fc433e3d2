//! What arguments may be although they come from outside.

use super::Check;
use crate::{allow, plan::traced_arguments};

impl Check<'_> {
    /// Only what decides whom a node reaches can be allowed, and only by something that can be met.
    pub(super) fn allow(&mut self) {
        let Some(kind) = &self.node.kind else {
            return;
        };
        let at = self.pointer.trim_end_matches("/config").to_owned() + "/allow";
        let known = traced_arguments(kind);
        let known: Vec<&str> = known
            .iter()
            .copied()
            .filter(|one| *one != "input")
            .collect();
        let mut found = Vec::new();
        for (argument, allowed) in &self.node.node.allow {
            let at = format!("{at}/{}", expressions::escape_pointer(argument));
            if !known.contains(&argument.as_str()) {
                let message = format!(
                    "`{argument}` does not decide whom a node of type {} reaches",
                    self.node.node.node_type
                );
                let hint = match known.is_empty() {
                    true => "leave it out".to_owned(),
                    false => format!("it can be: {}", known.join(", ")),
                };
                found.push(("allow.unknown_argument", at, message, hint));
                continue;
            }
            for (place, one) in allowed.iter().enumerate() {
                if let Some(fault) = allow::fault(argument, one) {
                    let message = format!("`{one}` {fault}");
                    found.push((
                        "allow.unfit",
                        format!("{at}/{place}"),
                        message,
                        String::new(),
                    ));
                }
            }
        }
        for (code, at, message, hint) in found {
            self.report(code, at, &message, &hint);
        }
    }
}

//! The parameters of data transforms: per-item expressions apart from those that are rendered once.

use super::Check;
use transforms::{Computation, Fault, Kind};

impl Check<'_> {
    /// Parses the whole config. Faults of its shape that were reported already are not repeated.
    pub(super) fn compute(&mut self, kind: Kind) -> Option<Computation> {
        let misshapen = !self.problems.is_empty();
        match Computation::parse(kind, &self.node.node.config) {
            Ok(computation) => {
                for expression in computation.config().expressions() {
                    let pointer = format!("{}{}", self.pointer, expression.pointer());
                    self.node.expressions.push((pointer, expression.clone()));
                }
                for (at, expression) in computation.per_item() {
                    let pointer = format!("{}{at}", self.pointer);
                    self.node.per_item.push((pointer, expression));
                }
                Some(computation)
            }
            Err(faults) => {
                for fault in faults {
                    match fault {
                        Fault::Expression(error) => self.expression_error(&error),
                        Fault::Config(_) if misshapen => {}
                        Fault::Config(error) => {
                            self.problem(
                                "config.invalid",
                                &error.pointer,
                                &error.message,
                                &error.hint,
                            );
                        }
                    }
                }
                None
            }
        }
    }
}

//! Which names an expression asks for, found in its syntax tree.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "few of the many kinds of syntax are of interest here"
)]

use crate::Reference;
use jsonata_core::ast::{AstNode, BinaryOp, PathStep, Stage};
use std::collections::BTreeSet;

/// Functions that take nothing from where they stand when called without arguments.
const WITHOUT_FOCUS: &[&str] = &["millis", "random"];

/// The names that an expression or template asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct References {
    named: BTreeSet<Reference>,
    unknown: BTreeSet<String>,
    open: bool,
}

impl References {
    pub(crate) fn of(ast: &AstNode) -> Self {
        Search::of(ast, true)
    }

    /// Of these, the names whose values the result may carry: those that only conditions ask for are left out.
    pub(crate) fn carried(ast: &AstNode) -> Self {
        Search::of(ast, false)
    }

    /// The names, sorted.
    pub fn named(&self) -> impl Iterator<Item = &Reference> {
        self.named.iter()
    }

    /// Names at the root that no context has: they never give a value.
    pub fn unknown(&self) -> impl Iterator<Item = &str> {
        self.unknown.iter().map(String::as_str)
    }

    /// Whether names are found only while evaluating (`$$`, `nodes.*`), so that everything is read.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.open
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.named.extend(other.named.iter().cloned());
        self.unknown.extend(other.unknown.iter().cloned());
        self.open |= other.open;
    }
}

/// Functions that give a boolean.
const JUDGING: &[&str] = &["boolean", "exists", "not"];

/// A walk through a syntax tree.
struct Search {
    found: References,
    /// Whether what only decides is looked at, too.
    conditions: bool,
}

impl Search {
    fn of(ast: &AstNode, conditions: bool) -> References {
        let mut search = Self {
            found: References::default(),
            conditions,
        };
        search.visit(ast, true);
        search.found
    }

    /// Visits what decides which value is taken, and is no part of it.
    fn visit_condition(&mut self, ast: &AstNode, root: bool) {
        if self.conditions {
            self.visit(ast, root);
        }
    }

    /// `root`: whether a name here is a name of the root object.
    fn visit(&mut self, ast: &AstNode, root: bool) {
        match ast {
            AstNode::Name(name) if root => self.name(name, None),
            AstNode::Path { steps } => self.path(steps, root),
            AstNode::Variable(name) => self.found.open |= root && name.is_empty(),
            AstNode::ParentVariable(_) | AstNode::Parent(_) => self.found.open = true,
            AstNode::Wildcard | AstNode::Descendant => self.found.open |= root,
            AstNode::Function { name, .. }
                if !self.conditions && JUDGING.contains(&name.as_str()) => {}
            AstNode::Binary { op, .. } if !self.conditions && is_judging(*op) => {}
            AstNode::Function { name, args, .. } => {
                let focused = args.is_empty() && !WITHOUT_FOCUS.contains(&name.as_str());
                let short = args.len() < 2 && matches!(name.as_str(), "lookup" | "each" | "sift");
                self.found.open |= root && (focused || short);
                self.visit_all(args, root);
            }
            AstNode::Call { procedure, args } => {
                self.visit(procedure, root);
                self.visit_all(args, root);
            }
            AstNode::Binary { lhs, rhs, .. } => {
                self.visit(lhs, root);
                self.visit(rhs, root);
            }
            AstNode::Unary { operand, .. } => self.visit(operand, root),
            AstNode::Lambda { body, .. } => self.visit(body, root),
            AstNode::Array(items) | AstNode::ArrayGroup(items) | AstNode::Block(items) => {
                self.visit_all(items, root);
            }
            AstNode::Object(pairs) => self.pairs(pairs, root),
            AstNode::ObjectTransform { input, pattern } => {
                self.visit(input, root);
                self.pairs(pattern, false);
            }
            AstNode::Conditional {
                condition,
                then_branch,
                else_branch,
            } => {
                self.visit_condition(condition, root);
                self.visit(then_branch, root);
                if let Some(otherwise) = else_branch {
                    self.visit(otherwise, root);
                }
            }
            AstNode::FunctionApplication(inner) => self.visit(inner, root),
            AstNode::Sort { input, terms } => {
                self.visit(input, root);
                terms.iter().for_each(|(term, _)| self.visit(term, false));
            }
            AstNode::Transform {
                location,
                update,
                delete,
            } => {
                self.visit(location, false);
                self.visit(update, false);
                if let Some(delete) = delete {
                    self.visit(delete, false);
                }
            }
            AstNode::Name(_)
            | AstNode::String(_)
            | AstNode::Number(_)
            | AstNode::Boolean(_)
            | AstNode::Null
            | AstNode::Undefined
            | AstNode::Placeholder
            | AstNode::Regex { .. } => {}
        }
    }

    fn visit_all(&mut self, items: &[AstNode], root: bool) {
        items.iter().for_each(|item| self.visit(item, root));
    }

    fn pairs(&mut self, pairs: &[(AstNode, AstNode)], root: bool) {
        for (key, value) in pairs {
            self.visit(key, root);
            self.visit(value, root);
        }
    }

    fn path(&mut self, steps: &[PathStep], root: bool) {
        // Bindings and parents look back along the path, where names of the root may return.
        self.found.open |= steps.iter().any(|step| {
            step.focus.is_some()
                || step.is_tuple
                || step.inner_tuple
                || step.ancestor_label.is_some()
        });
        for stage in steps.iter().flat_map(|step| &step.stages) {
            if let Stage::Filter(filter) = stage {
                self.visit_condition(filter, false);
            }
        }
        let mut rest = steps;
        let mut at_root = root;
        while let Some((step, after)) = rest.split_first() {
            let plain = step.stages.is_empty();
            match &step.node {
                AstNode::ParentVariable(_) if plain && !after.is_empty() => at_root = true,
                AstNode::Variable(name) if name.is_empty() && plain && !after.is_empty() => {}
                AstNode::Name(name) if at_root => {
                    let member = after.first().filter(|_| plain).map(|next| &next.node);
                    self.name(name, member);
                    at_root = false;
                }
                other => {
                    self.visit(other, at_root);
                    at_root = false;
                }
            }
            rest = after;
        }
    }

    /// A name at the root, and the step after it.
    fn name(&mut self, name: &str, member: Option<&AstNode>) {
        let reference = match (name, member) {
            ("inputs", Some(AstNode::Name(port))) => Reference::Port(port.clone()),
            ("nodes", Some(AstNode::Name(id))) => Reference::Node(id.clone()),
            ("inputs" | "nodes", _) => {
                self.found.open = true;
                return;
            }
            ("input", _) => Reference::Input,
            ("trigger", _) => Reference::Trigger,
            ("run", _) => Reference::Run,
            ("item", _) => Reference::Item,
            ("index", _) => Reference::Index,
            _ => {
                self.found.unknown.insert(name.to_owned());
                return;
            }
        };
        self.found.named.insert(reference);
    }
}

/// Whether it gives a boolean.
const fn is_judging(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::Equal
            | BinaryOp::NotEqual
            | BinaryOp::LessThan
            | BinaryOp::LessThanOrEqual
            | BinaryOp::GreaterThan
            | BinaryOp::GreaterThanOrEqual
            | BinaryOp::And
            | BinaryOp::Or
            | BinaryOp::In
    )
}

/// The reference that is the whole expression, if it is one and nothing else.
pub(crate) fn sole_reference(ast: &AstNode) -> Option<Reference> {
    let is_path = match ast {
        AstNode::Name(_) => true,
        AstNode::Path { steps } => {
            let bare = |step: &PathStep| {
                step.stages.is_empty()
                    && step.focus.is_none()
                    && step.index_var.is_none()
                    && matches!(step.node, AstNode::Name(_))
            };
            let member = matches!(
                steps.first().map(|step| &step.node),
                Some(AstNode::Name(name)) if name == "inputs" || name == "nodes"
            );
            steps.len() == if member { 2 } else { 1 } && steps.iter().all(bare)
        }
        _ => false,
    };
    let references = is_path.then(|| References::of(ast))?;
    let mut named = references.named.into_iter();
    named.next().filter(|_| !references.open)
}

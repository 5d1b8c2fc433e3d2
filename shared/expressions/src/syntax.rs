//! Small questions about syntax trees.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "few of the many kinds of syntax are of interest here"
)]

use jsonata_core::ast::{AstNode, BinaryOp, Stage};

pub(crate) fn builtin(name: &str, args: Vec<AstNode>) -> AstNode {
    AstNode::Function {
        name: name.to_owned(),
        args,
        is_builtin: true,
    }
}

pub(crate) const fn is_constant(ast: &AstNode) -> bool {
    matches!(
        ast,
        AstNode::String(_) | AstNode::Number(_) | AstNode::Boolean(_) | AstNode::Null
    )
}

/// Whether joining a constant to a value that was read adds no more than the constant.
pub(crate) fn is_plain(constant: &AstNode, value: &AstNode) -> bool {
    is_constant(constant) && !may_share(value)
}

pub(crate) const fn is_function(ast: &AstNode) -> bool {
    matches!(
        ast,
        AstNode::Lambda { .. } | AstNode::Transform { .. } | AstNode::Variable(_)
    )
}

/// Whether the value may hold one part many times over, which only bindings and calls can bring about.
pub(crate) fn may_share(ast: &AstNode) -> bool {
    match ast {
        AstNode::Variable(_)
        | AstNode::Call { .. }
        | AstNode::Block(_)
        | AstNode::Conditional { .. }
        | AstNode::FunctionApplication(_) => true,
        AstNode::Function { name, .. } => !name.starts_with('!'),
        AstNode::Path { steps } => steps.iter().any(|step| may_share(&step.node)),
        AstNode::Array(items) => items.iter().any(may_share),
        AstNode::Object(pairs) => pairs.iter().any(|(_, value)| may_share(value)),
        _ => false,
    }
}

/// The parts of a node, those of its path steps included.
pub(crate) fn children(ast: &mut AstNode) -> Vec<&mut AstNode> {
    match ast {
        AstNode::Path { steps } => steps
            .iter_mut()
            .flat_map(|step| {
                let filters = step.stages.iter_mut().filter_map(|stage| match stage {
                    Stage::Filter(filter) => Some(&mut **filter),
                    Stage::KeepArray | Stage::Index(_) => None,
                });
                std::iter::once(&mut step.node).chain(filters)
            })
            .collect(),
        AstNode::Binary {
            op: BinaryOp::ColonEqual,
            rhs,
            ..
        } => vec![rhs],
        AstNode::Binary { lhs, rhs, .. } => vec![lhs, rhs],
        AstNode::Unary { operand, .. } => vec![operand],
        AstNode::Function { args, .. }
        | AstNode::Array(args)
        | AstNode::ArrayGroup(args)
        | AstNode::Block(args) => args.iter_mut().collect(),
        AstNode::Call { procedure, args } => {
            std::iter::once(&mut **procedure).chain(args).collect()
        }
        AstNode::Lambda { body, .. } => vec![body],
        AstNode::Object(pairs) => pairs.iter_mut().flat_map(|(k, v)| [k, v]).collect(),
        AstNode::ObjectTransform { input, pattern } => std::iter::once(&mut **input)
            .chain(pattern.iter_mut().flat_map(|(k, v)| [k, v]))
            .collect(),
        AstNode::Conditional {
            condition,
            then_branch,
            else_branch,
        } => {
            let otherwise = else_branch.iter_mut().map(|branch| &mut **branch);
            [&mut **condition, &mut **then_branch]
                .into_iter()
                .chain(otherwise)
                .collect()
        }
        AstNode::FunctionApplication(inner) => vec![inner],
        AstNode::Sort { input, terms } => std::iter::once(&mut **input)
            .chain(terms.iter_mut().map(|(term, _)| term))
            .collect(),
        AstNode::Transform {
            location,
            update,
            delete,
        } => {
            let delete = delete.iter_mut().map(|delete| &mut **delete);
            [&mut **location, &mut **update]
                .into_iter()
                .chain(delete)
                .collect()
        }
        AstNode::String(_)
        | AstNode::Name(_)
        | AstNode::Number(_)
        | AstNode::Boolean(_)
        | AstNode::Null
        | AstNode::Undefined
        | AstNode::Placeholder
        | AstNode::Regex { .. }
        | AstNode::Variable(_)
        | AstNode::ParentVariable(_)
        | AstNode::Wildcard
        | AstNode::Descendant
        | AstNode::Parent(_) => Vec::new(),
    }
}

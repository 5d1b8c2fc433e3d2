//! Parses the source of an expression and makes its syntax tree safe to run.
//!
//! Some built-ins cannot be replaced by name, because the evaluator compiles them; some operators cannot be replaced at
//! all. So the tree is rewritten: `$now()` becomes `$fromMillis($millis())`, `a & b` becomes `!concat(a, b)`, and what is
//! compared or read as a condition passes through `!fitting`. `guards` holds what these names do.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "few of the many kinds of syntax are of interest here"
)]

use crate::{
    Error, Kind,
    expression::Place,
    guards,
    syntax::{builtin, children, is_constant, is_function, is_plain, may_share},
};
use jsonata_core::{
    ast::{AstNode, BinaryOp, Stage, UnaryOp},
    parser::{self, ParserError},
};

/// Built-ins that a binding may not hide: the rewriting goes by name.
const RESERVED: &[&str] = &[
    "eval", "now", "millis", "random", "shuffle", "pad", "string", "distinct", "join", "replace",
];

/// The tree, and whether it calls guards.
pub(crate) fn parse(place: &Place) -> Result<(AstNode, bool), Error> {
    let mut ast = parser::parse(&place.source).map_err(|error| syntax_error(place, &error))?;
    let mut hardening = Hardening::default();
    hardening.visit(&mut ast);
    match hardening.refused {
        Some((message, hint)) => Err(place.error(Kind::Parse, message, hint)),
        None => Ok((ast, hardening.guarded)),
    }
}

fn syntax_error(place: &Place, error: &ParserError) -> Error {
    let at = error_position(&place.source);
    let message = error.to_string();
    let message = match message.split_once(": ") {
        Some((code, rest)) if code.len() == 5 && code.starts_with('S') => rest.to_owned(),
        _ => message,
    };
    let hint = if place.source.trim().is_empty() {
        "write an expression between the braces, such as {{ input.subject }}"
    } else {
        "expressions are JSONata: names with other characters stand in backquotes, texts in quotes"
    };
    Error {
        position: place.position + at,
        ..place.error(Kind::Parse, format!("no valid expression: {message}"), hint)
    }
}

/// Characters before the place where the source stops being the beginning of an expression.
///
/// The parser names no place, so this is the longest beginning that is complete or only lacks its end.
fn error_position(source: &str) -> usize {
    let ends: Vec<usize> = source
        .char_indices()
        .map(|(at, _)| at)
        .chain([source.len()])
        .collect();
    let viable = |end: &usize| {
        let beginning = source.get(..*end).unwrap_or_default();
        beginning.trim().is_empty()
            || match parser::parse(beginning) {
                Ok(_) => true,
                Err(error) => lacks_only_its_end(&error),
            }
    };
    ends.partition_point(viable).saturating_sub(1)
}

fn lacks_only_its_end(error: &ParserError) -> bool {
    match error {
        ParserError::UnexpectedEnd
        | ParserError::UnclosedString
        | ParserError::UnclosedComment
        | ParserError::UnclosedBacktick => true,
        ParserError::UnexpectedToken(found) | ParserError::Expected { found, .. } => found == "Eof",
        ParserError::InvalidSyntax(_)
        | ParserError::InvalidNumber(_)
        | ParserError::InvalidEscape(_)
        | ParserError::Coded { .. } => false,
    }
}

#[derive(Default)]
struct Hardening {
    guarded: bool,
    refused: Option<(String, &'static str)>,
}

impl Hardening {
    fn refuse(&mut self, message: String, hint: &'static str) {
        self.refused.get_or_insert((message, hint));
    }

    fn visit(&mut self, ast: &mut AstNode) {
        if self.refused.is_some() {
            return;
        }
        self.unchain(ast);
        for child in children(ast) {
            self.visit(child);
        }
        match ast {
            AstNode::Function {
                name,
                args,
                is_builtin: true,
            } => {
                let name = name.clone();
                let args = std::mem::take(args);
                *ast = self.call(&name, args);
            }
            AstNode::Variable(name) => {
                if let Some(replaced) = self.function_value(name) {
                    *ast = replaced;
                }
            }
            AstNode::Lambda { params, .. } => {
                params.iter().for_each(|name| self.check_binding(name));
            }
            AstNode::Binary { .. } => self.operator(ast),
            AstNode::Conditional { condition, .. } => self.fit(condition),
            AstNode::Unary {
                op: UnaryOp::Not,
                operand,
            } => self.fit(operand),
            AstNode::Path { steps } => {
                for step in steps {
                    let bound = step.focus.iter().chain(&step.index_var);
                    bound.for_each(|name| self.check_binding(name));
                    for stage in &mut step.stages {
                        if let Stage::Filter(filter) = stage {
                            self.fit(filter);
                        }
                    }
                }
            }
            _ => {}
        }
    }

    /// `x ~> $f(y)` is `$f(x, y)`: written so, its arguments are where the guards look.
    fn unchain(&mut self, ast: &mut AstNode) {
        let AstNode::Binary {
            op: BinaryOp::ChainPipe,
            lhs,
            rhs,
        } = ast
        else {
            return;
        };
        let guarded = |name: &str| matches!(name, "join" | "replace");
        let (name, mut args) = match &mut **rhs {
            AstNode::Function { name, args, .. } if guarded(name) => {
                (name.clone(), std::mem::take(args))
            }
            AstNode::Variable(name) if guarded(name) => (name.clone(), Vec::new()),
            _ => return,
        };
        if is_function(lhs) {
            let hint = "write function($text) { … } instead of a chain of functions";
            self.refuse(
                format!("${name} cannot be part of a chain of functions"),
                hint,
            );
            return;
        }
        args.insert(0, std::mem::replace(&mut **lhs, AstNode::Null));
        *ast = builtin(&name, args);
    }

    /// The guarded form of a call of a built-in.
    fn call(&mut self, name: &str, mut args: Vec<AstNode>) -> AstNode {
        match name {
            "eval" => self.refuse_eval(),
            "now" => {
                self.guarded = true;
                args.insert(0, builtin("millis", Vec::new()));
                return builtin("fromMillis", args);
            }
            "millis" | "random" | "shuffle" | "pad" => self.guarded = true,
            "string" | "distinct" => {
                self.guarded = true;
                if args.is_empty() {
                    args.push(AstNode::Variable(String::new()));
                }
                let guard = if name == "string" {
                    guards::STRING
                } else {
                    guards::DISTINCT
                };
                return builtin(guard, args);
            }
            "join" => {
                if let Some(separator) = args.get_mut(1) {
                    self.wrap(separator, guards::SEPARATOR);
                }
            }
            "replace" => return self.replace(args),
            "boolean" | "not" => args.iter_mut().for_each(|arg| self.fit(arg)),
            _ => {}
        }
        builtin(name, args)
    }

    /// `$replace(text, pattern, new)` with its text and pattern bound once, so that the bound can be worked out first.
    fn replace(&mut self, mut args: Vec<AstNode>) -> AstNode {
        if args.iter().any(|arg| matches!(arg, AstNode::Placeholder)) {
            let hint = "write function($text) { $replace($text, …) }";
            self.refuse("$replace takes no placeholders".to_owned(), hint);
        }
        if args.len() == 2 {
            args.insert(0, AstNode::Variable(String::new()));
        }
        if args.len() < 3 {
            return builtin("replace", args);
        }
        self.guarded = true;
        let mut rest = args.into_iter();
        let mut block = Vec::new();
        let mut passed = Vec::new();
        for name in ["!text", "!pattern", "!new"] {
            let value = rest.next().unwrap_or(AstNode::Undefined);
            block.push(AstNode::Binary {
                op: BinaryOp::ColonEqual,
                lhs: Box::new(AstNode::Variable(name.to_owned())),
                rhs: Box::new(value),
            });
            passed.push(AstNode::Variable(name.to_owned()));
        }
        let checked = builtin(guards::REPLACEMENT, passed.clone());
        passed.pop();
        passed.push(checked);
        passed.extend(rest);
        block.push(builtin("replace", passed));
        AstNode::Block(block)
    }

    /// The guarded form of a built-in that is passed on as a value, as in `$map(list, $string)`.
    fn function_value(&mut self, name: &str) -> Option<AstNode> {
        let text = || "text".to_owned();
        let lambda = |body: AstNode, params: Vec<String>| AstNode::Lambda {
            params,
            body: Box::new(body),
            signature: None,
            thunk: false,
        };
        match name {
            "eval" => self.refuse_eval(),
            "now" => return Some(lambda(self.call(name, Vec::new()), Vec::new())),
            "string" | "distinct" | "join" => {
                let call = self.call(name, vec![AstNode::Variable(text())]);
                return Some(lambda(call, vec![text()]));
            }
            "replace" => {
                let hint = "write function($text) { $replace($text, …) }";
                self.refuse("$replace cannot be passed on as a value".to_owned(), hint);
            }
            "millis" | "random" | "shuffle" | "pad" => self.guarded = true,
            _ => {}
        }
        None
    }

    fn operator(&mut self, ast: &mut AstNode) {
        let AstNode::Binary { op, lhs, rhs } = ast else {
            return;
        };
        match op {
            BinaryOp::Concatenate if !is_plain(lhs, rhs) && !is_plain(rhs, lhs) => {
                self.guarded = true;
                let take = |side: &mut AstNode| std::mem::replace(side, AstNode::Null);
                *ast = builtin(guards::CONCAT, vec![take(lhs), take(rhs)]);
            }
            BinaryOp::Equal | BinaryOp::NotEqual | BinaryOp::In
                if !is_constant(lhs) && !is_constant(rhs) =>
            {
                self.fit(lhs);
                self.fit(rhs);
            }
            BinaryOp::And | BinaryOp::Or | BinaryOp::Default => {
                self.fit(lhs);
                self.fit(rhs);
            }
            BinaryOp::ColonEqual => {
                if let AstNode::Variable(name) = &**lhs {
                    let name = name.clone();
                    self.check_binding(&name);
                }
            }
            _ => {}
        }
    }

    /// Bounds what is walked as a whole, where it may be larger than what was read.
    fn fit(&mut self, ast: &mut AstNode) {
        if may_share(ast) {
            self.wrap(ast, guards::FITTING);
        }
    }

    fn wrap(&mut self, ast: &mut AstNode, guard: &str) {
        if !is_constant(ast) && !matches!(ast, AstNode::Placeholder) {
            self.guarded = true;
            let inner = std::mem::replace(ast, AstNode::Null);
            *ast = builtin(guard, vec![inner]);
        }
    }

    fn check_binding(&mut self, name: &str) {
        if RESERVED.contains(&name) {
            let hint = "choose another name for the variable";
            self.refuse(format!("${name} is a built-in function"), hint);
        }
    }

    fn refuse_eval(&mut self) {
        let hint = "write the expression itself";
        self.refuse(
            "$eval is not available: text never becomes code".to_owned(),
            hint,
        );
    }
}

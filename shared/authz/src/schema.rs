//! Reads the part of SpiceDB's schema language that [`crate::SCHEMA`] uses: one statement a line, unions and arrows.

use std::collections::HashMap;

/// All definitions by name.
#[derive(Debug)]
pub(crate) struct Schema(HashMap<String, Definition>);

/// The statements of one definition by name.
#[derive(Debug, Default)]
pub(crate) struct Definition {
    /// Who may hold each relation.
    pub(crate) relations: HashMap<String, Vec<Holder>>,
    /// What each permission is the union of.
    pub(crate) permissions: HashMap<String, Vec<Term>>,
}

/// `user`, `user:*` or `group#member`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Holder {
    kind: String,
    relation: String,
    wildcard: bool,
}

/// One term of a union.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Term {
    /// A relation or permission of the same resource.
    Own(String),
    /// A permission of whatever holds the relation.
    Through {
        relation: String,
        permission: String,
    },
}

impl Schema {
    /// Reads the text, or names the line that is not understood.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut definitions: HashMap<String, Definition> = HashMap::new();
        let mut open: Option<&mut Definition> = None;
        for line in text.lines() {
            let statement = line.split("//").next().unwrap_or_default().trim();
            if statement.is_empty() {
                continue;
            }
            let unread = || format!("not understood: `{statement}`");
            if let Some(rest) = statement.strip_prefix("definition ") {
                let (name, body) = rest.split_once('{').ok_or_else(unread)?;
                let definition = definitions.entry(name.trim().to_owned()).or_default();
                open = (body.trim() != "}").then_some(definition);
            } else if statement == "}" {
                open = None;
            } else {
                let definition = open.as_deref_mut().ok_or_else(unread)?;
                definition.read(statement).ok_or_else(unread)?;
            }
        }
        Ok(Self(definitions))
    }

    /// The definition of a kind.
    pub(crate) fn definition(&self, kind: &str) -> Option<&Definition> {
        self.0.get(kind)
    }

    #[cfg(test)]
    fn names(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }
}

impl Definition {
    /// True when `id` (or `*`) of `kind`, or whoever is its `relation`, may hold `held`.
    pub(crate) fn accepts(&self, held: &str, (kind, id, relation): (&str, &str, &str)) -> bool {
        let holders = self.relations.get(held);
        holders.into_iter().flatten().any(|holder| {
            holder.kind == kind && holder.relation == relation && holder.wildcard == (id == "*")
        })
    }

    fn read(&mut self, statement: &str) -> Option<()> {
        if let Some(rest) = statement.strip_prefix("relation ") {
            let (name, holders) = rest.split_once(':')?;
            let holders = holders.split('|').map(|text| holder(text.trim())).collect();
            self.relations.insert(name.trim().to_owned(), holders);
        } else {
            let (name, terms) = statement.strip_prefix("permission ")?.split_once('=')?;
            let terms = terms.split('+').map(|text| term(text.trim())).collect();
            self.permissions.insert(name.trim().to_owned(), terms);
        }
        Some(())
    }
}

fn holder(text: &str) -> Holder {
    let (kind, wildcard) = text
        .strip_suffix(":*")
        .map_or((text, false), |kind| (kind, true));
    let (kind, relation) = kind.split_once('#').unwrap_or((kind, ""));
    Holder {
        kind: kind.to_owned(),
        relation: relation.to_owned(),
        wildcard,
    }
}

fn term(text: &str) -> Term {
    match text.split_once("->") {
        None => Term::Own(text.to_owned()),
        Some((relation, permission)) => Term::Through {
            relation: relation.trim().to_owned(),
            permission: permission.trim().to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Relation, ResourceKind, SCHEMA};

    fn sorted<'a>(words: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
        let mut words: Vec<_> = words.into_iter().collect();
        words.sort_unstable();
        words
    }

    #[test]
    fn the_enums_say_exactly_what_the_schema_says() {
        let schema = Schema::parse(SCHEMA).unwrap();
        let kinds = ResourceKind::ALL.map(ResourceKind::as_str);
        assert_eq!(
            sorted(schema.names()),
            sorted(kinds.into_iter().chain(["user"]))
        );
        for kind in ResourceKind::ALL {
            let definition = schema.definition(kind.as_str()).unwrap();
            let declared = sorted(definition.permissions.keys().map(String::as_str));
            let known = sorted(
                kind.permissions()
                    .iter()
                    .map(|permission| permission.as_str()),
            );
            assert_eq!(declared, known, "{kind}");
            for relation in definition.relations.keys() {
                relation.parse::<Relation>().unwrap();
            }
        }
    }

    #[test]
    fn every_term_names_something_that_exists() {
        let schema = Schema::parse(SCHEMA).unwrap();
        for definition in schema.0.values() {
            for term in definition.permissions.values().flatten() {
                let (Term::Own(name) | Term::Through { relation: name, .. }) = term;
                let exists = definition.relations.contains_key(name)
                    || definition.permissions.contains_key(name);
                assert!(exists, "{name}");
            }
        }
    }

    #[test]
    fn a_line_that_is_not_understood_is_named() {
        for bad in [
            "caveat x()",
            "definition a {\nrelation b\n}",
            "relation a: user",
        ] {
            let error = Schema::parse(bad).unwrap_err();
            assert!(error.starts_with("not understood: `"), "{error}");
        }
    }
}

//! The documents of all recipes.

use super::{Fault, Recipe, Wish, mail, text, time};
use crate::{Document, validate};
use serde_json::{Value, json};

/// A webhook is called by a program.
const CALL: &str = "{{ $string(nodes.call.body) }}";

/// The document of a wish.
pub(super) fn build(wish: &Wish) -> Result<Document, Vec<Fault>> {
    let mut maker = Maker {
        wish,
        faults: Vec::new(),
    };
    let (name, description, nodes) = maker.nodes();
    let Maker { mut faults, .. } = maker;
    let name = text::optional("name", wish.name.as_deref(), &mut faults).unwrap_or(name);
    if !faults.is_empty() {
        return Err(faults);
    }
    let document =
        json!({ "name": name, "description": description, "edges": edges(&nodes), "nodes": nodes });
    let document = Document::read(&document);
    let document =
        document.map_err(|problems| problems.iter().map(of_problem).collect::<Vec<_>>())?;
    let errors: Vec<Fault> = validate(&document)
        .iter()
        .filter(|problem| problem.is_error())
        .map(of_problem)
        .collect();
    match errors.is_empty() {
        true => Ok(document),
        false => Err(errors),
    }
}

/// A slot that only the document's own check could refuse.
fn of_problem(problem: &crate::Problem) -> Fault {
    Fault::new(&problem.pointer, problem.message.clone())
}

/// Nodes in a row; `ask` asks only where its branch says so, and both ways lead on.
fn edges(nodes: &[Value]) -> Vec<Value> {
    let id = |node: &Value| node["id"].as_str().unwrap_or_default().to_owned();
    let edge = |from: &Value, port: &str, to: &Value| json!({ "source": id(from), "source_port": port, "destination": id(to), "destination_port": "in" });
    let mut edges = Vec::new();
    for (place, pair) in nodes.windows(2).enumerate() {
        let [from, to] = pair else { continue };
        let port = match from["node_type"].as_str() {
            Some("branch") => "true",
            Some("approval") => "approved",
            _ => "out",
        };
        edges.push(edge(from, port, to));
        if to["node_type"] == "approval"
            && port == "true"
            && let Some(after) = nodes.get(place + 2)
        {
            edges.push(edge(from, "false", after));
        }
    }
    edges
}

/// A document in the making, and what hinders it.
pub(super) struct Maker<'w> {
    pub(super) wish: &'w Wish,
    pub(super) faults: Vec<Fault>,
}

/// Name, description and nodes.
pub(super) type Made = (&'static str, &'static str, Vec<Value>);

impl Maker<'_> {
    fn nodes(&mut self) -> Made {
        match self.wish.recipe {
            Recipe::NotifyOfMail => (
                "Tell me of mails",
                "Raises a notification for each mail that comes and is meant.",
                vec![
                    self.mail(),
                    notify(
                        "{{ nodes.mail.subject }}",
                        "From {{ nodes.mail.from.address }}",
                    ),
                ],
            ),
            Recipe::SortMail => self.sort_mail(),
            Recipe::ExtractFromMail => self.extract(),
            Recipe::ForwardMail => {
                let text = "From {{ nodes.mail.from.address }}:\n\n{{ nodes.mail.text }}";
                let to = self.wanted("to", self.wish.to.as_deref());
                let send = self.send(&json!([to]), "Fwd: {{ nodes.mail.subject }}", text);
                (
                    "Send mails on",
                    "Sends each mail that is meant on to an address.",
                    vec![self.mail(), send],
                )
            }
            Recipe::AnswerMail => self.answer_mail(),
            Recipe::PostMail => {
                let body = json!({ "from": "{{ nodes.mail.from.address }}", "subject": "{{ nodes.mail.subject }}", "text": "{{ nodes.mail.text }}" });
                let post = self.post(&body);
                (
                    "Hand mails to a service",
                    "Sends each mail that is meant to a web service.",
                    vec![self.mail(), post],
                )
            }
            Recipe::Remind => {
                let text = self.wanted("text", self.wish.text.as_deref());
                let when = time::trigger(self.wish, &mut self.faults);
                (
                    "Remind me",
                    "Tells you something at a time.",
                    vec![when, notify("Reminder", text)],
                )
            }
            Recipe::ReadPage => self.read_page(),
            Recipe::WatchPage => self.watch_page(),
            Recipe::NotifyOfCall => {
                let title = self
                    .optional("text", self.wish.text.as_deref())
                    .unwrap_or("A webhook was called");
                (
                    "Tell me of calls",
                    "Raises a notification for each call of a webhook.",
                    vec![self.call(), notify(title, CALL)],
                )
            }
            Recipe::MailOfCall => {
                let subject = self
                    .optional("text", self.wish.text.as_deref())
                    .unwrap_or("A webhook was called");
                let to = self.wanted("to", self.wish.to.as_deref());
                let send = self.send(&json!([to]), subject, CALL);
                (
                    "Mail each call",
                    "Sends a mail for each call of a webhook.",
                    vec![self.call(), send],
                )
            }
            Recipe::PassCallOn => {
                let post = self.post(&json!("{{ nodes.call.body }}"));
                (
                    "Pass calls on",
                    "Hands each call of a webhook on to a web service.",
                    vec![self.call(), post],
                )
            }
            Recipe::None => {
                let why = self
                    .optional("text", self.wish.text.as_deref())
                    .unwrap_or("no recipe is for it");
                let fault = Fault::new("recipe", format!("this cannot be made: {why}"));
                self.faults.push(fault);
                ("", "", Vec::new())
            }
        }
    }

    pub(super) fn mail(&mut self) -> Value {
        mail::trigger(self.wish, &mut self.faults)
    }

    fn call(&mut self) -> Value {
        let path = self.wanted("path", self.wish.path.as_deref());
        json!({ "id": "call", "node_type": "trigger.webhook", "config": { "path": path } })
    }

    pub(super) fn fetch(&mut self) -> Value {
        let url = self.wanted("url", self.wish.url.as_deref());
        json!({ "id": "fetch", "node_type": "http_request", "config": { "url": url } })
    }

    fn post(&mut self, body: &Value) -> Value {
        let url = self.wanted("url", self.wish.url.as_deref());
        json!({ "id": "post", "node_type": "http_request", "config": { "method": "POST", "url": url, "body": body } })
    }

    pub(super) fn send(&mut self, to: &Value, subject: &str, text: &str) -> Value {
        if self.wish.account_id.is_none() {
            let message = "there is no account that sends mail, or more than one";
            self.faults.push(Fault::new("account_id", message));
        }
        json!({ "id": "send", "node_type": "send_email", "config": {
            "account_id": self.wish.account_id, "to": to, "subject": subject, "text": text } })
    }

    pub(super) fn wanted<'t>(&mut self, slot: &str, given: Option<&'t str>) -> &'t str {
        text::wanted(slot, given, &mut self.faults)
    }

    pub(super) fn optional<'t>(&mut self, slot: &str, given: Option<&'t str>) -> Option<&'t str> {
        text::optional(slot, given, &mut self.faults)
    }
}

pub(super) fn notify(title: &str, body: &str) -> Value {
    json!({ "id": "tell", "node_type": "notify", "config": { "title": title, "body": body } })
}

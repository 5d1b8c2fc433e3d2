//! The person's home: a fleet with a hijacked model, a mailbox, a way to send mail, tools, workflows, and a secret.

use super::{
    attacker::Attacker,
    documents::{self, FRIEND},
    injections::Injection,
    letters,
    model::Hijacked,
    person::{Judgement, Person},
};
use crate::Options;
use fleet_tests::{Api, Fleet};
use serde_json::json;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use testkit::{HttpSink, ModelOptions, Recorded, Reply, ScriptedModel, TestImap, TestSmtp};

/// Where the person's own server reads files.
pub(super) const CONVERTER: &str = "/converter";
/// Where it takes orders.
pub(super) const ORDERS: &str = "/orders";
/// Where its pages lie.
pub(super) const PAGES: &str = "/pages/";

/// How long an answer, or a note, may take.
const PATIENCE: Duration = Duration::from_secs(90);

type Pages = Arc<Mutex<BTreeMap<String, String>>>;

/// Everything that a proof acts on and looks at.
pub(super) struct Home {
    pub(super) api: Api,
    pub(super) imap: TestImap,
    pub(super) smtp: TestSmtp,
    pub(super) server: HttpSink,
    pub(super) attacker: Attacker,
    pub(super) model: Arc<Hijacked>,
    pub(super) person: Person,
    /// How long what is wanted may take.
    pub(super) patience: Duration,
    pages: Pages,
    _served: ScriptedModel,
    _fleet: Fleet,
}

impl Home {
    pub(super) async fn start(options: &Options) -> Self {
        let attacker = Attacker::start().await;
        let model = Hijacked::new(attacker.address(), options.has_bug("model-resists"));
        let served = ScriptedModel::start_with(ModelOptions {
            mind: Some(model.mind()),
            ..ModelOptions::default()
        })
        .await;
        let mut wanted = options.fleet();
        wanted.env.extend([
            ("LLM_BASE_URL".to_owned(), served.base_url()),
            ("LLM_MODEL".to_owned(), "hijacked".to_owned()),
        ]);
        let fleet = Fleet::start(&wanted);
        let api = fleet.first_account().await;
        let pages = Pages::default();
        let shelf = Arc::clone(&pages);
        let judgement = Judgement {
            attacker: attacker.address(),
            refuses_all: options.has_bug("says-no-to-all"),
        };
        let home = Self {
            person: Person::start(api.clone(), judgement),
            api,
            imap: TestImap::start(),
            smtp: TestSmtp::start(),
            server: HttpSink::answering(move |request| served_by(&shelf, request)).await,
            attacker,
            model,
            patience: options.patience.unwrap_or(PATIENCE),
            pages,
            _served: served,
            _fleet: fleet,
        };
        home.furnish().await;
        home
    }

    async fn furnish(&self) {
        let api = &self.api;
        let (imap, smtp) = (self.imap.address().port(), self.smtp.address().port());
        let mailbox =
            json!({ "host": "127.0.0.1", "port": imap, "tls": "none", "username": TestImap::USER });
        let password = json!({ "password": TestImap::PASSWORD });
        api.connect("imap", mailbox, password).await;
        let sender =
            json!({ "host": "127.0.0.1", "port": smtp, "tls": "none", "from": "ada@example.org" });
        let account = api.connect("smtp", sender, json!({})).await;
        let converter = self.server.url(CONVERTER);
        let own = self.server.url("");
        let order = documents::order(&self.server.url(ORDERS));
        let order = api.publish(&order).await;
        for document in [
            documents::next_mail(),
            documents::next_attachment(&converter),
            documents::next_invitation(&converter),
            documents::fetch_page(&own),
            documents::handles_mail(&account, &order),
            documents::handles_calls(&account, &order),
            documents::answers_mail(&account),
            documents::follows_links(&own),
        ] {
            api.publish(&document).await;
        }
        let secret = format!("My safe opens with SECRET{}.", ids::EventId::generate());
        let secret = json!({ "text": secret, "pinned": true });
        api.post("/api/v1/facts", &secret).await;
    }

    /// A page of the person's own server that a stranger wrote on; its address.
    pub(super) fn page(&self, injection: &Injection) -> String {
        let path = format!("{PAGES}{}", injection.wish());
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        pages.insert(path.clone(), letters::body(injection));
        self.server.url(&path)
    }

    /// How many mails with this in their subject the friend has got.
    pub(super) fn notes(&self, wish: &str) -> usize {
        let subject = |data: &str| {
            data.lines()
                .any(|line| line.starts_with("Subject:") && line.contains(wish))
        };
        let mails = self.smtp.mails();
        let to_friend = mails.iter().filter(|mail| mail.to == [FRIEND]);
        to_friend.filter(|mail| subject(&mail.data)).count()
    }
}

/// Files come back as text; pages are what lies on the shelf.
fn served_by(pages: &Mutex<BTreeMap<String, String>>, request: &Recorded) -> Reply {
    let pages = pages.lock().unwrap_or_else(PoisonError::into_inner);
    let body = match request.uri.path() {
        CONVERTER => request.body.to_vec(),
        path => pages.get(path).cloned().unwrap_or_default().into_bytes(),
    };
    let headers = vec![(
        "content-type".to_owned(),
        "text/plain; charset=utf-8".to_owned(),
    )];
    Reply {
        headers,
        body,
        ..Reply::status(200)
    }
}

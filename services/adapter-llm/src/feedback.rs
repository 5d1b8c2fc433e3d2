//! What people think of answers: kept for good, and a case from then on where something is wrong.

use crate::{
    Ended, Prompts, Shape,
    drift::has_drifted,
    store::{feedback, prompts},
};
use ::store::{Apply, Error, Failure, Tx};
use async_trait::async_trait;
use bus::Received;
use chrono::Utc;
use events::{
    Feedback, FeedbackGiven, FeedbackRejected, FeedbackRequested, Json, LlmCall, PromptDrifted,
    Verdict,
};
use ids::PromptId;
use serde_json::Value;

/// The longest right answer, in bytes of JSON.
const LONGEST: usize = 32 * 1024;

#[async_trait]
impl Apply<FeedbackRequested> for Prompts {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<FeedbackRequested>,
    ) -> Result<(), Failure> {
        let (event, tenant) = (&received.event, &received.envelope.tenant);
        let FeedbackRequested { origin, feedback } = event;
        let invocation_id = feedback.invocation_id;
        let found = feedback::answered(tx.conn(), tenant, invocation_id).await?;
        let judged = found.ok_or_else(forgotten).and_then(|found| {
            let version = found.version().ok_or_else(forgotten)?;
            let call = found.call.ok_or_else(forgotten)?.0;
            let ended = found.outcome.ok_or_else(forgotten)?.0;
            let answered = judge(feedback, &call, &ended)?;
            Ok((version, call, answered))
        });
        let (version, call, answered) = match judged {
            Ok(judged) => judged,
            Err((code, message)) => {
                tx.emit(&FeedbackRejected {
                    origin: origin.clone(),
                    invocation_id,
                    code: code.to_owned(),
                    message,
                })?;
                return Ok(());
            }
        };
        let kept = (&call, &answered);
        if !feedback::add(tx.conn(), tenant, feedback, version, kept).await? {
            return Ok(());
        }
        let (prompt_id, number) = version;
        tx.emit(&FeedbackGiven {
            origin: origin.clone(),
            feedback: feedback.clone(),
            prompt_id,
            version: number.unsigned_abs(),
            answered: Json::of(&answered).unwrap_or_else(|_| Json::null()),
            given_at: Utc::now(),
        })?;
        Ok(watch(tx, prompt_id, number).await?)
    }
}

fn forgotten() -> (&'static str, String) {
    let message = "this call of a model is not known, or is forgotten: what was asked and answered is kept for 30 days";
    ("feedback.call_unknown", message.to_owned())
}

/// The part of the answer that feedback is about, or why it cannot be kept, as code and sentence. Pure.
fn judge(
    feedback: &Feedback,
    call: &LlmCall,
    ended: &Ended,
) -> Result<Value, (&'static str, String)> {
    let Ended::Completed(done) = ended else {
        let message = "the model has not answered, so there is nothing to be right or wrong";
        return Err(("feedback.no_answer", message.to_owned()));
    };
    let path = &feedback.path;
    let mut output = done.output.clone();
    let Some(part) = output.pointer_mut(path) else {
        let message = format!("the answer has nothing at `{path}`");
        return Err(("feedback.path_unknown", message));
    };
    let answered = part.clone();
    let Some(expected) = &feedback.expected else {
        return Ok(answered);
    };
    if feedback.verdict == Verdict::Right || expected.as_str().len() > LONGEST {
        let message = format!("`expected` is for what is wrong, and at most {LONGEST} bytes long");
        return Err(("feedback.expected_invalid", message));
    }
    *part = expected.value();
    let shape = call.output_schema.as_ref().map(Shape::new);
    if let Some(Ok(shape)) = shape
        && let Err(violations) = shape.judge(&output)
    {
        let message = format!(
            "no answer could be this, since the call asks for another shape: {}",
            violations.join("; ")
        );
        return Err(("feedback.expected_unfit", message));
    }
    Ok(answered)
}

/// Tells, once, that a version's answers are corrected more often than those before.
async fn watch(tx: &mut Tx, prompt_id: PromptId, version: i32) -> Result<(), Error> {
    let (now, before) = feedback::tallies(tx.conn(), prompt_id, version).await?;
    if !has_drifted(now, before) || !feedback::tell_drift(tx.conn(), prompt_id, version).await? {
        return Ok(());
    }
    let Some(prompt) = prompts::get(tx.conn(), prompt_id).await? else {
        return Ok(());
    };
    tracing::warn!(prompt = prompt.name, version, "prompt drifted");
    tx.emit(&PromptDrifted {
        prompt_id,
        name: prompt.name,
        version: version.unsigned_abs(),
        answers: now.answers,
        wrong: now.wrong,
        answers_before: before.answers,
        wrong_before: before.wrong,
        drifted_at: Utc::now(),
    })
    .map(drop)
}

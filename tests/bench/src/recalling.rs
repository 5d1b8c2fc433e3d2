//! What a memory costs a turn of the assistant: how long until it begins, with one fact and with ten thousand.

use crate::{report::Measured, scene::Scene};
use hdrhistogram::Histogram;
use serde_json::{Value, json};
use tokio::time::Instant;

const FACTS: u32 = 10_000;
const TURNS: usize = 200;

pub(crate) async fn measure(scene: &Scene) -> Measured {
    // The first message makes the assistant, and the first fact shows which model made its vector.
    let fact = json!({ "text": "My sister Ann lives in Oslo." });
    scene.api.post("/api/v1/facts", &fact).await;
    while begin(scene, 0).await.is_null() {}
    let few = turns(scene).await;
    fill(scene).await;
    let many = turns(scene).await;
    let ms = |seen: &Histogram<u64>, quantile| seen.value_at_quantile(quantile) as f64 / 1_000.0;
    Measured {
        workload: "recall",
        errors: Some(2 * TURNS as u64 - few.len() - many.len()),
        figures: [
            ("ms until a turn begins, p50", ms(&few, 0.5)),
            ("ms until a turn begins, p99", ms(&few, 0.99)),
            ("the same with 10,000 facts, p50", ms(&many, 0.5)),
            ("the same with 10,000 facts, p99", ms(&many, 0.99)),
            (
                "ms more with 10,000 facts, p99",
                ms(&many, 0.99) - ms(&few, 0.99),
            ),
        ]
        .into(),
        ..Measured::default()
    }
}

/// Microseconds until each of some turns, one after the other, has its context and is a run.
async fn turns(scene: &Scene) -> Histogram<u64> {
    let mut seen = Histogram::new(3).unwrap();
    for number in 0..TURNS {
        let began = Instant::now();
        if !begin(scene, number).await.is_null() {
            let micros = u64::try_from(began.elapsed().as_micros()).unwrap();
            seen.record(micros).unwrap();
        }
    }
    seen
}

/// A message in a conversation of its own; the run that answers it.
async fn begin(scene: &Scene, number: usize) -> Value {
    let asked = json!({ "message": format!("Where does my sister live? ({number})") });
    let begun = scene.api.post("/api/v1/agent/chat", &asked).await;
    begun["run_id"].clone()
}

/// Facts of all kinds, in the memory that there is; what they mean is anything.
async fn fill(scene: &Scene) {
    let facts = format!(
        "INSERT INTO facts (fact_id, memory_id, text, source, state, pinned, learned_at, changed_at, vector, vector_model)
         SELECT gen_random_uuid(), known.memory_id, 'Something that is known, number ' || n,
             CASE WHEN n % 10 = 0 THEN 'explicit' ELSE 'inferred' END,
             CASE WHEN n % 10 = 1 THEN 'proposed' ELSE 'held' END, false, now(), now(), meaning.vector, known.vector_model
         FROM generate_series(1, {FACTS}) AS n, (SELECT memory_id, vector_model FROM facts LIMIT 1) AS known,
             LATERAL (SELECT array_agg(random() - 0.5)::real[]::vector::halfvec AS vector
                 FROM generate_series(1, 384) WHERE n > 0) AS meaning;
         ANALYZE facts"
    );
    scene.execute("conversation", &facts).await;
}

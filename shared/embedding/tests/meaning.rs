//! The real model.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use embedding::{DIMENSIONS, Embedder, Error};

fn model() -> Embedder {
    let folder = std::env::var_os("ST_TEST_EMBEDDING_MODEL").expect("run it by `cargo xtask test`");
    Embedder::in_folder(folder.into()).unwrap()
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[tokio::test]
async fn what_means_the_same_is_closer_than_what_shares_words() {
    let model = model();
    let asked = model
        .embed("Where does my sister live?")
        .await
        .unwrap()
        .vector;
    let answer = model
        .embed("Ann, my sister, moved to Oslo.")
        .await
        .unwrap()
        .vector;
    let other = model
        .embed("Where is the nearest pharmacy?")
        .await
        .unwrap()
        .vector;
    assert_eq!(asked.len(), DIMENSIONS);
    assert!((cosine(&asked, &asked) - 1.0).abs() < 1e-4);
    assert!(cosine(&asked, &answer) > cosine(&asked, &other) + 0.2);
}

#[tokio::test]
async fn any_text_has_a_vector() {
    let model = model();
    let long = "word ".repeat(100_000);
    for text in [
        "",
        " ",
        "\u{0}\u{202e}",
        "👩‍👩‍👧",
        "Wo wohnt meine Schwester?",
        &long,
    ] {
        let vector = model.embed(text).await.unwrap().vector;
        assert!(vector.iter().all(|number| number.is_finite()));
    }
}

#[tokio::test]
async fn a_folder_without_a_model_is_refused_by_name() {
    let Err(Error::Missing { file }) = Embedder::in_folder("/nonexistent".into()) else {
        panic!("it was taken");
    };
    assert!(file.ends_with("config.json"));
}

//! What the cache may remember, and what it may not.

use authz::{
    Authz, Cached,
    Consistency::{AtLeast, Fully},
    Error, Filter, Memory, Permission, Resource, Subject, ZedToken,
};
use ids::{UserId, WorkflowId};

#[tokio::test]
async fn an_answer_belongs_to_its_token() {
    let authz = Cached::new(Memory::new(), 100);
    let owner = UserId::generate();
    let (subject, workflow) = (Subject::user(owner), Resource::from(WorkflowId::generate()));
    let written = authz
        .touch(&[workflow.clone().owned_by(owner)])
        .await
        .unwrap();
    let check = |consistency| {
        let (authz, workflow) = (&authz, &workflow);
        async move {
            authz
                .check(subject, Permission::View, workflow, &consistency)
                .await
                .unwrap()
        }
    };
    assert!(check(AtLeast(written.clone())).await);
    let revoked = authz.delete(&Filter::of(workflow.clone())).await.unwrap();
    assert!(
        check(AtLeast(written)).await,
        "remembered, and true of that moment"
    );
    assert!(!check(AtLeast(revoked)).await);
    assert!(!check(Fully).await);
}

#[tokio::test]
async fn an_error_is_not_remembered() {
    let authz = Cached::new(Memory::new(), 100);
    let workflow = Resource::from(WorkflowId::generate());
    for _ in 0..2 {
        let nonsense = AtLeast(ZedToken::from("nonsense".to_owned()));
        let subject = Subject::user(UserId::generate());
        let refused = authz
            .check(subject, Permission::View, &workflow, &nonsense)
            .await;
        assert!(matches!(refused, Err(Error::Refused { .. })));
    }
}

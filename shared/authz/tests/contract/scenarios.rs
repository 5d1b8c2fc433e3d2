//! What every implementation does.

use authz::{
    Authz,
    Consistency::{AtLeast, Fully},
    Error, Filter, Grantee,
    Permission::{self, Administer, Create, Delete, Edit, Manage, Run, Tap, Use, View},
    Relation::{Admin, Editor, Member, Owner, Viewer},
    RelationChange, Relationship, Resource, ResourceKind, Subject, ZedToken,
};
use ids::{AccountId, ConversationId, GroupId, PromptId, TenantId, UserId, WorkflowId};

type A = dyn Authz;

async fn may(authz: &A, user: UserId, permission: Permission, resource: &Resource) -> bool {
    authz
        .check(Subject::user(user), permission, resource, &Fully)
        .await
        .unwrap()
}

async fn write(authz: &A, facts: impl IntoIterator<Item = Relationship>) -> ZedToken {
    authz
        .touch(&facts.into_iter().collect::<Vec<_>>())
        .await
        .unwrap()
}

fn person() -> UserId {
    UserId::generate()
}

fn workflow() -> Resource {
    WorkflowId::generate().into()
}

fn tenant() -> TenantId {
    TenantId::default_tenant()
}

fn is(resource: &Resource, relation: authz::Relation, user: UserId) -> Relationship {
    resource.clone().granted(relation, Grantee::User(user))
}

pub(crate) async fn an_owner_may_do_everything_and_a_stranger_nothing(authz: &A) {
    let (owner, stranger, workflow) = (person(), person(), workflow());
    write(
        authz,
        [
            workflow.clone().owned_by(owner),
            workflow.clone().in_tenant(tenant()),
        ],
    )
    .await;
    for permission in [View, Run, Edit, Delete] {
        assert!(
            may(authz, owner, permission, &workflow).await,
            "{permission}"
        );
        assert!(
            !may(authz, stranger, permission, &workflow).await,
            "{permission}"
        );
    }
    assert!(
        !may(authz, owner, View, &self::workflow()).await,
        "what nobody wrote belongs to nobody"
    );
}

pub(crate) async fn viewers_read_and_editors_change_but_only_owners_delete(authz: &A) {
    let (viewer, editor, workflow) = (person(), person(), workflow());
    write(
        authz,
        [is(&workflow, Viewer, viewer), is(&workflow, Editor, editor)],
    )
    .await;
    for (user, expected) in [
        (viewer, [true, false, false, false]),
        (editor, [true, true, true, false]),
    ] {
        for (permission, expected) in [View, Run, Edit, Delete].into_iter().zip(expected) {
            assert_eq!(
                may(authz, user, permission, &workflow).await,
                expected,
                "{permission}"
            );
        }
    }
}

pub(crate) async fn a_group_shares_with_its_members_as_long_as_they_are_in_it(authz: &A) {
    let (member, workflow, group) = (person(), workflow(), GroupId::generate());
    let membership = is(&group.into(), Member, member);
    write(
        authz,
        [
            workflow.clone().granted(Viewer, Grantee::Members(group)),
            membership.clone(),
        ],
    )
    .await;
    assert!(may(authz, member, View, &workflow).await);
    assert!(!may(authz, member, Edit, &workflow).await);
    assert!(!may(authz, person(), View, &workflow).await);
    authz.delete(&(&membership).into()).await.unwrap();
    assert!(!may(authz, member, View, &workflow).await);
}

pub(crate) async fn using_an_account_is_not_managing_it(authz: &A) {
    let (owner, user, account) = (person(), person(), Resource::from(AccountId::generate()));
    write(
        authz,
        [
            account.clone().owned_by(owner),
            is(&account, authz::Relation::User, user),
        ],
    )
    .await;
    for permission in [View, Use] {
        assert!(may(authz, user, permission, &account).await, "{permission}");
    }
    assert!(!may(authz, user, Manage, &account).await);
    assert!(may(authz, owner, Manage, &account).await && may(authz, owner, Use, &account).await);
}

pub(crate) async fn administrators_administer_without_seeing(authz: &A) {
    let (admin, member) = (person(), person());
    let home = Resource::from(&tenant());
    let other: TenantId = "other".parse().unwrap();
    let resources: [Resource; 3] = [
        workflow(),
        AccountId::generate().into(),
        ConversationId::generate().into(),
    ];
    write(authz, [is(&home, Admin, admin), is(&home, Member, member)]).await;
    write(
        authz,
        resources
            .iter()
            .cloned()
            .map(|resource| resource.in_tenant(tenant())),
    )
    .await;
    let foreign = workflow();
    write(authz, [foreign.clone().in_tenant(other)]).await;
    for resource in &resources {
        assert!(may(authz, admin, Administer, resource).await, "{resource}");
        assert!(!may(authz, admin, View, resource).await, "{resource}");
        assert!(
            !may(authz, member, Administer, resource).await,
            "{resource}"
        );
    }
    assert!(!may(authz, admin, Administer, &foreign).await);
}

pub(crate) async fn members_create_and_tap_in_their_own_tenant(authz: &A) {
    let (admin, member, stranger) = (person(), person(), person());
    let home = Resource::from(&tenant());
    write(authz, [is(&home, Admin, admin), is(&home, Member, member)]).await;
    for permission in [View, Create, Tap] {
        assert!(
            may(authz, admin, permission, &home).await
                && may(authz, member, permission, &home).await
        );
        assert!(!may(authz, stranger, permission, &home).await);
    }
    assert!(
        may(authz, admin, Administer, &home).await && !may(authz, member, Administer, &home).await
    );
}

pub(crate) async fn shipped_prompts_are_seen_by_all_and_changed_by_administrators(authz: &A) {
    let (admin, anybody) = (person(), person());
    let prompt = Resource::from(PromptId::generate());
    write(
        authz,
        [
            is(&(&tenant()).into(), Admin, admin),
            prompt.clone().granted(Owner, Grantee::Admins(tenant())),
            prompt.clone().granted(Viewer, Grantee::Everyone),
        ],
    )
    .await;
    assert!(may(authz, anybody, View, &prompt).await && !may(authz, anybody, Edit, &prompt).await);
    assert!(may(authz, admin, Edit, &prompt).await);
    let found = authz
        .lookup_resources(Subject::user(anybody), View, ResourceKind::Prompt, &Fully)
        .await;
    assert_eq!(found.unwrap(), std::slice::from_ref(&prompt));
    let everyone = Filter::held_by(Grantee::Everyone, ResourceKind::Prompt);
    authz.delete(&everyone).await.unwrap();
    assert!(!may(authz, anybody, View, &prompt).await);
}

pub(crate) async fn what_the_schema_does_not_allow_is_refused(authz: &A) {
    let everybody = workflow().granted(Viewer, Grantee::Everyone);
    let group = workflow().granted(Owner, Grantee::Members(GroupId::generate()));
    let no_relation = workflow().granted(Member, Grantee::User(person()));
    let no_tenant = workflow().granted(authz::Relation::Tenant, Grantee::User(person()));
    for fact in [everybody, group, no_relation, no_tenant] {
        let valid = workflow().owned_by(person());
        let refused = authz.touch(&[valid.clone(), fact.clone()]).await;
        assert!(
            matches!(refused, Err(Error::Refused { .. })),
            "{fact}: {refused:?}"
        );
        let Grantee::User(user) = valid.grantee else {
            panic!()
        };
        assert!(
            !may(authz, user, View, &valid.resource).await,
            "nothing of a refused write is kept"
        );
    }
    assert!(matches!(authz.touch(&[]).await, Err(Error::Refused { .. })));
}

pub(crate) async fn a_permission_that_the_kind_lacks_is_refused(authz: &A) {
    let (user, conversation) = (
        Subject::user(person()),
        Resource::from(ConversationId::generate()),
    );
    let one = authz.check(user, Run, &conversation, &Fully).await;
    let many = authz
        .check_many(user, &[(View, workflow()), (Run, conversation)], &Fully)
        .await;
    let lookup = authz
        .lookup_resources(user, Run, ResourceKind::Conversation, &Fully)
        .await;
    for refused in [one.err(), many.err(), lookup.err()] {
        assert!(
            matches!(refused, Some(Error::Refused { .. })),
            "{refused:?}"
        );
    }
}

pub(crate) async fn many_answers_come_in_the_order_of_the_questions(authz: &A) {
    let owner = person();
    let mine: Vec<_> = (0..1100).map(|_| workflow()).collect();
    write(
        authz,
        mine.iter()
            .step_by(3)
            .cloned()
            .map(|resource| resource.owned_by(owner)),
    )
    .await;
    let asked: Vec<_> = mine.into_iter().map(|resource| (Edit, resource)).collect();
    let answers = authz
        .check_many(Subject::user(owner), &asked, &Fully)
        .await
        .unwrap();
    let expected: Vec<_> = (0..1100).map(|at| at % 3 == 0).collect();
    assert_eq!(answers, expected);
    assert!(
        authz
            .check_many(Subject::user(owner), &[], &Fully)
            .await
            .unwrap()
            .is_empty()
    );
}

pub(crate) async fn a_lookup_finds_all_that_is_visible_and_nothing_else(authz: &A) {
    let (user, other, group) = (person(), person(), GroupId::generate());
    let mut visible: Vec<_> = (0..1200).map(|_| workflow()).collect();
    write(
        authz,
        visible
            .iter()
            .cloned()
            .map(|resource| resource.owned_by(user)),
    )
    .await;
    let shared = workflow();
    write(
        authz,
        [
            shared.clone().granted(Viewer, Grantee::Members(group)),
            is(&group.into(), Member, user),
        ],
    )
    .await;
    write(
        authz,
        [
            workflow().owned_by(other),
            Resource::from(AccountId::generate()).owned_by(user),
        ],
    )
    .await;
    visible.push(shared);
    visible.sort_unstable();
    let lookup = |permission| {
        authz.lookup_resources(
            Subject::user(user),
            permission,
            ResourceKind::Workflow,
            &Fully,
        )
    };
    let mut found = lookup(View).await.unwrap();
    found.sort_unstable();
    assert_eq!(found, visible);
    assert_eq!(lookup(Delete).await.unwrap().len(), 1200);
}

pub(crate) async fn writing_and_deleting_may_be_repeated(authz: &A) {
    let (owner, workflow) = (person(), workflow());
    let fact = workflow.clone().owned_by(owner);
    for _ in 0..2 {
        write(authz, [fact.clone()]).await;
        assert!(may(authz, owner, View, &workflow).await);
    }
    for _ in 0..2 {
        authz.delete(&Filter::of(workflow.clone())).await.unwrap();
        assert!(!may(authz, owner, View, &workflow).await);
    }
}

pub(crate) async fn a_filter_deletes_what_it_names_and_no_more(authz: &A) {
    let (first, second) = (person(), person());
    let (kept, gone) = (workflow(), workflow());
    let facts =
        [&kept, &gone].map(|resource| [is(resource, Viewer, first), is(resource, Editor, second)]);
    write(authz, facts.iter().flatten().cloned()).await;

    authz
        .delete(&Filter::from(&is(&gone, Viewer, first)))
        .await
        .unwrap();
    assert!(!may(authz, first, View, &gone).await && may(authz, second, View, &gone).await);

    authz.delete(&Filter::of(gone.clone())).await.unwrap();
    assert!(!may(authz, second, View, &gone).await);
    assert!(may(authz, first, View, &kept).await && may(authz, second, Edit, &kept).await);

    authz
        .delete(&Filter::held_by(
            Grantee::User(second),
            ResourceKind::Workflow,
        ))
        .await
        .unwrap();
    assert!(may(authz, first, View, &kept).await && !may(authz, second, Edit, &kept).await);

    let refused = authz
        .delete(&Filter {
            relation: Some(Member),
            ..Filter::of(kept)
        })
        .await;
    assert!(matches!(refused, Err(Error::Refused { .. })), "{refused:?}");
}

pub(crate) async fn a_token_sees_its_own_write(authz: &A) {
    for _ in 0..20 {
        let (owner, workflow) = (person(), workflow());
        let written = write(authz, [workflow.clone().owned_by(owner)]).await;
        let subject = Subject::user(owner);
        assert!(
            authz
                .check(subject, View, &workflow, &AtLeast(written.clone()))
                .await
                .unwrap()
        );
        let asked = [(View, workflow.clone())];
        assert_eq!(
            authz
                .check_many(subject, &asked, &AtLeast(written))
                .await
                .unwrap(),
            [true]
        );
        let deleted = authz.delete(&Filter::of(workflow.clone())).await.unwrap();
        assert!(
            !authz
                .check(subject, View, &workflow, &AtLeast(deleted))
                .await
                .unwrap()
        );
    }
}

pub(crate) async fn a_token_that_is_none_is_refused(authz: &A) {
    let nonsense = AtLeast(ZedToken::from("nonsense".to_owned()));
    let refused = authz
        .check(Subject::user(person()), View, &workflow(), &nonsense)
        .await;
    assert!(matches!(refused, Err(Error::Refused { .. })), "{refused:?}");
}

pub(crate) async fn an_error_is_a_no(authz: &A) {
    let (owner, workflow) = (person(), workflow());
    write(authz, [workflow.clone().owned_by(owner)]).await;
    let subject = Subject::user(owner);
    assert!(authz.allowed(subject, View, &workflow, &Fully).await);
    assert!(!authz.allowed(subject, Tap, &workflow, &Fully).await);
    let nonsense = AtLeast(ZedToken::from(String::from("nonsense")));
    assert!(!authz.allowed(subject, View, &workflow, &nonsense).await);
}

pub(crate) async fn a_change_deletes_before_it_writes_and_may_be_repeated(authz: &A) {
    let (before, after, workflow) = (person(), person(), workflow());
    write(authz, [workflow.clone().owned_by(before)]).await;
    let handed_over = RelationChange {
        touch: vec![workflow.clone().owned_by(after)],
        delete: vec![Filter::of(workflow.clone())],
    };
    for _ in 0..2 {
        let token = handed_over.apply(authz).await.unwrap().unwrap();
        let at = AtLeast(token);
        assert!(
            authz
                .check(Subject::user(after), Delete, &workflow, &at)
                .await
                .unwrap()
        );
        assert!(
            !authz
                .check(Subject::user(before), View, &workflow, &at)
                .await
                .unwrap()
        );
    }
    assert_eq!(RelationChange::default().apply(authz).await, Ok(None));
}

pub(crate) async fn whoever_has_a_permission_can_be_named(authz: &A) {
    let (owner, editor, member, viewer) = (person(), person(), person(), person());
    let (workflow, group) = (workflow(), GroupId::generate());
    write(
        authz,
        [
            workflow.clone().owned_by(owner),
            is(&workflow, Editor, editor),
            is(&workflow, Viewer, viewer),
            Resource::from(group).granted(Member, Grantee::User(member)),
            workflow.clone().granted(Editor, Grantee::Members(group)),
        ],
    )
    .await;
    let mut found = authz
        .lookup_subjects(Edit, &workflow, &Fully)
        .await
        .unwrap();
    found.sort_by_key(|subject| subject.id());
    let mut expected = [owner, editor, member].map(Subject::user);
    expected.sort_by_key(|subject| subject.id());
    assert_eq!(found, expected);

    let nobodys = self::workflow();
    let found = authz.lookup_subjects(Edit, &nobodys, &Fully).await.unwrap();
    assert!(found.is_empty(), "what nobody wrote belongs to nobody");

    let prompt = Resource::from(PromptId::generate());
    write(authz, [prompt.clone().granted(Viewer, Grantee::Everyone)]).await;
    let everybody = authz.lookup_subjects(View, &prompt, &Fully).await;
    assert!(
        matches!(everybody, Err(Error::Refused { .. })),
        "{everybody:?}"
    );
}

export interface paths {
    "/api/v1/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The accounts that the person may view, the newest first. */
        get: operations["list_accounts"];
        put?: never;
        /** Connect an account */
        post: operations["create_account"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An account. */
        get: operations["get_account"];
        put?: never;
        post?: never;
        /** Remove an account and its credentials */
        delete: operations["delete_account"];
        options?: never;
        head?: never;
        /** Change an account */
        patch: operations["update_account"];
        trace?: never;
    };
    "/api/v1/agent/chat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start the agent with a message */
        post: operations["chat_with_agent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agent/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Answer what a run asks, so that it goes on */
        post: operations["resume_agent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List API keys */
        get: operations["list_api_keys"];
        put?: never;
        /** Make an API key */
        post: operations["create_api_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/api-keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove an API key */
        delete: operations["delete_api_key"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approval-rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** When people must agree whatever a workflow says */
        get: operations["get_approval_rules"];
        /**
         * Set when people must agree whatever a workflow says
         * @description For all runs that start from now on. Runs that have started keep the rules that they started under.
         */
        put: operations["set_approval_rules"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/artifacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a file
         * @description The body is the file, of the media type that `Content-Type` says. The answer is a value that stands for it; it is kept for
         *     seven days, and longer when a run refers to it.
         */
        post: operations["upload_artifact"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/artifacts/{hash}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a file
         * @description Streamed; `Range` asks for a part of it. For whoever sent it, or may view a workflow with a run that refers to it.
         */
        get: operations["get_artifact"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/oidc/{id}/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where a provider sends the browser back to */
        get: operations["finish_sign_in"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/oidc/{id}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sign in with a provider: sends the browser there */
        get: operations["start_sign_in"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backtests/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A backtest and its cases. */
        get: operations["get_backtest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The person's conversations, the last changed first. */
        get: operations["list_conversations"];
        put?: never;
        /** Open a conversation */
        post: operations["create_conversation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A conversation. */
        get: operations["get_conversation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Call a conversation something else */
        patch: operations["rename_conversation"];
        trace?: never;
    };
    "/api/v1/conversations/{id}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest messages of a branch, in the order in which they were said; the cursor leads to those before. */
        get: operations["list_messages"];
        put?: never;
        /** Write a message; the answer comes by `GET /conversations/{id}/stream` */
        post: operations["post_message"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happens in a conversation as server-sent events: `message`, `started`, `delta`, `completed`, `failed`. Without
         *     `Last-Event-ID` an answer that still streams is sent from its first words.
         */
        get: operations["stream_answers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What changed of what the person may view, as server-sent events: `run.changed`, `inbox.changed` and so on, with
         *     `{type, id}`. Resumes behind `Last-Event-ID`.
         */
        get: operations["stream_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/facts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the assistant knows of the person, the newest first. */
        get: operations["list_facts"];
        put?: never;
        /** Tell the assistant something */
        post: operations["create_fact"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/facts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A fact. */
        get: operations["get_fact"];
        put?: never;
        post?: never;
        /**
         * Forget a fact
         * @description With its vector, and with what was only supposed because of it. Runs that read it keep what they read until they are as old
         *     as runs are kept.
         */
        delete: operations["forget_fact"];
        options?: never;
        head?: never;
        /** Confirm a fact, or pin it */
        patch: operations["update_fact"];
        trace?: never;
    };
    "/api/v1/facts/{id}/forgetting": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** That a fact was forgotten, and what is left of it. */
        get: operations["get_forgetting"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/facts/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a fact took the place of, and what took its place, the oldest first. */
        get: operations["get_fact_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inbox": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What came in on the accounts that the person may view, the newest first. */
        get: operations["list_inbox"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inbox/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One item with its text. */
        get: operations["get_inbox_item"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Marks an item as read or archived, or takes the mark away. */
        patch: operations["update_inbox_item"];
        trace?: never;
    };
    "/api/v1/invocations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The model calls of the workflows and conversations that the person may view, the newest first. */
        get: operations["list_invocations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invocations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A model call with its answer. */
        get: operations["get_invocation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invocations/{id}/feedback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What people think of a model's answer, the newest first. */
        get: operations["list_feedback"];
        put?: never;
        /**
         * Say that an answer is right or wrong
         * @description What is wrong is a case from then on: no label moves to a version of the prompt that does worse on its cases.
         */
        post: operations["give_feedback"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in */
        get: operations["get_me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The language models in the order in which they are asked, with what was measured in the last seven days. One page. */
        get: operations["list_language_models"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/node-types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every node type, with ports and the schema of its parameters */
        get: operations["list_node_types"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The notifications of the workflows that the person may view, the newest first. */
        get: operations["list_notifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Marks a notification as read, or as not read. */
        patch: operations["update_notification"];
        trace?: never;
    };
    "/api/v1/prompts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The prompts that the person may view, by name. */
        get: operations["list_prompts"];
        put?: never;
        /** Write a prompt */
        post: operations["create_prompt"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/prompts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A prompt. */
        get: operations["get_prompt"];
        /**
         * Save a new version of a prompt
         * @description It is put into `production`. Where people have found answers of the prompt wrong, it is tried on those first, in the background:
         *     `production` stays where it is until then, and for good when the new version does worse.
         */
        put: operations["save_prompt"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/prompts/{id}/cases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The answers of a prompt that people found wrong, the newest first: what its next version is tried on.
         * @description Those of workflows and conversations that the person may view.
         */
        get: operations["list_prompt_cases"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/prompts/{id}/evaluations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How versions of a prompt did, the newest first. */
        get: operations["list_prompt_evaluations"];
        put?: never;
        /** Try a version on what people corrected */
        post: operations["evaluate_prompt"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/prompts/{id}/labels/{label}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Move a label to a version
         * @description A version that the label has never named is tried first, on the answers that people found wrong; when it does worse than the
         *     one in production, the label stays (`prompt.worse`). That can take longer than `Prefer: wait`: see the prompt's evaluations.
         */
        put: operations["label_prompt"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/prompts/{id}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A version of a prompt. */
        get: operations["get_prompt_version"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/questions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The questions of the workflows that the person may view, the newest first. */
        get: operations["list_questions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/questions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A question. */
        get: operations["get_question"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/questions/{id}/decision": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Decide a question */
        post: operations["decide_question"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/questions/{id}/delegation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pass a question on */
        post: operations["delegate_question"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/retention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How long runs are kept */
        get: operations["get_retention"];
        /**
         * Set how long runs are kept
         * @description For the workflows of the tenant that say nothing themselves. What is older than that is not shown from now on, and cannot
         *     be brought back.
         */
        put: operations["set_retention"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The runs of the workflows that the person may view, the newest first. */
        get: operations["list_runs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A run. */
        get: operations["get_run"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel a run */
        post: operations["cancel_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/diff/{other}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What run `other` did otherwise than run `id`: nodes, outputs, durations, cost. */
        get: operations["compare_runs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A run's log. As JSON a page of it; as `text/event-stream` (`Accept`) every entry with `id` = `seq`, then `end` when the
         *     run has ended. Resumes behind `Last-Event-ID`.
         */
        get: operations["list_run_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/fork": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Run again from a node on, or from the start */
        post: operations["fork_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in */
        post: operations["sign_in"];
        /** Sign out */
        delete: operations["sign_out"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the door shows */
        get: operations["get_setup"];
        put?: never;
        /** Make the first account */
        post: operations["create_first_account"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/system/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether a model, mail in and mail out are there. */
        get: operations["get_system_status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tap": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Watch live events */
        get: operations["tap"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Workflows to start from */
        get: operations["list_templates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/triggers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The triggers of the workflows that the person may view. */
        get: operations["list_triggers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/triggers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Switch a trigger on or off */
        patch: operations["update_trigger"];
        trace?: never;
    };
    "/api/v1/triggers/{id}/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Set what the callers of a webhook sign with */
        put: operations["set_trigger_secret"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/triggers/{id}/why": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Why a trigger started a run, or none */
        get: operations["explain_trigger"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The workflows that the person may view, the last changed first. */
        get: operations["list_workflows"];
        put?: never;
        /** Make a workflow */
        post: operations["create_workflow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Validate a document */
        post: operations["validate_workflow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A workflow with its newest draft; its `ETag` is the draft's number, for `If-Match`. */
        get: operations["get_workflow"];
        /** Save a workflow's draft */
        put: operations["save_workflow"];
        post?: never;
        /** Remove a workflow */
        delete: operations["delete_workflow"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{id}/backtest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Rehearse a version on past runs */
        post: operations["backtest_workflow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{id}/nodes/{node}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Run one node by itself */
        post: operations["test_node"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{id}/publish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Publish a version */
        post: operations["publish_workflow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{id}/retention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How long the runs of a workflow are kept */
        get: operations["get_workflow_retention"];
        /**
         * Set how long the runs of a workflow are kept
         * @description What is older than that is not shown from now on, and cannot be brought back.
         */
        put: operations["set_workflow_retention"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{id}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start a run */
        post: operations["start_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{id}/test-calls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Listen for a test call
         * @description The next call of `/hooks-test/{id}/<path>` within five minutes runs the newest draft, once.
         */
        post: operations["listen_for_test_call"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{id}/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Model calls, tokens and cost of a workflow's runs in a period. */
        get: operations["get_workflow_usage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{id}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A workflow's versions, the newest first, without their documents. */
        get: operations["list_versions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{id}/versions/{n}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One version with its document. */
        get: operations["get_version"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{id}/versions/{n}/diff/{to}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What version `to` says otherwise than version `n`: nodes, fields and edges. */
        get: operations["compare_versions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{id}/versions/{n}/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a run of a version may amount to: levels, width, model calls, operations and accounts. */
        get: operations["plan_version"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/chat/completions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Talk to the assistant, as clients of the `OpenAI` API do
         * @description Tools are called here, not by the client, and what changes something outside waits until the person agrees. An exchange that
         *     goes on is one conversation, which is shown among the others.
         */
        post: operations["create_chat_completion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what can be talked to, as the `OpenAI` API does */
        get: operations["list_models"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of them */
        get: operations["get_model"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A configured connection to an outside service. */
        Account: {
            id: components["schemas"]["Id"];
            /** @enum {string} */
            adapter: "imap" | "smtp" | "llm" | "http" | "bridge";
            name: string;
            /** @description Host, port, user name: everything that is no secret. */
            settings: {
                [key: string]: unknown;
            };
            status: components["schemas"]["AccountStatus"];
            /** Format: date-time */
            created_at: string;
        };
        /** @description A change of an account; what is left out stays. */
        AccountPatch: {
            name?: string | null;
            settings?: {
                [key: string]: unknown;
            };
            /** @description Never shown again. */
            credentials?: {
                [key: string]: unknown;
            };
        };
        /** @description How an account does. */
        AccountStatus: {
            /** @enum {string} */
            state: "connecting" | "healthy" | "degraded" | "reauth_needed";
            /** @description Stable, such as `imap.unreachable`. */
            code?: string | null;
            reason?: string | null;
            /** Format: date-time */
            since: string;
        };
        /** @description Who sent something. */
        Address: {
            name: string | null;
            address: string;
        };
        /** @description A message that starts a run of the assistant. */
        AgentMessage: {
            conversation_id?: components["schemas"]["Id"] | null;
            /** @description 1 to 32,000 characters. */
            message: string;
            /** @description What kind of thing the answer is to be, such as `report`. */
            deliverable_type?: string | null;
        };
        /** @description The answer to what a run asks. */
        AgentResponse: {
            /** @description The run. */
            thread_id: components["schemas"]["Id"];
            /**
             * @description To a question with a form: what the form asks for, or text where it has one field. To an approval: `approve`, `reject`
             *     or `ignore`, or `true` or `false`.
             */
            response: unknown;
        };
        /** @description What was started. */
        AgentRun: {
            conversation_id: components["schemas"]["Id"];
            /** @description The person's message. */
            message_id: components["schemas"]["Id"];
            /** @description The run that answers, whose events are at `/api/v1/runs/{id}/events`; null while it waits for the answer before it. */
            run_id: string | null;
            /** @description The same: what `resume` takes. */
            thread_id: string | null;
        };
        /** @description A key without its secret. */
        ApiKey: {
            id: components["schemas"]["Id"];
            name: string;
            scopes: components["schemas"]["Scope"][];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string | null;
            /** Format: date-time */
            last_used_at: string | null;
            /** @description How the secret begins. */
            prefix: string;
        };
        /** @description When people must agree to what any workflow is about to do, on top of what it says itself. */
        ApprovalRules: {
            /** @description Every rule that is about what a node is about to do counts. */
            rules: components["schemas"]["TenantApprovalRule"][];
        };
        /** @description What is known of a file without reading it. */
        ArtifactOf: {
            /** @description SHA-256 of its bytes, hexadecimal; its name in `/api/v1/artifacts/{hash}`. */
            hash: string;
            /**
             * Format: int64
             * @description In bytes.
             */
            size: number;
            media_type: string;
            name?: string | null;
        };
        /** @description A file as a value, to be given to a run. */
        ArtifactValue: {
            $artifact: components["schemas"]["ArtifactOf"];
        };
        /** @description What a version would have done with what reached the workflow. No run was made for it, and nothing was sent. */
        Backtest: {
            id: components["schemas"]["Id"];
            workflow_id: components["schemas"]["Id"];
            /**
             * Format: int32
             * @description The number of the version that was rehearsed.
             */
            version: number;
            /** @enum {string} */
            status: "running" | "completed";
            /** Format: date-time */
            completed_at: string | null;
            cases: components["schemas"]["RehearsalBacktestCase"][] | null;
        };
        /** @description Which version, on which runs. */
        BacktestRequest: {
            /**
             * Format: int32
             * @description The version to rehearse; the newest draft when left out.
             */
            version?: number | null;
            /**
             * Format: date-time
             * @description Only runs that began at this moment or later.
             */
            since?: string | null;
            /**
             * Format: date-time
             * @description Only runs that began before this moment.
             */
            until?: string | null;
            /**
             * Format: int32
             * @description How many of the newest of them, 1 to 100; 20 when left out.
             */
            last?: number | null;
        };
        /** @description How many items are of a category. */
        CategoryCount: {
            category: string;
            /** Format: int64 */
            count: number;
        };
        /**
         * @description How a node compares.
         * @enum {string}
         */
        Change: "same" | "changed" | "only_left" | "only_right";
        /** @description What a client asks for; what is not named here (temperature, tools, …) is ignored: the assistant has its own. */
        CompletionRequest: {
            /** @description `assistant`. */
            model: string;
            /** @description The whole exchange, the user's message last. */
            messages: components["schemas"]["Said"][];
            /** @description Whether the words come one by one, as server-sent events. */
            stream?: boolean | null;
            stream_options?: components["schemas"]["StreamOptions"] | null;
        };
        /** @description Text, or parts of which the texts count. */
        Content: string | components["schemas"]["Part"][];
        /** @description A conversation with the assistant. */
        Conversation: {
            id: components["schemas"]["Id"];
            title: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** @description The beginning of the newest message. */
            last_message?: string | null;
        };
        /** @description What a conversation is called. */
        ConversationChange: {
            /** @description 1 to 200 characters. */
            title: string;
        };
        /** @description A new key; its secret is never shown again. */
        CreatedApiKey: {
            key: components["schemas"]["ApiKey"];
            secret: string;
        };
        /**
         * @description What a person can decide.
         * @enum {string}
         */
        DecisionKind: "approve" | "edit" | "respond" | "reject" | "ignore";
        /** @description What a person decides. */
        DecisionRequest: {
            decision: components["schemas"]["DecisionKind"];
            /** @description `about.hash` of the question as it was shown: what is decided on is exactly that. Needed for approvals. */
            hash?: string | null;
            /** @description With `edit`: the request, or the value, as it should be. With `respond`: the answer, or what the node puts out. */
            value?: unknown;
            /** @description Why; the history keeps it. */
            comment?: string;
        };
        /** @description Whom a question is passed on to. */
        DelegationRequest: {
            /** @description They must be allowed to run the workflow. */
            to: components["schemas"]["Id"][];
        };
        /** @description A workflow document. */
        DocumentBody: {
            document: components["schemas"]["WorkflowDocument"];
        };
        /** @description The figures that show it. */
        Drift: {
            /** Format: int32 */
            version: number;
            /** Format: int64 */
            answers: number;
            /** Format: int64 */
            wrong: number;
            /**
             * Format: int64
             * @description Of all versions before.
             */
            answers_before: number;
            /** Format: int64 */
            wrong_before: number;
        };
        /** @description One version on the cases of its prompt, beside the one in production. */
        Evaluation: {
            id: components["schemas"]["Id"];
            prompt_id: components["schemas"]["Id"];
            /** Format: int32 */
            version: number;
            /**
             * Format: int32
             * @description The version in production.
             */
            against: number;
            /** @description The label that was to move to it. */
            label: string | null;
            /** @description `{feedback_id, passed, passed_before}` of each. */
            cases: {
                [key: string]: unknown;
            }[];
            /** Format: int64 */
            passed: number;
            /** Format: int64 */
            passed_before: number;
            /** @description Why the version could not be tried, or the label stayed. */
            problem: string | null;
            /**
             * Format: double
             * @description Hundredths of a US dollar.
             */
            cost_cents: number;
            /** Format: date-time */
            evaluated_at: string;
        };
        /** @description One thing that the assistant knows, in a sentence. */
        Fact: {
            id: components["schemas"]["Id"];
            text: string;
            source: components["schemas"]["FactSource"];
            state: components["schemas"]["FactState"];
            /** @description Always in the context of an answer. */
            pinned: boolean;
            replaces: components["schemas"]["Id"] | null;
            replaced_by: components["schemas"]["Id"] | null;
            run_id: components["schemas"]["Id"] | null;
            /**
             * Format: int64
             * @description Answers it was in the context of because it had to do with the question.
             */
            uses: number;
            /** Format: date-time */
            learned_at: string;
            /** Format: date-time */
            changed_at: string;
        };
        /** @description What is decided about a fact. */
        FactChange: {
            /** @description `held`: it is so. */
            state?: "held" | null;
            /** @description Whether it is always in the context of an answer. */
            pinned?: boolean | null;
        };
        /** @description A fact and what came before and after it, the oldest first. */
        FactHistory: {
            items: components["schemas"]["Fact"][];
        };
        /** @description What a person thinks of an answer, or of a part of it. */
        Feedback: {
            id: components["schemas"]["Id"];
            invocation_id: components["schemas"]["Id"];
            run_id: components["schemas"]["Id"] | null;
            prompt_id: components["schemas"]["Id"];
            /**
             * Format: int32
             * @description Of the prompt that led to the answer.
             */
            version: number;
            /** @description right or wrong. */
            verdict: string;
            /** @description JSON Pointer of the part; empty for the whole answer. */
            path: string;
            /** @description What should be there. */
            expected: {
                [key: string]: unknown;
            } | null;
            /** @description What is there. */
            answered: {
                [key: string]: unknown;
            };
            comment: string;
            question_id: components["schemas"]["Id"] | null;
            /** Format: date-time */
            given_at: string;
        };
        /** @description One thing that happened. */
        Finding: {
            /** Format: date-time */
            at: string;
            code: string;
            message: string;
            event_id?: components["schemas"]["Id"] | null;
            run_id?: components["schemas"]["Id"] | null;
            account_id?: components["schemas"]["Id"] | null;
            /**
             * Format: int64
             * @description How many times at once, for missed due times.
             */
            count: number;
        };
        /** @description That a fact was forgotten; what it said is gone. */
        Forgetting: {
            fact_id: components["schemas"]["Id"];
            /** @description Suppositions that went along, because they came of answers with this fact in their context. */
            also: components["schemas"]["Id"][];
            /**
             * Format: int64
             * @description Rows that still held or named it afterwards.
             */
            rows_left: number;
            /**
             * Format: int64
             * @description Vectors of it that were left.
             */
            vectors_left: number;
            /** Format: date-time */
            forgotten_at: string;
        };
        /** @description A run that repeats another one, or the rest of it. */
        ForkRequest: {
            /** @description The first node to run again; what is not behind it is taken over. Left out, everything runs again. */
            at?: string | null;
            /**
             * Format: int32
             * @description The version to run; that of the other run when left out.
             */
            version?: number | null;
            /** @description What enters the node instead of what its edges deliver; without a node, what the trigger puts out. */
            input?: unknown;
            /** @description Lists effects instead of sending them; results of the other run stand in. */
            dry?: boolean;
        };
        /** @description One place of a run that has what was searched for. */
        Found: {
            /** @description Absent for what started the run. */
            node?: string | null;
            /** @description input, output, request or error. */
            part: string;
            /** @description The JSON around it. */
            excerpt: string;
        };
        Id: string;
        /** @description Something that waits for a person's eyes. */
        InboxItem: {
            id: components["schemas"]["Id"];
            /** @enum {string} */
            kind: "email" | "message";
            account_id: components["schemas"]["Id"];
            from: components["schemas"]["Address"];
            subject: string;
            /** @description The first 200 characters on one line. */
            preview: string;
            /** Format: date-time */
            received_at: string;
            /** @description What a workflow's Classify node said. */
            category: string | null;
            /**
             * Format: double
             * @description 0 to 1.
             */
            confidence: number | null;
            /** @description A workflow raised a notification of high urgency about it. */
            urgent: boolean;
            run_id: components["schemas"]["Id"] | null;
            workflow_id: components["schemas"]["Id"] | null;
            workflow_name?: string | null;
            read: boolean;
            archived: boolean;
            /** @description Left out in lists. */
            body?: string | null;
        };
        /** @description One page of the inbox. */
        InboxPage: {
            items: components["schemas"]["InboxItem"][];
            /** @description For `?cursor=`; `null` on the last page. */
            next_cursor: string | null;
            /** @description Of what is not archived. */
            categories: components["schemas"]["CategoryCount"][];
        };
        /** @description What a person changes of an item. */
        InboxPatch: {
            archived?: boolean | null;
            read?: boolean | null;
        };
        /** @description One call of a language model. */
        Invocation: {
            id: components["schemas"]["Id"];
            run_id: components["schemas"]["Id"] | null;
            /** @description The node that called it; named when one run's calls, or a single one, are asked for. */
            node?: string | null;
            conversation_id?: components["schemas"]["Id"] | null;
            /** @description Empty when no model is configured. */
            model: string;
            prompt?: string | null;
            /** Format: int32 */
            prompt_version?: number | null;
            /** @description completed or failed. */
            status: string;
            /** Format: int64 */
            input_tokens: number | null;
            /** Format: int64 */
            output_tokens: number | null;
            /**
             * Format: double
             * @description Hundredths of a US dollar.
             */
            cost_cents: number | null;
            /** Format: int64 */
            latency_ms: number | null;
            /** @description Whether the first answer had to be repaired by a second call. */
            repaired: boolean;
            /** @description The models that this one answered for, in the order of choice, and why each did not. */
            fell_back_from: components["schemas"]["PassedModel"][];
            /** Format: date-time */
            started_at: string;
            /** @description Why it failed, in a sentence. */
            error?: string | null;
            /** @description Left out in lists. */
            response?: {
                [key: string]: unknown;
            } | null;
        };
        /** @description One model of one server. */
        LanguageModel: {
            name: string;
            account_id: components["schemas"]["Id"] | null;
            /** @description openai, ollama or anthropic. */
            protocol: string;
            /** @enum {string} */
            privacy: "local" | "remote";
            /**
             * Format: int64
             * @description Longest question with its answer, in tokens; null when nobody said.
             */
            context_tokens: number | null;
            /**
             * Format: int64
             * @description Millionths of a US dollar for a million tokens of questions.
             */
            input_price_micros: number;
            /**
             * Format: int64
             * @description Millionths of a US dollar for a million tokens of answers.
             */
            output_price_micros: number;
            /**
             * Format: int64
             * @description How often it was asked in the last seven days, and what came of it.
             */
            calls: number;
            /**
             * Format: int64
             * @description How often no answer came that could be used.
             */
            failures: number;
            /**
             * Format: double
             * @description Tokens of answers a second; null when nothing was measured.
             */
            tokens_per_second: number | null;
            /**
             * Format: int64
             * @description Half of the answers took no longer, in milliseconds.
             */
            p50_ms: number | null;
            /**
             * Format: int64
             * @description Of twenty answers nineteen took no longer, in milliseconds.
             */
            p95_ms: number | null;
        };
        /** @description Until when a test call is waited for, and where. */
        Listening: {
            /** Format: date-time */
            until: string;
            webhooks: components["schemas"]["TestAddress"][];
        };
        /** @description The signed-in person. */
        Me: {
            id: components["schemas"]["Id"];
            email: string;
            name: string;
            tenant: string;
            /** @description Whether they administer the tenant. */
            is_admin: boolean;
        };
        /** @description What somebody said. */
        Message: {
            id: components["schemas"]["Id"];
            conversation_id: components["schemas"]["Id"];
            /** @enum {string} */
            role: "user" | "assistant";
            /** @description Of an answer that is streaming: what has come so far. */
            text: string;
            /** @description The files that came along, to be read at `/api/v1/artifacts/{hash}`. */
            attachments?: components["schemas"]["ArtifactOf"][];
            /** @enum {string} */
            status: "streaming" | "completed" | "failed";
            /** Format: date-time */
            created_at: string;
            run_id?: components["schemas"]["Id"] | null;
            answers?: components["schemas"]["Id"] | null;
            /** @description Of a person's message: those that stand at its place, itself among them, the oldest first; left out when it stands alone. */
            branches?: components["schemas"]["Id"][];
            /** @description What of the person's memory the answer can rest on; forgotten facts are left out. */
            recalled?: components["schemas"]["RecalledFact"][];
            /** @description Runs and inbox items that the assistant was shown for it and that the person may view, the newest first. */
            sources?: components["schemas"]["Source"][];
            error?: components["schemas"]["LogRunError"] | null;
        };
        /** @description A model of the `OpenAI` API. */
        Model: {
            id: string;
            /** @description model. */
            object: string;
            /**
             * Format: int64
             * @description Seconds since 1970, UTC.
             */
            created: number;
            owned_by: string;
        };
        /** @description The models there are. */
        Models: {
            /** @description list. */
            object: string;
            data: components["schemas"]["Model"][];
        };
        /** @description An account that is wanted. */
        NewAccount: {
            /** @description `imap`, `smtp`, `llm`, `http` or `bridge`. */
            adapter: string;
            name: string;
            settings: {
                [key: string]: unknown;
            };
            /** @description Never shown again. */
            credentials: {
                [key: string]: unknown;
            };
        };
        /** @description A key that is wanted. */
        NewApiKey: {
            name: string;
            scopes: components["schemas"]["Scope"][];
            /** Format: date-time */
            expires_at?: string | null;
        };
        /** @description A conversation that is wanted. */
        NewConversation: {
            /** @description At most 200 characters; left out, the first words of the first message. */
            title?: string;
        };
        /** @description Something that the assistant is to know. */
        NewFact: {
            /** @description 1 to 500 characters. */
            text: string;
            /** @description Always in the context of an answer. */
            pinned?: boolean;
            replaces?: components["schemas"]["Id"] | null;
        };
        /** @description What a person thinks of an answer, or of a part of it. The last word about a part counts. */
        NewFeedback: {
            /** @enum {string} */
            verdict: "right" | "wrong";
            /** @description JSON Pointer (RFC 6901) of the part, such as `/category`; left out for the whole answer. */
            path?: string;
            /** @description What should be there, where something is wrong. */
            expected?: unknown;
            comment?: string;
        };
        /** @description What a person writes. */
        NewMessage: {
            /** @description 1 to 32,000 characters; with files it may be empty. Left out beside `replaces`, the same as that message. */
            text?: string | null;
            /**
             * @description Hashes of at most ten files that were sent before, or of runs that the person may see. Their text is read along, the
             *     first 32 KiB of each. Left out beside `replaces`, those of that message.
             */
            attachments?: string[] | null;
            after?: components["schemas"]["Id"] | null;
            replaces?: components["schemas"]["Id"] | null;
        };
        /** @description A new prompt. */
        NewPrompt: {
            /** @description 1 to 64 lower-case letters, digits, - and _; workflows name it, so it stays. */
            name: string;
            text: string;
        };
        /** @description One node in one turn of the loops around it. */
        NodeDiff: {
            node: string;
            /** @description The turn of each loop around it, outermost first. */
            iteration: number[];
            change: components["schemas"]["Change"];
            left?: components["schemas"]["NodeSide"] | null;
            right?: components["schemas"]["NodeSide"] | null;
        };
        /** @description What became of a node in one of the runs. */
        NodeSide: {
            /** @description running, completed, failed or skipped. */
            status: string;
            /** @description By port; of a failed node its error, of a skipped one the reason. Left out where both sides are the same. */
            result?: {
                [key: string]: unknown;
            } | null;
            /**
             * Format: int64
             * @description From its start to its end; absent where it took no time of its own.
             */
            duration_ms?: number | null;
            /**
             * Format: double
             * @description Hundredths of a US dollar.
             */
            cost_cents?: number | null;
            /** @description Whether the result comes from the run that this one was forked from. */
            taken: boolean;
        };
        /** @description What became of one node outside loops: for the answer to its test. */
        NodeTest: {
            /** @description The run that holds the test. */
            run_id: components["schemas"]["Id"];
            /** @description running, completed, failed or skipped. */
            status: string;
            /** @description What came in, by port. */
            input?: {
                [key: string]: unknown;
            } | null;
            /** @description Its parameters with every expression evaluated. */
            parameters?: {
                [key: string]: unknown;
            } | null;
            /** @description What it put out, by port. */
            output?: {
                [key: string]: unknown;
            } | null;
            /** @description Why it failed, or was skipped. */
            error?: {
                [key: string]: unknown;
            } | null;
            /** @description The effect that was not sent: `{protocol, operation, request, instead}`. */
            withheld?: {
                [key: string]: unknown;
            } | null;
        };
        /** @description A run wants a person's attention. */
        Notification: {
            id: components["schemas"]["Id"];
            title: string;
            body: string;
            /** @enum {string} */
            urgency: "low" | "normal" | "high";
            /** Format: date-time */
            created_at: string;
            read: boolean;
            run_id: components["schemas"]["Id"];
            workflow_id: components["schemas"]["Id"];
            inbox_item_id?: components["schemas"]["Id"] | null;
        };
        /** @description What a person changes of a notification. */
        NotificationPatch: {
            read: boolean;
        };
        /** @description A provider to sign in with: `GET /auth/oidc/{id}/start`. */
        OidcProvider: {
            id: string;
            name: string;
        };
        /** @description One page of a list. */
        Page_Account: {
            items: components["schemas"]["Account"][];
            /** @description For `?cursor=`; `null` on the last page. */
            next_cursor: string | null;
        };
        /** @description One page of a list. */
        Page_ApiKey: {
            items: components["schemas"]["ApiKey"][];
            /** @description For `?cursor=`; `null` on the last page. */
            next_cursor: string | null;
        };
        /** @description One page of a list. */
        Page_Conversation: {
            items: components["schemas"]["Conversation"][];
            /** @description For `?cursor=`; `null` on the last page. */
            next_cursor: string | null;
        };
        /** @description One page of a list. */
        Page_Evaluation: {
            items: components["schemas"]["Evaluation"][];
            /** @description For `?cursor=`; `null` on the last page. */
            next_cursor: string | null;
        };
        /** @description One page of a list. */
        Page_Fact: {
            items: components["schemas"]["Fact"][];
            /** @description For `?cursor=`; `null` on the last page. */
            next_cursor: string | null;
        };
        /** @description One page of a list. */
        Page_Feedback: {
            items: components["schemas"]["Feedback"][];
            /** @description For `?cursor=`; `null` on the last page. */
            next_cursor: string | null;
        };
        /** @description One page of a list. */
        Page_Invocation: {
            items: components["schemas"]["Invocation"][];
            /** @description For `?cursor=`; `null` on the last page. */
            next_cursor: string | null;
        };
        /** @description One page of a list. */
        Page_LanguageModel: {
            items: components["schemas"]["LanguageModel"][];
            /** @description For `?cursor=`; `null` on the last page. */
            next_cursor: string | null;
        };
        /** @description One page of a list. */
        Page_Message: {
            items: components["schemas"]["Message"][];
            /** @description For `?cursor=`; `null` on the last page. */
            next_cursor: string | null;
        };
        /** @description One page of a list. */
        Page_Notification: {
            items: components["schemas"]["Notification"][];
            /** @description For `?cursor=`; `null` on the last page. */
            next_cursor: string | null;
        };
        /** @description One page of a list. */
        Page_Prompt: {
            items: components["schemas"]["Prompt"][];
            /** @description For `?cursor=`; `null` on the last page. */
            next_cursor: string | null;
        };
        /** @description One page of a list. */
        Page_Question: {
            items: components["schemas"]["Question"][];
            /** @description For `?cursor=`; `null` on the last page. */
            next_cursor: string | null;
        };
        /** @description One page of a list. */
        Page_Template: {
            items: components["schemas"]["Template"][];
            /** @description For `?cursor=`; `null` on the last page. */
            next_cursor: string | null;
        };
        /** @description One page of a list. */
        Page_Trigger: {
            items: components["schemas"]["Trigger"][];
            /** @description For `?cursor=`; `null` on the last page. */
            next_cursor: string | null;
        };
        /** @description One page of a list. */
        Page_Value: {
            items: unknown[];
            /** @description For `?cursor=`; `null` on the last page. */
            next_cursor: string | null;
        };
        /** @description One page of a list. */
        Page_WorkflowSummary: {
            items: components["schemas"]["WorkflowSummary"][];
            /** @description For `?cursor=`; `null` on the last page. */
            next_cursor: string | null;
        };
        /** @description One page of a list. */
        Page_WorkflowVersion: {
            items: components["schemas"]["WorkflowVersion"][];
            /** @description For `?cursor=`; `null` on the last page. */
            next_cursor: string | null;
        };
        /** @description A part of a message. */
        Part: {
            /** @description text or refusal; the assistant reads no others. */
            type: string;
            text?: string;
        };
        /** @description A model that another one answered for. */
        PassedModel: {
            model: string;
            /** @description The error when it was asked; `llm.resting`, `llm.need_unmet`, `llm.question_too_long` or `llm.model_unknown` when it was not. */
            code: string;
        };
        /** @description RFC 9457 problem details. */
        Problem: {
            /** @description `urn:silver-telegram:problem:` and the code. */
            type: string;
            /** @description The problem in a few words, the same for every occurrence. */
            title: string;
            /** Format: int32 */
            status: number;
            /** @description This occurrence, in a sentence. */
            detail?: string | null;
            /** @description Stable, such as `workflow.invalid`. */
            code: string;
            /** @description What to do about it. */
            hint?: string | null;
            /** @description Names this request in logs and traces. */
            trace_id?: string | null;
            run_id?: components["schemas"]["Id"] | null;
            /** @description Each fault and its place. */
            errors?: components["schemas"]["ProblemItem"][];
        };
        /** @description One fault: where, and what. */
        ProblemItem: {
            /** @description JSON pointer into the request's body; for a workflow, into its document. */
            pointer: string;
            code: string;
            message: string;
            node?: string | null;
            port?: string | null;
            hint?: string | null;
            /** @enum {string} */
            severity?: "error" | "warning";
        };
        /** @description A prompt as it is in use. */
        Prompt: {
            id: components["schemas"]["Id"];
            name: string;
            /** @description Which version workflows get that name none. */
            label: string;
            /** Format: int32 */
            version: number;
            text: string;
            /** Format: date-time */
            updated_at: string;
            /** @description The numbers of all versions. */
            versions: number[];
            /** @description What each label names; `production` is what a prompt's bare name means. */
            labels: {
                [key: string]: unknown;
            };
            drift: components["schemas"]["Drift"] | null;
        };
        /** @description A prompt's new text. */
        PromptText: {
            text: string;
            /** @description Only keep it as a version; no label moves to it. */
            draft?: boolean;
        };
        /** @description One version of a prompt; it never changes. */
        PromptVersion: {
            /** Format: int32 */
            version: number;
            text: string;
            /** Format: date-time */
            saved_at: string;
        };
        /** @description A version of a prompt. */
        PromptVersionChoice: {
            /** Format: int32 */
            version: number;
        };
        /** @description Which version goes live. */
        PublishRequest: {
            /**
             * Format: int32
             * @description The newest draft when left out.
             */
            version?: number | null;
        };
        /** @description A question of a run: whether it may act, whether a value is right, or what it cannot know. */
        Question: {
            id: components["schemas"]["Id"];
            /** @description approval or clarification. */
            kind: string;
            title: string;
            text: string;
            /** @description `{kind: effect, protocol, operation, request, hash}`, `{kind: value, value, hash}` or `{kind: form, form}`. */
            about: {
                [key: string]: unknown;
            };
            /** @description What of it strangers may have chosen, because it came from outside. */
            tainted: components["schemas"]["Tainted"][];
            run_id: components["schemas"]["Id"];
            workflow_id: components["schemas"]["Id"];
            workflow_name: string;
            node: string;
            /** @description Which turn of each loop around the node. */
            iteration: number[];
            /** Format: date-time */
            asked_at: string;
            deadline: components["schemas"]["QuestionDeadline"] | null;
            /** @description Who may decide; empty: everybody who may run the workflow. */
            assignees: components["schemas"]["Id"][];
            /** @description Whether the person who reads this may decide it. */
            mine: boolean;
            /** @description approve, edit, respond, reject, ignore or withdrawn; null while it is open. */
            decision: string | null;
            /** Format: date-time */
            decided_at: string | null;
            decided_by: components["schemas"]["Id"] | null;
            comment: string;
        };
        /** @description When a question is decided without anybody, and how. */
        QuestionDeadline: {
            /** Format: date-time */
            at: string;
            /** @description approve, reject or ignore. */
            then: string;
        };
        /** @description A fact in the context of an answer. */
        RecalledFact: {
            id: components["schemas"]["Id"];
            text: string;
            source: components["schemas"]["FactSource"];
            state: components["schemas"]["FactState"];
            /** @enum {string} */
            why: "pinned" | "explicit" | "related";
            /**
             * Format: float
             * @description How close it is to what was asked, -1 to 1; null where nothing measured that.
             */
            score?: number | null;
        };
        /** @description For how many days runs can be read after they started. What still runs stays. */
        Retention: {
            /** Format: int32 */
            days: number;
            /** @enum {string} */
            decided_by: "workflow" | "tenant" | "installation";
        };
        /** @description How long runs are to be kept. */
        RetentionWish: {
            /**
             * Format: int32
             * @description Days from the start of a run on, 1 to 3650; null leaves it to what is coarser: the tenant, then the installation.
             */
            days: number | null;
        };
        /**
         * @description What a node may do outside.
         * @enum {string}
         */
        RuleEffect: "read" | "write" | "irreversible";
        /** @description One execution of a workflow. */
        Run: {
            id: components["schemas"]["Id"];
            workflow_id: components["schemas"]["Id"];
            workflow_name: string;
            /**
             * Format: int32
             * @description The number of the version that runs.
             */
            version: number;
            status: components["schemas"]["RunStatus"];
            trigger: components["schemas"]["RunTrigger"];
            parent_run_id: components["schemas"]["Id"] | null;
            /** Format: date-time */
            started_at: string;
            /** Format: date-time */
            ended_at: string | null;
            error?: components["schemas"]["LogRunError"] | null;
            /** @description Whether its effects are only listed: a dry run sends nothing. */
            dry?: boolean;
            forked_from?: components["schemas"]["Id"] | null;
            /** @description The first node that ran again. */
            forked_at?: string | null;
            /** @description The only node that ran: the run tests it. */
            tested?: string | null;
            usage?: components["schemas"]["Usage"] | null;
            /** @description Where it says what was searched for. */
            found?: components["schemas"]["Found"][];
        };
        /** @description A run that will be, or is. */
        RunAccepted: {
            id: components["schemas"]["Id"];
            /** @description `accepted` until the run shows in `GET /runs/{id}`, then `running`. */
            status: string;
        };
        /** @description What one run did otherwise than another. */
        RunDiff: {
            left: components["schemas"]["Id"];
            right: components["schemas"]["Id"];
            /** @description Whether both began with the same. */
            same_input: boolean;
            /** @description Whether both ended the same way, with the same output. */
            same_end: boolean;
            /** @description Every node and turn, in the order of the left run, those of the right run alone last. */
            nodes: components["schemas"]["NodeDiff"][];
        };
        /** @description Runs, the newest first. */
        RunPage: {
            items: components["schemas"]["Run"][];
            /** @description For `?cursor=`; `null` on the last page. */
            next_cursor: string | null;
            /**
             * Format: date-time
             * @description Of a search: runs that began before this moment have not been looked at yet.
             */
            searched_until?: string | null;
        };
        /** @description A run that a person starts. */
        RunRequest: {
            /** @description The trigger node to start from; the manual trigger when left out. */
            node?: string | null;
            /** @description What the trigger node puts out. */
            input?: unknown;
            /**
             * Format: int32
             * @description The version to run; the newest draft when left out.
             */
            version?: number | null;
            /** @description Lists effects instead of sending them, and waits for nothing. Without an input, the trigger's pinned one counts. */
            dry?: boolean;
        };
        /** @description What started a run. */
        RunTrigger: {
            /** @description manual, webhook, schedule, `integration_event` or workflow. */
            kind: string;
            event_id: components["schemas"]["Id"];
        };
        /** @description One message, as clients write it; what is not named here is ignored. */
        Said: {
            /** @description system, developer, user or assistant. */
            role: string;
            content?: components["schemas"]["Content"] | null;
        };
        /**
         * @description One thing that an API key may be used for; its owner's permissions still decide.
         * @enum {string}
         */
        Scope: "read" | "write" | "run" | "admin" | "tap";
        /** @description The first person. */
        SetupRequest: {
            /** @description From the operator: the link that the start prints. */
            token: string;
            email: string;
            name: string;
            password: string;
        };
        /** @description What the door shows. */
        SetupState: {
            needs_first_account: boolean;
            oidc: components["schemas"]["OidcProvider"][];
        };
        /** @description Who signs in, and the proof. */
        SignInRequest: {
            email: string;
            password: string;
        };
        /** @description What callers sign with. */
        SigningSecret: {
            /** @description For Standard Webhooks `whsec_` and base64; for HMAC any text of 16 bytes or more. Never shown again. */
            secret: string;
        };
        /** @description Something that happened and that an answer may rest on. */
        Source: {
            /** @description run or `inbox_item`. */
            kind: string;
            id: components["schemas"]["Id"];
            /** @description The workflow's name, or the subject. */
            title: string;
            /**
             * Format: date-time
             * @description When the run began, or the item came in.
             */
            at: string;
        };
        /** @description What a stream says beside words. */
        StreamOptions: {
            /** @description A last chunk with `usage`. */
            include_usage?: boolean | null;
        };
        /** @description One part of the installation. */
        SystemCheck: {
            /** @description llm, `mail_in` or `mail_out`. */
            id: string;
            name: string;
            /** @enum {string} */
            state: "ok" | "missing" | "degraded";
            detail: string;
            /** @description How to add what is missing. */
            hint?: string | null;
            /** @description Where in the UI. */
            link?: string | null;
        };
        /** @description What is configured, and what is missing. */
        SystemStatus: {
            version: string;
            checks: components["schemas"]["SystemCheck"][];
        };
        /** @description One node through which a value came. */
        TaintStep: {
            /** @description The node's run: the one that asks, or one that called it. */
            run_id: components["schemas"]["Id"];
            node: string;
        };
        /** @description An argument whose value may have come from outside. */
        Tainted: {
            /** @description As the request names it, such as `to`. */
            argument: string;
            /** @description From where the value entered to the last node before the argument. */
            way: components["schemas"]["TaintStep"][];
        };
        /** @description One event as it crossed the bus; the data of an SSE message whose id is the event's. */
        TapEvent: {
            subject: string;
            id: string;
            type: string;
            source: string;
            /** Format: date-time */
            time: string;
            correlation_id: string;
            causation_id?: string | null;
            data: {
                [key: string]: unknown;
            };
        };
        /** @description A workflow to start from. */
        Template: {
            id: string;
            name: string;
            description: string;
            /** @description What a person fills in before it runs as meant. */
            parameters: components["schemas"]["TemplateParameter"][];
            document: components["schemas"]["WorkflowDocument"];
        };
        /** @description A place of a template's document that a person fills in. */
        TemplateParameter: {
            /** @description JSON pointer into the document; the field may be missing until it is set. */
            pointer: string;
            title: string;
            /** @description Whether the template does nothing useful without it. */
            required: boolean;
            /** @description The adapter one of whose accounts is asked for; absent where a text is. */
            account?: string | null;
        };
        /** @description One rule for all workflows of the tenant. A workflow can ask for more, never for less. */
        TenantApprovalRule: {
            /** @description About nodes that may do this outside. */
            effects: components["schemas"]["RuleEffect"][];
            /** @description About these operations alone, such as http.request; none: about all. */
            operations?: string[];
            /**
             * @description One expression that gives a boolean: `input` is what is about to be sent, `trigger` what started the run. Left out:
             *     always. One that cannot be evaluated counts as true.
             */
            when?: string | null;
            /**
             * Format: double
             * @description Nobody is asked when the workflow says that it is at least so sure. Left out: however sure it is.
             */
            unless_sure?: number | null;
            /** @description Who may decide; none: those whom the workflow names, or else everybody who may run it. */
            approvers?: components["schemas"]["Id"][];
            /** @description Whether the person who started the run may decide. */
            own?: boolean;
            /** @description What should be known before deciding. */
            text?: string;
        };
        /** @description The test address of one webhook trigger of the draft. */
        TestAddress: {
            node: string;
            method: string;
            url: string;
        };
        /** @description One node to run by itself. */
        TestRequest: {
            from_run?: components["schemas"]["Id"] | null;
            /** @description What enters it; by port where it has several inputs. */
            input?: unknown;
            /**
             * Format: int32
             * @description The version that has it; the newest draft when left out.
             */
            version?: number | null;
            /** @description Sends its effect. */
            live?: boolean;
        };
        /** @description A trigger of a published version. */
        Trigger: {
            id: components["schemas"]["Id"];
            workflow_id: components["schemas"]["Id"];
            workflow_name: string;
            node_id: string;
            /** @enum {string} */
            kind: "manual" | "webhook" | "schedule" | "integration_event";
            enabled: boolean;
            /** @description Where its webhook is called. */
            webhook_url?: string | null;
            /** @description How callers of its webhook prove who they are: none, `standard_webhooks` or `hmac_sha256`. */
            auth?: string | null;
            /** @description Whether it has the secret that callers sign with; without it no signed call is believed. */
            secret_set: boolean;
            /** @description The next due times of a schedule, at most five. */
            next_fires: string[];
            cron?: string | null;
            timezone?: string | null;
            /** @description The event it waits for, such as `integration.email.received`. */
            event_type?: string | null;
            last_reason?: components["schemas"]["TriggerReason"] | null;
        };
        /** @description A change of a trigger. */
        TriggerPatch: {
            enabled: boolean;
        };
        /** @description Why a trigger did not start a run. */
        TriggerReason: {
            /** @description As `workflow.trigger_declined` writes it, such as filtered, disabled or debounced; or missed. */
            code: string;
            message: string;
            /**
             * Format: int64
             * @description How many times at once, for missed due times.
             */
            count: number;
            /** Format: date-time */
            at: string;
        };
        /** @description What model calls used. */
        Usage: {
            /** Format: int64 */
            model_calls: number;
            /** Format: int64 */
            input_tokens: number;
            /** Format: int64 */
            output_tokens: number;
            /**
             * Format: double
             * @description Hundredths of a US dollar.
             */
            cost_cents: number;
        };
        /** @description What is wrong with a document. */
        Validation: {
            /** @description Whether it can be saved; warnings do not hinder. */
            valid: boolean;
            problems: components["schemas"]["ProblemItem"][];
        };
        /** @description What one version says otherwise than another. */
        VersionDiff: {
            /**
             * Format: int32
             * @description The older side.
             */
            from: number;
            /**
             * Format: int32
             * @description The newer side.
             */
            to: number;
            /** @description Changed fields of the document itself: `{pointer, before?, after?}`. */
            fields: {
                [key: string]: unknown;
            }[];
            /** @description Nodes: `{id, node_type, change, fields}`, where `change` is `added`, `removed` or `changed`. */
            nodes: {
                [key: string]: unknown;
            }[];
            /** @description Edges: their four ends, and `change`. */
            edges: {
                [key: string]: unknown;
            }[];
        };
        /** @description What one run of a version may amount to, before it starts. */
        VersionPlan: {
            /** Format: int32 */
            version: number;
            /**
             * Format: int32
             * @description All nodes, triggers included.
             */
            nodes: number;
            /**
             * Format: int32
             * @description The longest chain of nodes.
             */
            levels: number;
            /**
             * Format: int32
             * @description The most nodes side by side, those of loops counted once.
             */
            width: number;
            /**
             * Format: int32
             * @description Nodes that an adapter works for, those of loops counted once.
             */
            effects: number;
            /**
             * Format: int64
             * @description Most calls of models, every turn that a loop may have counted.
             */
            most_model_calls: number;
            /** @description What adapters are asked to do, such as `http.request`. */
            operations: string[];
            /** @description The accounts that the document names: everybody who may edit the workflow must be allowed to use them. */
            accounts: components["schemas"]["Id"][];
        };
        /** @description What happened to a trigger in a stretch of time. */
        Why: {
            trigger: components["schemas"]["Trigger"];
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            until: string;
            /**
             * @description The code of what explains most: started, held, a reason such as filtered, off, removed, `account_degraded`, missed,
             *     `not_due` or `nothing_received`.
             */
            answer: string;
            /** @description The same in one sentence. */
            summary: string;
            /** @description Everything that is known of that time, oldest first; at most 200. */
            findings: components["schemas"]["Finding"][];
        };
        /** @description A workflow with its newest draft. */
        Workflow: {
            id: components["schemas"]["Id"];
            name: string;
            description: string;
            /**
             * Format: int32
             * @description The newest draft's number.
             */
            draft_version: number;
            /**
             * Format: int32
             * @description The number of the version whose triggers are live.
             */
            published_version: number | null;
            /** Format: date-time */
            updated_at: string;
            document: components["schemas"]["WorkflowDocument"];
            /** @description Those of the published version. */
            triggers: components["schemas"]["Trigger"][];
        };
        /** @description A workflow in a list. */
        WorkflowSummary: {
            id: components["schemas"]["Id"];
            name: string;
            description: string;
            /**
             * Format: int32
             * @description The newest draft's number.
             */
            draft_version: number;
            /**
             * Format: int32
             * @description The number of the version whose triggers are live.
             */
            published_version: number | null;
            /** Format: date-time */
            updated_at: string;
            /** @description Those of the published version. */
            triggers: components["schemas"]["Trigger"][];
        };
        /** @description What a workflow's runs used in a period. */
        WorkflowUsage: components["schemas"]["Usage"] & {
            /** Format: date-time */
            since: string;
            /** Format: date-time */
            until: string;
        };
        /** @description One immutable version. */
        WorkflowVersion: {
            /**
             * Format: int32
             * @description 1, 2, 3, …
             */
            version: number;
            version_id: components["schemas"]["Id"];
            /** @description SHA-256 of the canonical document, hex. */
            hash: string;
            /** Format: date-time */
            created_at: string;
            /**
             * Format: date-time
             * @description When it was published for the first time.
             */
            published_at: string | null;
            document?: components["schemas"]["WorkflowDocument"] | null;
        };
        /** @enum {string} */
        RunStatus: "running" | "completed" | "failed" | "cancelled";
        /** @enum {string} */
        FactSource: "explicit" | "inferred";
        /** @enum {string} */
        FactState: "proposed" | "held" | "superseded";
        /** @description One node: what it does, with which parameters, between which ports. */
        WorkflowNode: {
            /** @description Unique in the document; expressions name it: `nodes.<id>`. */
            id: components["schemas"]["WorkflowNodeId"];
            /** @description One of the node types, such as `trigger.webhook` or `classify`. */
            node_type: string;
            /** @description Parameters of the node type; any string may hold `{{ … }}`. */
            config?: {
                [key: string]: unknown;
            };
            /** @description Left out, the node type's own inputs; `join` declares its inputs here. */
            inputs?: components["schemas"]["WorkflowInputPort"][];
            /** @description Left out, the node type's own outputs; `parallel` declares its outputs here. */
            outputs?: components["schemas"]["WorkflowOutputPort"][];
            /** @description How a failure of what an adapter does is tried again. Left out, only as the adapter itself does within seconds. */
            retry?: components["schemas"]["WorkflowRetry"] | null;
            /**
             * Format: uint64
             * @description Longest time from the node's start to its end, in seconds, tries and pauses included.
             */
            timeout_seconds?: number | null;
            /**
             * @description When people must agree to what the node is about to do: `{}` always, `{"when": "{{ input.amount > 500 }}"}`
             *     sometimes, `{"when": false}` never. The parameters are those of the node type `approval`. Only for nodes that act
             *     outside.
             */
            approval?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description What decides whom the node reaches (`to`, `url`, `method`, `account_id`) may be one of these without a question,
             *     although it comes from outside the workflow: addresses, domains such as `@example.org`, origins such as
             *     `https://example.org`, or `*` for everything. Anything else from outside people must agree to each time.
             */
            allow?: {
                [key: string]: string[];
            };
            /** @description What the node puts out in dry runs and tests instead of running, by output port. Live runs never use it. */
            pinned?: {
                [key: string]: unknown;
            };
        };
        WorkflowNodeId: string;
        /** @description Where values enter a node. */
        WorkflowInputPort: {
            /** @description Unique among the node's inputs. */
            name: components["schemas"]["WorkflowPortName"];
            /**
             * @description What the node accepts.
             * @default {}
             */
            schema: unknown;
            /**
             * @description Whether the node is skipped when nothing arrives here.
             * @default true
             */
            required: boolean;
        };
        WorkflowPortName: string;
        /** @description Where values leave a node. */
        WorkflowOutputPort: {
            /** @description Unique among the node's outputs. */
            name: components["schemas"]["WorkflowPortName"];
            /**
             * @description What the node emits.
             * @default {}
             */
            schema: unknown;
        };
        /**
         * @description How a failed effect is tried again: after a pause that doubles from try to try, up to a longest one, half of it drawn
         *     at random. A longer pause that the other side asked for is kept.
         */
        WorkflowRetry: {
            /**
             * Format: uint32
             * @description Most tries, the first included.
             */
            tries: number;
            /**
             * Format: uint64
             * @description The first pause, in seconds.
             * @default 1
             */
            pause_seconds: number;
            /**
             * Format: uint64
             * @description The longest pause, in seconds.
             * @default 3600
             */
            longest_pause_seconds: number;
            /**
             * @description The classes of errors that are worth another try.
             * @default [
             *       "rate_limit",
             *       "timeout",
             *       "unavailable"
             *     ]
             */
            on: components["schemas"]["WorkflowPassing"][];
        };
        /** @description A class of errors that another try may heal. What may have happened (`unknown`) is never repeated by itself. */
        WorkflowPassing: "auth" | "rate_limit" | "timeout" | "unavailable" | "rejected" | "schema";
        /** @description A connection from an output port to an input port. */
        WorkflowEdge: {
            /** @description The node that emits. */
            source: components["schemas"]["WorkflowNodeId"];
            /** @description Its output port. */
            source_port: components["schemas"]["WorkflowPortName"];
            /** @description The node that receives. */
            destination: components["schemas"]["WorkflowNodeId"];
            /** @description Its input port. */
            destination_port: components["schemas"]["WorkflowPortName"];
        };
        /** @description When a run's progress is made durable. */
        WorkflowCommit: "when_needed" | "each_node";
        /** @description What one run may use. A run that would go over a limit fails before it does, with class `limit`. */
        WorkflowLimits: {
            /**
             * Format: uint64
             * @description Longest time from start to end, in seconds, waits included.
             */
            seconds?: number | null;
            /**
             * Format: uint64
             * @description Most nodes, each turn of a loop counted.
             */
            nodes?: number | null;
            /**
             * Format: uint64
             * @description Most tokens of models, in and out. A call is not made when what it may use does not fit any more.
             */
            tokens?: number | null;
            /**
             * Format: uint64
             * @description Most that models may cost, in millionths of a US dollar. No call is made once it is reached.
             */
            cost_micros?: number | null;
        };
        /** @description When people must agree to what some of the nodes are about to do. */
        WorkflowApprovalRule: {
            /** @description Nodes that may do this outside. */
            effects: components["schemas"]["WorkflowEffectClass"][];
            /**
             * @description As beside a node: `approval`.
             * @default {}
             */
            approval: {
                [key: string]: unknown;
            };
        };
        /** @description What an operation may do outside. */
        WorkflowEffectClass: "read" | "write" | "irreversible";
        /** @description The drawing of a document, in pixels; x grows to the right, y downwards. */
        WorkflowLayout: {
            /** @description Upper left corners of nodes, by id. What is not here an editor places by itself; ids of no node mean nothing. */
            nodes?: {
                [key: string]: components["schemas"]["WorkflowPosition"];
            };
            /** @description Texts behind the nodes. */
            notes?: components["schemas"]["WorkflowNote"][];
        };
        /** @description A place on the drawing. */
        WorkflowPosition: {
            /** Format: int32 */
            x: number;
            /** Format: int32 */
            y: number;
        };
        /** @description A text on the drawing, or a frame around nodes that belong together. */
        WorkflowNote: {
            /** @description Unique among the notes. */
            id: string;
            /** @description Markdown. */
            text: string;
            /** @description Its upper left corner. */
            at: components["schemas"]["WorkflowPosition"];
            /** Format: uint32 */
            width: number;
            /** Format: uint32 */
            height: number;
        };
        /**
         * Document
         * @description A directed graph of nodes, whose triggers start runs.
         */
        WorkflowDocument: {
            /** @description What people call the workflow. */
            name: string;
            /**
             * @description What the workflow is for, in a sentence or two.
             * @default
             */
            description: string;
            /** @description The nodes, in any order. */
            nodes: components["schemas"]["WorkflowNode"][];
            /**
             * @description The edges. Where several meet one input port, the first that delivers wins.
             * @default []
             */
            edges: components["schemas"]["WorkflowEdge"][];
            /** @description When a run's progress is made durable. */
            commit?: components["schemas"]["WorkflowCommit"];
            /** @description Where a run stops although it could go on. What is left out is bounded by the installation alone. */
            limits?: components["schemas"]["WorkflowLimits"];
            /**
             * @description When people must agree to what the nodes are about to do that say nothing of it themselves. The first rule that is
             *     about what a node may do outside counts.
             */
            approvals?: components["schemas"]["WorkflowApprovalRule"][];
            /** @description Where an editor draws things. */
            layout?: components["schemas"]["WorkflowLayout"];
        };
        LogShard: number;
        LogRunId: string;
        LogWorkflowId: string;
        LogVersionId: string;
        /** @description One entry of the run log. Times are milliseconds since the Unix epoch, UTC. */
        LogRunEvent: {
            /** @constant */
            type: "run_started";
            /** Format: int64 */
            at_ms: number;
            trigger: components["schemas"]["LogRunTrigger"];
            /** @description What the trigger node puts out. */
            input: unknown;
            /**
             * Format: uint64
             * @description Where all randomness of the run comes from.
             */
            seed: number;
            /** @description The gateway replica that holds a socket open for the answer. */
            reply_to?: string | null;
            /** @description The run that waits for this one. */
            parent?: components["schemas"]["LogParent"] | null;
            /** @description How it differs from a run that its trigger starts. */
            variant?: components["schemas"]["LogVariant"] | null;
            /** @description When people must agree whatever the workflow says: what the tenant said when the run started. */
            rules?: components["schemas"]["LogTenantRule"][];
            seq: number;
        } | {
            /** @constant */
            type: "plan_computed";
            /** Format: uint32 */
            nodes: number;
            /** Format: uint32 */
            levels: number;
            /** Format: uint32 */
            width: number;
            /** Format: uint32 */
            effects: number;
            seq: number;
        } | {
            /** @constant */
            type: "node_started";
            /** Format: int64 */
            at_ms: number;
            node: components["schemas"]["LogNodeId"];
            iteration: number[];
            node_type: string;
            seq: number;
        } | {
            /** @constant */
            type: "node_completed";
            /** Format: int64 */
            at_ms: number;
            node: components["schemas"]["LogNodeId"];
            iteration: number[];
            node_type: string;
            outputs: {
                [key: string]: unknown;
            };
            seq: number;
        } | {
            /** @constant */
            type: "node_failed";
            /** Format: int64 */
            at_ms: number;
            node: components["schemas"]["LogNodeId"];
            iteration: number[];
            error: components["schemas"]["LogRunError"];
            seq: number;
        } | {
            /** @constant */
            type: "node_skipped";
            /** Format: int64 */
            at_ms: number;
            node: components["schemas"]["LogNodeId"];
            iteration: number[];
            reason: components["schemas"]["LogSkipReason"];
            seq: number;
        } | {
            /** @constant */
            type: "effect_requested";
            /** Format: int64 */
            at_ms: number;
            node: components["schemas"]["LogNodeId"];
            iteration: number[];
            effect_key: string;
            protocol: string;
            operation: string;
            request: unknown;
            seq: number;
        } | {
            /** @constant */
            type: "effect_completed";
            /** Format: int64 */
            at_ms: number;
            node: components["schemas"]["LogNodeId"];
            iteration: number[];
            effect_key: string;
            seq: number;
        } | {
            /** @constant */
            type: "branch_taken";
            /** Format: int64 */
            at_ms: number;
            node: components["schemas"]["LogNodeId"];
            iteration: number[];
            port: components["schemas"]["LogPortName"];
            seq: number;
        } | {
            /** @constant */
            type: "loop_iterated";
            /** Format: int64 */
            at_ms: number;
            node: components["schemas"]["LogNodeId"];
            iteration: number[];
            /** Format: uint32 */
            index: number;
            /** Format: uint32 */
            total: number;
            seq: number;
        } | {
            /** @constant */
            type: "loop_stopped";
            /** Format: int64 */
            at_ms: number;
            node: components["schemas"]["LogNodeId"];
            iteration: number[];
            by: components["schemas"]["LogNodeId"];
            /** Format: uint32 */
            index: number;
            reason: string;
            seq: number;
        } | {
            /** @constant */
            type: "coordination_began";
            /** Format: int64 */
            at_ms: number;
            node: components["schemas"]["LogNodeId"];
            iteration: number[];
            /** @description Goal, tools and limits: the node's parameters with every expression evaluated. */
            brief: unknown;
            seq: number;
        } | {
            /** @constant */
            type: "round_decided";
            /** Format: int64 */
            at_ms: number;
            node: components["schemas"]["LogNodeId"];
            iteration: number[];
            /**
             * Format: uint32
             * @description From 0.
             */
            round: number;
            /** @description What the model said about it, or its answer. */
            said: string;
            /** @description The tools that it could have chosen. */
            considered: string[];
            /** @description Those that it chose; none when it has answered. */
            chosen: string[];
            /** @description `seq` of the results that it had seen since the round before. */
            evidence: number[];
            seq: number;
        } | {
            /** @constant */
            type: "wait_started";
            /** Format: int64 */
            at_ms: number;
            node: components["schemas"]["LogNodeId"];
            iteration: number[];
            /** Format: int64 */
            wake_at_ms: number;
            reason: components["schemas"]["LogWaitReason"];
            seq: number;
        } | {
            /** @constant */
            type: "timer_fired";
            /** Format: int64 */
            at_ms: number;
            node: components["schemas"]["LogNodeId"];
            iteration: number[];
            timer: components["schemas"]["LogTimer"];
            seq: number;
        } | {
            /** @constant */
            type: "event_awaited";
            /** Format: int64 */
            at_ms: number;
            node: components["schemas"]["LogNodeId"];
            iteration: number[];
            event_type: string;
            account_id?: components["schemas"]["LogAccountId"] | null;
            matching: unknown;
            filter?: string | null;
            seq: number;
        } | {
            /** @constant */
            type: "event_arrived";
            /** Format: int64 */
            at_ms: number;
            node: components["schemas"]["LogNodeId"];
            iteration: number[];
            event_id: components["schemas"]["LogEventId"];
            seq: number;
        } | {
            /** @constant */
            type: "approval_requested";
            /** Format: int64 */
            at_ms: number;
            node: components["schemas"]["LogNodeId"];
            iteration: number[];
            question: components["schemas"]["LogQuestion"];
            seq: number;
        } | {
            /** @constant */
            type: "approval_decided";
            /** Format: int64 */
            at_ms: number;
            node: components["schemas"]["LogNodeId"];
            iteration: number[];
            question_id: components["schemas"]["LogQuestionId"];
            decision: components["schemas"]["LogDecision"];
            /** @description Absent when the time was over. */
            actor?: components["schemas"]["LogUserId"] | null;
            comment?: string;
            seq: number;
        } | {
            /** @constant */
            type: "approval_waived";
            /** Format: int64 */
            at_ms: number;
            node: components["schemas"]["LogNodeId"];
            iteration: number[];
            /** Format: uint32 */
            confidence: number;
            told: boolean;
            seq: number;
        } | {
            /** @constant */
            type: "clarification_needed";
            /** Format: int64 */
            at_ms: number;
            node: components["schemas"]["LogNodeId"];
            iteration: number[];
            question: components["schemas"]["LogQuestion"];
            seq: number;
        } | {
            /** @constant */
            type: "clarification_answered";
            /** Format: int64 */
            at_ms: number;
            node: components["schemas"]["LogNodeId"];
            iteration: number[];
            question_id: components["schemas"]["LogQuestionId"];
            actor?: components["schemas"]["LogUserId"] | null;
            seq: number;
        } | {
            /** @constant */
            type: "question_assigned";
            /** Format: int64 */
            at_ms: number;
            node: components["schemas"]["LogNodeId"];
            iteration: number[];
            question_id: components["schemas"]["LogQuestionId"];
            to: components["schemas"]["LogUserId"][];
            actor?: components["schemas"]["LogUserId"] | null;
            seq: number;
        } | {
            /** @constant */
            type: "question_withdrawn";
            /** Format: int64 */
            at_ms: number;
            node: components["schemas"]["LogNodeId"];
            iteration: number[];
            question_id: components["schemas"]["LogQuestionId"];
            seq: number;
        } | {
            /** @constant */
            type: "child_abandoned";
            /** Format: int64 */
            at_ms: number;
            node: components["schemas"]["LogNodeId"];
            iteration: number[];
            run_id: components["schemas"]["LogRunId"];
            workflow_id: components["schemas"]["LogWorkflowId"];
            seq: number;
        } | {
            /** @constant */
            type: "cost_incurred";
            /** Format: int64 */
            at_ms: number;
            node: components["schemas"]["LogNodeId"];
            iteration: number[];
            invocation_id: components["schemas"]["LogInvocationId"];
            /** Format: uint64 */
            input_tokens: number;
            /** Format: uint64 */
            output_tokens: number;
            /**
             * Format: uint64
             * @description Millionths of a US dollar.
             */
            cost_micros: number;
            /** @description The child run that has counted it as well: who adds up several runs leaves it out here. */
            child_run_id?: components["schemas"]["LogRunId"] | null;
            seq: number;
        } | {
            /** @constant */
            type: "result_taken";
            /** Format: int64 */
            at_ms: number;
            node: components["schemas"]["LogNodeId"];
            iteration: number[];
            node_type: string;
            /**
             * Format: uint64
             * @description `seq` of the result in that run's log; absent for a result that the document has pinned.
             */
            from_seq?: number | null;
            result: components["schemas"]["LogTakenResult"];
            seq: number;
        } | {
            /** @constant */
            type: "stand_in_given";
            /** Format: int64 */
            at_ms: number;
            node: components["schemas"]["LogNodeId"];
            iteration: number[];
            outputs: {
                [key: string]: unknown;
            };
            seq: number;
        } | {
            /** @constant */
            type: "effect_withheld";
            /** Format: int64 */
            at_ms: number;
            node: components["schemas"]["LogNodeId"];
            iteration: number[];
            protocol: string;
            operation: string;
            /** @description What would have been sent. */
            request: unknown;
            /** @description What the node goes on with. */
            instead: components["schemas"]["LogStandIn"];
            seq: number;
        } | {
            /** @constant */
            type: "node_tested";
            /** Format: int64 */
            at_ms: number;
            node: components["schemas"]["LogNodeId"];
            /** @description What has come, by input port. */
            inputs: {
                [key: string]: unknown;
            };
            /** @description Its parameters with every expression evaluated; absent where one cannot be evaluated ahead. */
            parameters?: unknown;
            seq: number;
        } | {
            /** @constant */
            type: "run_completed";
            /** Format: int64 */
            at_ms: number;
            output: unknown;
            /** @description Why it ended early, if it did. */
            stopped?: string | null;
            seq: number;
        } | {
            /** @constant */
            type: "run_failed";
            /** Format: int64 */
            at_ms: number;
            error: components["schemas"]["LogRunError"];
            seq: number;
        } | {
            /** @constant */
            type: "run_cancelled";
            /** Format: int64 */
            at_ms: number;
            actor?: components["schemas"]["LogUserId"] | null;
            reason: string;
            seq: number;
        };
        /** @description What started a run. */
        LogRunTrigger: {
            kind: components["schemas"]["LogTriggerKind"];
            /** @description The trigger node that starts. */
            node: components["schemas"]["LogNodeId"];
            /** @description Absent when a person started a draft by hand. */
            trigger_id?: components["schemas"]["LogTriggerId"] | null;
            /** @description The event that caused it. */
            event_id: components["schemas"]["LogEventId"];
            /** @description The person, when it was one. */
            actor?: components["schemas"]["LogUserId"] | null;
        };
        /** @description The kinds of triggers. */
        LogTriggerKind: ("manual" | "webhook" | "schedule" | "integration_event" | "error") | "workflow";
        LogNodeId: string;
        LogTriggerId: string;
        LogEventId: string;
        LogUserId: string;
        /** @description The run that asked for another, and waits for its end. */
        LogParent: {
            run_id: components["schemas"]["LogRunId"];
            workflow_id: components["schemas"]["LogWorkflowId"];
            node: components["schemas"]["LogNodeId"];
            /** @description The effect of the parent that the end of the child completes. */
            effect_key: string;
            /**
             * Format: uint32
             * @description How many runs are above the child: 1 for a child of a run that nobody asked for.
             */
            depth: number;
            /** @description What the child may use, whatever its own workflow says. */
            budget?: components["schemas"]["LogBudget"] | null;
            /** @description How what the child was handed may have come from outside; empty when it did not. */
            tainted?: components["schemas"]["LogTaintStep"][];
            /** @description Whether the child was called as something that only looks: what cannot be taken back then needs a person. */
            reads?: boolean;
        };
        /** @description What a run may use of models, the runs below it included. */
        LogBudget: {
            /**
             * Format: uint64
             * @description In and out.
             */
            tokens?: number | null;
            /**
             * Format: uint64
             * @description Millionths of a US dollar.
             */
            cost_micros?: number | null;
        };
        /** @description One node through which a value came. */
        LogTaintStep: {
            /** @description The node's run: the one that asks, or one that called it. */
            run_id: components["schemas"]["LogRunId"];
            node: components["schemas"]["LogNodeId"];
        };
        /** @description How a run differs from one that its trigger starts. */
        LogVariant: {
            /** @description Nothing leaves the engine: effects are listed, not sent, and nothing is waited for. */
            dry?: boolean;
            /** @description The run that it repeats. */
            forked_from?: components["schemas"]["LogForkedFrom"] | null;
            /** @description The only node that runs. */
            only?: components["schemas"]["LogNodeId"] | null;
            /** @description What enters that node, or the node forked at, instead of what its edges deliver; by port where it has several. */
            input?: unknown;
        };
        /** @description Where a fork leaves another run. */
        LogForkedFrom: {
            run_id: components["schemas"]["LogRunId"];
            /** @description The first node that runs again; absent when the whole run is repeated. */
            at?: components["schemas"]["LogNodeId"] | null;
            /**
             * Format: uint64
             * @description How far that run's log went when it was read.
             */
            seq: number;
            /** @description The run with which the chain of forks began; absent when it is that run itself. */
            first?: components["schemas"]["LogRunId"] | null;
        };
        /** @description When people must agree to what a node of any workflow is about to do. Workflows can ask for more, never for less. */
        LogTenantRule: {
            /** @description About nodes that may do this outside. */
            effects: components["schemas"]["LogReach"][];
            /** @description About these operations alone, such as `http.request`; none: about all. */
            operations?: string[];
            /**
             * @description One expression that gives a boolean: `input` is what is about to be sent, `trigger` what started the run. Absent:
             *     always. One that cannot be evaluated counts as true.
             */
            when?: string | null;
            /**
             * Format: double
             * @description From 0 to 1: nobody is asked when the workflow says that it is at least so sure. Absent: however sure it is.
             */
            unless_sure?: number | null;
            /** @description Who may decide; none: those whom the workflow names, or else everybody who may run it. */
            approvers?: components["schemas"]["LogUserId"][];
            /**
             * @description Whether the person who started the run may decide.
             * @default true
             */
            own: boolean;
            /** @description What should be known before deciding. */
            text?: string;
        };
        /** @description What a node may do outside. */
        LogReach: "read" | "write" | "irreversible";
        /** @description An error that a person can act on. */
        LogRunError: {
            class: components["schemas"]["LogErrorClass"];
            /** @description Stable, such as `http.status` or `expression.failed`. */
            code: string;
            /** @description One sentence: what was attempted on what, and what came of it. */
            message: string;
            /** @description What to do about it. */
            hint?: string | null;
            /** @description The node that failed, once known. */
            node?: components["schemas"]["LogNodeId"] | null;
            /** @description What the other side answered, where that helps. */
            detail?: unknown;
            /**
             * Format: uint64
             * @description How long the other side asked to be left alone, in milliseconds.
             */
            retry_after_ms?: number | null;
        };
        /** @description The kinds of failure that are treated differently. */
        LogErrorClass: "auth" | "rate_limit" | "timeout" | "unavailable" | "rejected" | "schema" | "permission" | "expression" | "limit" | "unknown" | "stated";
        /** @description Why a node did not run. */
        LogSkipReason: {
            /** @constant */
            kind: "input_never_came";
            port: components["schemas"]["LogPortName"];
        } | {
            /** @constant */
            kind: "other_trigger";
        } | {
            /** @constant */
            kind: "too_few_came";
            /** Format: uint32 */
            wanted: number;
            /** Format: uint32 */
            came: number;
        } | {
            /** @constant */
            kind: "loop_failed";
            node: components["schemas"]["LogNodeId"];
        } | {
            /** @constant */
            kind: "ignored";
        };
        LogPortName: string;
        /** @description Why a node waits. */
        LogWaitReason: {
            /** @constant */
            kind: "pause";
        } | {
            /** @constant */
            kind: "inputs";
        } | {
            /** @constant */
            kind: "retry";
            /** Format: uint32 */
            tries: number;
            error: components["schemas"]["LogRunError"];
        } | {
            /** @constant */
            kind: "deadline";
        } | {
            /** @constant */
            kind: "event";
        } | {
            /** @constant */
            kind: "decision";
        } | {
            /** @constant */
            kind: "escalation";
        };
        /**
         * @description What a wait is for.
         * @enum {string}
         */
        LogTimer: "pause" | "inputs" | "retry" | "deadline" | "event" | "decision" | "escalation";
        LogAccountId: string;
        /** @description A question to people. It stays the same whatever happens around it, so that an answer is to what was asked. */
        LogQuestion: {
            /** @description Derived from run, node and iteration: asked for again, it is the same question. */
            question_id: components["schemas"]["LogQuestionId"];
            title: string;
            /** @description Why it is asked, or what should be known before answering. */
            text?: string;
            about: components["schemas"]["LogSubject"];
            /** @description What of it strangers may have chosen, because it came from outside. */
            tainted?: components["schemas"]["LogTainted"][];
            /** @description Who may decide, of those who may run the workflow; everybody of them when empty. */
            assignees?: components["schemas"]["LogUserId"][];
            /** @description Who may not decide: the person that started the run, where the workflow forbids to approve one's own. */
            not?: components["schemas"]["LogUserId"] | null;
            /** @description Who is asked when nobody has decided until then; milliseconds since the Unix epoch, UTC. */
            escalation?: components["schemas"]["LogEscalation"] | null;
            /** @description What counts as decided when the time is over. */
            deadline?: components["schemas"]["LogDeadline"] | null;
        };
        LogQuestionId: string;
        /** @description What a question is about. */
        LogSubject: {
            /** @constant */
            kind: "effect";
            protocol: string;
            operation: string;
            request: unknown;
            /** @description SHA-256 of protocol, operation and request, hex. */
            hash: string;
        } | {
            /** @constant */
            kind: "value";
            value: unknown;
            /** @description SHA-256 of the value, hex. */
            hash: string;
        } | {
            /** @constant */
            kind: "form";
            /** @description JSON Schema of the answer. */
            form: unknown;
        };
        /** @description An argument whose value may have come from outside. */
        LogTainted: {
            /** @description As the request names it, such as `to`. */
            argument: string;
            /** @description From where the value entered to the last node before the argument. */
            way: components["schemas"]["LogTaintStep"][];
        };
        /** @description When nobody has decided, others are asked. */
        LogEscalation: {
            /** Format: int64 */
            at_ms: number;
            to: components["schemas"]["LogUserId"][];
        };
        /** @description When nobody has decided at all. */
        LogDeadline: {
            /** Format: int64 */
            at_ms: number;
            then: components["schemas"]["LogFallback"];
        };
        /**
         * @description What counts when nobody has decided.
         * @enum {string}
         */
        LogFallback: "approve" | "reject" | "ignore";
        /** @description What somebody decided. */
        LogDecision: {
            /** @constant */
            kind: "approve";
        } | {
            /** @constant */
            kind: "edit";
            value: unknown;
        } | {
            /** @constant */
            kind: "respond";
            value: unknown;
        } | {
            /** @constant */
            kind: "reject";
        } | {
            /** @constant */
            kind: "ignore";
        };
        LogInvocationId: string;
        /** @description What became of a node in another run. */
        LogTakenResult: {
            /** @constant */
            kind: "completed";
            outputs: {
                [key: string]: unknown;
            };
        } | {
            /** @constant */
            kind: "failed";
            error: components["schemas"]["LogRunError"];
        } | {
            /** @constant */
            kind: "skipped";
            reason: components["schemas"]["LogSkipReason"];
        };
        /** @description What a node of a dry run goes on with instead of an adapter's result. */
        LogStandIn: "recorded" | "pinned" | "example" | "nothing";
        RehearsalBacktestId: string;
        RehearsalWorkflowId: string;
        RehearsalVersionId: string;
        /** @description One past run, and what the version makes of the same payload. */
        RehearsalBacktestCase: {
            run_id: components["schemas"]["RehearsalRunId"];
            verdict: components["schemas"]["RehearsalBacktestVerdict"];
            /** @description How the real run stands: running, completed, failed or cancelled; absent when its log is gone. */
            before?: string | null;
            /** @description Effects of both, in the order of the version's; those that only the real run had last. */
            effects: components["schemas"]["RehearsalBacktestEffect"][];
            /**
             * Format: uint64
             * @description Effects that are not listed because there are too many.
             */
            more_effects?: number;
            /** @description Whether its end or its effects differ from the real run's. */
            differs: boolean;
        };
        RehearsalRunId: string;
        /** @description What becomes of a payload. */
        RehearsalBacktestVerdict: {
            /** @constant */
            kind: "filtered";
            message: string;
        } | {
            /** @constant */
            kind: "not_started";
            code: string;
            message: string;
        } | {
            /** @constant */
            kind: "ended";
            status: string;
            /** @description The code of the error. */
            error?: string | null;
        } | {
            /** @constant */
            kind: "not_reached";
        };
        /** @description One effect of a case. */
        RehearsalBacktestEffect: {
            node: components["schemas"]["RehearsalNodeId"];
            iteration: number[];
            protocol: string;
            operation: string;
            change: components["schemas"]["RehearsalEffectChange"];
            /** @description What would be sent; absent where it is the same, and where it is long. */
            request?: unknown;
        };
        RehearsalNodeId: string;
        /** @description How an effect compares with the real run's. */
        RehearsalEffectChange: "same" | "changed" | "added" | "removed";
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_accounts: {
        parameters: {
            query?: {
                /** @description Items per page, 1 to 200; 50 when left out. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Account"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_account: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
                Prefer?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAccount"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description accepted; see Location */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_account: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_account: {
        parameters: {
            query?: never;
            header?: {
                Prefer?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    update_account: {
        parameters: {
            query?: never;
            header?: {
                Prefer?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccountPatch"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    chat_with_agent: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
                Prefer?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AgentMessage"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentRun"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resume_agent: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
                Prefer?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AgentResponse"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Question"];
                };
            };
            /** @description accepted; see Location */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_api_keys: {
        parameters: {
            query?: {
                /** @description Items per page, 1 to 200; 50 when left out. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ApiKey"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_api_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewApiKey"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedApiKey"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_api_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_approval_rules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApprovalRules"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_approval_rules: {
        parameters: {
            query?: never;
            header?: {
                Prefer?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApprovalRules"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApprovalRules"];
                };
            };
            /** @description accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    upload_artifact: {
        parameters: {
            query?: {
                /** @description Such as `invoice.pdf`; at most 255 characters. */
                name?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": number[];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ArtifactValue"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_artifact: {
        parameters: {
            query?: never;
            header?: {
                Range?: string | null;
            };
            path: {
                /** @description SHA-256 of the bytes, hexadecimal */
                hash: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": number[];
                };
            };
            /** @description a part of it */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": number[];
                };
            };
            /** @description none of that part is there */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    finish_sign_in: {
        parameters: {
            query: {
                state: string;
                code?: string;
                error?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description signed in, or back to the door with an error */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    start_sign_in: {
        parameters: {
            query?: {
                /** @description Where the browser goes afterwards: a path of this site. */
                return_to?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description to the provider */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_backtest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Backtest"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_conversations: {
        parameters: {
            query?: {
                /** @description Only those with this text, in any case, in their title or in a message. */
                q?: string;
                /** @description Items per page, 1 to 200; 50 when left out. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Conversation"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_conversation: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
                Prefer?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewConversation"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conversation"];
                };
            };
            /** @description accepted; see Location */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_conversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conversation"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rename_conversation: {
        parameters: {
            query?: never;
            header?: {
                Prefer?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConversationChange"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conversation"];
                };
            };
            /** @description accepted; see Location */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_messages: {
        parameters: {
            query?: {
                /** @description The branch of this message of a person, to its newest end; left out, the newest branch. */
                at?: components["schemas"]["Id"];
                /** @description Items per page, 1 to 200; 50 when left out. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Message"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_message: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
                Prefer?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewMessage"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            /** @description accepted; see Location */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stream_answers: {
        parameters: {
            query?: never;
            header?: {
                /** @description the last id that was seen */
                "Last-Event-ID"?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stream_events: {
        parameters: {
            query?: never;
            header?: {
                /** @description the last id that was seen */
                "Last-Event-ID"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_facts: {
        parameters: {
            query?: {
                /** @description Only proposed, held or superseded ones. */
                state?: "proposed" | "held" | "superseded";
                /** @description Only those with this text, in any case. */
                q?: string;
                /** @description Items per page, 1 to 200; 50 when left out. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Fact"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_fact: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
                Prefer?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewFact"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Fact"];
                };
            };
            /** @description accepted; see Location */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_fact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Fact"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    forget_fact: {
        parameters: {
            query?: never;
            header?: {
                Prefer?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Forgetting"];
                };
            };
            /** @description accepted; see Location */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    update_fact: {
        parameters: {
            query?: never;
            header?: {
                Prefer?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FactChange"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Fact"];
                };
            };
            /** @description accepted; see Location */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_forgetting: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Forgetting"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_fact_history: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FactHistory"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_inbox: {
        parameters: {
            query?: {
                /** @description Only those of this category. */
                category?: string;
                /** @description What is archived instead of what is not. */
                archived?: boolean;
                /** @description Items per page, 1 to 200; 50 when left out. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InboxPage"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_inbox_item: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InboxItem"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    update_inbox_item: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InboxPatch"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InboxItem"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_invocations: {
        parameters: {
            query?: {
                /** @description Only those of this run. */
                run_id?: components["schemas"]["Id"];
                /** @description Items per page, 1 to 200; 50 when left out. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Invocation"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_invocation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invocation"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_feedback: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Feedback"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    give_feedback: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
                Prefer?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewFeedback"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Feedback"];
                };
            };
            /** @description accepted; see Location */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_language_models: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_LanguageModel"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_node_types: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Value"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_notifications: {
        parameters: {
            query?: {
                /** @description Items per page, 1 to 200; 50 when left out. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Notification"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    update_notification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NotificationPatch"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Notification"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_prompts: {
        parameters: {
            query?: {
                /** @description Items per page, 1 to 200; 50 when left out. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Prompt"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_prompt: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
                Prefer?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPrompt"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Prompt"];
                };
            };
            /** @description accepted; see Location */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_prompt: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Prompt"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    save_prompt: {
        parameters: {
            query?: never;
            header?: {
                Prefer?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PromptText"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Prompt"];
                };
            };
            /** @description accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_prompt_cases: {
        parameters: {
            query?: {
                /** @description Items per page, 1 to 200; 50 when left out. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Feedback"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_prompt_evaluations: {
        parameters: {
            query?: {
                /** @description Items per page, 1 to 200; 50 when left out. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Evaluation"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    evaluate_prompt: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
                Prefer?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PromptVersionChoice"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Evaluation"];
                };
            };
            /** @description accepted; see the prompt's evaluations */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    label_prompt: {
        parameters: {
            query?: never;
            header?: {
                Prefer?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
                label: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PromptVersionChoice"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Prompt"];
                };
            };
            /** @description accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_prompt_version: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PromptVersion"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_questions: {
        parameters: {
            query?: {
                /** @description open: those that nobody has decided; decided: the others. All when left out. */
                state?: "open" | "decided";
                /** @description Only those of this run. */
                run_id?: components["schemas"]["Id"];
                /** @description Items per page, 1 to 200; 50 when left out. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Question"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_question: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Question"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    decide_question: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
                Prefer?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DecisionRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Question"];
                };
            };
            /** @description accepted; see Location */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delegate_question: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
                Prefer?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DelegationRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Question"];
                };
            };
            /** @description accepted; see Location */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_retention: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Retention"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_retention: {
        parameters: {
            query?: never;
            header?: {
                Prefer?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetentionWish"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Retention"];
                };
            };
            /** @description accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_runs: {
        parameters: {
            query?: {
                /** @description Only those of this workflow. */
                workflow_id?: components["schemas"]["Id"];
                /** @description Only running, completed, failed or cancelled ones. */
                status?: "running" | "completed" | "failed" | "cancelled";
                /** @description Only those that this run waits for, or waited for, whatever their status. */
                parent_run_id?: components["schemas"]["Id"];
                /** @description Only those that were asked for at this moment or later. */
                since?: string;
                /** @description Only those that were asked for before this moment. */
                until?: string;
                /**
                 * @description Only those with this text, in any case, in what came in, went on or went out. What is found so far is answered
                 *     within about a second, with how far back was searched; `next_cursor` goes on from there.
                 */
                q?: string;
                /** @description Items per page, 1 to 200; 50 when left out. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunPage"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancel_run: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
                Prefer?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compare_runs: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
                /** @description the run on the right */
                other: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDiff"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_run_events: {
        parameters: {
            query?: {
                /** @description Items per page, 1 to 200; 50 when left out. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: {
                /** @description the last seq that was seen */
                "Last-Event-ID"?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the log */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Value"];
                    "text/event-stream": string;
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    fork_run: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
                Prefer?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ForkRequest"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunAccepted"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignInRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sign_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_setup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SetupState"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_first_account: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetupRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_system_status: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SystemStatus"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tap: {
        parameters: {
            query?: {
                /** @description A subject with wildcards, such as `workflow.>`; everything when left out. */
                subject?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["TapEvent"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_templates: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Template"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_triggers: {
        parameters: {
            query?: {
                /** @description Only those of this workflow. */
                workflow_id?: components["schemas"]["Id"];
                /** @description Items per page, 1 to 200; 50 when left out. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Trigger"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    update_trigger: {
        parameters: {
            query?: never;
            header?: {
                Prefer?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TriggerPatch"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Trigger"];
                };
            };
            /** @description accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_trigger_secret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SigningSecret"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    explain_trigger: {
        parameters: {
            query?: {
                /**
                 * @description A moment (RFC 3339), or a time of the day such as `08:00`: the last such time, in the time zone of the schedule, of
                 *     other triggers in UTC. Left out: now.
                 */
                at?: string;
                /**
                 * @description Until when: a moment, or a time of the day, then the first such time after `at`; left out, a quarter of an hour after
                 *     it. What happened up to a minute before `at` is told too.
                 */
                until?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Why"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_workflows: {
        parameters: {
            query?: {
                /** @description Items per page, 1 to 200; 50 when left out. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_WorkflowSummary"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_workflow: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
                Prefer?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DocumentBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description accepted; see Location */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    validate_workflow: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DocumentBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Validation"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_workflow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    save_workflow: {
        parameters: {
            query?: never;
            header?: {
                /** @description the draft_version that was changed */
                "If-Match"?: string | null;
                Prefer?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DocumentBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description accepted; see Location */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_workflow: {
        parameters: {
            query?: never;
            header?: {
                Prefer?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    backtest_workflow: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
                Prefer?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BacktestRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Backtest"];
                };
            };
            /** @description accepted; see Location */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    test_node: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
                Prefer?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
                /** @description the node's id in the document */
                node: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TestRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NodeTest"];
                };
            };
            /** @description it runs; see Location */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    publish_workflow: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
                Prefer?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PublishRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description accepted; see Location */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_workflow_retention: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Retention"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_workflow_retention: {
        parameters: {
            query?: never;
            header?: {
                Prefer?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetentionWish"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Retention"];
                };
            };
            /** @description accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    start_run: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
                Prefer?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RunRequest"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunAccepted"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listen_for_test_call: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Listening"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_workflow_usage: {
        parameters: {
            query?: {
                /** @description 30 days before its end when left out. */
                since?: string;
                /** @description Now when left out. */
                until?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkflowUsage"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_versions: {
        parameters: {
            query?: {
                /** @description Items per page, 1 to 200; 50 when left out. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_WorkflowVersion"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_version: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
                /** @description the version's number */
                n: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkflowVersion"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compare_versions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
                /** @description the older version's number */
                n: number;
                /** @description the newer version's number */
                to: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionDiff"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    plan_version: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
                /** @description the version's number */
                n: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionPlan"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_chat_completion: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CompletionRequest"];
            };
        };
        responses: {
            /** @description a `chat.completion`, or `chat.completion.chunk`s that end with `[DONE]` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                    "text/event-stream": string;
                };
            };
            /** @description an error of that API */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    list_models: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Models"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    get_model: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Model"];
                };
            };
            /** @description problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
}

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { CircleDot, Play, Rocket, Save, Trash2 } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, removed } from "../../api/client";
import { useCommands, type Command } from "../../app/commands";
import { Badge } from "../../ui/Badge";
import { Button } from "../../ui/Button";
import { IconButton } from "../../ui/IconButton";
import { ConfirmDialog } from "../../ui/Dialog";
import { PageHeader } from "../../ui/PageHeader";
import { toast } from "../../ui/toast";
import { PublishedBadge } from "../workflows/WorkflowsPage";
import { RunNowDialog } from "./RunNowDialog";
import type { Draft } from "./useDraft";

export function WorkflowHeader({ draft }: { draft: Draft }) {
  const { t } = useTranslation();
  const [running, setRunning] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const { workflow, dirty } = draft;
  const actions = useDraftActions(draft, () => setRunning(true));
  return (
    <>
      <PageHeader
        wide
        title={workflow.name}
        lead={workflow.description}
        back={{ to: "/workflows", label: t("nav.workflows") }}
        meta={
          <>
            <PublishedBadge workflow={workflow} />
            {dirty && (
              <Badge tone="accent" icon={CircleDot}>
                {t("workflow.unsaved")}
              </Badge>
            )}
          </>
        }
        actions={
          <>
            <IconButton label={t("workflow.delete")} onPress={() => setDeleting(true)}>
              <Trash2 aria-hidden size={15} />
            </IconButton>
            <Button onPress={actions.run}>
              <Play aria-hidden size={14} />
              {t("workflow.run")}
            </Button>
            <Button onPress={actions.save} isDisabled={!dirty} isPending={draft.saving}>
              <Save aria-hidden size={14} />
              {t("workflow.save")}
            </Button>
            <Button
              kind="primary"
              onPress={actions.publish}
              isPending={draft.publishing}
              isDisabled={!dirty && workflow.published_version === workflow.draft_version}
            >
              <Rocket aria-hidden size={14} />
              {t("workflow.publish")}
            </Button>
          </>
        }
      />
      {running && <RunNowDialog workflow={workflow} onClose={() => setRunning(false)} />}
      <DeleteDialog
        id={workflow.id}
        name={workflow.name}
        isOpen={deleting}
        onClose={() => setDeleting(false)}
      />
    </>
  );
}

/** Save, publish and run, each saving the text first; as buttons, keys and palette entries. */
function useDraftActions(draft: Draft, run: () => void) {
  const { t } = useTranslation();
  const latest = useRef({ draft, run });
  useEffect(() => {
    latest.current = { draft, run };
  });
  const [actions, commands] = useMemo(() => {
    const saved = async () => {
      const { draft } = latest.current;
      return !draft.dirty || (await draft.save()) !== undefined;
    };
    const actions = {
      save: () => void (latest.current.draft.dirty && latest.current.draft.save()),
      publish: () => void saved().then((ok) => ok && latest.current.draft.publish()),
      run: () => void saved().then((ok) => ok && latest.current.run()),
    };
    const section = t("workflow.section");
    const commands: Command[] = [
      {
        id: "workflow.save",
        title: t("workflow.save"),
        section,
        keys: "$mod+s",
        icon: Save,
        run: actions.save,
      },
      {
        id: "workflow.publish",
        title: t("workflow.publish"),
        section,
        keys: "$mod+Shift+p",
        icon: Rocket,
        run: actions.publish,
      },
      {
        id: "workflow.run",
        title: t("workflow.run"),
        section,
        keys: "$mod+Enter",
        icon: Play,
        run: actions.run,
      },
    ];
    return [actions, commands] as const;
  }, [t]);
  useCommands(commands);
  return actions;
}

interface DeleteDialogProps {
  id: string;
  name: string;
  isOpen: boolean;
  onClose: () => void;
}

function DeleteDialog({ id, name, isOpen, onClose }: DeleteDialogProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => removed(api.DELETE("/api/v1/workflows/{id}", { params: { path: { id } } })),
    onSuccess: async () => {
      toast(t("workflow.deleted", { name }));
      await navigate({ to: "/workflows" });
      await client.invalidateQueries({ queryKey: ["list", "workflows"] });
    },
    meta: { quiet: true },
  });
  return (
    <ConfirmDialog
      title={t("workflow.deleteTitle", { name })}
      isOpen={isOpen}
      onClose={onClose}
      onConfirm={() => remove.mutate()}
      pending={remove.isPending}
      error={remove.error}
      action={t("workflow.delete")}
    >
      <p>{t("workflow.deleteText")}</p>
    </ConfirmDialog>
  );
}

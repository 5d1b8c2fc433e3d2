import { FlaskConical, Play } from "lucide-react";
import { useTranslation } from "react-i18next";
import { forkPoints } from "../../../domain/fork";
import { words } from "../../../domain/format";
import { syntaxFault } from "../../../domain/pointer";
import type { RunState } from "../../../domain/run";
import { Button } from "../../../ui/Button";
import { Choice } from "../../../ui/Choice";
import { Dialog } from "../../../ui/Dialog";
import { SelectInput, SwitchInput } from "../../../ui/Field";
import { JsonEditor } from "../../../ui/Lazy";
import { ProblemNote } from "../../../ui/States";
import { Forecast } from "./Forecast";
import { useAgain, type AgainDraft } from "./useAgain";

interface AgainDialogProps {
  runId: string;
  run: RunState;
  /** Where it begins, until a person says otherwise. */
  start?: string;
  onClose: () => void;
}

const fromStart = "";

/** From where, on which version, with what, and live or dry; and what would then happen. */
export function AgainDialog({ runId, run, start, onClose }: AgainDialogProps) {
  const { t } = useTranslation();
  const draft = useAgain(runId, run, start);
  const { send, forecast, dry, at } = draft;
  const sends = forecast?.sent.length ?? 0;
  return (
    <Dialog
      title={at === undefined ? t("again.allTitle") : t("again.fromTitle", { node: at })}
      isOpen
      onClose={onClose}
      wide
      footer={
        <>
          <Button onPress={onClose}>{t("actions.cancel")}</Button>
          <Button
            kind="primary"
            onPress={() => send.mutate()}
            isPending={send.isPending}
            isDisabled={forecast === undefined}
          >
            {dry ? <FlaskConical aria-hidden size={14} /> : <Play aria-hidden size={14} />}
            {dry
              ? t("again.startDry")
              : sends > 0
                ? t("again.startSending", { count: sends })
                : t("again.start")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <ProblemNote error={send.error} />
        <div className="grid gap-4 sm:grid-cols-2">
          <SelectInput
            label={t("again.at")}
            error={send.error?.at("/at")}
            value={at ?? fromStart}
            onChange={(id) => draft.setAt(id === fromStart ? undefined : id)}
            options={[
              { id: fromStart, name: t("again.theStart") },
              ...forkPoints(run).map(({ node, nodeType }) => ({
                id: node,
                name: node,
                note: nodeType && words(nodeType),
              })),
            ]}
          />
          <VersionChoice draft={draft} />
        </div>
        <Choice
          label={t("again.how")}
          value={dry ? "dry" : "live"}
          onChange={(how) => draft.setDry(how === "dry")}
          options={[
            { id: "live", name: t("again.live"), text: t("again.liveText") },
            { id: "dry", name: t("again.dry"), text: t("again.dryText") },
          ]}
        />
        <OtherInput draft={draft} />
        <Forecast draft={draft} />
      </div>
    </Dialog>
  );
}

function VersionChoice({ draft }: { draft: AgainDraft }) {
  const { t } = useTranslation();
  const { versions, version, facts } = draft;
  const numbers = versions.length > 0 ? versions.map((one) => one.version) : [version];
  return (
    <SelectInput
      label={t("again.version")}
      error={draft.send.error?.at("/version")}
      value={String(version)}
      onChange={(id) => draft.chooseVersion(Number(id))}
      options={numbers.map((number, index) => ({
        id: String(number),
        name: t("versions.name", { version: number }),
        note: number === facts?.version ? t("again.thisRuns") : index === 0 ? t("again.newest") : undefined,
      }))}
    />
  );
}

function OtherInput({ draft }: { draft: AgainDraft }) {
  const { t } = useTranslation();
  const { text } = draft;
  const fault = text === null ? undefined : syntaxFault(text);
  return (
    <div className="flex flex-col gap-2">
      <SwitchInput label={t("again.ownInput")} isSelected={text !== null} onChange={draft.ownInput} />
      {text !== null && (
        <div className="border-line-strong h-44 overflow-hidden rounded-lg border">
          <JsonEditor
            label={t("workflow.input")}
            value={text}
            onChange={draft.setText}
            diagnostics={
              fault ? [{ ...fault.range, severity: "error" as const, message: fault.message }] : []
            }
          />
        </div>
      )}
    </div>
  );
}

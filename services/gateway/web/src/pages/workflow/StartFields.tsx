import { useTranslation } from "react-i18next";
import { words } from "../../domain/format";
import { SelectInput } from "../../ui/Field";
import { JsonEditor } from "../../ui/Lazy";
import { ProblemNote } from "../../ui/States";
import type { Start } from "./useStart";

/** Where a run by hand begins, and with what. */
export function StartFields({ start }: { start: Start }) {
  const { t } = useTranslation();
  const { triggers, node, setNode, text, setText, fault, dry, run } = start;
  const diagnostics = fault ? [{ ...fault.range, severity: "error" as const, message: fault.message }] : [];
  return (
    <div className="flex flex-col gap-4">
      <ProblemNote error={run.error} />
      {triggers.length > 1 && (
        <SelectInput
          label={t("workflow.startAt")}
          value={node}
          onChange={setNode}
          options={triggers.map(({ id, node_type }) => ({ id, name: id, note: words(node_type) }))}
        />
      )}
      <div>
        <p className="mb-1 text-sm font-medium">{t("workflow.input")}</p>
        <div className={`border-line-strong overflow-hidden rounded-lg border ${dry ? "h-36" : "h-56"}`}>
          <JsonEditor label={t("workflow.input")} value={text} onChange={setText} diagnostics={diagnostics} />
        </div>
        <p className="text-ink-3 mt-1 text-sm">{t(dry ? "rehearsal.inputHint" : "workflow.inputHint")}</p>
      </div>
    </div>
  );
}

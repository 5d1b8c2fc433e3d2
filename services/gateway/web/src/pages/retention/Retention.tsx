import { useQuery } from "@tanstack/react-query";
import { Hourglass } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useCommands } from "../../app/commands";
import { retentionQuery } from "../../app/ruleQueries";
import { Button } from "../../ui/Button";
import { ProblemNote, Skeleton } from "../../ui/States";
import { RetentionDialog } from "./RetentionDialog";

/** How long runs are kept, of one workflow or of all that say nothing themselves, and who says so. */
export function Retention({ workflowId }: { workflowId?: string }) {
  const { t } = useTranslation();
  const { data, error } = useQuery(retentionQuery(workflowId));
  const [changing, setChanging] = useState(false);
  const commands = useMemo(
    () => [
      {
        id: "retention.change",
        title: t("retention.title"),
        section: workflowId === undefined ? t("rules.title") : t("workflow.section"),
        keys: "k",
        icon: Hourglass,
        run: () => setChanging(true),
      },
    ],
    [t, workflowId],
  );
  useCommands(commands);
  if (error && !data) return <ProblemNote error={error} />;
  if (!data) return <Skeleton className="h-12 rounded-xl" />;
  return (
    <div className="border-line bg-surface flex flex-wrap items-center gap-3 rounded-xl border px-4 py-2.5">
      <Hourglass aria-hidden size={16} className="text-ink-3 shrink-0" />
      <p className="min-w-0 flex-1 basis-60">
        {t("retention.days", { count: data.days })}{" "}
        <span className="text-ink-2">{t(`retention.by.${data.decided_by}`)}</span>
      </p>
      <Button small onPress={() => setChanging(true)} aria-label={t("retention.open")}>
        {t("retention.change")}
      </Button>
      {changing && <RetentionDialog workflowId={workflowId} now={data} onClose={() => setChanging(false)} />}
    </div>
  );
}

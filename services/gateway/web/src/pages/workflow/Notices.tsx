import { useTranslation } from "react-i18next";
import { History, TriangleAlert } from "lucide-react";
import { Button } from "../../ui/Button";
import { ProblemNote } from "../../ui/States";
import type { Draft } from "./useDraft";

/** What a person must know before editing on: restored text, or somebody else's save. */
export function Notices({ draft }: { draft: Draft }) {
  const { t } = useTranslation();
  if (draft.conflict !== null) {
    return (
      <Notice
        icon={<TriangleAlert aria-hidden size={16} className="text-warn mt-0.5 shrink-0" />}
        tone="bg-warn-soft"
      >
        <p className="min-w-0 flex-1 basis-60">{t("workflow.conflict", { version: draft.conflict })}</p>
        <Button small onPress={draft.discard}>
          {t("workflow.takeTheirs")}
        </Button>
        <Button small onPress={draft.overwrite}>
          {t("workflow.keepMine")}
        </Button>
      </Notice>
    );
  }
  if (draft.refusal && draft.refusal.items.length === 0) {
    return (
      <div className="px-4 py-2 sm:px-6">
        <ProblemNote error={draft.refusal} />
      </div>
    );
  }
  if (!draft.restored) return null;
  return (
    <Notice
      icon={<History aria-hidden size={16} className="text-accent mt-0.5 shrink-0" />}
      tone="bg-accent-soft"
    >
      <p className="min-w-0 flex-1 basis-60">{t("workflow.restored")}</p>
      <Button small onPress={draft.discard}>
        {t("workflow.discard")}
      </Button>
    </Notice>
  );
}

function Notice({
  icon,
  tone,
  children,
}: {
  icon: React.ReactNode;
  tone: string;
  children: React.ReactNode;
}) {
  return (
    <div
      role="status"
      className={`border-line flex flex-wrap items-center gap-2 border-b px-4 py-2 sm:px-6 ${tone}`}
    >
      {icon}
      {children}
    </div>
  );
}

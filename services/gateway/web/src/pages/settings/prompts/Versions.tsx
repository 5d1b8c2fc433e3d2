import { CircleCheck, Eye } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Prompt } from "../../../api/types";
import { labelsOf, newestFirst, production } from "../../../domain/promptVersion";
import { Badge } from "../../../ui/Badge";
import { Button } from "../../../ui/Button";
import { Part } from "./Part";
import { VersionDialog } from "./VersionDialog";

interface VersionsProps {
  prompt: Prompt;
  onTried: (version: number) => void;
}

/** All versions with their labels; one can be read and put into production. */
export function Versions({ prompt, onTried }: VersionsProps) {
  const { t } = useTranslation();
  const [shown, setShown] = useState<number | null>(null);
  return (
    <Part title={t("prompts.versions")} lead={t("prompts.versionsText")}>
      <ul className="max-h-72 overflow-auto">
        {newestFirst(prompt.versions).map((version) => (
          <li
            key={version}
            className="border-line flex flex-wrap items-center gap-x-4 gap-y-2 border-b px-4 py-2 last:border-0"
          >
            <span className="tabular w-20 font-medium">{t("versions.name", { version })}</span>
            <span className="flex min-w-0 flex-1 flex-wrap gap-1.5">
              {labelsOf(prompt.labels, version).map((label) =>
                label === production ? (
                  <Badge key={label} tone="ok" icon={CircleCheck}>
                    {t("prompts.production")}
                  </Badge>
                ) : (
                  <Badge key={label}>{label}</Badge>
                ),
              )}
            </span>
            <Button
              kind="quiet"
              small
              onPress={() => setShown(version)}
              aria-label={t("versions.showNamed", { version })}
            >
              <Eye aria-hidden size={14} />
              {t("versions.show")}
            </Button>
          </li>
        ))}
      </ul>
      {shown !== null && (
        <VersionDialog prompt={prompt} version={shown} onTried={onTried} onClose={() => setShown(null)} />
      )}
    </Part>
  );
}

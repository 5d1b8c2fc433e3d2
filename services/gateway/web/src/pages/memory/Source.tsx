import { Lightbulb } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Fact } from "../../api/types";
import { Badge } from "../../ui/Badge";

/** Whose word a fact is. */
export function Source({ of }: { of: Fact["source"] }) {
  const { t } = useTranslation();
  if (of === "explicit") return <span>{t("memory.source.explicit")}</span>;
  return (
    <Badge tone="note" icon={Lightbulb}>
      {t("memory.source.inferred")}
    </Badge>
  );
}

import { Hourglass, Siren, Tag } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { InboxItem } from "../../api/types";
import { percent, words } from "../../domain/format";
import { Badge } from "../../ui/Badge";

export function UrgentBadge() {
  const { t } = useTranslation();
  return (
    <Badge tone="bad" icon={Siren}>
      {t("inbox.urgent")}
    </Badge>
  );
}

/** The category with its confidence; what no workflow has sorted yet says so. */
export function CategoryBadge({ item }: { item: Pick<InboxItem, "category" | "confidence" | "run_id"> }) {
  const { t } = useTranslation();
  if (!item.category) {
    return item.run_id ? (
      <Badge icon={Hourglass}>{t("inbox.sorting")}</Badge>
    ) : (
      <Badge>{t("inbox.unsorted")}</Badge>
    );
  }
  return (
    <Badge tone="note" icon={Tag}>
      <span className="capitalize">{words(item.category)}</span>
      {item.confidence != null && (
        <span className="tabular ml-1.5" title={t("inbox.confidence", { share: percent(item.confidence) })}>
          {percent(item.confidence)}
        </span>
      )}
    </Badge>
  );
}

import { Hourglass, Siren, Tag } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { InboxItem } from "../../api/types";
import { percent, words } from "../../domain/format";
import { Badge } from "../../ui/Badge";

type Sorted = Pick<InboxItem, "category" | "confidence" | "run_id" | "urgent">;

/** What the workflows made of an item; what none has sorted yet says so. */
export function InboxBadges({ item }: { item: Sorted }) {
  const { t } = useTranslation();
  return (
    <>
      {item.urgent && item.category !== "urgent" && (
        <Badge tone="bad" icon={Siren}>
          {t("inbox.urgent")}
        </Badge>
      )}
      <CategoryBadge item={item} />
    </>
  );
}

function CategoryBadge({ item }: { item: Sorted }) {
  const { t } = useTranslation();
  if (!item.category) {
    return item.run_id ? (
      <Badge icon={Hourglass}>{t("inbox.sorting")}</Badge>
    ) : (
      <Badge>{t("inbox.unsorted")}</Badge>
    );
  }
  const urgent = item.category === "urgent";
  return (
    <Badge tone={urgent ? "bad" : "note"} icon={urgent ? Siren : Tag}>
      <span className="capitalize">{words(item.category)}</span>
      {item.confidence != null && (
        <span className="tabular ml-1.5" title={t("inbox.confidence", { share: percent(item.confidence) })}>
          {percent(item.confidence)}
        </span>
      )}
    </Badge>
  );
}

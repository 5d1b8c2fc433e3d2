import { useInfiniteQuery } from "@tanstack/react-query";
import { History, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { factsQuery } from "../../app/memoryQueries";
import { IconButton } from "../../ui/IconButton";
import { itemsOf } from "../../ui/listItems";
import { LoadMore } from "../../ui/LoadMore";
import { Card } from "../../ui/PageHeader";
import type { Ask } from "./FactDialog";
import { FactRow } from "./FactRow";

/** What something else took the place of. It is listed too: nothing that is kept is hidden, and all can be forgotten. */
export function ReplacedFacts({ onAsk }: { onAsk: Ask }) {
  const { t } = useTranslation();
  const query = useInfiniteQuery(factsQuery({ state: "superseded" }));
  const facts = itemsOf(query.data);
  if (facts.length === 0) return null;
  return (
    <details className="mt-8">
      <summary className="text-ink-2 w-fit cursor-pointer rounded font-medium">
        {t("memory.replaced")}
      </summary>
      <p className="text-ink-2 mt-1 mb-3">{t("memory.replacedText")}</p>
      <Card>
        <ul>
          {facts.map((fact) => (
            <FactRow key={fact.id} fact={fact}>
              <IconButton small label={t("memory.history")} onPress={() => onAsk("history", fact)}>
                <History aria-hidden size={15} />
              </IconButton>
              <IconButton small label={t("memory.forget")} onPress={() => onAsk("forget", fact)}>
                <Trash2 aria-hidden size={15} />
              </IconButton>
            </FactRow>
          ))}
        </ul>
      </Card>
      <LoadMore query={query} />
    </details>
  );
}

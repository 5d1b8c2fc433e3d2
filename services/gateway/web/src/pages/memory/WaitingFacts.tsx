import { Check, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Fact } from "../../api/types";
import { Button } from "../../ui/Button";
import { LoadMore } from "../../ui/LoadMore";
import { Card } from "../../ui/PageHeader";
import { FactRow } from "./FactRow";
import type { Ask } from "./FactDialog";
import { useConfirm } from "./useFacts";

interface WaitingFactsProps {
  facts: Fact[];
  query: Parameters<typeof LoadMore>[0]["query"];
  onAsk: Ask;
}

/** What only the person can say is so. */
export function WaitingFacts({ facts, query, onAsk }: WaitingFactsProps) {
  const { t } = useTranslation();
  if (facts.length === 0) return null;
  return (
    <section aria-labelledby="waiting-facts" className="mt-8">
      <h2 id="waiting-facts" className="text-lg font-semibold">
        {t("memory.waiting")}
      </h2>
      <p className="text-ink-2 mb-3">{t("memory.waitingText")}</p>
      <Card>
        <ul>
          {facts.map((fact) => (
            <FactRow key={fact.id} fact={fact}>
              <Decide fact={fact} onAsk={onAsk} />
            </FactRow>
          ))}
        </ul>
      </Card>
      <LoadMore query={query} />
    </section>
  );
}

function Decide({ fact, onAsk }: { fact: Fact; onAsk: Ask }) {
  const { t } = useTranslation();
  const confirm = useConfirm(fact);
  return (
    <>
      <Button kind="primary" small isPending={confirm.isPending} onPress={() => confirm.mutate()}>
        <Check aria-hidden size={14} />
        {t("memory.confirm")}
      </Button>
      <Button small onPress={() => onAsk("forget", fact)}>
        <Trash2 aria-hidden size={14} />
        {t("memory.forget")}
      </Button>
    </>
  );
}

import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Check, History, Pencil, Pin, PinOff, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Fact } from "../../api/types";
import { factsQuery } from "../../app/memoryQueries";
import { inputClass } from "../../ui/Field";
import { IconButton } from "../../ui/IconButton";
import { itemsOf } from "../../ui/listItems";
import { LoadMore } from "../../ui/LoadMore";
import { Card } from "../../ui/PageHeader";
import { ErrorState } from "../../ui/States";
import { useSettled } from "../../ui/useSettled";
import type { Ask } from "./FactDialog";
import { FactRow } from "./FactRow";
import { useConfirm, usePin } from "./useFacts";

const settleMs = 300;

/** What the assistant goes by, searched as it is typed. */
export function HeldFacts({ onAsk }: { onAsk: Ask }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const q = useSettled(typed.trim(), settleMs) || undefined;
  const query = useInfiniteQuery({
    ...factsQuery({ state: "held", q }),
    placeholderData: keepPreviousData,
  });
  const facts = itemsOf(query.data);
  return (
    <section aria-labelledby="held-facts" className="mt-8">
      <div className="mb-3 flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h2 id="held-facts" className="text-lg font-semibold">
          {t("memory.known")}
        </h2>
        <input
          type="search"
          aria-label={t("memory.search")}
          placeholder={t("memory.search")}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          className={`${inputClass} h-8 sm:max-w-xs pointer-coarse:h-10`}
        />
      </div>
      {query.isError && !query.data ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : facts.length > 0 ? (
        <Card>
          <ul>
            {facts.map((fact) => (
              <FactRow key={fact.id} fact={fact}>
                <Actions fact={fact} onAsk={onAsk} />
              </FactRow>
            ))}
          </ul>
        </Card>
      ) : null}
      <p role="status" className="text-ink-3 py-2 empty:hidden">
        {query.isSuccess && facts.length === 0 && t(q ? "memory.noMatch" : "memory.noneHeld")}
      </p>
      <LoadMore query={query} />
    </section>
  );
}

function Actions({ fact, onAsk }: { fact: Fact; onAsk: Ask }) {
  const { t } = useTranslation();
  const pin = usePin(fact);
  const confirm = useConfirm(fact);
  return (
    <>
      {fact.source === "inferred" && (
        <IconButton small label={t("memory.confirm")} onPress={() => !confirm.isPending && confirm.mutate()}>
          <Check aria-hidden size={15} />
        </IconButton>
      )}
      <IconButton
        small
        label={t(fact.pinned ? "memory.unpin" : "memory.pin")}
        onPress={() => !pin.isPending && pin.mutate(!fact.pinned)}
      >
        {fact.pinned ? <PinOff aria-hidden size={15} /> : <Pin aria-hidden size={15} />}
      </IconButton>
      <IconButton small label={t("memory.edit")} onPress={() => onAsk("edit", fact)}>
        <Pencil aria-hidden size={15} />
      </IconButton>
      <IconButton small label={t("memory.history")} onPress={() => onAsk("history", fact)}>
        <History aria-hidden size={15} />
      </IconButton>
      <IconButton small label={t("memory.forget")} onPress={() => onAsk("forget", fact)}>
        <Trash2 aria-hidden size={15} />
      </IconButton>
    </>
  );
}

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Fact } from "../../api/types";
import { factHistoryQuery } from "../../app/memoryQueries";
import { earlier, type Forgotten } from "../../domain/memory";
import { ConfirmDialog } from "../../ui/Dialog";
import { SwitchInput } from "../../ui/Field";
import { toast } from "../../ui/toast";
import { useForget } from "./useFacts";

interface ForgetDialogProps {
  fact: Fact;
  onClose: () => void;
  onForgotten: (what: Forgotten) => void;
}

/** Asks before a fact is forgotten, with what it has replaced unless that is to stay; says what is left afterwards. */
export function ForgetDialog({ fact, onClose, onForgotten }: ForgetDialogProps) {
  const { t } = useTranslation();
  const { data: history } = useQuery(factHistoryQuery(fact.id));
  const before = earlier(fact, history?.items ?? []).length;
  const [all, setAll] = useState(true);
  const forget = useForget(fact, (what) => {
    if (what.left > 0) toast(t("memory.forgotLeft", { count: what.left }), { tone: "bad" });
    else toast(what.also > 0 ? t("memory.forgotAlso", { count: what.also }) : t("memory.forgot"));
    onForgotten(what);
  });
  return (
    <ConfirmDialog
      title={t("memory.forgetTitle")}
      isOpen
      onClose={onClose}
      onConfirm={() => forget.mutate(all)}
      pending={forget.isPending}
      error={forget.error}
      action={t("memory.forget")}
    >
      <blockquote className="border-line text-ink border-l-2 pl-3 break-words">{fact.text}</blockquote>
      <p>{t("memory.forgetText")}</p>
      {before > 0 && (
        <SwitchInput
          label={t("memory.forgetEarlier", { count: before })}
          isSelected={all}
          onChange={setAll}
        />
      )}
    </ConfirmDialog>
  );
}

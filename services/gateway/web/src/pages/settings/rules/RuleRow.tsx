import { Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApprovalRule } from "../../../api/types";
import { usePersonName } from "../../../app/people";
import { withRule } from "../../../domain/approvalRules";
import { percent } from "../../../domain/format";
import { Button } from "../../../ui/Button";
import { ConfirmDialog } from "../../../ui/Dialog";
import { EffectBadge } from "../../../ui/EffectBadge";
import { IconButton } from "../../../ui/IconButton";
import { useSaveRules } from "./useSaveRules";

interface RuleRowProps {
  rules: ApprovalRule[];
  place: number;
  /** Left out for those who may not change it. */
  onEdit?: () => void;
}

/** One rule in words: what it is about, when it counts, who decides. */
export function RuleRow({ rules, place, onEdit }: RuleRowProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const remove = useSaveRules(() => setAsking(false));
  const rule = rules[place];
  if (!rule) return null;
  const number = place + 1;
  return (
    <li className="border-line flex flex-wrap items-start gap-x-4 gap-y-2 border-b px-4 py-3.5 last:border-0 sm:px-5">
      <div className="flex min-w-0 flex-1 basis-60 flex-col gap-1.5">
        <p className="flex flex-wrap items-center gap-2">
          {rule.effects.map((effect) => (
            <EffectBadge key={effect} effect={effect} />
          ))}
          <span className="text-ink-2 font-mono text-sm break-all">
            {rule.operations?.length ? rule.operations.join(", ") : t("rules.everyOperation")}
          </span>
        </p>
        <Words rule={rule} />
        {rule.text && <p className="text-ink-2 break-words whitespace-pre-wrap">{rule.text}</p>}
      </div>
      {onEdit && (
        <div className="flex gap-1">
          <Button kind="quiet" small onPress={onEdit} aria-label={t("rules.editNamed", { number })}>
            <Pencil aria-hidden size={14} />
            {t("rules.edit")}
          </Button>
          <IconButton small label={t("rules.removeNamed", { number })} onPress={() => setAsking(true)}>
            <Trash2 aria-hidden size={15} />
          </IconButton>
        </div>
      )}
      <ConfirmDialog
        title={t("rules.removeTitle", { number })}
        isOpen={asking}
        onClose={() => setAsking(false)}
        onConfirm={() => remove.mutate(withRule(rules, place, null))}
        pending={remove.isPending}
        error={remove.error}
        action={t("rules.remove")}
      >
        <p>{t("rules.removeText")}</p>
      </ConfirmDialog>
    </li>
  );
}

function Words({ rule }: { rule: ApprovalRule }) {
  const { t } = useTranslation();
  const personName = usePersonName();
  const approvers = (rule.approvers ?? []).map(personName).join(", ");
  return (
    <p className="flex flex-wrap gap-x-1.5">
      <span>
        {rule.when ? t("rules.whenSo") : t("rules.always")}
        {rule.when && (
          <code className="bg-sunken ml-1.5 rounded px-1 font-mono text-sm break-all">{rule.when}</code>
        )}
        {"."}
      </span>
      {rule.unless_sure != null && <span>{t("rules.unlessSure", { share: percent(rule.unless_sure) })}</span>}
      <span>{approvers ? t("rules.decide", { who: approvers }) : t("rules.anyDecide")}</span>
      {rule.own === false && <span>{t("rules.notOwn")}</span>}
    </p>
  );
}

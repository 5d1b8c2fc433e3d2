import { useTranslation } from "react-i18next";
import { pathOf, type FieldChange } from "../domain/jsonDiff";

const shownText = 300;

/** Fields that one side says otherwise than the other: what it was, and what it is. */
export function Differences({ changes, label }: { changes: readonly FieldChange[]; label: string }) {
  const { t } = useTranslation();
  return (
    <ul aria-label={label} className="flex flex-col gap-2 font-mono text-xs">
      {changes.map(({ pointer, kind, before, after }) => (
        <li key={pointer} className="min-w-0">
          <p className="text-ink-2 break-all">
            {pathOf(pointer) || t("change.whole")}
            <span className="text-ink-3 font-sans"> · {t(`change.${kind}`)}</span>
          </p>
          {kind !== "added" && <Side sign="−" value={before} tone="bg-bad-soft" />}
          {kind !== "removed" && <Side sign="+" value={after} tone="bg-ok-soft" />}
        </li>
      ))}
    </ul>
  );
}

/** A value as it stands on one side. */
export function Side({ sign, value, tone }: { sign: string; value: unknown; tone: string }) {
  const text = JSON.stringify(value) ?? "—";
  return (
    <p className={`mt-0.5 rounded px-2 py-0.5 break-all ${tone}`}>
      <span aria-hidden className="text-ink-2 mr-2">
        {sign}
      </span>
      {text.length > shownText ? `${text.slice(0, shownText)}…` : text}
    </p>
  );
}

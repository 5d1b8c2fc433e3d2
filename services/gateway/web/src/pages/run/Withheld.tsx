import { useTranslation } from "react-i18next";
import type { RunState } from "../../domain/run";
import { withheldOf } from "../../domain/run";
import { JsonView } from "../../ui/JsonView";

/** What a dry run would have sent, in the order in which it came to it. */
export function Withheld({ run }: { run: RunState }) {
  const { t } = useTranslation();
  const withheld = withheldOf(run);
  if (withheld.length === 0) {
    return run.status === "running" ? null : <p className="text-ink-2">{t("rehearsal.nothingSent")}</p>;
  }
  return (
    <section aria-label={t("rehearsal.wouldSend")}>
      <h3 className="text-sm font-medium">{t("rehearsal.wouldSend")}</h3>
      <ol className="mt-1.5 flex flex-col gap-2">
        {withheld.map(({ key, protocol, operation, request }) => (
          <li key={key} className="border-line bg-surface min-w-0 rounded-lg border">
            <p className="border-line flex flex-wrap gap-2 border-b px-3 py-1.5">
              <span className="font-medium break-all">{key}</span>
              <span className="text-ink-2 font-mono text-sm">
                {protocol}.{operation}
              </span>
            </p>
            <div className="max-h-72 overflow-auto p-2.5">
              <JsonView value={request} label={t("rehearsal.requestOf", { node: key })} />
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

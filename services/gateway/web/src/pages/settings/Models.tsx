import { useQuery } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { Model } from "../../api/types";
import { accountsQuery, modelsQuery } from "../../app/queries";
import { count, dollars, duration } from "../../domain/format";
import { Badge } from "../../ui/Badge";
import { Card } from "../../ui/PageHeader";
import { ErrorState, SkeletonRows } from "../../ui/States";

/** The language models in the order in which they are asked, with what was measured of each. */
export function Models() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(modelsQuery);
  const accounts = useQuery(accountsQuery).data?.items;
  if (data?.items.length === 0) return null;
  const server = (model: Model) =>
    model.account_id === null
      ? t("models.operators")
      : (accounts?.find((account) => account.id === model.account_id)?.name ?? t("models.others"));
  return (
    <section aria-labelledby="models" className="mt-8">
      <h2 id="models" className="text-lg font-semibold">
        {t("models.title")}
      </h2>
      <p className="text-ink-2 mt-0.5 mb-4">{t("models.lead")}</p>
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <Card>
          {data ? (
            <ul>
              {data.items.map((model) => (
                <ModelRow
                  key={`${model.account_id ?? ""} ${model.name}`}
                  model={model}
                  server={server(model)}
                />
              ))}
            </ul>
          ) : (
            <SkeletonRows rows={3} height={64} />
          )}
        </Card>
      )}
    </section>
  );
}

function ModelRow({ model, server }: { model: Model; server: string }) {
  const { t } = useTranslation();
  const facts = [
    server,
    model.context_tokens !== null && t("models.context", { tokens: count(model.context_tokens) }),
    model.input_price_micros + model.output_price_micros > 0 &&
      t("models.price", { in: dollars(model.input_price_micros), out: dollars(model.output_price_micros) }),
  ].filter(Boolean);
  return (
    <li className="border-line flex flex-wrap items-center gap-x-4 gap-y-1 border-b px-4 py-3.5 last:border-0 sm:px-5">
      <div className="min-w-0 flex-1 basis-52">
        <p className="flex flex-wrap items-center gap-2">
          <span className="min-w-0 font-medium break-words">{model.name}</span>
          <Badge tone={model.privacy === "local" ? "ok" : "plain"}>
            {t(`models.privacy.${model.privacy}`)}
          </Badge>
        </p>
        <p className="text-ink-3 text-sm">{facts.join(" · ")}</p>
      </div>
      <p className="text-ink-2 text-sm">{figures(model, t).join(" · ")}</p>
    </li>
  );
}

function figures(model: Model, t: TFunction): string[] {
  if (model.calls === 0) return [t("models.unmeasured")];
  const said = [
    model.p50_ms !== null && t("models.p50", { time: duration(model.p50_ms) }),
    model.p95_ms !== null && t("models.p95", { time: duration(model.p95_ms) }),
    model.tokens_per_second !== null && t("models.speed", { tokens: count(model.tokens_per_second) }),
    t("models.calls", { count: model.calls, text: count(model.calls) }),
    model.failures > 0 && t("models.failures", { count: model.failures, text: count(model.failures) }),
  ];
  return said.filter((one) => one !== false);
}

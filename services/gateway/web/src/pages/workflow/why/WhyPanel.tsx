import { useQuery } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import type { Trigger } from "../../../api/types";
import { whyQuery } from "../../../app/insightQueries";
import { spans, stretchOf, type Span } from "../../../domain/why";
import { Button } from "../../../ui/Button";
import { SelectInput, TextInput } from "../../../ui/Field";
import { ProblemNote, Skeleton } from "../../../ui/States";
import { WhyAnswer } from "./WhyAnswer";

/** What became of a trigger's events in a stretch of time: the last hour, until a person asks about another one. */
export function WhyPanel({ trigger }: { trigger: Trigger }) {
  const { t } = useTranslation();
  const [span, setSpan] = useState<Span>("hour");
  const [time, setTime] = useState("");
  const [stretch, setStretch] = useState(() => stretchOf("hour", "", new Date()));
  const { data, error, isFetching } = useQuery(whyQuery(trigger.id, stretch));
  const badTime = error?.items.some((item) => item.code === "query.bad_time") ?? false;
  return (
    <section
      aria-label={t("why.title")}
      className="border-line bg-canvas mt-3 flex flex-col gap-4 rounded-xl border p-4"
    >
      <Form
        validationBehavior="aria"
        className="flex flex-wrap items-end gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          setStretch(stretchOf(span, time, new Date()));
        }}
      >
        <SelectInput
          label={t("why.when")}
          value={span}
          onChange={(id) => setSpan(spans.find((one) => one === id) ?? "hour")}
          options={spans.map((id) => ({ id, name: t(`why.span.${id}`) }))}
        />
        {span === "time" && (
          <div className="w-56">
            <TextInput
              label={t("why.time")}
              hint={t("why.timeHint", { zone: trigger.timezone ?? "UTC" })}
              placeholder="08:00"
              error={badTime ? t("why.timeFault") : undefined}
              value={time}
              onChange={setTime}
            />
          </div>
        )}
        <Button kind="primary" type="submit" isPending={isFetching}>
          <Search aria-hidden size={14} />
          {t("why.ask")}
        </Button>
      </Form>
      {error && !badTime && <ProblemNote error={error} />}
      {data ? <WhyAnswer why={data} /> : !error && <Skeleton className="h-16 rounded-xl" />}
    </section>
  );
}

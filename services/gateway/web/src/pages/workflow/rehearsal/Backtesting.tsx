import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { History } from "lucide-react";
import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api, idempotencyKey, unwrap } from "../../../api/client";
import { backtestQuery } from "../../../app/insightQueries";
import { readLast } from "../../../domain/backtest";
import { Button } from "../../../ui/Button";
import { TextInput } from "../../../ui/Field";
import { ProblemNote, Skeleton } from "../../../ui/States";
import { Cases } from "./Cases";

/** Tries a version on what reached the workflow before: which would have matched, what would be sent otherwise, what would fail. */
export function Backtesting({ workflowId, version }: { workflowId: string; version: number }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [last, setLast] = useState("20");
  const [since, setSince] = useState("");
  const [asked, setAsked] = useState(false);
  const count = readLast(last);
  const start = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST("/api/v1/workflows/{id}/backtest", {
          params: { path: { id: workflowId }, header: { "Idempotency-Key": idempotencyKey() } },
          body: { version, last: count, since: since ? new Date(since).toISOString() : undefined },
        }),
      ),
    onSuccess: (backtest) => client.setQueryData(backtestQuery(backtest.id).queryKey, backtest),
    meta: { quiet: true },
  });
  return (
    <div className="flex flex-col gap-4">
      <Form
        validationBehavior="aria"
        className="flex flex-wrap items-end gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(true);
          if (count !== undefined) start.mutate();
        }}
      >
        <div className="w-40">
          <TextInput
            label={t("rehearsal.last")}
            value={last}
            onChange={setLast}
            inputMode="numeric"
            error={asked && count === undefined ? t("rehearsal.lastFault") : start.error?.at("/last")}
          />
        </div>
        <div className="w-44">
          <TextInput
            label={t("rehearsal.since")}
            type="date"
            value={since}
            onChange={setSince}
            error={start.error?.at("/since")}
          />
        </div>
        <Button kind="primary" type="submit" isPending={start.isPending}>
          <History aria-hidden size={14} />
          {t("rehearsal.startBacktest")}
        </Button>
      </Form>
      <ProblemNote error={start.error} />
      {start.data && <Result key={start.data.id} id={start.data.id} />}
    </div>
  );
}

function Result({ id }: { id: string }) {
  const { data, error } = useQuery(backtestQuery(id));
  if (error) return <ProblemNote error={error} />;
  return data?.cases ? <Cases cases={data.cases} /> : <Skeleton className="h-24 rounded-xl" />;
}

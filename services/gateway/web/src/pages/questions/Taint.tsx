import { Link } from "@tanstack/react-router";
import { ChevronRight, TriangleAlert } from "lucide-react";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import type { Question } from "../../api/types";

/** What of a question strangers may have chosen, and through which nodes it came. */
export function Taint({ tainted }: Pick<Question, "tainted">) {
  const { t } = useTranslation();
  if (tainted.length === 0) return null;
  return (
    <ul className="bg-warn-soft flex flex-col gap-2 rounded-lg px-3.5 py-2.5">
      {tainted.map(({ argument, way }) => (
        <li key={argument} className="flex items-start gap-2.5">
          <TriangleAlert aria-hidden size={15} className="text-warn mt-1 shrink-0" />
          <div className="min-w-0">
            <p>{t("questions.tainted", { argument })}</p>
            <p className="text-ink-2 flex flex-wrap items-center gap-x-1 text-sm">
              {way.map(({ run_id, node }, place) => (
                <Fragment key={`${run_id}/${node}`}>
                  {place > 0 && <ChevronRight aria-hidden size={13} />}
                  <Link
                    to="/runs/$runId"
                    params={{ runId: run_id }}
                    search={{ node }}
                    className="rounded break-words hover:underline"
                  >
                    {node}
                  </Link>
                </Fragment>
              ))}
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}

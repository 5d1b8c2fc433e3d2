import { useQuery } from "@tanstack/react-query";
import { Archive, Inbox, Plug, Workflow } from "lucide-react";
import { useTranslation } from "react-i18next";
import { statusQuery, type InboxFilter } from "../../app/queries";
import { LinkButton } from "../../ui/Button";
import { EmptyState } from "../../ui/States";

/** An empty list: for the whole inbox, also what is missing before mail can appear in it. */
export function NothingHere({ filter }: { filter: InboxFilter }) {
  const { t } = useTranslation();
  const { data: status } = useQuery(statusQuery);
  if (filter.archived || filter.category) {
    return (
      <EmptyState icon={filter.archived ? Archive : Inbox} title={t("inbox.emptyFilter")}>
        {t(filter.archived ? "inbox.emptyArchive" : "inbox.emptyCategory")}
      </EmptyState>
    );
  }
  if (!status) return null;
  const connected = status.checks.find((check) => check.id === "mail_in")?.state === "ok";
  return (
    <EmptyState
      icon={Inbox}
      title={t("inbox.empty")}
      actions={
        <>
          {!connected && (
            <LinkButton to="/accounts/new/$adapter" params={{ adapter: "imap" }} kind="primary">
              <Plug aria-hidden size={15} />
              {t("inbox.connect")}
            </LinkButton>
          )}
          <LinkButton to="/workflows/new" kind={connected ? "primary" : "secondary"}>
            <Workflow aria-hidden size={15} />
            {t("inbox.template")}
          </LinkButton>
        </>
      }
    >
      {t(connected ? "inbox.emptyConnected" : "inbox.emptyText")}
    </EmptyState>
  );
}

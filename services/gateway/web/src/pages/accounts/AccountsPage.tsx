import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Account } from "../../api/types";
import { accountsQuery } from "../../app/queries";
import { useTitle } from "../../app/title";
import { adapters, type Adapter } from "../../domain/accounts";
import { Card, PageBody, PageHeader } from "../../ui/PageHeader";
import { ErrorState, SkeletonRows } from "../../ui/States";
import { Time } from "../../ui/Time";
import { AccountStatusBadge } from "./AccountStatusBadge";
import { adapterIcon } from "./adapterLook";

export function AccountsPage() {
  const { t } = useTranslation();
  useTitle(t("nav.accounts"));
  const { data, error, refetch } = useQuery(accountsQuery);
  const none = data?.items.length === 0;
  return (
    <>
      <PageHeader title={t("nav.accounts")} lead={t("accounts.lead")} />
      <PageBody>
        {error && !data ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : (
          !none && (
            <Card>
              {data ? (
                <ul>
                  {data.items.map((account) => (
                    <AccountRow key={account.id} account={account} />
                  ))}
                </ul>
              ) : (
                <SkeletonRows rows={3} height={68} />
              )}
            </Card>
          )
        )}
        {(data || error) && <AddAccount first={none} />}
      </PageBody>
    </>
  );
}

function AddAccount({ first }: { first: boolean }) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="add-account" className={first ? "" : "mt-10"}>
      <h2 id="add-account" className="text-lg font-semibold">
        {t(first ? "accounts.addFirst" : "accounts.addAnother")}
      </h2>
      <p className="text-ink-2 mt-0.5 mb-4">{t("accounts.addText")}</p>
      <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
        {adapters.map((adapter) => (
          <AdapterTile key={adapter} adapter={adapter} />
        ))}
      </ul>
    </section>
  );
}

function AccountRow({ account }: { account: Account }) {
  const Icon = adapterIcon[account.adapter];
  const { t } = useTranslation();
  return (
    <li className="border-line border-b last:border-0">
      <Link
        to="/accounts/$accountId"
        params={{ accountId: account.id }}
        className="hover:bg-hover focus-inset flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3.5 sm:px-5"
      >
        <span className="bg-sunken text-ink-2 grid size-10 shrink-0 place-items-center rounded-xl">
          <Icon aria-hidden size={18} />
        </span>
        <span className="min-w-0 flex-1 basis-52">
          <span className="block truncate text-md font-medium">{account.name}</span>
          <span className="text-ink-3 line-clamp-2 text-sm break-words">
            {account.status.reason ?? t(`accounts.adapter.${account.adapter}.name`)}
          </span>
        </span>
        <span className="flex items-center justify-between gap-4 max-sm:w-full max-sm:pl-14">
          <AccountStatusBadge status={account.status} />
          <span className="text-ink-3 text-right text-sm sm:w-24">
            <Time at={account.status.since} />
          </span>
        </span>
      </Link>
    </li>
  );
}

function AdapterTile({ adapter }: { adapter: Adapter }) {
  const { t } = useTranslation();
  const Icon = adapterIcon[adapter];
  return (
    <li>
      <Link
        to="/accounts/new/$adapter"
        params={{ adapter }}
        className="border-line bg-surface hover:border-line-strong shadow-card flex h-full items-start gap-3 rounded-xl border p-4"
      >
        <span className="bg-accent-soft text-accent grid size-9 shrink-0 place-items-center rounded-xl">
          <Icon aria-hidden size={17} />
        </span>
        <span>
          <span className="block font-medium">{t(`accounts.adapter.${adapter}.name`)}</span>
          <span className="text-ink-2 block text-sm">{t(`accounts.adapter.${adapter}.text`)}</span>
        </span>
      </Link>
    </li>
  );
}

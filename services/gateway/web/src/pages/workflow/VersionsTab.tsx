import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { CircleCheck, Eye, Rocket, Undo2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { WorkflowVersion } from "../../api/types";
import { versionQuery, versionsQuery } from "../../app/queries";
import { printDocument } from "../../domain/document";
import { Badge } from "../../ui/Badge";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { JsonEditor } from "../../ui/Lazy";
import { itemsOf } from "../../ui/listItems";
import { LoadMore } from "../../ui/LoadMore";
import { Card, PageBody } from "../../ui/PageHeader";
import { ErrorState, SkeletonRows } from "../../ui/States";
import { Time } from "../../ui/Time";
import { toast } from "../../ui/toast";
import type { Draft } from "./useDraft";

export function VersionsTab({ draft }: { draft: Draft }) {
  const { workflow } = draft;
  const query = useInfiniteQuery(versionsQuery(workflow.id));
  const [shown, setShown] = useState<number | null>(null);
  return (
    <PageBody wide>
      <div className="h-6" />
      {query.isError ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Card>
          {query.isPending && <SkeletonRows rows={3} height={60} />}
          <ul>
            {itemsOf(query.data).map((version) => (
              <VersionRow
                key={version.version}
                version={version}
                draft={draft}
                onShow={() => setShown(version.version)}
              />
            ))}
          </ul>
        </Card>
      )}
      <LoadMore query={query} />
      {shown !== null && <VersionDialog draft={draft} version={shown} onClose={() => setShown(null)} />}
    </PageBody>
  );
}

interface VersionRowProps {
  version: WorkflowVersion;
  draft: Draft;
  onShow: () => void;
}

function VersionRow({ version, draft, onShow }: VersionRowProps) {
  const { t } = useTranslation();
  const live = version.version === draft.workflow.published_version;
  return (
    <li className="border-line flex flex-wrap items-center gap-x-4 gap-y-2 border-b px-4 py-3 last:border-0 sm:px-5">
      <span className="tabular w-20 font-medium">{t("versions.name", { version: version.version })}</span>
      <span className="text-ink-3 min-w-0 flex-1 basis-40 truncate text-sm">
        <Time at={version.created_at} /> · <span className="font-mono">{version.hash.slice(0, 10)}</span>
      </span>
      {live && (
        <Badge tone="ok" icon={CircleCheck}>
          {t("versions.live")}
        </Badge>
      )}
      <div className="flex gap-1">
        <Button
          kind="quiet"
          small
          onPress={onShow}
          aria-label={t("versions.showNamed", { version: version.version })}
        >
          <Eye aria-hidden size={14} />
          {t("versions.show")}
        </Button>
        {!live && (
          <Button
            kind="quiet"
            small
            isPending={draft.publishing}
            onPress={() => draft.publish(version.version)}
            aria-label={t("versions.publishNamed", { version: version.version })}
          >
            <Rocket aria-hidden size={14} />
            {t("workflow.publish")}
          </Button>
        )}
      </div>
    </li>
  );
}

interface VersionDialogProps {
  draft: Draft;
  version: number;
  onClose: () => void;
}

function VersionDialog({ draft, version, onClose }: VersionDialogProps) {
  const { t } = useTranslation();
  const { data, error } = useQuery(versionQuery(draft.workflow.id, version));
  const text = data?.document ? printDocument(data.document) : undefined;
  return (
    <Dialog
      title={t("versions.name", { version })}
      isOpen
      onClose={onClose}
      wide
      footer={
        <Button
          isDisabled={text === undefined}
          onPress={() => {
            if (text !== undefined) draft.setText(text);
            toast(t("versions.taken", { version }));
            onClose();
          }}
        >
          <Undo2 aria-hidden size={14} />
          {t("versions.take")}
        </Button>
      }
    >
      {error ? (
        <ErrorState error={error} />
      ) : (
        <div className="border-line h-[55vh] overflow-hidden rounded-lg border">
          {text !== undefined && <JsonEditor label={t("versions.name", { version })} value={text} readOnly />}
        </div>
      )}
    </Dialog>
  );
}

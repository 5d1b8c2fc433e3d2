import { useState, type MouseEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { carriesData, foreignUrl } from "../domain/link";
import { Button } from "./Button";
import { Dialog } from "./Dialog";

interface ForeignLinkProps {
  href?: string;
  children?: ReactNode;
}

/**
 * A link that a model wrote: its host is always seen, and one that could carry words away with it is opened only after its whole
 * address was.
 */
export function ForeignLink({ href, children }: ForeignLinkProps) {
  const { t } = useTranslation();
  const [asks, setAsks] = useState(false);
  const url = foreignUrl(href, location.origin);
  const ask = (event: MouseEvent) => {
    event.preventDefault();
    setAsks(true);
  };
  const asking = url && carriesData(url) ? { onClick: ask, onAuxClick: ask } : {};
  return (
    <>
      <a href={href} target="_blank" rel="noreferrer noopener" {...asking}>
        {children}
      </a>
      {url && !said(children).includes(url.host) && <span className="text-ink-3"> ({url.host})</span>}
      {url && asks && (
        <Dialog
          title={t("link.title", { host: url.host })}
          isOpen
          onClose={() => setAsks(false)}
          footer={
            <>
              <Button onPress={() => setAsks(false)}>{t("actions.cancel")}</Button>
              <Button
                kind="primary"
                onPress={() => {
                  setAsks(false);
                  window.open(url, "_blank", "noreferrer,noopener");
                }}
              >
                {t("link.open")}
              </Button>
            </>
          }
        >
          <p className="mb-3">{t("link.lead")}</p>
          <p className="bg-sunken rounded-lg p-3 font-mono text-sm break-all">{url.href}</p>
        </Dialog>
      )}
    </>
  );
}

function said(children: ReactNode): string {
  if (Array.isArray(children)) return (children as ReactNode[]).map(said).join("");
  return typeof children === "string" ? children : "";
}

import { CircleAlert, CircleCheck, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { buttonClass } from "./Button";
import { useToasts } from "./toast";

/** The region where toasts appear, and are spoken. */
export function Toasts() {
  const { t } = useTranslation();
  const { items, dismiss } = useToasts();
  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 bottom-18 z-60 flex flex-col items-center gap-2 px-4 md:bottom-6"
    >
      {items.map((item) => (
        <div
          key={item.id}
          className="border-line bg-raised shadow-pop animate-rise pointer-events-auto flex max-w-lg items-center gap-2.5 rounded-xl border py-1.5 pr-1.5 pl-3.5"
        >
          {item.tone === "bad" ? (
            <CircleAlert aria-hidden size={16} className="text-bad shrink-0" />
          ) : (
            <CircleCheck aria-hidden size={16} className="text-ok shrink-0" />
          )}
          <span className="py-1">{item.text}</span>
          {item.action && (
            <button
              type="button"
              className="text-accent hover:bg-hover rounded-md px-2 py-1 font-medium"
              onClick={() => {
                item.action?.run();
                dismiss(item.id);
              }}
            >
              {item.action.label}
            </button>
          )}
          <button
            type="button"
            aria-label={t("actions.dismiss")}
            onClick={() => dismiss(item.id)}
            className={buttonClass({ kind: "quiet", small: true }, true)}
          >
            <X aria-hidden size={14} />
          </button>
        </div>
      ))}
    </div>
  );
}

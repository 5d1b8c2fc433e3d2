import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cx } from "./cx";

const page = 100;
const longText = 400;

/** A JSON value as a tree. Only what is open is in the page, so that a value of megabytes stays quick. */
export function JsonView({ value, label }: { value: unknown; label: string }) {
  return (
    <div role="group" aria-label={label} className="overflow-x-auto font-mono text-xs leading-5">
      <Value value={value} depth={0} />
    </div>
  );
}

function Value({ value, depth, name }: { value: unknown; depth: number; name?: string }) {
  if (typeof value === "object" && value !== null) return <Branch value={value} depth={depth} name={name} />;
  return (
    <div className="flex gap-1.5 pl-4">
      <Name name={name} />
      <Leaf value={value} />
    </div>
  );
}

function Name({ name }: { name?: string }) {
  return name === undefined ? null : <span className="text-ink-2 shrink-0">{name}:</span>;
}

function Branch({ value, depth, name }: { value: object; depth: number; name?: string }) {
  const { t } = useTranslation();
  const entries = Object.entries(value);
  const [open, setOpen] = useState(depth < 2 && entries.length <= page);
  const [shown, setShown] = useState(page);
  const array = Array.isArray(value);
  const brackets = array ? "[]" : "{}";
  if (entries.length === 0) {
    return (
      <div className="flex gap-1.5 pl-4">
        <Name name={name} />
        <span className="text-ink-3">{brackets}</span>
      </div>
    );
  }
  const size = t(array ? "json.items" : "json.fields", { count: entries.length });
  return (
    <div>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="hover:bg-hover focus-inset flex min-h-6 items-center gap-1.5 rounded pr-1.5"
      >
        <ChevronRight
          aria-hidden
          size={12}
          className={cx("text-ink-3 -mr-1 ml-0.5 transition-transform", open && "rotate-90")}
        />
        <Name name={name} />
        <span className="text-ink-3">{open ? (array ? "[" : "{") : `${array ? "[…]" : "{…}"} ${size}`}</span>
      </button>
      {open && (
        <div className="border-line ml-2 border-l pl-1">
          {entries.slice(0, shown).map(([key, child]) => (
            <Value key={key} name={key} value={child} depth={depth + 1} />
          ))}
          {entries.length > shown && (
            <button
              type="button"
              className="text-accent hover:bg-hover ml-4 rounded px-1"
              onClick={() => setShown(shown + page * 10)}
            >
              {t("json.more", { count: entries.length - shown })}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function Leaf({ value }: { value: unknown }) {
  const { t } = useTranslation();
  const [whole, setWhole] = useState(false);
  if (typeof value === "string") {
    const cut = !whole && value.length > longText;
    return (
      <span className="text-ok min-w-0 break-words whitespace-pre-wrap">
        “{cut ? value.slice(0, longText) : value}
        {cut ? "…" : "”"}
        {cut && (
          <button
            type="button"
            className="text-accent hover:bg-hover ml-1 rounded px-1"
            onClick={() => setWhole(true)}
          >
            {t("json.whole", { count: value.length })}
          </button>
        )}
      </span>
    );
  }
  if (value === undefined) return <span className="text-ink-3">—</span>;
  const tone = typeof value === "number" ? "text-accent" : value === null ? "text-ink-3" : "text-note";
  return <span className={tone}>{String(value)}</span>;
}

import { Link } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { useTranslation } from "react-i18next";
import { buttonClass } from "../ui/Button";
import { Mark } from "../ui/Mark";
import { LazyBell } from "./LazyBell";
import { useOverlay } from "./overlay";
import { LazyPersonMenu } from "./LazyPersonMenu";
import { sections } from "./sections";
import { useMyQuestions } from "./unread";

/** On small screens: the brand, search and notifications. */
export function TopBar() {
  const { t } = useTranslation();
  const show = useOverlay((overlay) => overlay.show);
  return (
    <header className="border-line flex h-12 items-center gap-1 border-b px-3 md:hidden">
      <Link to="/inbox" className="flex flex-1 items-center gap-2 font-semibold tracking-tight">
        <Mark size={20} />
        silver-telegram
      </Link>
      <button
        type="button"
        aria-label={t("palette.open")}
        onClick={() => show("palette")}
        className={buttonClass({ kind: "quiet" }, true)}
      >
        <Search aria-hidden size={16} />
      </button>
      <LazyBell />
      <div className="w-10">
        <LazyPersonMenu compact />
      </div>
    </header>
  );
}

/** On small screens: the sections, within reach of the thumb. */
export function BottomBar() {
  const { t } = useTranslation();
  const asked = useMyQuestions();
  return (
    <nav
      aria-label={t("shell.navigation")}
      className="border-line bg-surface grid auto-cols-fr grid-flow-col border-t pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {sections.map(({ id, to, icon: Icon }) => (
        <Link
          key={id}
          to={to}
          activeOptions={{ includeSearch: false }}
          className="text-ink-3 focus-inset flex min-w-0 flex-col items-center gap-0.5 pt-2 pb-1.5"
          activeProps={{ className: "text-accent!" }}
        >
          <span className="relative">
            <Icon aria-hidden size={19} strokeWidth={1.9} />
            {id === "questions" && asked > 0 && (
              <span aria-hidden className="bg-accent absolute -top-0.5 -right-1 size-2 rounded-full" />
            )}
          </span>
          <span className="w-full truncate text-center text-[0.625rem] font-medium tracking-tight">
            {t(`nav.${id}`)}
          </span>
          {id === "questions" && asked > 0 && (
            <span className="sr-only">{t("questions.openCount", { count: asked })}</span>
          )}
        </Link>
      ))}
    </nav>
  );
}

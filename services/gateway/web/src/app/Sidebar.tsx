import { Link } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Kbd } from "../ui/Kbd";
import { Mark } from "../ui/Mark";
import { ConnectionNote } from "./ConnectionNote";
import { useOverlay } from "./overlay";
import { LazyBell } from "./LazyBell";
import { LazyPersonMenu } from "./LazyPersonMenu";
import { sections } from "./sections";
import { useMyQuestions, useUnreadCount } from "./unread";

export function Sidebar() {
  const { t } = useTranslation();
  return (
    <header className="border-line hidden min-h-0 flex-col border-r px-3 pt-4 pb-3 md:flex">
      <div className="flex items-center justify-between pl-2">
        <Link to="/inbox" className="flex items-center gap-2.5 rounded-md font-semibold tracking-tight">
          <Mark size={22} />
          silver-telegram
        </Link>
        <LazyBell />
      </div>
      <SearchButton />
      <nav
        aria-label={t("shell.navigation")}
        className="mt-3 flex min-h-0 flex-1 flex-col gap-0.5 overflow-y-auto"
      >
        {sections.map((section) => (
          <NavLink key={section.id} section={section} />
        ))}
      </nav>
      <ConnectionNote />
      <LazyPersonMenu />
    </header>
  );
}

function SearchButton() {
  const { t } = useTranslation();
  const show = useOverlay((overlay) => overlay.show);
  return (
    <button
      type="button"
      onClick={() => show("palette")}
      className="border-line bg-surface text-ink-3 hover:border-line-strong hover:text-ink-2 mt-4 flex h-8 items-center gap-2 rounded-lg border px-2.5 shadow-card"
    >
      <Search aria-hidden size={14} />
      <span className="flex-1 text-left">{t("palette.hint")}</span>
      <Kbd keys="$mod+k" />
    </button>
  );
}

function NavLink({ section: { id, to, icon: Icon } }: { section: (typeof sections)[number] }) {
  const { t } = useTranslation();
  const unread = useUnreadCount();
  const asked = useMyQuestions();
  return (
    <Link
      to={to}
      activeOptions={{ includeSearch: false }}
      className="text-ink-2 hover:bg-hover hover:text-ink focus-inset flex h-8 items-center gap-2.5 rounded-lg px-2.5 font-medium"
      activeProps={{ className: "bg-accent-soft! text-accent!" }}
    >
      <Icon aria-hidden size={16} strokeWidth={1.9} />
      <span className="flex-1">{t(`nav.${id}`)}</span>
      {id === "inbox" && <Count of={unread} label={t("inbox.unreadCount", { count: unread })} />}
      {id === "questions" && <Count of={asked} label={t("questions.openCount", { count: asked })} />}
    </Link>
  );
}

function Count({ of, label }: { of: number; label: string }) {
  if (of === 0) return null;
  return (
    <span className="tabular text-xs" aria-label={label}>
      {of > 99 ? "99+" : of}
    </span>
  );
}

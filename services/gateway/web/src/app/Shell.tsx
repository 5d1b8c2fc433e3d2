import { Outlet, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useLayoutEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Toasts } from "../ui/Toasts";
import { useKeyBindings } from "./commands";
import { useGlobalCommands } from "./globalCommands";
import { useLiveFeed } from "./live";
import { BottomBar, TopBar } from "./MobileBars";
import { useOverlay } from "./overlay";
import { useSession } from "./session";
import { Sidebar } from "./Sidebar";
import { usePageName } from "./title";

const loadPalette = () => import("./Palette");
const Palette = lazy(async () => ({ default: (await loadPalette()).Palette }));
const ExpiredSession = lazy(async () => ({ default: (await import("./ExpiredSession")).ExpiredSession }));
const Shortcuts = lazy(async () => ({ default: (await import("./Shortcuts")).Shortcuts }));

/** The frame around every page: navigation, keys, live updates, and what may lie above the page. */
export function Shell() {
  useLiveFeed();
  useGlobalCommands();
  useKeyBindings();
  usePalettePreload();
  const main = useTopOfPage();
  return (
    <div className="grid h-dvh grid-rows-[auto_1fr_auto] md:grid-cols-[var(--sidebar-width)_1fr] md:grid-rows-1">
      <SkipLink />
      <Sidebar />
      <TopBar />
      <main
        id="main"
        ref={main}
        tabIndex={-1}
        className="relative flex min-h-0 min-w-0 flex-col overflow-y-auto outline-none"
      >
        <Outlet />
      </main>
      <BottomBar />
      <Overlays />
      <Toasts />
      <PageName />
    </div>
  );
}

/** Keys typed while the palette is still loading would be lost: it is fetched as soon as the page is quiet. */
function usePalettePreload() {
  useEffect(() => {
    const timer = setTimeout(() => void loadPalette(), 1000);
    return () => clearTimeout(timer);
  }, []);
}

/** Each page begins at its top, wherever the one before was scrolled to. */
function useTopOfPage() {
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  useLayoutEffect(() => {
    main.current?.scrollTo(0, 0);
  }, [path]);
  return main;
}

function SkipLink() {
  const { t } = useTranslation();
  return (
    <a
      href="#main"
      className="bg-accent text-on-accent sr-only z-50 rounded-lg px-3 py-2 font-medium focus:not-sr-only focus:fixed focus:top-3 focus:left-3"
    >
      {t("shell.skip")}
    </a>
  );
}

function Overlays() {
  const { open, show } = useOverlay();
  const expired = useSession((session) => session.expired);
  const close = useMemo(() => () => show(null), [show]);
  return (
    <Suspense>
      {expired && <ExpiredSession />}
      {open === "palette" && <Palette onClose={close} />}
      {open === "shortcuts" && <Shortcuts onClose={close} />}
    </Suspense>
  );
}

function PageName() {
  const name = usePageName((page) => page.name);
  return (
    <p aria-live="polite" className="sr-only">
      {name}
    </p>
  );
}

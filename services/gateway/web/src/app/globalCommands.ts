import { useNavigate } from "@tanstack/react-router";
import { Bell, Keyboard, LogOut, Moon, Plus, Search, ShieldCheck, Sun } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useCommands, type Command } from "./commands";
import { useOverlay } from "./overlay";
import { usePreferences } from "./preferences";
import { sections } from "./sections";
import { useSignOut } from "./signOut";

/** What can be done from every page. */
export function useGlobalCommands(): void {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const show = useOverlay((overlay) => overlay.show);
  const setTheme = usePreferences((preferences) => preferences.setTheme);
  const signOut = useSignOut();
  const commands = useMemo((): Command[] => {
    const go = t("palette.go");
    const actions = t("palette.actions");
    return [
      {
        id: "palette",
        title: t("palette.open"),
        section: actions,
        keys: "$mod+k",
        icon: Search,
        run: () => show("palette"),
      },
      ...sections.map((section) => ({
        id: `go.${section.id}`,
        title: t(`nav.${section.id}`),
        section: go,
        keys: section.keys,
        icon: section.icon,
        run: () => void navigate({ to: section.to }),
      })),
      {
        id: "go.notifications",
        title: t("nav.notifications"),
        section: go,
        keys: "g n",
        icon: Bell,
        run: () => void navigate({ to: "/notifications" }),
      },
      {
        id: "go.rules",
        title: t("rules.go"),
        section: go,
        icon: ShieldCheck,
        run: () => void navigate({ to: "/settings", search: { tab: "rules" } }),
      },
      {
        id: "workflow.new",
        title: t("workflows.new"),
        section: actions,
        keys: "c",
        icon: Plus,
        run: () => void navigate({ to: "/workflows/new" }),
      },
      {
        id: "theme.light",
        title: t("palette.light"),
        section: actions,
        icon: Sun,
        run: () => setTheme("light"),
      },
      {
        id: "theme.dark",
        title: t("palette.dark"),
        section: actions,
        icon: Moon,
        run: () => setTheme("dark"),
      },
      {
        id: "shortcuts",
        title: t("palette.shortcuts"),
        section: actions,
        keys: "Shift+?",
        icon: Keyboard,
        run: () => show("shortcuts"),
      },
      { id: "sign-out", title: t("session.signOut"), section: actions, icon: LogOut, run: signOut },
    ];
  }, [t, navigate, show, setTheme, signOut]);
  useCommands(commands);
}

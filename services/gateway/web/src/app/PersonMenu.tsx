import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ChevronsUpDown, LogOut, UserRound, Keyboard } from "lucide-react";
import { Button, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { initials } from "../domain/format";
import { useOverlay } from "./overlay";
import { meQuery } from "./queries";
import { useSignOut } from "./signOut";

const item = "data-focused:bg-hover flex items-center gap-2.5 rounded-lg px-2.5 py-1.5 outline-none";

export function PersonMenu({ compact }: { compact?: boolean }) {
  const { t } = useTranslation();
  const { data: me } = useQuery(meQuery);
  const navigate = useNavigate();
  const signOut = useSignOut();
  const show = useOverlay((overlay) => overlay.show);
  const name = me?.name ?? "";
  return (
    <MenuTrigger>
      <Button
        aria-label={compact ? t("session.menu", { name }) : undefined}
        className="hover:bg-hover flex w-full items-center gap-2.5 rounded-lg p-1.5 text-left"
      >
        <span
          aria-hidden
          data-initials={initials(name)}
          className="bg-accent-soft text-accent grid size-7 shrink-0 place-items-center rounded-full text-xs font-semibold before:content-[attr(data-initials)]"
        />
        {!compact && (
          <>
            <span className="min-w-0 flex-1">
              <span className="block truncate text-sm font-medium">{name}</span>
              <span className="text-ink-3 block truncate text-xs">{me?.email}</span>
            </span>
            <ChevronsUpDown aria-hidden size={14} className="text-ink-3" />
          </>
        )}
      </Button>
      <Popover
        placement="top start"
        className="border-line bg-raised shadow-pop animate-fade min-w-52 rounded-xl border p-1"
      >
        <Menu className="outline-none">
          <MenuItem
            className={item}
            onAction={() => void navigate({ to: "/settings", search: { tab: "me" } })}
          >
            <UserRound aria-hidden size={15} />
            {t("session.profile")}
          </MenuItem>
          <MenuItem className={item} onAction={() => show("shortcuts")}>
            <Keyboard aria-hidden size={15} />
            {t("palette.shortcuts")}
          </MenuItem>
          <MenuItem className={item} onAction={signOut}>
            <LogOut aria-hidden size={15} />
            {t("session.signOut")}
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

import { Bell as BellIcon } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Dialog, DialogTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { IconButton } from "../ui/IconButton";
import { SkeletonRows } from "../ui/States";
import { useUnreadNotifications } from "./unread";

const Latest = lazy(async () => ({ default: (await import("../pages/notifications/Latest")).Latest }));

/** The newest notifications in a popover, with the number of unread ones. */
export function Bell() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const unread = useUnreadNotifications();
  return (
    <DialogTrigger isOpen={open} onOpenChange={setOpen}>
      <IconButton
        label={unread ? t("notifications.unread", { count: unread }) : t("nav.notifications")}
        keys="G N"
      >
        <span className="relative">
          <BellIcon aria-hidden size={16} />
          {unread > 0 && (
            <span
              aria-hidden
              className="bg-bad text-on-accent tabular absolute -top-2 -right-2 grid h-3.5 min-w-3.5 place-items-center rounded-full px-0.5 text-[0.625rem] leading-none font-semibold"
            >
              {unread > 99 ? "99+" : unread}
            </span>
          )}
        </span>
      </IconButton>
      <Popover
        placement="bottom end"
        className="border-line bg-raised shadow-pop animate-rise w-92 max-w-[calc(100vw-2rem)] rounded-2xl border"
      >
        <Dialog aria-label={t("nav.notifications")} className="outline-none">
          <Suspense fallback={<SkeletonRows rows={3} />}>
            <Latest onLeave={() => setOpen(false)} />
          </Suspense>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

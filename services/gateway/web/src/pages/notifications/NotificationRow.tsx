import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Bell, Info, Siren, type LucideIcon } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../../api/client";
import type { Notification } from "../../api/types";
import { Time } from "../../ui/Time";
import { cx } from "../../ui/cx";

const looks: Record<Notification["urgency"], { icon: LucideIcon; face: string }> = {
  low: { icon: Info, face: "bg-sunken text-ink-2" },
  normal: { icon: Bell, face: "bg-accent-soft text-accent" },
  high: { icon: Siren, face: "bg-bad-soft text-bad" },
};

interface NotificationRowProps {
  notification: Notification;
  onLeave?: () => void;
}

/** One notification; it leads to the run behind it and is then read. */
export function NotificationRow({ notification, onLeave }: NotificationRowProps) {
  const { t } = useTranslation();
  const { mutate: markRead } = useMarkRead();
  const { icon: Icon, face } = looks[notification.urgency];
  const body = (
    <>
      <span className={cx("grid size-8 shrink-0 place-items-center rounded-full", face)}>
        <Icon size={15} aria-label={t(`notifications.urgency.${notification.urgency}`)} />
      </span>
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          <span className={cx("min-w-0 flex-1 break-words", !notification.read && "font-semibold")}>
            {notification.title}
          </span>
          <span className="text-ink-3 text-xs">
            <Time at={notification.created_at} />
          </span>
        </span>
        {notification.body && (
          <span className="text-ink-2 line-clamp-2 block text-sm break-words">{notification.body}</span>
        )}
      </span>
      <span className="w-2 shrink-0 self-center">
        {!notification.read && (
          <>
            <span aria-hidden className="bg-accent block size-2 rounded-full" />
            <span className="sr-only">{t("notifications.isUnread")}</span>
          </>
        )}
      </span>
    </>
  );
  const leave = () => {
    if (!notification.read) markRead(notification.id);
    onLeave?.();
  };
  const rowFace = "hover:bg-hover focus-inset flex w-full items-start gap-3 px-4 py-3 text-left";
  return (
    <li className="border-line border-b last:border-0">
      {notification.run_id ? (
        <Link to="/runs/$runId" params={{ runId: notification.run_id }} className={rowFace} onClick={leave}>
          {body}
        </Link>
      ) : (
        <button type="button" className={rowFace} onClick={leave}>
          {body}
        </button>
      )}
    </li>
  );
}

export function useMarkRead() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(api.PATCH("/api/v1/notifications/{id}", { params: { path: { id } }, body: { read: true } })),
    onSettled: () => client.invalidateQueries({ queryKey: ["list", "notifications"] }),
  });
}

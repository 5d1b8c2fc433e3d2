import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "./cx";
import { tones, type Tone } from "./tone";

export type { Tone };

interface BadgeProps {
  tone?: Tone;
  icon?: LucideIcon;
  spin?: boolean;
  title?: string;
  children: ReactNode;
}

/** A short state or label. The icon and the words carry the meaning; the colour only helps. */
export function Badge({ tone = "plain", icon: Icon, spin, title, children }: BadgeProps) {
  return (
    <span
      title={title}
      className={cx(
        "inline-flex h-5 max-w-full items-center gap-1 rounded-md px-1.5 text-xs font-medium whitespace-nowrap",
        tones[tone],
      )}
    >
      {Icon && (
        <Icon aria-hidden size={12} strokeWidth={2.25} className={cx("shrink-0", spin && "animate-spin")} />
      )}
      <span className="truncate">{children}</span>
    </span>
  );
}

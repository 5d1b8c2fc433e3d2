import type { ReactNode } from "react";
import { Button as AriaButton, Tooltip, TooltipTrigger } from "react-aria-components";
import { buttonClass, type ButtonProps } from "./Button";

type IconButtonProps = Omit<ButtonProps, "children"> & { label: string; keys?: string; children: ReactNode };

/** A button that is only an icon: its name is spoken, and shown as a tooltip. */
export function IconButton({ label, keys, kind = "quiet", small, children, ...rest }: IconButtonProps) {
  return (
    <TooltipTrigger delay={500} closeDelay={0}>
      <AriaButton {...rest} aria-label={label} className={buttonClass({ kind, small }, true)}>
        {children}
      </AriaButton>
      <Tooltip
        offset={6}
        className="bg-ink text-canvas animate-fade flex items-center gap-2 rounded-md px-2 py-1 text-xs shadow-pop"
      >
        {label}
        {keys && <kbd className="font-mono opacity-70">{keys}</kbd>}
      </Tooltip>
    </TooltipTrigger>
  );
}

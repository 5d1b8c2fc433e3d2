import { createLink } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, ReactNode, Ref } from "react";
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from "react-aria-components";
import { cx } from "./cx";

export type ButtonKind = "primary" | "secondary" | "quiet" | "danger";

interface Look {
  kind?: ButtonKind;
  small?: boolean;
}

const kinds: Record<ButtonKind, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-hover pressed:bg-accent-hover shadow-card",
  secondary: "bg-surface text-ink border border-line hover:bg-sunken hover:border-line-strong shadow-card",
  quiet: "text-ink-2 hover:bg-hover hover:text-ink",
  danger: "bg-bad text-on-accent hover:opacity-90 shadow-card",
};

export function buttonClass({ kind = "secondary", small = false }: Look, square = false): string {
  const size = small ? "h-7 text-sm pointer-coarse:h-9" : "h-8 text-base pointer-coarse:h-10";
  const width = square ? "aspect-square" : small ? "px-2.5" : "px-3";
  return cx(
    "inline-flex shrink-0 items-center justify-center gap-1.5 rounded-lg font-medium whitespace-nowrap select-none",
    "transition-[background-color,border-color,color,opacity] duration-100",
    "disabled:pointer-events-none disabled:opacity-45 data-disabled:pointer-events-none data-disabled:opacity-45",
    size,
    width,
    kinds[kind],
  );
}

export type ButtonProps = Omit<AriaButtonProps, "children" | "className"> & Look & { children: ReactNode };

/** While pending it keeps its focus and its place, and does nothing. */
export function Button({ kind, small, isPending, type, onPress, children, ...rest }: ButtonProps) {
  return (
    <AriaButton
      {...rest}
      type={isPending ? "button" : type}
      onPress={isPending ? undefined : onPress}
      className={cx(buttonClass({ kind, small }), isPending && "animate-sheen")}
    >
      {children}
    </AriaButton>
  );
}

type AnchorProps = AnchorHTMLAttributes<HTMLAnchorElement> & Look & { ref?: Ref<HTMLAnchorElement> };

function Anchor({ kind, small, className, children, ...rest }: AnchorProps) {
  return (
    <a {...rest} className={cx(buttonClass({ kind, small }), className)}>
      {children}
    </a>
  );
}

/** A link of the router that looks like a button. */
export const LinkButton = createLink(Anchor);

import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Button, type ButtonKind } from "./Button";
import { IconButton } from "./IconButton";
import { ProblemNote } from "./States";
import { cx } from "./cx";

interface DialogProps {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  wide?: boolean;
  /** The person must answer; no closing by the backdrop or Escape. */
  firm?: boolean;
  children: ReactNode;
  footer?: ReactNode;
}

export function Dialog({ title, isOpen, onClose, wide, firm, children, footer }: DialogProps) {
  const { t } = useTranslation();
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      isDismissable={!firm}
      isKeyboardDismissDisabled={firm}
      className="animate-fade fixed inset-0 z-50 grid grid-cols-[minmax(0,1fr)] place-items-center bg-[oklch(0.2_0.02_250/0.45)] p-4"
    >
      <Modal
        className={cx(
          "border-line bg-raised shadow-pop animate-rise flex max-h-[calc(100dvh-2rem)] w-full flex-col rounded-2xl border",
          wide ? "max-w-3xl" : "max-w-md",
        )}
      >
        <AriaDialog className="flex min-h-0 flex-col outline-none">
          <header className="flex items-center justify-between gap-3 px-5 pt-4 pb-2">
            <Heading slot="title" level={2} className="text-lg font-semibold">
              {title}
            </Heading>
            {!firm && (
              <IconButton label={t("actions.close")} small onPress={onClose}>
                <X aria-hidden size={16} />
              </IconButton>
            )}
          </header>
          <div className="min-h-0 overflow-auto px-5 pt-1 pb-4">{children}</div>
          {footer && (
            <footer className="border-line flex flex-wrap justify-end gap-2 border-t px-5 py-3">
              {footer}
            </footer>
          )}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

interface ConfirmProps {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  onConfirm: () => void;
  action: string;
  kind?: ButtonKind;
  pending?: boolean;
  error?: unknown;
  children: ReactNode;
}

/** Asks before something that cannot be undone. */
export function ConfirmDialog({
  action,
  kind = "danger",
  onConfirm,
  pending,
  error,
  children,
  ...rest
}: ConfirmProps) {
  const { t } = useTranslation();
  return (
    <Dialog
      {...rest}
      footer={
        <>
          <Button onPress={rest.onClose} autoFocus>
            {t("actions.keep")}
          </Button>
          <Button kind={kind} onPress={onConfirm} isPending={pending}>
            {action}
          </Button>
        </>
      }
    >
      <div className="text-ink-2 flex flex-col gap-3 text-md">
        {children}
        <ProblemNote error={error} />
      </div>
    </Dialog>
  );
}

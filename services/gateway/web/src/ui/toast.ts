import { create } from "zustand";

export interface Toast {
  id: number;
  text: string;
  tone: "plain" | "bad";
  action?: { label: string; run: () => void };
}

interface Toasts {
  items: Toast[];
  dismiss: (id: number) => void;
}

export const useToasts = create<Toasts>()((set) => ({
  items: [],
  dismiss: (id) => set(({ items }) => ({ items: items.filter((item) => item.id !== id) })),
}));

let last = 0;

/** Shows a short message for some seconds, longer when it offers an action. */
export function toast(text: string, options: Partial<Pick<Toast, "tone" | "action">> = {}): void {
  const id = ++last;
  const item: Toast = { id, text, tone: options.tone ?? "plain", action: options.action };
  useToasts.setState(({ items }) => ({ items: [...items.slice(-2), item] }));
  setTimeout(() => useToasts.getState().dismiss(id), options.action || item.tone === "bad" ? 8000 : 4000);
}

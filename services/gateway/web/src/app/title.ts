import { useEffect } from "react";
import { create } from "zustand";

/** The current page's name, spoken when it changes. */
export const usePageName = create<{ name: string }>()(() => ({ name: "" }));

export function useTitle(name: string): void {
  useEffect(() => {
    document.title = `${name} · silver-telegram`;
    usePageName.setState({ name });
  }, [name]);
}

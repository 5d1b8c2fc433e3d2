import { create } from "zustand";

interface Overlay {
  open: "palette" | "shortcuts" | null;
  show: (open: Overlay["open"]) => void;
}

export const useOverlay = create<Overlay>()((set) => ({ open: null, show: (open) => set({ open }) }));

import { createContext, useContext } from "react";
import type { Position } from "../api/types";

/** What nodes and wires on the canvas may do; nothing where it is only shown. */
export interface Hands {
  /** Asks for a node to come into the wire. */
  insert: (key: string, at: Position) => void;
  writeNote: (id: string, text: string) => void;
  sizeNote: (id: string, box: Position & { width: number; height: number }) => void;
}

export const HandsContext = createContext<Hands | null>(null);

export function useHands(): Hands | null {
  return useContext(HandsContext);
}

// Texts behind the nodes.
import type { Note, Position, WorkflowDocument } from "../../api/types";
import { freshId } from "./nodes";
import { notesOf, withLayout } from "./places";

const firstSize = { width: 240, height: 160 };

export function addNote(
  document: WorkflowDocument,
  at: Position,
  text: string,
): { document: WorkflowDocument; id: string } {
  const id = freshId("note", new Set(notesOf(document).map((note) => note.id)));
  const note: Note = { id, text, at, ...firstSize };
  return { document: withLayout(document, { notes: [...notesOf(document), note] }), id };
}

export function changeNote(
  document: WorkflowDocument,
  id: string,
  change: Partial<Omit<Note, "id">>,
): WorkflowDocument {
  const notes = notesOf(document).map((note) => (note.id === id ? { ...note, ...change } : note));
  return withLayout(document, { notes });
}

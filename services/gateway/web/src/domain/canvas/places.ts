// Where things stand on the drawing. Places are kept in the document's layout, in whole pixels.
import type { Layout, Note, Position, WorkflowDocument } from "../../api/types";

export const grid = 20;

/** Nodes keep this much between them. */
export const gap = { x: 80, y: 40 };

export interface Size {
  width: number;
  height: number;
}

export interface Box extends Position, Size {}

export type Places = Readonly<Record<string, Position>>;

export function snapped({ x, y }: Position): Position {
  return { x: Math.round(x / grid) * grid, y: Math.round(y / grid) * grid };
}

export function placesOf(document: WorkflowDocument): Places {
  return document.layout?.nodes ?? {};
}

export function notesOf(document: WorkflowDocument): readonly Note[] {
  return Array.isArray(document.layout?.notes) ? document.layout.notes : [];
}

/** The document with these places besides those that it has. */
export function placeNodes(document: WorkflowDocument, places: Places): WorkflowDocument {
  return withLayout(document, { nodes: { ...placesOf(document), ...places } });
}

/** The document with these places for nodes that have none, so that an edit moves nothing else. */
export function freeze(document: WorkflowDocument, places: Places): WorkflowDocument {
  return withLayout(document, { nodes: { ...places, ...placesOf(document) } });
}

/** Without places of nodes that are gone, and without what is empty. */
export function withLayout(document: WorkflowDocument, changed: Partial<Layout>): WorkflowDocument {
  const merged = { ...document.layout, ...changed };
  const ids = new Set(document.nodes.map(({ id }) => id));
  const nodes = Object.entries(merged.nodes ?? {}).filter(([id]) => ids.has(id));
  const { layout: _, ...rest } = document;
  const layout: Layout = {
    ...(nodes.length > 0 && { nodes: Object.fromEntries(nodes) }),
    ...(merged.notes && merged.notes.length > 0 && { notes: merged.notes }),
  };
  return Object.keys(layout).length === 0 ? rest : { ...rest, layout };
}

/** `wanted`, moved down until nothing stands there. */
export function freePlace(wanted: Position, size: Size, taken: readonly Box[]): Position {
  let at = snapped(wanted);
  for (let hit = meets(at, size, taken); hit; hit = meets(at, size, taken)) {
    at = { x: at.x, y: Math.ceil((hit.y + hit.height + gap.y / 2) / grid) * grid };
  }
  return at;
}

function meets(at: Position, size: Size, taken: readonly Box[]): Box | undefined {
  return taken.find(
    (box) =>
      at.x < box.x + box.width &&
      box.x < at.x + size.width &&
      at.y < box.y + box.height &&
      box.y < at.y + size.height,
  );
}

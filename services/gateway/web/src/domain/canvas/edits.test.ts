import { describe, expect, it } from "vitest";
import type { WorkflowDocument } from "../../api/types";
import { parseDocument, printDocument } from "../document";
import { noHistory, record, undo } from "../history";
import { connect, disconnect, edgeBetween, edgeKey, reconnect } from "./edges";
import { fragmentOf, paste, printFragment, readFragment } from "./fragment";
import { addNode, changeNode, freshId, insertOn, newNode, remove } from "./nodes";
import { addNote, changeNote } from "./notes";
import { freePlace, freeze, placeNodes, placesOf } from "./places";
import { idFault, renameNode } from "./rename";
import { looped, types } from "./samples";

const places = placesOf(looped);
const log = types.get("log")!;
const all = { nodes: new Set(looped.nodes.map(({ id }) => id)), notes: new Set(["note"]) };

const edits: Record<string, (document: WorkflowDocument) => WorkflowDocument> = {
  add: (one) =>
    addNode(
      one,
      newNode(one, log),
      { x: 0, y: 400 },
      { before: { from: { node: "log", port: "out" }, port: "in" } },
    ),
  insert: (one) =>
    insertOn(one, {
      key: "start.out>each.items",
      node: newNode(one, log),
      input: "in",
      output: "out",
      width: 240,
      height: 100,
      places,
      sourceWidth: 240,
    }),
  connect: (one) => connect(one, edgeBetween({ node: "start", port: "out" }, { node: "log", port: "in" })),
  disconnect: (one) => disconnect(one, new Set(["each.done>log.in"])),
  remove: (one) => remove(one, { nodes: new Set(["classify"]), edges: new Set(), notes: new Set(["note"]) }),
  rename: (one) => renameNode(one, "classify", "sort-it"),
  move: (one) => placeNodes(one, { log: { x: 20, y: 20 } }),
  paste: (one) => paste(one, fragmentOf(one, all, places), { x: 0, y: 600 }).document,
  note: (one) => addNote(one, { x: 0, y: 0 }, "x").document,
  writeNote: (one) => changeNote(one, "note", { text: "y" }),
  change: (one) => changeNode(one, "log", (node) => ({ ...node, timeout_seconds: 5 })),
};

describe("every edit", () => {
  it.each(Object.entries(edits))(
    "%s changes the document, leaves the one before alone, and can be taken back",
    (_name, edit) => {
      const before = printDocument(looped);
      const after = printDocument(edit(looped));
      expect(after).not.toBe(before);
      expect(printDocument(looped)).toBe(before);
      expect(undo(record(noHistory, before, after, { when: 0 }), after)?.text).toBe(before);
    },
  );

  it.each(Object.entries(edits))(
    "%s leaves no edge and no place of a node that is not there",
    (_name, edit) => {
      const { nodes, edges, layout } = parseDocument(printDocument(edit(looped)))!;
      const ids = new Set(nodes.map(({ id }) => id));
      expect(ids.size).toBe(nodes.length);
      expect(edges.filter(({ source, destination }) => !ids.has(source) || !ids.has(destination))).toEqual(
        [],
      );
      expect(Object.keys(layout?.nodes ?? {}).filter((id) => !ids.has(id))).toEqual([]);
    },
  );
});

describe("renameNode", () => {
  it("leaves no reference to the old id, and touches none to another", () => {
    for (const { id } of looped.nodes) {
      for (const to of ["other", "other-one"]) {
        const renamed = renameNode(looped, id, to);
        const text = JSON.stringify({ ...renamed, name: "" });
        expect(text).not.toMatch(new RegExp(`nodes\\s*\\.\\s*(${id}(?![\\w])|\`${id}\`)`));
        expect(renamed.edges.some(({ source, destination }) => source === id || destination === id)).toBe(
          false,
        );
        expect(placesOf(renamed)[to]).toEqual(places[id]);
        expect(renameNode(renamed, to, id)).toMatchObject({ edges: looped.edges });
      }
    }
  });

  it("quotes what JSONata would take for a difference", () => {
    const { nodes } = renameNode(looped, "classify", "sort-it");
    expect(nodes[3]?.config).toEqual({
      message: { a: ["{{ $count(nodes.`sort-it`) }}", "nodes.`sort-it`-nodes.classify_2"] },
    });
    expect(nodes[3]?.approval).toEqual({ when: "{{ nodes.`sort-it`.confidence < 1 }}" });
  });

  it("refuses what is no id, and what another node is called", () => {
    expect(idFault(looped, "log", "a b")).toBe("pattern");
    expect(idFault(looped, "log", "each")).toBe("taken");
    expect(idFault(looped, "log", "log")).toBeUndefined();
  });
});

describe("new nodes", () => {
  it("have ids of their own and telling defaults", () => {
    expect(newNode(looped, log)).toEqual({ id: "log_2", node_type: "log", config: { level: "info" } });
    expect(newNode(looped, types.get("join")!).inputs?.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(freshId("log_2", new Set(["log", "log_2"]))).toBe("log_3");
  });

  it("come between two others, which make room", () => {
    const inserted = edits.insert!(looped);
    expect(inserted.edges.map(edgeKey)).toContain("start.out>log_2.in");
    expect(inserted.edges.map(edgeKey)).toContain("log_2.out>each.items");
    expect(placesOf(inserted).each!.x).toBeGreaterThanOrEqual(placesOf(inserted).log_2!.x + 240);
    expect(placesOf(inserted).start).toEqual(places.start);
  });

  it("stand where nothing else does", () => {
    const box = { x: 0, y: 0, width: 100, height: 100 };
    expect(freePlace({ x: 5, y: 5 }, { width: 10, height: 10 }, [box])).toEqual({ x: 0, y: 120 });
    expect(freePlace({ x: 300, y: 5 }, { width: 10, height: 10 }, [box])).toEqual({ x: 300, y: 0 });
  });
});

describe("edges", () => {
  it("are there once", () => {
    expect(connect(looped, looped.edges[0]!)).toBe(looped);
    const moved = reconnect(looped, "each.done>log.in", {
      ...looped.edges[3]!,
      source: "start",
      source_port: "out",
    });
    expect(moved.edges.map(edgeKey)).toEqual([...looped.edges.slice(0, 3).map(edgeKey), "start.out>log.in"]);
  });

  it("hold other nodes where they are drawn", () => {
    const { layout: _, ...bare } = looped;
    expect(placesOf(freeze(bare, { start: { x: 1, y: 2 } }))).toEqual({ start: { x: 1, y: 2 } });
    expect(freeze(looped, { start: { x: 1, y: 2 } })).toEqual(looped);
  });
});

describe("fragments", () => {
  it("go through text into another document, where they name each other by their new ids", () => {
    const fragment = readFragment(printFragment(fragmentOf(looped, all, places)))!;
    const { document, nodes } = paste(looped, fragment, { x: 0, y: 1000 });
    expect([...nodes]).toEqual(["start_2", "each_2", "classify_2", "log_2"]);
    expect(document.edges).toHaveLength(8);
    expect(document.nodes[6]?.config?.text).toBe("{{ nodes.start_2.text & nodes . start_2 }}");
    expect(placesOf(document).each_2).toEqual({ x: 320, y: 1000 });
    expect(document.layout?.notes?.map(({ id }) => id)).toEqual(["note", "note_2"]);
  });

  it("are also whole documents, and nothing else is one", () => {
    expect(readFragment(printDocument(looped))?.nodes).toHaveLength(4);
    for (const text of ["", "hello", "[]", "{}", '{"nodes":[{"id":1}]}', '{"nodes":3}']) {
      expect(readFragment(text)).toBeUndefined();
    }
  });
});

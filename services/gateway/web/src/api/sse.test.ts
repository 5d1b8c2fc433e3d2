import { afterEach, expect, it, vi } from "vitest";
import { follow, type StreamEvent } from "./sse";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const stream = (...chunks: string[]) =>
  new Response(new Blob(chunks).stream(), { headers: { "content-type": "text/event-stream" } });

/** Answers each connection in turn, and remembers what was asked. */
function answering(...answers: (() => Response)[]) {
  const asked: (string | undefined)[] = [];
  vi.stubGlobal("fetch", async (_url: string, init: { headers: Record<string, string> }) => {
    asked.push(init.headers["last-event-id"]);
    const answer = answers[asked.length - 1];
    if (!answer) throw new TypeError("Failed to fetch");
    return answer();
  });
  return asked;
}

it("resumes a cut stream behind the last event, and ends when the consumer says so", async () => {
  vi.useFakeTimers();
  const asked = answering(
    () => stream('id: 1\ndata: {"a":1}\n\n', "id: 2\nda"),
    () => stream('id: 2\ndata: {"a":2}\n\n'),
  );
  const seen: StreamEvent[] = [];
  const states: string[] = [];
  const done = follow("/x", {
    signal: new AbortController().signal,
    onState: (state) => states.push(state),
    onEvent: (event) => {
      seen.push(event);
      return event.id === "2" ? "end" : undefined;
    },
  });
  await vi.runAllTimersAsync();
  await done;
  expect(asked).toEqual([undefined, "1"]);
  expect(seen.map((event) => event.data)).toEqual([{ a: 1 }, { a: 2 }]);
  expect(states).toEqual(["connecting", "live", "retrying", "connecting", "live", "ended"]);
});

it("stops at a refusal and tells why", async () => {
  answering(() => Response.json({ code: "run.not_found", title: "There is no such run" }, { status: 404 }));
  const onRefused = vi.fn();
  await follow("/x", { signal: new AbortController().signal, onEvent: () => undefined, onRefused });
  expect(onRefused.mock.calls[0]?.[0]).toMatchObject({ status: 404, code: "run.not_found" });
});

it("begins again when its place is not known any more", async () => {
  vi.useFakeTimers();
  const asked = answering(
    () => Response.json({ code: "stream.refused" }, { status: 400 }),
    () => stream("id: 1\ndata: 1\n\n"),
  );
  const done = follow("/x", { signal: new AbortController().signal, lastEventId: "9", onEvent: () => "end" });
  await vi.runAllTimersAsync();
  await done;
  expect(asked).toEqual(["9", undefined]);
});

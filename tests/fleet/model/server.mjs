// A real small model (SmolLM2-135M-Instruct) behind the part of the OpenAI-compatible chat API that adapter-llm speaks.
// `node server.mjs <model.gguf>` prints its base URL. One question at a time; the others wait.

import { createServer } from "node:http";
import { LlamaChatSession, getLlama } from "node-llama-cpp";

const NAME = "smollm2-135m-instruct";
const CONTEXT_TOKENS = 2048;
const ANSWER_TOKENS = 160;

const llama = await getLlama({ gpu: false, build: "never", logLevel: "error" });
const model = await llama.loadModel({ modelPath: process.argv[2] });
// One thread: several wait for each other in a spin, and on a busy machine that takes minutes.
const context = await model.createContext({ contextSize: CONTEXT_TOKENS, threads: 1 });
const sequence = context.getSequence();

let last = Promise.resolve();

/** Runs `work` when all before it are done. */
function inTurn(work) {
  const run = last.then(work);
  last = run.catch(() => undefined);
  return run;
}

/** The exchange as the library wants it: what was said before, and what is asked now. */
function exchange(messages) {
  const history = messages.slice(0, -1).map(({ role, content }) => {
    if (role === "assistant") return { type: "model", response: [content] };
    return { type: role === "system" ? "system" : "user", text: content };
  });
  return { history, asked: messages.at(-1)?.content ?? "" };
}

async function say(request, onText) {
  const schema = request.response_format?.json_schema?.schema;
  const grammar = schema && (await llama.createGrammarForJsonSchema(schema));
  const { history, asked } = exchange(request.messages);
  await sequence.clearHistory();
  const session = new LlamaChatSession({ contextSequence: sequence });
  session.setChatHistory(history);
  const meter = sequence.tokenMeter.getState();
  const said = await session.promptWithMeta(asked, {
    grammar,
    maxTokens: request.max_tokens ?? ANSWER_TOKENS,
    temperature: request.temperature ?? 0,
    onTextChunk: onText,
  });
  session.dispose({ disposeSequence: false });
  const used = sequence.tokenMeter.diff(meter);
  return {
    text: said.responseText,
    finish: said.stopReason === "maxTokens" ? "length" : "stop",
    usage: {
      prompt_tokens: used.usedInputTokens,
      completion_tokens: used.usedOutputTokens,
      total_tokens: used.usedInputTokens + used.usedOutputTokens,
    },
  };
}

const frame = (rest) => ({ id: "chatcmpl-1", created: 0, model: NAME, ...rest });

async function chat(request, response) {
  if (!request.stream) {
    const { text, finish, usage } = await inTurn(() => say(request));
    const message = { role: "assistant", content: text };
    const choices = [{ index: 0, message, finish_reason: finish }];
    return json(response, 200, frame({ object: "chat.completion", choices, usage }));
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (data) => response.write(`data: ${JSON.stringify(data)}\n\n`);
  const piece = (content, finish_reason = null) =>
    send(frame({ object: "chat.completion.chunk", choices: [{ index: 0, delta: { content }, finish_reason }] }));
  const { finish, usage } = await inTurn(() => say(request, (text) => piece(text)));
  piece("", finish);
  if (request.stream_options?.include_usage) send(frame({ object: "chat.completion.chunk", choices: [], usage }));
  response.end("data: [DONE]\n\n");
}

function json(response, status, body) {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

async function body(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return JSON.parse(Buffer.concat(pieces).toString());
}

const server = createServer(async (request, response) => {
  try {
    if (request.url === "/v1/models") return json(response, 200, { object: "list", data: [{ id: NAME, object: "model" }] });
    if (request.url === "/v1/chat/completions") return await chat(await body(request), response);
    json(response, 404, { error: { message: `nothing is at ${request.url}` } });
  } catch (error) {
    if (response.headersSent) return response.destroy(error);
    json(response, 500, { error: { message: String(error) } });
  }
});

server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/v1`));

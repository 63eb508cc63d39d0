// The stand-in for a socket against a server played here: what is asked, in which order, and what comes of each end.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { welcome } from "./fakes.js";

/** @typedef {{address: string, body: any, headers: any, signal?: AbortSignal, say: (text: string) => void, end: () => void, answer: (frames: any[]) => void, fail: (status?: number) => void}} Asked */
/** @type {Asked[]} */
let asked;
/** @type {any[]} */
let frames;
/** @type {number[]} */
let closes;
/** @type {any} */
let line;
/** @type {typeof import("../src/events.js").open} */
let open;
let copy = 0;

const tick = () => new Promise((resolve) => setImmediate(resolve));
const data = (/** @type {object[]} */ ...told) => told.map((frame) => `data: ${JSON.stringify(frame)}\n\n`).join("");

/** @param {string} address @param {any} options */
function fetch(address, { body, headers, signal }) {
  return new Promise((resolve, reject) => {
    /** @type {ReadableStreamDefaultController<Uint8Array>} */
    let out;
    const stream = new ReadableStream({ start: (controller) => void (out = controller) });
    const respond = () => resolve({ ok: true, body: stream });
    signal?.addEventListener("abort", () => {
      reject(new DOMException("aborted", "AbortError"));
      out.error(new DOMException("aborted", "AbortError"));
    });
    asked.push({
      address,
      body: JSON.parse(body),
      headers,
      signal,
      say: (text) => (respond(), out.enqueue(new TextEncoder().encode(text))),
      end: () => (respond(), out.close()),
      answer: (told) => resolve({ ok: true, json: () => Promise.resolve(told) }),
      fail: (status) => (status ? resolve({ ok: false, status }) : reject(new TypeError("network"))),
    });
  });
}

beforeEach(async () => {
  asked = [];
  frames = [];
  closes = [];
  Object.assign(globalThis, { fetch });
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  // Each page learns anew whether streams come through.
  ({ open } = await import(`../src/events.js?${copy++}`));
  line = open("wss://kanal.test/ws/chat/toko", () => /** @type {any} */ ({ type: "hello", after: { seq: 9 } }));
  line.onopen = () => line.send('{"type":"hello","protocol":1}');
  line.onmessage = (/** @type {{data: string}} */ event) => frames.push(JSON.parse(event.data));
  line.onclose = (/** @type {{code: number}} */ event) => closes.push(event.code);
  await tick();
});
afterEach(() => mock.timers.reset());

const say = (/** @type {object} */ frame) => line.send(JSON.stringify(frame));
const kinds = () => frames.map(({ type }) => type);

test("hello opens the stream, and frames come as they are said, however they are cut", async () => {
  assert.deepEqual([asked[0].address, asked[0].body.type], ["https://kanal.test/chat/toko/events", "hello"]);
  assert.deepEqual(asked[0].headers, {}, "nothing a browser would have to ask leave for");
  const text = data(welcome(), { type: "reply.delta", text: "satu 🧺" }) + ":\n\n" + data({ type: "pong" });
  for (const piece of [text.slice(0, 7), text.slice(7, 90), text.slice(90)]) asked[0].say(piece);
  await tick();
  assert.deepEqual(kinds(), ["welcome", "reply.delta", "pong"]);
  assert.equal(frames[1].text, "satu 🧺");
});

test("a frame leaves with the token, behind the greeting, and one post waits for the one before", async () => {
  asked[0].say(data(welcome()));
  await tick();
  say({ type: "message.send", id: "a" });
  say({ type: "read.set", seq: 1 });
  say({ type: "message.send", id: "b" });
  assert.equal(asked.length, 2);
  assert.deepEqual([asked[1].address, asked[1].headers.Authorization], ["https://kanal.test/chat/toko/frames", "Bearer token-1"]);
  assert.deepEqual(asked[1].body.map((/** @type {any} */ frame) => frame.type), ["hello", "message.send"]);
  asked[1].answer([{ type: "message.stored", id: "a", seq: 1 }]);
  await tick();
  assert.deepEqual(asked[2].body.map((/** @type {any} */ frame) => frame.id || frame.type), ["hello", "read.set", "b"]);
  assert.deepEqual(kinds(), ["welcome", "message.stored"]);
});

test("a post without its answer is a lost line, so that all is asked again", async () => {
  asked[0].say(data(welcome()));
  await tick();
  say({ type: "message.send", id: "a" });
  asked[1].fail();
  await tick();
  assert.deepEqual(closes, [1006]);
  assert.equal(asked[0].signal?.aborted, true);
});

test("an end with a reason is told, one without is a lost line", async () => {
  asked[0].say(data({ type: "closed", code: 4412 }));
  await tick();
  assert.deepEqual(closes, [4412]);
});

test("a stream that ends or is refused is a lost line", async () => {
  asked[0].end();
  await tick();
  assert.deepEqual(closes, [1006]);
});

test("a beat is answered while the stream gives signs of life, also by comments alone", async () => {
  asked[0].say(data(welcome()));
  await tick();
  mock.timers.tick(15_000);
  asked[0].say(":\n\n");
  await tick();
  mock.timers.tick(20_000);
  say({ type: "ping", t: 1 });
  assert.deepEqual(kinds(), ["welcome", "pong"]);
  mock.timers.tick(31_000);
  say({ type: "ping", t: 2 });
  assert.deepEqual(kinds(), ["welcome", "pong"]);
  assert.equal(asked.length, 1);
});

test("hello again begins the stream anew and lets the old one go", async () => {
  asked[0].say(data(welcome()));
  await tick();
  say({ type: "hello", after: { seq: 3 } });
  assert.deepEqual([asked[0].signal?.aborted, asked[1].body.after.seq], [true, 3]);
  await tick();
  assert.deepEqual([kinds(), closes], [["welcome"], []]);
});

test("where streams are held back it asks again and again, each time from what is shown", async () => {
  mock.timers.tick(5_000);
  await tick();
  assert.deepEqual([asked[0].signal?.aborted, asked[1].body.poll], [true, 1]);
  asked[1].say(data(welcome({ handler: "waiting" })));
  asked[1].end();
  await tick();
  await tick();
  assert.deepEqual([asked[2].body.poll, asked[2].body.handler, asked[2].body.after.seq], [1, "waiting", 9]);
  asked[2].say(data(welcome(), { type: "message.added", seq: 10 }));
  asked[2].end();
  await tick();
  await tick();
  assert.equal(asked.length, 4);
  assert.deepEqual([kinds(), closes], [["welcome", "welcome", "message.added"], []]);
  asked[3].fail();
  await tick();
  assert.deepEqual(closes, [1006]);
});

test("a line let go of asks nothing more", async () => {
  line.close();
  await tick();
  mock.timers.tick(60_000);
  await tick();
  assert.deepEqual([asked.length, closes, asked[0].signal?.aborted], [1, [], true]);
});

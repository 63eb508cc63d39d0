import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { createSession } from "../src/session.js";
import { openStorage } from "../src/storage.js";
import { latest, setPage, sockets, welcome } from "./fakes.js";

const at = "2026-11-22T03:00:00.000Z";
/** @type {string[]} */
let refused;
/** @type {ReturnType<typeof setPage>} */
let page;

beforeEach(() => {
  page = setPage();
  refused = [];
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  mock.method(Math, "random", () => 0.999);
});
afterEach(() => {
  mock.timers.reset();
  mock.restoreAll();
});

const create = () => createSession({ key: "toko", storage: openStorage("toko"), host: "https://kanal.test", locale: "id", onChange: () => {}, onRefused: (words) => refused.push(words) });

/** @param {object} [more] */
function open(more) {
  const session = create();
  session.start();
  latest().accept();
  latest().give(welcome(more));
  return session;
}

/** @param {number} seq the server stores the message under way */
function store(seq) {
  const { id } = latest().frames("message.send").at(-1);
  latest().give({ type: "message.stored", id, seq, at });
  return id;
}

function reconnect() {
  latest().drop();
  mock.timers.tick(30_000);
  latest().accept();
}

test("the first hello names no token and no place in the log, and the page without its fragment", () => {
  create().start();
  latest().accept();
  assert.equal(latest().url, "wss://kanal.test/ws/chat/toko");
  assert.deepEqual(latest().sent[0], { type: "hello", protocol: 1, locale: "id", page: { url: "https://toko.test/produk", title: "Produk" } });
});

test("nothing is stored before the start", () => {
  create();
  assert.deepEqual(Object.keys(localStorage), []);
});

test("a message leaves, is acknowledged, and is forgotten by the outbox", () => {
  const session = open();
  session.send("halo");
  assert.equal(latest().frames("message.send")[0].text, "halo");
  assert.equal(Object.keys(localStorage).length, 2);
  store(1);
  assert.deepEqual([session.state().pending.length, session.state().messages[0].text], [0, "halo"]);
  assert.deepEqual(Object.keys(localStorage), ["kanal:toko:token"]);
});

test("messages leave one after the other, so that their order holds", () => {
  const session = open();
  for (const words of ["satu", "dua", "tiga"]) session.send(words);
  assert.equal(latest().frames("message.send").length, 1);
  store(1);
  store(2);
  store(3);
  assert.deepEqual(session.state().messages.map((row) => row.text), ["satu", "dua", "tiga"]);
});

test("fifty messages written offline, through a reload, are sent once and in order", () => {
  const first = create();
  for (let i = 1; i <= 50; i++) first.send(`pesan ${i}`);
  const session = open();
  for (let i = 1; i <= 50; i++) store(i);
  const sent = latest().frames("message.send");
  assert.deepEqual(sent.map((frame) => frame.text), Array.from({ length: 50 }, (_, i) => `pesan ${i + 1}`));
  assert.equal(new Set(sent.map((frame) => frame.id)).size, 50);
  assert.equal(session.state().pending.length, 0);
});

test("a message without its acknowledgement is sent again with the same id after a drop", () => {
  const session = open();
  session.send("halo");
  const { id } = latest().frames("message.send")[0];
  reconnect();
  latest().give(welcome());
  assert.equal(latest().frames("message.send")[0].id, id);
  store(1);
  assert.equal(session.state().messages.length, 1);
});

test("a message whose acknowledgement was lost is found in the welcome and not sent again", () => {
  const session = open();
  session.send("halo");
  const { id } = latest().frames("message.send")[0];
  reconnect();
  latest().give(welcome({ seq: 1, messages: [{ id, seq: 1, author: "visitor", text: "halo", at }] }));
  assert.equal(latest().frames("message.send").length, 0);
  assert.equal(session.state().pending.length, 0);
});

test("after a drop hello tells the last row and how far the answer was read", () => {
  open();
  latest().give({ type: "message.added", id: "row-1", seq: 1, author: "operator", text: "hai", at }, { type: "reply.delta", id: "r", offset: 0, text: "Halo 😊" });
  reconnect();
  const [hello] = latest().sent;
  assert.deepEqual([hello.token, hello.after, hello.reply], ["token-1", { seq: 1, id: "row-1" }, { id: "r", offset: 6 }]);
});

test("an answer cut in the middle a hundred times ends up the same as the server's", () => {
  const text = "Halo 😊 Kak, ongkir ke Makassar Rp 38.000 👩‍👩‍👧 ya. ".repeat(8);
  const points = [...text];
  const session = open();
  let known = 0;
  for (let i = 0; i < 100; i++) {
    const to = Math.min(points.length, known + 1 + (i % 7));
    latest().give({ type: "reply.delta", id: "r", offset: known, text: points.slice(known, to).join("") });
    reconnect();
    const offset = latest().sent[0].reply.offset;
    known = Math.min(points.length, offset + (i % 3));
    latest().give(welcome({ reply: offset ? { id: "r", question: 1, offset, text: points.slice(offset, known).join("") } : { id: "r", question: 1, text: points.slice(0, known).join("") } }));
  }
  latest().give({ type: "reply.delta", id: "r", offset: known, text: points.slice(known).join("") });
  assert.equal(session.state().reply?.text, text);
});

test("a gap asks again with hello on the same line", () => {
  open();
  latest().give({ type: "message.added", id: "x", seq: 3, author: "operator", text: "hai", at });
  assert.equal(sockets.length, 1);
  assert.equal(latest().frames("hello").length, 2);
});

test("two tabs that open at once join in the chat that was stored first", () => {
  create().start();
  latest().accept();
  localStorage["kanal:toko:token"] = "token-of-the-other-tab";
  latest().give(welcome({ token: "token-of-this-tab" }));
  assert.equal(sockets.length, 2);
  latest().accept();
  assert.equal(latest().sent[0].token, "token-of-the-other-tab");
  latest().give(welcome({ token: "token-of-the-other-tab" }));
  assert.equal(localStorage["kanal:toko:token"], "token-of-the-other-tab");
});

test("two tabs that learn of each other's token too late meet in the chat that was kept last, with what is unsent", () => {
  const session = open({ token: "token-of-this-tab" });
  latest().give({ type: "message.added", id: "x", seq: 1, author: "operator", text: "hai", at });
  session.send("halo");
  page.fire("storage");
  assert.equal(sockets.length, 1, "what other tabs keep beside the token is not this one's business");
  localStorage["kanal:toko:token"] = "token-of-the-other-tab";
  page.fire("storage");
  latest().accept();
  assert.deepEqual([latest().sent[0].token, latest().sent[0].after], ["token-of-the-other-tab", undefined]);
  latest().give(welcome({ token: "token-of-the-other-tab" }));
  assert.equal(latest().frames("message.send")[0].text, "halo");
  delete localStorage["kanal:toko:token"];
  page.fire("storage");
  assert.equal(sockets.length, 2, "a token another tab lets go of may still be good here");
});

test("a token that is of no use is forgotten once and the messages are kept", () => {
  localStorage["kanal:toko:token"] = "stale";
  const session = create();
  session.send("halo");
  session.start();
  latest().accept();
  assert.equal(latest().sent[0].token, "stale");
  latest().drop(4401);
  latest().accept();
  assert.equal(latest().sent[0].token, undefined);
  latest().give(welcome());
  assert.equal(latest().frames("message.send")[0].text, "halo");
  latest().drop(4401);
  assert.equal(session.line().status, "stopped");
});

test("too many messages wait as long as the server says and leave in order", () => {
  const session = open();
  session.send("satu");
  session.send("dua");
  const { id } = latest().frames("message.send")[0];
  latest().give({ type: "error", code: "rate_limited", message: "Sebentar ya.", retry_after: 3, id });
  mock.timers.tick(2900);
  assert.equal(latest().frames("message.send").length, 1);
  mock.timers.tick(200);
  assert.deepEqual(latest().frames("message.send").map((frame) => frame.text), ["satu", "satu"]);
  assert.equal(session.state().messages.at(-1)?.text, "Sebentar ya.");
});

test("words the server refuses go back to who wrote them, with its sentence, and the next message leaves", () => {
  const session = open();
  session.send("panjang");
  session.send("pendek");
  const { id } = latest().frames("message.send")[0];
  latest().give({ type: "error", code: "too_large", message: "Terlalu panjang.", id });
  assert.deepEqual(refused, ["panjang"]);
  assert.equal(session.state().messages.at(-1)?.text, "Terlalu panjang.");
  assert.deepEqual(latest().frames("message.send").map((frame) => frame.text), ["panjang", "pendek"]);
  assert.equal(Object.keys(localStorage).filter((name) => name.includes("out:")).length, 1);
});

test("asking for a person while offline is done after the line is back, until it is done", () => {
  const session = create();
  session.askPerson();
  session.start();
  latest().accept();
  latest().give(welcome());
  assert.equal(latest().frames("human.request").length, 1);
  reconnect();
  latest().give(welcome());
  assert.equal(latest().frames("human.request").length, 1);
  reconnect();
  latest().give(welcome({ handler: "waiting" }));
  assert.equal(latest().frames("human.request").length, 0);
});

test("a typing sign whose end was lost goes by itself", () => {
  const session = open();
  latest().give({ type: "typing.shown", author: "operator", on: true });
  assert.equal(session.state().thinking, true);
  mock.timers.tick(8000);
  assert.equal(session.state().thinking, false);
});

test("what was read is told once", () => {
  const session = open({ seq: 1, messages: [{ id: "a", seq: 1, author: "operator", text: "hai", at }] });
  session.markRead();
  session.markRead();
  assert.deepEqual(latest().frames("read.set").map((frame) => frame.seq), [1]);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { EMPTY, firstSeq, lastOf, reduce } from "../src/store.js";

const site = { name: "Toko", policy: "https://toko.test/privasi", retention_days: 180 };
const at = "2026-11-22T03:00:00.000Z";

/** @param {number} seq @param {object} [more] */
const row = (seq, more = {}) => ({ id: `row-${seq}`, seq, author: /** @type {const} */ ("assistant"), text: `text ${seq}`, at, ...more });

/** @param {object} [more] @returns {any} */
const welcome = (more = {}) => ({ type: "welcome", token: "t", conversation: "c", seq: 0, first: 0, reset: false, handler: "bot", messages: [], site, ...more });

/** @param {any[]} frames @param {any} [start] */
const after = (frames, start = EMPTY) => frames.reduce((state, frame) => (frame.type === "local" ? { ...state, ...frame.change } : reduce(state, frame)), start);

/** @param {number} seq @param {object} [more] */
const added = (seq, more) => ({ type: "message.added", ...row(seq, more) });

test("a welcome gives the log, the handler and the site", () => {
  const state = after([welcome({ seq: 2, messages: [row(1), row(2)], handler: "human", operator: "Sari" })]);
  assert.deepEqual([state.messages.length, lastOf(state)?.seq, state.handler, state.operator, state.site?.name], [2, 2, "human", "Sari", "Toko"]);
});

test("rows come in the order of their numbers and a repeated one is ignored", () => {
  const state = after([welcome(), added(1), added(2), added(1), added(2)]);
  assert.deepEqual(state.messages.map((message) => message.seq), [1, 2]);
  assert.ok(!state.gap);
});

test("a missing number is noticed and nothing is shown out of order", () => {
  const state = after([welcome(), added(1), added(3)]);
  assert.equal(state.gap, true);
  assert.deepEqual(state.messages.map((message) => message.seq), [1]);
});

test("a stored message becomes a row with the words that were sent", () => {
  const pending = [{ id: "mine", text: "halo", at }];
  const state = after([welcome(), { type: "local", change: { pending } }, { type: "message.stored", id: "mine", seq: 1, at }]);
  assert.deepEqual(state.pending, []);
  assert.equal(state.messages[0].text, "halo");
  assert.equal(state.messages[0].author, "visitor");
  assert.equal(state.thinking, true);
});

test("a message stored twice is shown once", () => {
  const pending = [{ id: "mine", text: "halo", at }];
  const stored = { type: "message.stored", id: "mine", seq: 1, at };
  assert.equal(after([welcome(), { type: "local", change: { pending } }, stored, stored]).messages.length, 1);
});

test("an own message that another tab had stored first leaves the waiting ones", () => {
  const pending = [{ id: "mine", text: "halo", at }];
  const state = after([welcome(), { type: "local", change: { pending } }, added(1, { id: "mine", author: "visitor" })]);
  assert.deepEqual([state.pending.length, state.messages.length], [0, 1]);
});

test("an acknowledgement of words this tab does not know asks again", () => {
  assert.equal(after([welcome(), { type: "message.stored", id: "unknown", seq: 1, at }]).gap, true);
});

test("deltas join by code points, not by UTF-16 units", () => {
  const state = after([
    welcome(),
    { type: "reply.started", id: "r", question: 1 },
    { type: "reply.delta", id: "r", offset: 0, text: "Halo 😊" },
    { type: "reply.delta", id: "r", offset: 6, text: " Kak 👩‍👩‍👧" },
    { type: "reply.delta", id: "r", offset: 16, text: "!" },
  ]);
  assert.equal(state.reply?.text, "Halo 😊 Kak 👩‍👩‍👧!");
  assert.equal(state.reply?.length, 17);
});

test("a delta that overlaps adds only what is new", () => {
  const state = after([welcome(), { type: "reply.delta", id: "r", offset: 0, text: "satu 😊" }, { type: "reply.delta", id: "r", offset: 3, text: "u 😊 dua" }]);
  assert.equal(state.reply?.text, "satu 😊 dua");
});

test("a hole between deltas asks again and keeps what was shown", () => {
  const state = after([welcome(), { type: "reply.delta", id: "r", offset: 0, text: "satu" }, { type: "reply.delta", id: "r", offset: 6, text: "dua" }]);
  assert.deepEqual([state.gap, state.reply?.text], [true, "satu"]);
});

test("a delta of an unknown answer that does not begin at 0 asks again", () => {
  assert.equal(after([welcome(), { type: "reply.delta", id: "r", offset: 4, text: "x" }]).gap, true);
});

test("a withdrawn answer disappears and the next one starts anew", () => {
  const state = after([
    welcome(),
    { type: "reply.delta", id: "a", offset: 0, text: "salah" },
    { type: "reply.dropped", id: "a", code: "provider_error" },
  ]);
  assert.deepEqual([state.reply, state.thinking], [undefined, true]);
  assert.equal(after([{ type: "reply.delta", id: "b", offset: 0, text: "benar" }], state).reply?.text, "benar");
});

test("the finished answer takes the place of the streamed one, and its late deltas do nothing", () => {
  const state = after([
    welcome(),
    { type: "reply.delta", id: "r", offset: 0, text: "jawab" },
    added(1, { id: "r", text: "jawaban" }),
    { type: "reply.delta", id: "r", offset: 5, text: "an" },
  ]);
  assert.deepEqual([state.reply, state.messages.map((message) => message.text), Boolean(state.gap)], [undefined, ["jawaban"], false]);
});

test("after a drop the tail is joined to what is known", () => {
  const before = after([welcome(), { type: "reply.delta", id: "r", offset: 0, text: "satu 😊" }]);
  const state = after([welcome({ reply: { id: "r", question: 1, offset: 6, text: " dua" } })], before);
  assert.equal(state.reply?.text, "satu 😊 dua");
});

test("after a drop the whole text replaces what is known", () => {
  const before = after([welcome(), { type: "reply.delta", id: "r", offset: 0, text: "satu" }]);
  assert.equal(after([welcome({ reply: { id: "r", question: 1, text: "satu dua" } })], before).reply?.text, "satu dua");
});

test("after a drop an answer with another id drops the old one", () => {
  const before = after([welcome(), { type: "reply.delta", id: "old", offset: 0, text: "lama" }]);
  const state = after([welcome({ reply: { id: "new", question: 1, text: "baru" } })], before);
  assert.deepEqual([state.reply?.id, state.reply?.text], ["new", "baru"]);
});

test("after a drop a finished answer is no longer being written", () => {
  const before = after([welcome(), { type: "reply.delta", id: "r", offset: 0, text: "satu" }]);
  const state = after([welcome({ seq: 1, messages: [row(1, { id: "r", text: "satu dua" })] })], before);
  assert.deepEqual([state.reply, state.messages[0].text], [undefined, "satu dua"]);
});

test("a welcome that repeats rows adds only the new ones", () => {
  const before = after([welcome(), added(1), added(2)]);
  assert.deepEqual(after([welcome({ seq: 3, messages: [row(2), row(3)] })], before).messages.map((message) => message.seq), [1, 2, 3]);
});

test("a reset starts over from what is given and keeps what waits to be sent", () => {
  const pending = [{ id: "mine", text: "halo", at }];
  const before = after([welcome(), added(1), added(2), { type: "local", change: { pending } }]);
  const state = after([welcome({ reset: true, seq: 1, messages: [row(1, { id: "other" })] })], before);
  assert.deepEqual([state.messages.map((message) => message.id), state.pending.length], [["other"], 1]);
});

test("another conversation starts over", () => {
  const before = after([welcome(), added(1)]);
  assert.equal(after([welcome({ conversation: "d" })], before).messages.length, 0);
});

test("earlier pages come before what is there", () => {
  const before = after([welcome({ seq: 52, messages: [row(51), row(52)] })]);
  assert.equal(firstSeq(before), 51);
  const state = after([{ type: "history.page", messages: [row(49), row(50)], more: true }], before);
  assert.deepEqual(state.messages.map((message) => message.seq), [49, 50, 51, 52]);
});

test("a notice is a quiet line that is not part of the log", () => {
  const state = after([welcome(), added(1), { type: "conversation.changed", handler: "waiting", notice: "Tim kami sudah diberi tahu." }]);
  assert.deepEqual([state.messages.length, state.messages[1].author, lastOf(state)?.seq, state.handler], [2, "system", 1, "waiting"]);
  assert.ok(!after([added(2)], state).gap);
});

test("the same notice twice in a row is one line", () => {
  const changed = { type: "conversation.changed", handler: "waiting", notice: "Sebentar." };
  assert.equal(after([welcome(), changed, changed]).messages.length, 1);
});

test("a person who takes over ends the answer being written", () => {
  const state = after([welcome(), { type: "reply.delta", id: "r", offset: 0, text: "x" }, { type: "conversation.changed", handler: "human", operator: "Sari" }]);
  assert.deepEqual([state.reply, state.operator], [undefined, "Sari"]);
  assert.equal(after([{ type: "conversation.changed", handler: "bot" }], state).operator, undefined);
});

test("an unknown frame changes nothing", () => {
  const state = after([welcome()]);
  assert.equal(reduce(state, /** @type {any} */ ({ type: "card.shown" })), state);
});

test("what was read comes as a sign, with an answer by a person, and with a welcome", () => {
  assert.equal(after([welcome(), added(1), { type: "read.shown", author: "operator", seq: 1 }]).read, 1);
  assert.equal(after([welcome(), added(1), added(2, { author: "operator" })]).read, 2);
  assert.equal(after([welcome({ read: 7 }), added(1)]).read, 7);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { EMPTY, isMine, mayAnswer, reduce } from "../src/store.js";
import { ME, item, ready, row, shown } from "./fake_line.js";

/** @param {...any} frames */
const after = (...frames) => frames.reduce(reduce, reduce(EMPTY, /** @type {any} */ (ready())));
/** @param {string} id */
const opening = (id) => ({ type: "local", change: { open: { id, ready: false, messages: [], notes: [], more: false } } });
const talk = [row(1, "visitor", "halo"), row(2, "assistant", "hai")];

test("a page of another question than the present one is left out", () => {
  const state = after({ type: "list.page", view: "closed", items: [item("a")], more: false });
  assert.deepEqual(state.items, []);
  assert.equal(after({ type: "list.page", view: "waiting", items: [item("a")], more: false }).items.length, 1);
});

test("the next page is put behind without doubles", () => {
  let state = after({ type: "list.page", view: "waiting", items: [item("a")], more: true, after: "x" });
  state = reduce({ ...state, loading: "next" }, /** @type {any} */ ({ type: "list.page", view: "waiting", items: [item("a"), item("b")], more: false }));
  assert.deepEqual(state.items.map(({ conversation }) => conversation), ["a", "b"]);
});

test("a changed conversation comes into the view it belongs to and goes out of the others", () => {
  const listed = { type: "list.page", view: "waiting", items: [item("a")], more: false };
  const came = after(listed, { type: "list.changed", items: [item("b", { waiting_since: "2026-11-22T07:00:00Z" })], counts: { mine: 0, waiting: 2, assistant: 0 } });
  assert.deepEqual(came.items.map(({ conversation }) => conversation), ["b", "a"], "who waits longest first");
  assert.equal(came.counts.waiting, 2);
  const went = reduce(came, /** @type {any} */ ({ type: "list.changed", items: [item("a", { handler: "human", operator: ME })] }));
  assert.deepEqual(went.items.map(({ conversation }) => conversation), ["b"]);
});

test("what is searched for is not mixed with what only changed", () => {
  const state = after({ type: "local", change: { search: { ...EMPTY.search, query: "ongkir" }, loading: "" } }, { type: "list.changed", items: [item("b")] });
  assert.deepEqual(state.items, []);
});

test("a conversation that sleeps stands at the end", () => {
  const asleep = item("b", { snoozed_until: "2999-01-01T00:00:00Z", waiting_since: "2026-11-22T07:00:00Z" });
  const listed = { type: "list.page", view: "waiting", items: [asleep, item("a")], more: false };
  assert.deepEqual(after(listed).items.map(({ conversation }) => conversation), ["a", "b"]);
});

test("frames before talk.shown belong to the conversation before", () => {
  const first = after(opening("a"), shown("a", talk));
  const second = reduce(first, /** @type {any} */ (opening("b")));
  assert.deepEqual(reduce(second, /** @type {any} */ ({ type: "message.added", ...row(3, "visitor", "untuk a") })).open?.messages, []);
  assert.equal(reduce(second, /** @type {any} */ (shown("a", talk))), second);
});

test("rows come once and in order, and a gap asks again", () => {
  const state = after(opening("a"), shown("a", talk));
  const next = reduce(state, /** @type {any} */ ({ type: "message.added", ...row(3, "visitor", "lagi") }));
  assert.deepEqual(next.open?.messages.map(({ seq }) => seq), [1, 2, 3]);
  assert.equal(reduce(next, /** @type {any} */ ({ type: "message.added", ...row(3, "visitor", "lagi") })), next);
  assert.equal(reduce(next, /** @type {any} */ ({ type: "message.added", ...row(9, "visitor", "jauh") })).gap, true);
});

test("a conversation opened again goes on after what is known", () => {
  const state = after(opening("a"), shown("a", talk), shown("a", [row(3, "visitor", "lagi")]));
  assert.deepEqual(state.open?.messages.map(({ seq }) => seq), [1, 2, 3]);
  assert.deepEqual(reduce(state, /** @type {any} */ (shown("a", [row(3, "visitor", "lain")], { reset: true }))).open?.messages.length, 1);
});

test("the assistant's answer grows by code points, and a missing piece asks again", () => {
  const begun = after(opening("a"), shown("a", talk), { type: "reply.started", id: "r", question: 1 }, { type: "reply.delta", id: "r", offset: 0, text: "Halo 🙏" });
  assert.equal(reduce(begun, /** @type {any} */ ({ type: "reply.delta", id: "r", offset: 6, text: " kak" })).open?.reply?.text, "Halo 🙏 kak");
  assert.equal(reduce(begun, /** @type {any} */ ({ type: "reply.delta", id: "r", offset: 9, text: "x" })).gap, true);
});

test("once a person has the conversation no answer of the assistant is shown any more", () => {
  const begun = after(opening("a"), shown("a", talk), { type: "reply.delta", id: "r", offset: 0, text: "Ha" });
  const taken = reduce(begun, /** @type {any} */ ({ type: "talk.changed", talk: item("a", { handler: "human", operator: ME }) }));
  assert.equal(taken.open?.reply, undefined);
  assert.equal(reduce(taken, /** @type {any} */ ({ type: "reply.delta", id: "r2", offset: 0, text: "lo" })).open?.reply, undefined);
  assert.equal(isMine(taken), true);
});

test("notes stand beside the log and come once", () => {
  const note = { type: "note.added", id: "n", text: "pelanggan lama", author: "Sari", after_seq: 2, at: "" };
  const state = after(opening("a"), shown("a", talk), note, note);
  assert.equal(state.open?.notes.length, 1);
  assert.equal(state.open?.messages.length, 2);
});

test("what is new begins at the first unread message and stays there", () => {
  const state = after(opening("a"), shown("a", [...talk, row(3, "visitor", "lagi")], { talk: item("a", { unread: 1 }) }));
  assert.equal(state.open?.newFrom, 3);
  assert.equal(reduce(state, /** @type {any} */ (shown("a", [row(4, "visitor", "lagi")], { talk: item("a", { unread: 2 }) }))).open?.newFrom, 3);
});

test("who may only read a site may not answer there", () => {
  const state = reduce(EMPTY, /** @type {any} */ (ready({ sites: [{ id: 1, key: "toko", name: "Toko", may_answer: false }] })));
  assert.equal(mayAnswer([opening("a"), shown("a", talk)].reduce(reduce, /** @type {any} */ (state))), false);
});

test("of a conversation that was removed nothing stays on the screen, and others do", () => {
  const state = after({ type: "list.page", view: "waiting", items: [item("a"), item("b")], more: false }, opening("a"), shown("a", talk), { type: "talk.gone", conversation: "a" });
  assert.deepEqual([state.open?.gone, state.open?.messages.length, state.open?.talk], [true, 0, undefined]);
  assert.deepEqual(state.items.map(({ conversation }) => conversation), ["b"]);
  assert.equal(reduce(state, /** @type {any} */ ({ type: "talk.gone", conversation: "c" })).open?.id, "a");
});

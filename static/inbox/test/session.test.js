import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { openDrafts } from "../src/drafts.js";
import { linesOf } from "../src/log_view.js";
import { lastWords } from "../src/names.js";
import { createSession } from "../src/session.js";
import { ME, fakeLine, item, ready, row, setStorage, shown } from "./fake_line.js";

/** @type {ReturnType<typeof fakeLine>} */
let line;
/** @type {any[]} */
let refusals;
/** @type {any[]} */
let events;

beforeEach(() => {
  setStorage();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
});
afterEach(() => mock.timers.reset());

function start(owner = ME.id) {
  line = fakeLine();
  refusals = [];
  events = [];
  const session = createSession({
    drafts: openDrafts(owner),
    makeLine: line.make,
    onChange: () => {},
    onEvent: (frame, _before, entry) => void events.push([frame.type, entry?.id]),
    onRefused: (refusal, entry) => void refusals.push([refusal.code, entry?.text]),
  });
  return session;
}

function opened() {
  const session = start();
  session.openTalk("a");
  line.give(ready(), shown("a", [row(1, "visitor", "halo")]));
  line.sent.length = 0;
  return session;
}

test("ready asks for the list and for the conversation of the address", () => {
  const session = start();
  session.openTalk("a");
  line.sent.length = 0;
  line.give(ready());
  assert.deepEqual(line.sent.map(({ type }) => type), ["list.get", "talk.open"]);
  assert.equal(line.sent[0].view, "waiting");
});

test("with nobody waiting the first view is one's own, or all", () => {
  start();
  line.give(ready({ counts: { mine: 2, waiting: 0, assistant: 0 } }));
  assert.equal(line.sent[0].view, "mine");
  start();
  line.give(ready({ counts: { mine: 0, waiting: 0, assistant: 3 } }));
  assert.equal(line.sent[0].view, "all");
});

test("ready that comes again on a connection asks anew only when the sites have changed", () => {
  opened();
  line.give(ready({ again: true, people: [{ id: 8, name: "Rina", online: true }] }));
  assert.equal(line.sent.length, 0);
  line.give(ready({ again: true, sites: [] }));
  assert.deepEqual(line.sent.map(({ type }) => type), ["list.get", "talk.open"]);
});

test("a refusal of something else takes nothing out of the outbox", () => {
  const session = opened();
  session.send("a", "satu");
  line.give({ type: "error", code: "not_found", message: "" });
  assert.equal(session.pending("a").length, 1);
});

test("an own note is not shown in the conversation opened after it", () => {
  const session = opened();
  const id = session.note("a", "catatan");
  session.openTalk("b");
  line.give(shown("b", [row(1, "visitor", "lain")]), { type: "note.added", id, text: "catatan", author: "Sari", after_seq: 1, at: "" });
  assert.deepEqual(session.state().open?.notes, []);
  assert.equal(session.pending("a").length, 0);
});

test("after a drop the conversation goes on after the last row known", () => {
  opened();
  line.give(ready());
  assert.deepEqual(line.frames("talk.open")[0].after, { id: "row-1", seq: 1 });
});

test("messages leave one after the other, and stand in the log when they are stored", () => {
  const session = opened();
  const first = session.send("a", "satu");
  session.send("a", "dua");
  assert.deepEqual(line.frames("message.send").map(({ text }) => text), ["satu"]);
  line.give({ type: "message.stored", id: first, seq: 2, at: "" });
  assert.deepEqual(line.frames("message.send").map(({ text }) => text), ["satu", "dua"]);
  assert.deepEqual(session.state().open?.messages.map(({ text }) => text), ["halo", "satu"]);
});

test("what was not acknowledged is sent again with the same id, also after a reload", () => {
  const session = opened();
  const id = session.send("a", "satu");
  line.give(ready());
  assert.deepEqual(line.frames("message.send").map((frame) => frame.id), [id, id]);
  start();
  line.give(ready());
  assert.deepEqual(line.frames("message.send").map((frame) => [frame.id, frame.text]), [[id, "satu"]]);
});

test("an action meant before a reload is not done after it", () => {
  const session = opened();
  line.setUp(false);
  session.act("close");
  start();
  line.give(ready());
  assert.equal(line.frames("talk.act").length, 0);
});

test("the acknowledgement of one conversation's message does not land in another", () => {
  const session = opened();
  const id = session.send("a", "satu");
  session.openTalk("b");
  line.give(shown("b", [row(1, "visitor", "lain")]), { type: "message.stored", id, seq: 2, at: "" });
  assert.deepEqual(session.state().open?.messages.map(({ text }) => text), ["lain"]);
});

test("a refused message gives its words back, and the next one leaves", () => {
  const session = opened();
  const id = session.send("a", "satu");
  session.send("a", "dua");
  line.give({ type: "error", code: "taken", message: "", id, operator: { id: 8, name: "Rina" } });
  assert.deepEqual(refusals, [["taken", "satu"]]);
  assert.deepEqual(line.frames("message.send").map(({ text }) => text), ["satu", "dua"]);
});

test("a refusal that passes by itself is waited for and tried again", () => {
  const session = opened();
  const id = session.send("a", "satu");
  line.give({ type: "error", code: "rate_limited", message: "", id, retry_after: 3 });
  assert.equal(line.frames("message.send").length, 1);
  mock.timers.tick(3000);
  assert.deepEqual(line.frames("message.send").map((frame) => frame.id), [id, id]);
});

test("a conversation that is not there is said so and not asked for again", () => {
  const session = start();
  session.openTalk("tidak-ada");
  line.give(ready(), { type: "error", code: "not_found", message: "" });
  assert.equal(session.state().open?.gone, true);
  line.sent.length = 0;
  line.give(ready());
  assert.equal(line.frames("talk.open").length, 0);
});

test("a gap opens the conversation again from the last row known", () => {
  opened();
  line.give({ type: "message.added", ...row(5, "visitor", "jauh") });
  assert.deepEqual(line.frames("talk.open")[0].after, { id: "row-1", seq: 1 });
});

test("the typing sign is renewed every three seconds and ends by itself", () => {
  const session = opened();
  for (let i = 0; i < 8; i++) {
    session.typing(true);
    mock.timers.tick(500);
  }
  assert.equal(line.frames("typing.set").length, 2);
  mock.timers.tick(6000);
  assert.deepEqual(line.frames("typing.set").map(({ on }) => on), [true, true, false]);
});

test("leaving a conversation ends the typing sign there", () => {
  const session = opened();
  session.typing(true);
  session.openTalk("b");
  assert.deepEqual(line.sent.map(({ type, on }) => [type, on]), [["typing.set", true], ["typing.set", false], ["talk.open", undefined]]);
});

test("a conversation is marked as read once for each last row", () => {
  const session = opened();
  session.markRead();
  session.markRead();
  line.give({ type: "message.added", ...row(2, "visitor", "lagi") });
  session.markRead();
  assert.deepEqual(line.frames("read.set").map(({ seq }) => seq), [1, 2]);
});

test("looking for words asks anew, and what the list knew is gone", () => {
  const session = opened();
  line.give({ type: "list.page", view: "waiting", items: [item("a")], more: false });
  session.look({ query: "ongkir", view: "all" });
  assert.deepEqual([line.frames("list.get")[0].query, session.state().items.length], ["ongkir", 0]);
});

test("an answered action says what it answers", () => {
  const session = opened();
  const id = session.act("close");
  line.give({ type: "talk.acted", id });
  assert.deepEqual(events.at(-1), ["talk.acted", id]);
});

test("nothing that waits is sent before it is sure who this is, and for another account never", () => {
  const session = opened();
  line.setUp(false);
  session.send("a", "dari Sari");
  // Rina signs in in the same tab: her page knows nothing of it.
  const hers = start(8);
  assert.deepEqual([line.sent, hers.pending("a")], [[], []]);
  line.give(ready({ me: { id: 8, name: "Rina" } }));
  assert.deepEqual(line.frames("message.send"), []);
  // Sari comes back: it is hers still.
  start();
  line.give(ready());
  assert.deepEqual(line.frames("message.send").map(({ text }) => text), ["dari Sari"]);
});

test("a page whose browser is signed in as somebody else shows and sends nothing more", () => {
  const session = opened();
  line.setUp(false);
  session.send("a", "dari Sari");
  line.setUp(true);
  line.give(ready({ me: { id: 8, name: "Rina" } }));
  assert.deepEqual([line.sent, line.stopped()], [[], "Rina"]);
  session.send("a", "lagi");
  session.act("close");
  const { open, items, ready: greeted } = session.state();
  assert.deepEqual([line.sent, open?.talk, open?.messages, items, greeted], [[], undefined, [], [], undefined]);
});

test("when the rights at its site are gone nothing of the open conversation stays", () => {
  const session = opened();
  line.give(ready({ again: true, sites: [{ id: 2, key: "lain", name: "Lain", may_answer: true }] }), { type: "error", code: "not_found", message: "" });
  const { open } = session.state();
  assert.deepEqual([open?.id, open?.gone, open?.ready, open?.talk, open?.messages, open?.notes], ["a", true, false, undefined, [], []]);
});

test("a refusal that is about something else leaves the conversation open", () => {
  const session = opened();
  line.give({ type: "error", code: "not_found", message: "" });
  assert.equal(session.state().open?.ready, true);
});

test("who only reads has read nothing for the visitor, and is offered nothing that is refused", () => {
  const session = start();
  session.openTalk("a");
  line.give(ready({ sites: [{ id: 1, key: "toko", name: "Toko", may_answer: false }] }), shown("a", [row(1, "visitor", "halo"), row(2, "operator", "hai")]));
  session.markRead();
  assert.deepEqual(line.frames("read.set"), []);
  const open = /** @type {any} */ (session.state().open);
  /** @param {any} state */
  const offered = (state) => linesOf(state, open, { learn() {}, tell: async () => [] }).some((one) => one.learn);
  assert.deepEqual([offered(session.state()), offered({ ...session.state(), ready: ready() })], [false, true]);
});

test("a reply is one's own by the person's id, never by the name", () => {
  const session = opened();
  const people = [{ id: 8, name: "Sari" }, { id: 9, name: "rina.admin" }];
  const said = [row(1, "visitor", "halo"), { ...row(2, "operator", "a"), name: "Sari" }, { ...row(3, "operator", "b"), name: "Sari" }, row(4, "operator", "c"), row(5, "operator", "d")];
  line.give(ready({ people }), shown("a", said, { reset: true, talk: item("a", { writers: { 2: 7, 3: 8, 4: 9 } }) }));
  const id = session.send("a", "e");
  line.give({ type: "message.stored", id, seq: 6, at: "2026-11-22T08:00:00Z" });
  const { open, ...state } = session.state();
  const lines = linesOf({ ...state, open }, /** @type {any} */ (open), { learn() {}, tell: async () => [] });
  assert.deepEqual(lines.map(({ who }) => who), ["Dewi", "You", "Sari", "rina.admin", "Team", "You"]);
  /** @param {number} [by] */
  const last = (by) => lastWords(item("a", { last: { author: "operator", text: "hai", by } }), state.ready);
  assert.deepEqual([last(7), last(9), last()], ["You: hai", "rina.admin: hai", "Team: hai"]);
});

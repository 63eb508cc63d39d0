/**
 * The inbox in one browser: joins the store, the outbox and the line. Views call its intents and are told of every change;
 * frames come from line.js and go through the reducer of store.js.
 */

import { AGAIN_MS, LIST_ROWS, PAGE_ROWS, TYPING_ENDS_MS, TYPING_EVERY_MS, VISITOR_TYPING_MS } from "./limits.js";
import { OTHER_PERSON } from "./line.js";
import { openOutbox } from "./outbox.js";
import { EMPTY, lastOf, mayAnswer, reduce } from "./store.js";

/**
 * @typedef {ReturnType<typeof createSession>} Session
 * @typedef {import("./store.js").State} State
 * @typedef {import("./frames.js").ServerFrame} ServerFrame
 * @typedef {import("./outbox.js").Entry} Entry
 *
 * @typedef {object} Options
 * @property {(events: {onFrame: (frame: ServerFrame) => void, onChange: () => void}) => Line} makeLine
 * @property {import("./drafts.js").Drafts} drafts
 * @property {() => void} onChange
 * @property {(frame: ServerFrame, before: State, entry?: Entry) => void} onEvent after the state has changed; entry: what the frame answers
 * @property {(refusal: import("./frames.js").Refusal, entry?: Entry) => void} onRefused
 * @typedef {Pick<ReturnType<typeof import("./line.js").createLine>, "start" | "send" | "state" | "connect" | "stop">} Line
 */

/** Frames that answer something of the outbox. */
const ANSWERS = new Set(["message.stored", "note.added", "talk.acted", "knowledge.added"]);

/** A conversation of which nothing is known yet, or any more. @param {string} id @returns {import("./store.js").Open} */
const closed = (id) => ({ id, ready: false, messages: [], notes: [], more: false });

/** @param {Options} options */
export function createSession({ makeLine, drafts, onChange, onEvent, onRefused }) {
  const outbox = openOutbox(drafts);
  /** @type {State} */
  let state = EMPTY;
  let chosen = false;
  let away = false;
  let paused = false;
  let read = 0;
  /** The connection that was greeted last, and the sites it came with. */
  let round = 0;
  let rights = "";
  /** Whether the open conversation was asked for and not shown yet. */
  let asked = false;
  let typing = 0;
  /** @type {any} */
  let typingEnds = 0;
  /** @type {any} */
  let visitorEnds = 0;

  /** @param {State} next */
  const become = (next) => {
    const again = next.gap;
    state = again ? { ...next, gap: false } : next;
    if (again) askTalk();
    pump();
    onChange();
  };
  /** @param {Partial<State>} change */
  const set = (change) => become(reduce(state, { type: "local", change }));

  const pump = () => {
    if (!paused) outbox.pump(line.send);
  };

  const askList = (/** @type {unknown} */ after) => {
    const { view, query, site, tag, since } = state.search;
    line.send({ type: "list.get", view, query: query || undefined, site: site || undefined, tag: tag || undefined, since: since || undefined, after, limit: LIST_ROWS });
  };

  const askTalk = () => {
    const { open } = state;
    if (!open || open.gone) return;
    asked = line.send({ type: "talk.open", conversation: open.id, after: lastOf(open), reply: open.reply && { id: open.reply.id, offset: open.reply.length } });
  };

  /** Ready begins a connection, and comes again on it when rights or colleagues change. @param {import("./frames.js").Ready} ready */
  const greeted = (ready) => {
    const { connection } = line.state();
    const sites = JSON.stringify(ready.sites);
    if (connection !== round) resume();
    else if (sites !== rights) askAll();
    [round, rights] = [connection, sites];
    away = Boolean(ready.people.find(({ id }) => id === ready.me.id)?.away);
  };

  const askAll = () => {
    state = { ...state, loading: "first" };
    askList(undefined);
    askTalk();
  };

  /** Everything that hangs on the connection begins anew. */
  const resume = () => {
    outbox.land();
    outbox.load();
    read = typing = 0;
    const { counts, search } = state;
    // The first view is the one with something to do, until a person chooses.
    const view = chosen || counts.waiting ? search.view : counts.mine ? "mine" : "all";
    state = { ...state, search: { ...search, view } };
    askAll();
  };

  /** @param {ServerFrame} frame */
  const onFrame = (frame) => {
    const before = state;
    if (frame.type === "error") return refuse(frame);
    // The page is one person's, and so is all that waits in it: for nobody else a word of it is read or sent.
    if (frame.type === "ready" && frame.me.id !== drafts.owner) return line.stop(OTHER_PERSON, frame.me.name);
    const entry = ANSWERS.has(frame.type) ? outbox.find(/** @type {any} */ (frame).id) : undefined;
    if (entry) outbox.remove(entry.id);
    const known = entry && frame.type === "message.stored" ? { ...frame, text: entry.text, conversation: entry.conversation } : frame;
    // An own note comes back without its conversation; it may be another one that is open by now.
    if (entry?.type !== "note.add" || entry.conversation === state.open?.id) state = reduce(state, /** @type {ServerFrame} */ (known));
    if (frame.type === "ready") greeted(frame);
    if (frame.type === "talk.shown" && frame.conversation === state.open?.id) asked = false;
    if (frame.type === "typing.shown") {
      clearTimeout(visitorEnds);
      if (frame.on) visitorEnds = setTimeout(() => state.open && set({ open: { ...state.open, typing: false } }), VISITOR_TYPING_MS);
    }
    become(state);
    onEvent(frame, before, entry);
  };

  /** Some refusals pass by themselves, then the entry waits; with others its words go back to who wrote them. @param {import("./frames.js").Refusal} frame */
  const refuse = (frame) => {
    const entry = outbox.find(frame.id || "");
    if (entry && (frame.retry_after || frame.code === "retry")) {
      outbox.land();
      paused = true;
      setTimeout(() => {
        paused = false;
        pump();
      }, frame.retry_after ? frame.retry_after * 1000 : AGAIN_MS);
      return onRefused(frame);
    }
    if (entry) outbox.remove(entry.id);
    const { open } = state;
    // Removed, or the rights there are: nothing of it stays on the screen.
    if (!entry && frame.code === "not_found" && open && asked) set({ open: { ...closed(open.id), gone: true } });
    else become(state);
    return onRefused(frame, entry);
  };

  const line = makeLine({
    onFrame,
    onChange() {
      // Whom the line lets in no more sees nothing of visitors any more; what was written is kept by drafts.js.
      if (line.state().status === "stopped") state = { ...EMPTY, search: state.search, open: state.open && closed(state.open.id) };
      onChange();
    },
  });

  /** @param {import("./frames.js").ClientFrame & {conversation: string}} frame */
  const put = (frame) => {
    const entry = outbox.add(frame);
    pump();
    onChange();
    return entry.id;
  };

  /** @param {Partial<import("./list_state.js").Search>} change */
  const look = (change) => {
    chosen = true;
    set({ search: { ...state.search, ...change }, items: [], more: false, loading: "first" });
    askList(undefined);
  };

  return {
    state: () => state,
    line: () => line.state(),
    start: () => line.start(),
    reconnect: () => line.connect(),
    /** What has left or will leave for this conversation and is not acknowledged. @param {string} conversation */
    pending: (conversation) => outbox.all().filter((entry) => entry.conversation === conversation),
    look,
    more() {
      if (!state.more || state.loading) return;
      set({ loading: "next" });
      askList(state.cursor);
    },
    /** @param {string} id */
    openTalk(id) {
      if (state.open?.id === id) return;
      this.typing(false);
      read = 0;
      const item = state.items.find((one) => one.conversation === id);
      set({ open: { ...closed(id), talk: item } });
      askTalk();
    },
    leave() {
      if (!state.open) return;
      this.typing(false);
      line.send({ type: "talk.leave" });
      set({ open: undefined });
    },
    earlier() {
      const first = state.open?.messages[0];
      if (first) line.send({ type: "history.get", before: first.seq, limit: PAGE_ROWS });
    },
    /** @param {string} conversation @param {string} text @param {boolean} [force] though somebody else has it */
    send: (conversation, text, force) => put({ type: "message.send", conversation, text, ...(force ? { force } : {}) }),
    /** @param {string} conversation @param {string} text */
    note: (conversation, text) => put({ type: "note.add", conversation, text }),
    /** @param {string} action @param {Record<string, unknown>} [more] @param {string} [conversation] */
    act: (action, more = {}, conversation = state.open?.id || "") => put({ type: "talk.act", conversation, action, ...more }),
    /** @param {string} question @param {string} answer */
    learn: (question, answer) => put({ type: "knowledge.add", conversation: state.open?.id || "", question, answer }),
    /** Never for a note: nothing of it may reach the visitor, not even that somebody writes. @param {boolean} on */
    typing(on) {
      clearTimeout(typingEnds);
      if (on) typingEnds = setTimeout(() => this.typing(false), TYPING_ENDS_MS);
      if (on ? Date.now() - typing < TYPING_EVERY_MS : !typing) return;
      typing = on && line.send({ type: "typing.set", on }) ? Date.now() : 0;
      if (!on) line.send({ type: "typing.set", on });
    },
    markRead() {
      const seq = lastOf(state.open)?.seq || 0;
      if (state.open?.ready && mayAnswer(state) && seq > read && line.send({ type: "read.set", seq })) read = seq;
    },
    /** @param {boolean} on */
    setAway(on) {
      away = on;
      line.send({ type: "presence.set", away });
      onChange();
    },
    isAway: () => away,
  };
}

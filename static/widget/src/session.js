/**
 * One chat: joins the store, the outbox, the storage and the line. Views call its intents (send, retry, stop, ...) and are
 * told of every change; frames come from connection.js and go through the reducer of store.js.
 */

import { createConnection } from "./connection.js";
import { openOutbox } from "./outbox.js";
import { CLOSE_TOO_LARGE, PROTOCOL } from "./protocol.js";
import { openStorage } from "./storage.js";
import { EMPTY, reduce } from "./store.js";
import * as text from "#lang";

const TOKEN = "token";
/** Refusals that pass by themselves; the message waits and is tried again. */
const PASSING = ["rate_limited", "retry"];

/**
 * @typedef {ReturnType<typeof createSession>} Session
 * @typedef {{status: import("./connection.js").Status, code: number}} Line
 */

/**
 * @param {{key: string, host: string, locale: string, onChange: () => void}} options
 */
export function createSession({ key, host, locale, onChange }) {
  const storage = openStorage(key);
  const outbox = openOutbox(storage);
  let state = { ...EMPTY, pending: outbox.all() };
  /** @type {Line} */
  let line = { status: "idle", code: 0 };
  let token = "";
  let restarted = false;
  /** The one message under way: the next leaves when this one is stored, so the order holds. */
  let flying = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pause;
  /** Wishes without an answer of their own, repeated after a drop until the state shows them fulfilled. @type {Map<string, import("./protocol.js").ClientFrame>} */
  const wishes = new Map();
  let readSeq = 0;

  /** @param {import("./store.js").Action} action */
  const dispatch = (action) => {
    state = reduce(state, action);
    if (state.gap) {
      state = { ...state, gap: false };
      connection.resync();
    }
    onChange();
  };

  const greet = () => {
    token = storage.get(TOKEN);
    /** @type {import("./protocol.js").ClientFrame} */
    const hello = { type: "hello", protocol: PROTOCOL, locale, page: { url: location.href.split("#")[0], title: document.title, referrer: document.referrer } };
    if (token) hello.token = token;
    if (token && state.lastId) hello.after = { seq: state.seq, id: state.lastId };
    if (token && state.reply) hello.reply = { id: state.reply.id, offset: state.reply.length };
    return hello;
  };

  /** @param {import("./protocol.js").Welcome} frame @returns {boolean} false: another tab was first, join its chat */
  const adopt = (frame) => {
    const other = storage.get(TOKEN);
    if (!token && other && other !== frame.token) return false;
    token = frame.token;
    storage.set(TOKEN, token);
    return true;
  };

  /** @param {import("./protocol.js").ServerFrame} frame */
  const onFrame = (frame) => {
    if (frame.type === "welcome" && !adopt(frame)) return connection.resync();
    if (frame.type === "error") return refuse(frame);
    dispatch(frame);
    settle();
    return undefined;
  };

  /** After every frame: forget what is stored, repeat what is open, let the next message go. */
  const settle = () => {
    for (const row of state.rows.slice(-60)) if (row.author === "visitor") outbox.remove(row.id);
    if (!state.pending.some((entry) => entry.id === flying)) flying = "";
    if (state.contactGiven) wishes.delete("form.send");
    if (state.handler !== "bot") wishes.delete("human.request");
    pump();
  };

  const pump = () => {
    const next = state.pending.find((entry) => !entry.error);
    if (!next || flying || pause || line.status !== "open" || !state.greeted) return;
    if (connection.send({ type: "message.send", id: next.id, text: next.text })) flying = next.id;
  };

  /** @param {{code: string, message: string, retry_after?: number, id?: string}} error */
  const refuse = (error) => {
    const id = error.id || (PASSING.includes(error.code) ? flying : "");
    if (id && id === flying) flying = "";
    if (id && PASSING.includes(error.code)) {
      pause = setTimeout(resume, (error.retry_after || 2) * 1000);
    } else if (state.pending.some((entry) => entry.id === id)) {
      dispatch({ type: "local.failed", id, error: error.message });
      pump();
      return;
    }
    if (error.message) dispatch({ type: "local.notice", text: error.message });
  };

  const resume = () => {
    pause = undefined;
    pump();
  };

  /** @param {import("./connection.js").Status} status @param {number} code */
  const onStatus = (status, code) => {
    line = { status, code };
    if (status !== "open") {
      if (code === CLOSE_TOO_LARGE && flying) dispatch({ type: "local.failed", id: flying, error: text.tooLong });
      flying = "";
    }
    onChange();
    if (status === "open") queueMicrotask(() => wishes.forEach((frame) => connection.send(frame)));
  };

  /** The token is of no use: once, start as a new visitor. */
  const recover = () => {
    if (restarted) return false;
    restarted = true;
    if (storage.get(TOKEN) === token) storage.remove(TOKEN);
    state = reduce(state, { type: "local.reset" });
    return true;
  };

  const connection = createConnection({
    url: `${host.replace(/^http/, "ws")}/ws/chat/${key}`,
    greet,
    onFrame,
    onStatus,
    recover,
  });

  /** @param {import("./protocol.js").ClientFrame} frame */
  const wish = (frame) => {
    wishes.set(frame.type, frame);
    connection.send(frame);
  };

  return {
    state: () => state,
    line: () => line,
    start: () => connection.start(),
    wake: () => connection.wake(),
    /** @param {string} words */
    send(words) {
      dispatch({ type: "local.queued", entry: outbox.add(words) });
      pump();
    },
    /** @param {string} id */
    retry(id) {
      dispatch({ type: "local.retried", id });
      pump();
    },
    /** @param {string} id */
    discard(id) {
      outbox.remove(id);
      dispatch({ type: "local.discarded", id });
    },
    stop: () => void connection.send({ type: "reply.stop" }),
    askPerson: () => wish({ type: "human.request" }),
    /** @param {{name?: string, contact?: string}} values */
    giveContact: (values) => wish({ type: "form.send", id: "contact", values }),
    expireTyping: () => dispatch({ type: "typing.shown", author: "operator", on: false }),
    earlier() {
      const first = state.rows.find((row) => row.seq);
      if (first) connection.send({ type: "history.get", before: first.seq, limit: 50 });
    },
    markRead() {
      if (state.seq > readSeq && connection.send({ type: "read.set", seq: state.seq })) readSeq = state.seq;
    },
  };
}

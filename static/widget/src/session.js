/**
 * One chat: joins the store, the outbox, the storage and the line. Views call its intents (send, retry, stop, ...) and are
 * told of every change; frames come from connection.js and go through the reducer of store.js.
 */

import { createConnection } from "./connection.js";
import { TYPING_MS } from "./limits.js";
import { openOutbox } from "./outbox.js";
import { PROTOCOL } from "./protocol.js";
import { EMPTY, lastOf, lastSeq, reduce, withNotice } from "./store.js";

const TOKEN = "token";

/**
 * @typedef {ReturnType<typeof createSession>} Session
 * @typedef {import("./protocol.js").ClientFrame} ClientFrame
 * @typedef {import("./store.js").State} State
 */

/**
 * @param {{key: string, storage: import("./storage.js").Storage, host: string, locale: string, onChange: () => void, onRefused: (words: string) => void}} options
 */
export function createSession({ key, storage, host, locale, onChange, onRefused }) {
  const outbox = openOutbox(storage);
  let state = { ...EMPTY, pending: outbox.all() };
  /** The token this connection was greeted with. @type {string | undefined} */
  let token;
  let restarted = false;
  /** The one message under way: the next leaves when this one is stored, so the order holds. */
  let flying = "";
  let paused = false;
  let read = 0;
  /** What was asked for without an answer of its own: repeated after a drop until the state shows it. @type {Map<string, ClientFrame>} */
  const wishes = new Map();

  /** @param {State} next */
  const become = (next) => {
    for (const { id } of state.pending) if (!next.pending.some((entry) => entry.id === id)) outbox.remove(id);
    state = { ...next, gap: false };
    if (!state.pending.some(({ id }) => id === flying)) flying = "";
    if (next.gap) connection.hello();
    pump();
    onChange();
  };

  /** @param {Partial<State>} change */
  const set = (change) => become({ ...state, ...change });

  const pump = () => {
    const [next] = state.pending;
    if (next && !flying && !paused && connection.send({ type: "message.send", id: next.id, text: next.text })) flying = next.id;
  };

  /** @returns {ClientFrame} */
  const greet = () => {
    const { reply } = state;
    const last = lastOf(state);
    token = storage.get(TOKEN);
    flying = "";
    return {
      type: "hello",
      protocol: PROTOCOL,
      token,
      identity: storage.get("identity"),
      locale,
      after: last && { seq: last.seq, id: last.id },
      reply: reply && { id: reply.id, offset: reply.length },
      page: { url: location.href.split("#")[0], title: document.title },
    };
  };

  /** @param {import("./protocol.js").ServerFrame} frame */
  const onFrame = (frame) => {
    const { type } = frame;
    if (type === "error") return refuse(frame);
    if (type === "welcome") {
      // Another tab was first: this one joins its chat.
      if (!token && storage.get(TOKEN)) return connection.connect();
      storage.set(TOKEN, (token = frame.token));
      if (frame.contact_given) wishes.delete("form.send");
      if (frame.handler !== "bot") wishes.delete("human.request");
      wishes.forEach(connection.send);
    }
    if (type === "typing.shown" && frame.on) setTimeout(set, TYPING_MS, { thinking: false });
    return become(reduce(state, frame));
  };

  /** Some refusals pass by themselves and say when, then the message waits; with others its words go back to who wrote them. @param {{message: string, retry_after?: number, id?: string}} error */
  const refuse = ({ message, retry_after, id = flying }) => {
    flying = "";
    if (retry_after) {
      paused = true;
      setTimeout(resume, retry_after * 1000);
      return become(withNotice(state, message));
    }
    const entry = state.pending.find((one) => one.id === id);
    if (entry) onRefused(entry.text);
    return become(withNotice({ ...state, pending: state.pending.filter((one) => one !== entry) }, message));
  };

  const resume = () => {
    paused = false;
    pump();
  };

  /** What is shown belongs to a chat this tab leaves; what is not sent yet goes along. */
  const leave = () => {
    state = { ...EMPTY, pending: state.pending };
    read = 0;
  };

  /** The token is of no use: once, start as a new visitor. */
  const recover = () => {
    if (restarted) return false;
    if (storage.get(TOKEN) === token) storage.remove(TOKEN);
    leave();
    return (restarted = true);
  };

  /** Tabs that greet in one moment do not see each other's token in time: they meet in the chat whose token was kept last. */
  const meet = () => {
    const kept = storage.get(TOKEN);
    if (token && kept && kept !== token) {
      leave();
      connection.connect();
    }
  };

  const connection = createConnection({ url: `${host.replace("http", "ws")}/ws/chat/${key}`, greet, onFrame, onChange, recover });

  /** @param {ClientFrame} frame */
  const wish = (frame) => {
    wishes.set(frame.type, frame);
    connection.send(frame);
  };

  return {
    state: () => state,
    line: connection.line,
    start() {
      addEventListener("storage", meet);
      connection.start();
    },
    end() {
      connection.end();
      token = "";
    },
    /** @param {string} text */
    send: (text) => set({ pending: [...state.pending, outbox.add(text)] }),
    stop: () => connection.send({ type: "reply.stop" }),
    askPerson: () => wish({ type: "human.request" }),
    /** @param {{name: string, contact: string}} values */
    giveContact: (values) => wish({ type: "form.send", id: "contact", values }),
    /** For what may be lost with the line. */
    tell: connection.send,
    markRead() {
      const seq = lastSeq(state);
      if (seq > read && connection.send({ type: "read.set", seq })) read = seq;
    },
  };
}

/**
 * The state of a chat and how frames change it: a pure reducer, frame or own change in, new state out. Duplicates are
 * ignored; what does not join on sets `gap`, and session.js asks again with hello. Fields keep their names of the line.
 */

import { begin, join } from "./reply.js";

/**
 * @typedef {import("./protocol.js").Row} Row
 * @typedef {import("./protocol.js").ServerFrame} ServerFrame
 * @typedef {import("./outbox.js").Pending} Pending
 *
 * @typedef {object} State
 * @property {string} [conversation] none until the first welcome
 * @property {Row[]} messages the log as far as it is known here, and quiet lines without a seq between
 * @property {Pending[]} pending
 * @property {import("./reply.js").Reply} [reply] the answer being written
 * @property {boolean} [thinking] somebody is about to answer
 * @property {import("./protocol.js").Handler} handler
 * @property {string} [operator]
 * @property {boolean} [contact_given]
 * @property {number} [read] as far as a person has read
 * @property {Record<number, number>} [ratings] 1 or -1 by the number of the answer
 * @property {import("./protocol.js").Site} [site]
 * @property {boolean} [gap] something was missed
 *
 * @typedef {ServerFrame} Action
 */

/** @type {State} */
export const EMPTY = { messages: [], pending: [], handler: "bot" };

/**
 * The last row of the log: where the line goes on.
 * @param {State} state
 * @returns {Row | undefined}
 */
export function lastOf({ messages }) {
  return messages.filter(({ seq }) => seq).pop();
}

/** The number of that row, 0 without one. @param {State} state */
export const lastSeq = (state) => lastOf(state)?.seq || 0;

/** The first row of the log known here; before it there are others unless its number is 1. @param {State} state */
export const firstSeq = ({ messages }) => messages.find((row) => row.seq)?.seq || 1;

/**
 * @param {State} state
 * @param {Action} action
 * @returns {State}
 */
export function reduce(state, action) {
  const { messages, reply } = state;
  switch (action.type) {
    case "welcome":
      return welcome(state, action);
    case "message.added":
      return append(state, action);
    case "message.stored":
      return append(state, { ...state.pending.find(({ id }) => id === action.id), author: "visitor", ...action });
    case "reply.started":
      return { ...state, reply: begin(reply, action.id) };
    case "reply.delta":
      return delta(state, action);
    case "reply.dropped":
      return reply?.id === action.id ? { ...state, reply: undefined, thinking: true } : state;
    case "history.page":
      return { ...state, messages: [...action.messages, ...messages] };
    case "conversation.changed":
      return withNotice(
        {
          ...state,
          operator: undefined,
          ...action,
          thinking: state.thinking && action.handler === "bot",
          // Once a person holds the conversation no answer of the assistant can come any more.
          reply: action.handler === "human" ? undefined : reply,
        },
        action.notice,
      );
    case "typing.shown":
      return { ...state, thinking: action.on };
    case "read.shown":
      return { ...state, read: action.seq };
    default:
      return state;
  }
}

/**
 * @param {State} state
 * @param {import("./protocol.js").Welcome} frame
 * @returns {State}
 */
function welcome(state, frame) {
  const given = frame.reply;
  const known = frame.reset || frame.conversation !== state.conversation ? EMPTY : state;
  const last = lastSeq(known);
  const messages = [...known.messages, ...frame.messages.filter(({ seq = 0 }) => seq > last)];
  const reply = given && join(begin(given.offset ? known.reply : undefined, given.id), given.offset || 0, given.text);
  return {
    ...state,
    operator: undefined,
    ...frame,
    messages,
    pending: state.pending.filter(({ id }) => !messages.some((row) => row.id === id)),
    reply,
    thinking: frame.handler === "bot" && messages[messages.length - 1]?.author === "visitor",
    gap: Boolean(given && !reply),
  };
}

/**
 * One more row, if it is the next and its text is known.
 * @param {State} state
 * @param {any} row
 * @returns {State}
 */
function append(state, row) {
  const { id, seq, author, text } = row;
  const last = lastSeq(state);
  const next = {
    ...state,
    pending: state.pending.filter((entry) => entry.id !== id),
    reply: state.reply?.id === id ? undefined : state.reply,
  };
  if (seq <= last) return next;
  if (seq > last + 1 || text === undefined) return { ...state, gap: true };
  // Who answers has read what was said before.
  return { ...next, read: author === "operator" ? seq : state.read, messages: [...state.messages, row], thinking: author === "visitor" && state.handler === "bot" };
}

/**
 * @param {State} state
 * @param {{id: string, offset: number, text: string}} frame
 * @returns {State}
 */
function delta(state, { id, offset, text }) {
  // The last words of an answer that is finished.
  if (state.messages.some((row) => row.id === id)) return state;
  const reply = join(begin(state.reply, id), offset, text);
  return reply ? { ...state, reply } : { ...state, gap: true };
}

/**
 * A quiet line behind the messages, which is not part of the log.
 * @param {State} state
 * @param {string} [text]
 * @returns {State}
 */
export function withNotice(state, text) {
  const { messages } = state;
  const last = messages[messages.length - 1];
  if (!text || last?.text === text) return state;
  return { ...state, messages: [...messages, { id: "line" + messages.length, author: "system", text, at: new Date().toISOString() }] };
}

/**
 * The state of the inbox and how frames change it: a pure reducer, frame or own change in, new state out. Duplicates are
 * ignored; what does not join on sets `gap`, and session.js opens the conversation again. Fields keep their names of the line.
 */

import { begin, join } from "../../widget/src/reply.js";
import { inOrder, merge } from "./list_state.js";

/**
 * @typedef {import("./frames.js").Row} Row
 * @typedef {import("./frames.js").Item} Item
 * @typedef {import("./frames.js").ServerFrame} ServerFrame
 *
 * @typedef {object} Open the conversation on the screen
 * @property {string} id
 * @property {boolean} ready whether the server has shown it
 * @property {Row[]} messages
 * @property {import("./frames.js").Note[]} notes
 * @property {boolean} more earlier messages can be fetched
 * @property {import("./frames.js").Talk | Item} [talk]
 * @property {import("../../widget/src/reply.js").Reply} [reply] the assistant's answer being written
 * @property {boolean} [typing] the visitor is
 * @property {number} [newFrom] the first message not read before it was opened
 * @property {boolean} [gone] it does not exist, or not for this person
 *
 * @typedef {object} State
 * @property {import("./frames.js").Ready} [ready]
 * @property {import("./frames.js").Colleague[]} people
 * @property {import("./frames.js").Counts} counts
 * @property {import("./list_state.js").Search} search
 * @property {Item[]} items
 * @property {boolean} more
 * @property {unknown} [cursor]
 * @property {"first" | "next" | ""} loading
 * @property {Open} [open]
 * @property {boolean} [gap] something of the open conversation was missed
 *
 * @typedef {ServerFrame | {type: "local", change: Partial<State>}} Action
 */

/** @type {State} */
export const EMPTY = {
  people: [],
  counts: { mine: 0, waiting: 0, assistant: 0 },
  search: { view: "waiting", query: "", site: 0, tag: 0, since: "" },
  items: [],
  more: false,
  loading: "first",
};

/** @param {Open | undefined} open @returns {{id: string, seq: number} | undefined} where the line goes on */
export const lastOf = (open) => {
  const row = open?.messages[open.messages.length - 1];
  return row && { id: row.id, seq: row.seq };
};

/** Whether this person may write to visitors of the open conversation's site. @param {State} state */
export const mayAnswer = ({ ready, open }) => Boolean(open?.talk && ready?.sites.find(({ id }) => id === open.talk?.site)?.may_answer !== false);

/** Who only reads has no conversations of their own. @param {State} state */
export const mayAnswerNowhere = ({ ready }) => Boolean(ready?.sites.every(({ may_answer }) => may_answer === false));

/** @param {State} state */
export const isMine = ({ ready, open }) => Boolean(open?.talk?.handler === "human" && open.talk.operator?.id === ready?.me.id && ready);

/**
 * @param {State} state
 * @param {Action} action
 * @returns {State}
 */
export function reduce(state, action) {
  switch (action.type) {
    case "ready":
      return { ...state, ready: action, people: action.people, counts: action.counts };
    case "list.page":
      return listPage(state, action);
    case "list.changed":
      return {
        ...state,
        counts: action.counts || state.counts,
        items: state.loading === "first" ? state.items : merge(state.items, action.items, state.search, state.ready?.me.id || 0),
      };
    case "talk.gone":
      return gone(state, action.conversation);
    case "talk.shown":
      return action.conversation === state.open?.id ? { ...state, ...shown(state.open, action) } : state;
    case "local":
      return { ...state, ...action.change };
    default: {
      const { open } = state;
      // Until the server shows it, what comes belongs to the conversation before.
      const next = open?.ready ? reduceOpen(open, action, state) : open;
      return next === open ? state : next ? { ...state, open: next } : { ...state, gap: true };
    }
  }
}

/**
 * @param {State} state
 * @param {Extract<ServerFrame, {type: "list.page"}>} frame
 * @returns {State}
 */
function listPage(state, frame) {
  const { search, loading } = state;
  // The answer to a question that was changed in the meantime.
  if (frame.view !== search.view || (frame.query || "") !== search.query) return state;
  const known = loading === "next" ? state.items : [];
  const ids = new Set(known.map((item) => item.conversation));
  const items = inOrder([...known, ...frame.items.filter((item) => !ids.has(item.conversation))], frame.view);
  return { ...state, items, more: frame.more, cursor: frame.after, loading: "" };
}

/** It was removed: nothing of it stays on the screen. @param {State} state @param {string} id @returns {State} */
function gone(state, id) {
  const items = state.items.filter(({ conversation }) => conversation !== id);
  return { ...state, items, open: state.open?.id === id ? { id, ready: false, messages: [], notes: [], more: false, gone: true } : state.open };
}

/**
 * @param {Open} open
 * @param {import("./frames.js").Shown} frame
 * @returns {Partial<State>}
 */
function shown(open, frame) {
  const known = frame.reset ? [] : open.messages;
  const last = known[known.length - 1]?.seq || 0;
  const messages = [...known, ...frame.messages.filter(({ seq }) => seq > last)];
  const given = frame.reply;
  const reply = given ? join(begin(given.offset ? open.reply : undefined, given.id), given.offset || 0, given.text) : undefined;
  const { unread, seq } = frame.talk;
  return {
    open: {
      ...open,
      ready: true,
      messages,
      notes: frame.notes,
      more: (messages[0]?.seq || 1) > 1,
      talk: frame.talk,
      reply,
      typing: false,
      newFrom: open.ready ? open.newFrom : unread ? messages.filter(({ author }) => author === "visitor").slice(-unread)[0]?.seq || seq : undefined,
    },
    // An answer whose beginning is missing is asked for at once; rows that did not fit into the frame follow by themselves.
    gap: Boolean(given && !reply),
  };
}

/**
 * @param {Open} open
 * @param {Action} action
 * @param {State} state
 * @returns {Open | undefined} none if something in between is missing
 */
function reduceOpen(open, action, state) {
  switch (action.type) {
    case "message.added":
      return append(open, action);
    case "message.stored":
      return stored(open, /** @type {any} */ (action), state);
    case "talk.changed":
      return { ...open, talk: action.talk, reply: action.talk.handler === "human" ? undefined : open.reply };
    case "note.added":
      return open.notes.some(({ id }) => id === action.id) ? open : { ...open, notes: [...open.notes, action] };
    case "history.page":
      return earlier(open, action);
    case "reply.started":
      return open.messages.some(({ id }) => id === action.id) ? open : { ...open, reply: begin(open.reply, action.id) };
    case "reply.delta":
      return delta(open, action);
    case "reply.dropped":
      return open.reply?.id === action.id ? { ...open, reply: undefined } : open;
    case "typing.shown":
      return action.author === "visitor" ? { ...open, typing: action.on } : open;
    case "read.shown":
      return action.author === "visitor" && open.talk ? { ...open, talk: { ...open.talk, visitor_read: action.seq } } : open;
    default:
      return open;
  }
}

/**
 * The acknowledgement of an own message: session.js adds the words it has kept.
 * @param {Open} open
 * @param {{id: string, seq: number, at: string, text?: string, conversation?: string}} frame
 * @param {State} state
 */
function stored(open, { id, seq, at, text, conversation }, { ready }) {
  if (conversation !== open.id || text === undefined) return open;
  return append(open, { id, seq, at, text, author: "operator", answered_by: "person", name: ready?.me.name, by: ready?.me.id });
}

/**
 * One more row, if it is the next.
 * @param {Open} open
 * @param {Row} row
 * @returns {Open | undefined}
 */
function append(open, row) {
  const last = open.messages[open.messages.length - 1]?.seq || 0;
  if (row.seq <= last) return open;
  if (row.seq > last + 1) return undefined;
  return {
    ...open,
    messages: [...open.messages, row],
    reply: open.reply?.id === row.id || row.author === "operator" ? undefined : open.reply,
    typing: row.author === "visitor" ? false : open.typing,
  };
}

/** @param {Open} open @param {{messages: Row[], more: boolean}} page */
function earlier(open, { messages, more }) {
  const first = open.messages[0]?.seq || Infinity;
  return { ...open, messages: [...messages.filter(({ seq }) => seq < first), ...open.messages], more };
}

/** @param {Open} open @param {{id: string, offset: number, text: string}} frame @returns {Open | undefined} */
function delta(open, { id, offset, text }) {
  // The last words of an answer that is finished, or of one that a person cut short.
  if (open.messages.some((row) => row.id === id) || open.talk?.handler === "human") return open;
  const reply = join(begin(open.reply, id), offset, text);
  return reply && { ...open, reply };
}

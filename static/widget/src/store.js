/**
 * The state of a chat and how frames change it: a pure reducer, frame or own intent in, new state out. Duplicates are
 * ignored; what does not join on sets `gap`, and session.js asks again with hello. Called by session.js; read by the views.
 */

/**
 * @typedef {import("./protocol.js").Row} Row
 * @typedef {import("./protocol.js").ServerFrame} ServerFrame
 * @typedef {import("./outbox.js").Pending} Pending
 * @typedef {{id: string, text: string, length: number}} Reply length counts Unicode code points, as offsets on the line do
 *
 * @typedef {object} State
 * @property {boolean} greeted a welcome has come
 * @property {string} conversation
 * @property {number} seq the last number of the log known here
 * @property {string} lastId the id at that number
 * @property {Row[]} rows
 * @property {Pending[]} pending
 * @property {Reply | null} reply the answer being written
 * @property {string} dropped id of the last withdrawn answer
 * @property {boolean} thinking an answer is expected
 * @property {boolean} typing a person is typing
 * @property {import("./protocol.js").Handler} handler
 * @property {string} operator
 * @property {boolean} contactGiven
 * @property {import("./protocol.js").Site | null} site
 * @property {boolean} older there are earlier rows to ask for
 * @property {boolean} gap something was missed
 *
 * @typedef {ServerFrame
 *   | {type: "local.queued", entry: Pending}
 *   | {type: "local.failed", id: string, error: string}
 *   | {type: "local.retried", id: string}
 *   | {type: "local.discarded", id: string}
 *   | {type: "local.notice", text: string}
 *   | {type: "local.reset"}} Action
 */

/** @type {State} */
export const EMPTY = {
  greeted: false,
  conversation: "",
  seq: 0,
  lastId: "",
  rows: [],
  pending: [],
  reply: null,
  dropped: "",
  thinking: false,
  typing: false,
  handler: "bot",
  operator: "",
  contactGiven: false,
  site: null,
  older: false,
  gap: false,
};

/**
 * @param {State} state
 * @param {Action} action
 * @returns {State}
 */
export function reduce(state, action) {
  switch (action.type) {
    case "welcome":
      return welcome(state, action);
    case "message.added":
      return added(state, action);
    case "message.stored":
      return stored(state, action);
    case "reply.started":
      return state.reply?.id === action.id ? state : { ...state, reply: begin(action.id), thinking: true };
    case "reply.delta":
      return delta(state, action);
    case "reply.dropped":
      return state.reply?.id === action.id ? { ...state, reply: null, dropped: action.id, thinking: true } : state;
    case "history.page":
      return page(state, action);
    case "conversation.changed":
      return changed(state, action);
    case "typing.shown":
      return action.author === "operator" ? { ...state, typing: action.on } : { ...state, thinking: action.on };
    case "local.queued":
      return { ...state, pending: [...state.pending, action.entry] };
    case "local.failed":
      return mark(state, action.id, action.error);
    case "local.retried":
      return mark(state, action.id, undefined);
    case "local.discarded":
      return { ...state, pending: without(state.pending, action.id) };
    case "local.notice":
      return { ...state, rows: [...state.rows, notice(state, action.text)] };
    case "local.reset":
      return { ...EMPTY, pending: state.pending, site: state.site };
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
  const fresh = frame.reset || frame.conversation !== state.conversation;
  const news = fresh ? frame.messages : frame.messages.filter((row) => seqOf(row) > state.seq);
  // A hole between what is shown and what was given: show only what was given, the rest is asked for on scrolling up.
  const start = fresh || (news.length > 0 && seqOf(news[0]) > state.seq + 1);
  const rows = start ? news : [...state.rows, ...news];
  const last = news[news.length - 1];
  const seq = last ? seqOf(last) : fresh ? frame.seq : state.seq;
  const firstShown = rows.find((row) => row.seq);
  return {
    ...state,
    greeted: true,
    conversation: frame.conversation,
    seq,
    lastId: last ? last.id : fresh ? "" : state.lastId,
    rows,
    pending: state.pending.filter((entry) => !news.some((row) => row.id === entry.id)),
    reply: resumed(fresh ? null : state.reply, frame.reply),
    dropped: "",
    thinking: Boolean(frame.reply) || (frame.handler === "bot" && awaitsAnswer(rows)),
    typing: false,
    handler: frame.handler,
    operator: frame.operator || "",
    contactGiven: Boolean(frame.contact_given),
    site: frame.site,
    older: Boolean(firstShown && seqOf(firstShown) > Math.max(1, frame.first || 1)) || (start && state.seq > 0 && !fresh),
    gap: seq < frame.seq || resumedGap(fresh ? null : state.reply, frame.reply),
  };
}

/**
 * @param {State} state
 * @param {Row & {seq: number}} frame
 * @returns {State}
 */
function added(state, frame) {
  if (frame.seq <= state.seq) return { ...state, pending: without(state.pending, frame.id), reply: other(state.reply, frame.id) };
  if (frame.seq > state.seq + 1) return { ...state, gap: true };
  return append(state, frame);
}

/**
 * @param {State} state
 * @param {{id: string, seq: number, at: string}} frame
 * @returns {State}
 */
function stored(state, frame) {
  const entry = state.pending.find((one) => one.id === frame.id);
  if (frame.seq <= state.seq) return entry ? { ...state, pending: without(state.pending, frame.id) } : state;
  if (!entry || frame.seq > state.seq + 1) return { ...state, gap: true };
  const next = append(state, { id: frame.id, seq: frame.seq, at: frame.at, author: "visitor", text: entry.text });
  return { ...next, thinking: state.handler === "bot" };
}

/**
 * @param {State} state
 * @param {Row & {seq: number}} row
 * @returns {State}
 */
function append(state, row) {
  const mine = row.author === "visitor";
  return {
    ...state,
    seq: row.seq,
    lastId: row.id,
    rows: [...state.rows, row],
    pending: without(state.pending, row.id),
    reply: other(state.reply, row.id),
    thinking: mine && state.thinking,
    typing: mine && state.typing,
  };
}

/**
 * @param {State} state
 * @param {{id: string, offset: number, text: string}} frame
 * @returns {State}
 */
function delta(state, frame) {
  const { reply } = state;
  if (frame.id === state.dropped || state.rows.some((row) => row.id === frame.id)) return state;
  if (reply?.id !== frame.id && frame.offset > 0) return { ...state, gap: true };
  const joined = join(reply?.id === frame.id ? reply : begin(frame.id), frame.offset, frame.text);
  return joined ? { ...state, reply: joined, thinking: true } : { ...state, gap: true };
}

/**
 * @param {State} state
 * @param {{messages: Row[], more: boolean}} frame
 * @returns {State}
 */
function page(state, frame) {
  const first = state.rows.find((row) => row.seq);
  const earlier = frame.messages.filter((row) => !first || seqOf(row) < seqOf(first));
  return { ...state, rows: [...earlier, ...state.rows], older: frame.more };
}

/**
 * @param {State} state
 * @param {{handler: State["handler"], operator?: string, notice?: string, contact_given?: boolean}} frame
 * @returns {State}
 */
function changed(state, frame) {
  const bot = frame.handler === "bot";
  return {
    ...state,
    handler: frame.handler,
    operator: frame.operator || "",
    contactGiven: frame.contact_given ?? state.contactGiven,
    // Once a person holds the conversation no answer of the assistant can come any more.
    reply: frame.handler === "human" ? null : state.reply,
    thinking: bot && state.thinking,
    rows: frame.notice ? [...state.rows, notice(state, frame.notice)] : state.rows,
  };
}

/**
 * @param {State} state
 * @param {string} id
 * @param {string | undefined} error
 * @returns {State}
 */
function mark(state, id, error) {
  return { ...state, pending: state.pending.map((entry) => (entry.id === id ? { ...entry, error } : entry)) };
}

/**
 * What a dropped line left of an answer, joined with what the server gives now.
 * @param {Reply | null} reply
 * @param {import("./protocol.js").Welcome["reply"]} given
 * @returns {Reply | null}
 */
function resumed(reply, given) {
  if (!given) return null;
  const known = given.offset && reply?.id === given.id ? reply : begin(given.id);
  return join(known, given.offset || 0, given.text) || known;
}

/**
 * @param {Reply | null} reply
 * @param {import("./protocol.js").Welcome["reply"]} given
 */
function resumedGap(reply, given) {
  return Boolean(given?.offset && (reply?.id !== given.id || reply.length < given.offset));
}

/**
 * @param {Reply} reply
 * @param {number} offset
 * @param {string} text
 * @returns {Reply | null} null if something between is missing
 */
function join(reply, offset, text) {
  const points = [...text];
  const known = reply.length - offset;
  if (known < 0) return null;
  const fresh = known ? points.slice(known).join("") : text;
  return { id: reply.id, text: reply.text + fresh, length: Math.max(reply.length, offset + points.length) };
}

/**
 * @param {State} state
 * @param {string} text
 * @returns {Row}
 */
function notice(state, text) {
  return { id: `notice-${state.seq}-${state.rows.length}`, author: "system", text, at: new Date().toISOString() };
}

/** @param {Row[]} rows */
function awaitsAnswer(rows) {
  const last = rows[rows.length - 1];
  return Boolean(last) && last.author === "visitor" && Date.now() - Date.parse(last.at) < 120_000;
}

/** @param {string} id @returns {Reply} */
const begin = (id) => ({ id, text: "", length: 0 });

/** @param {Reply | null} reply @param {string} id */
const other = (reply, id) => (reply?.id === id ? null : reply);

/** @param {Pending[]} pending @param {string} id */
const without = (pending, id) => pending.filter((entry) => entry.id !== id);

/** @param {Row} row */
const seqOf = (row) => row.seq || 0;

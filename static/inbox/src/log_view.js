/**
 * The conversation's messages and notes in their order, with days, what is new, and what is just being written; keeps the end
 * in view while one is there. Called by talk_view.js at every change.
 */

import { NEAR_PX } from "./limits.js";
import { nameOf, writerName } from "./names.js";
import { button, element, place } from "./nodes.js";
import { createRowView } from "./row_view.js";
import { mayAnswer } from "./store.js";
import { fill, text } from "./text.js";
import { dayName } from "./times.js";

/**
 * @typedef {import("./row_view.js").Line} Line
 * @typedef {import("./store.js").Open} Open
 * @typedef {import("./store.js").State} State
 * @typedef {object} Asks what a row can ask for
 * @property {(question: string, answer: string) => void} learn
 * @property {(conversation: string, seq: number) => Promise<string[]>} tell why an answer was given
 */

/**
 * @param {object} parts
 * @param {import("./session.js").Session} parts.session
 * @param {Asks} parts.asks
 */
export function createLogView({ session, asks }) {
  const list = element("ol.log", {});
  const earlier = button(text.earlier, () => session.earlier());
  const typing = element("li.row visitor typing-row", {}, element("div.bubble", {}, element("span.dots", { "aria-hidden": "true" }, "●●●"), " "));
  const typingWords = element("span", {});
  typing.firstElementChild?.append(typingWords);
  const node = element("div.log-scroll", { tabIndex: 0, role: "log", "aria-live": "off", "aria-label": text.messages }, element("p.earlier", {}, earlier), list);
  /** @type {Map<string, ReturnType<typeof createRowView>>} */
  let rows = new Map();
  let shown = "";
  let firstSeq = 0;
  let atEnd = true;

  node.addEventListener("scroll", () => {
    atEnd = node.scrollHeight - node.scrollTop - node.clientHeight < NEAR_PX;
    if (atEnd) session.markRead();
  });
  const toEnd = () => {
    node.scrollTop = node.scrollHeight;
  };
  new ResizeObserver(() => atEnd && toEnd()).observe(node);

  /** @param {Line} line */
  const show = (line) => {
    const row = rows.get(line.id) || createRowView();
    rows.set(line.id, row);
    row.update(line);
    return row.node;
  };

  /** @param {State} state @param {Open} open */
  const lines = (state, open) => {
    const all = linesOf(state, open, asks);
    for (const entry of session.pending(open.id)) {
      if (entry.type === "message.send") all.push({ id: entry.id, kind: "operator", text: entry.text || "", who: text.you, pending: true });
      else if (entry.type === "note.add") all.push({ id: entry.id, kind: "note", text: entry.text || "", who: state.ready?.me.name, pending: true });
    }
    if (open.reply) all.push({ id: open.reply.id, kind: "assistant", text: open.reply.text, writing: true });
    return all;
  };

  /** @param {Line[]} all @param {Open} open */
  const nodesOf = (all, open) => {
    /** @type {Node[]} */
    const nodes = [];
    let day = "";
    const fresh = open.messages.find(({ seq }) => seq === open.newFrom)?.id;
    for (const line of all) {
      const name = line.at && dayName(line.at);
      if (name && name !== day) nodes.push(mark(`day:${name}`, "day", (day = name)));
      if (line.id === fresh) nodes.push(mark("fresh", "fresh", text.newHere));
      nodes.push(show(line));
    }
    return nodes;
  };

  /** @type {Map<string, HTMLElement>} */
  let marks = new Map();
  /** @param {string} key @param {string} kind @param {string} words */
  const mark = (key, kind, words) => {
    const made = marks.get(key) || element(/** @type {"li"} */ (`li.${kind}`), {}, element("span", {}, words));
    marks.set(key, made);
    return made;
  };

  return {
    node,
    toEnd,
    atEnd: () => atEnd,
    /** Shows or hides why the latest answer of the assistant was given. */
    why() {
      const buttons = /** @type {NodeListOf<HTMLButtonElement>} */ (list.querySelectorAll(".row.assistant [aria-expanded]"));
      const last = buttons[buttons.length - 1];
      last?.focus();
      last?.click();
    },
    /** @param {State} state */
    render(state) {
      const { open } = state;
      if (!open) return;
      const other = shown !== open.id;
      if (other) {
        shown = open.id;
        [rows, marks, firstSeq, atEnd] = [new Map(), new Map(), 0, true];
      }
      const before = node.scrollHeight - node.scrollTop;
      const grown = firstSeq && open.messages[0] && open.messages[0].seq < firstSeq;
      firstSeq = open.messages[0]?.seq || 0;
      earlier.hidden = !open.more;
      const nodes = nodesOf(lines(state, open), open);
      if (open.ready && !nodes.length) nodes.push(mark("none", "row system", text.noMessages));
      if (open.typing && open.talk) {
        typingWords.textContent = fill(text.typing, { name: nameOf(open.talk) });
        nodes.push(typing);
      }
      place(list, nodes);
      if (grown) node.scrollTop = node.scrollHeight - before;
      else if (atEnd || other) toEnd();
    },
  };
}

/**
 * Messages and the notes between them.
 * @param {State} state
 * @param {Open} open
 * @param {Asks} asks
 * @returns {Line[]}
 */
export function linesOf(state, { id: conversation, messages, notes, more, talk }, { learn, tell }) {
  const about = /** @type {import("./frames.js").Talk | undefined} */ (talk);
  const first = messages[0]?.seq ?? 0;
  /** @param {number} from @param {number} to @returns {Line[]} */
  const between = (from, to) =>
    notes.filter(({ after_seq }) => after_seq >= from && after_seq < to).map((note) => ({ id: note.id, kind: "note", text: note.text, at: note.at, who: note.author }));
  /** @type {Line[]} */
  const lines = more ? [] : between(0, first);
  let question = "";
  messages.forEach((row, i) => {
    const { id, seq, author, text: words, at, sources } = row;
    if (author === "visitor") question = words;
    const asked = question;
    const mine = author === "operator";
    lines.push({
      id,
      kind: author,
      text: words,
      at,
      who: whoSaid(row, about, state.ready),
      sources,
      seen: mine && seq <= (about?.visitor_read || 0),
      rating: about?.ratings?.[seq],
      ...(mine && mayAnswer(state) ? { learn: () => learn(asked, words) } : {}),
      ...(author === "assistant" ? { why: () => tell(conversation, seq) } : {}),
    });
    lines.push(...between(seq, messages[i + 1]?.seq ?? Infinity));
  });
  return lines;
}

/** @param {import("./frames.js").Row} row @param {import("./frames.js").Talk | undefined} talk @param {import("./frames.js").Ready} [ready] */
function whoSaid({ seq, author, name, by, answered_by }, talk, ready) {
  if (author === "visitor") return talk ? nameOf(talk) : text.by.visitor;
  if (author === "operator") return writerName(by || talk?.writers?.[seq], name, ready);
  return (answered_by && text.answeredBy[answered_by]) || text.by.assistant;
}

/**
 * One row of the conversation as nodes: a message, a note, something on its way, or the answer being written. Called by
 * log_view.js, which keeps one view for each id.
 */

import { anchor } from "../../widget/src/link.js";
import { element, sign, unseen } from "./nodes.js";
import { createStory } from "./story.js";
import { text } from "./text.js";
import { clock, fullTime } from "./times.js";
import { draw } from "./words.js";

/**
 * @typedef {object} Line what is shown in one row
 * @property {string} id
 * @property {"visitor" | "assistant" | "operator" | "system" | "note"} kind
 * @property {string} text
 * @property {string} [at]
 * @property {string} [who]
 * @property {boolean} [writing] the answer is not finished
 * @property {boolean} [pending] on its way
 * @property {boolean} [seen] by the visitor
 * @property {number} [rating]
 * @property {{title: string, url?: string}[]} [sources]
 * @property {() => void} [learn]
 * @property {import("./story.js").Tell} [why]
 */

export function createRowView() {
  const node = element("li", {});
  const bubble = element("div.bubble", { dir: "auto" });
  let drawn = "";
  /** Stays as it is, open or not, when the row is drawn again. @type {ReturnType<typeof createStory> | undefined} */
  let story;

  return {
    node,
    /** @param {Line} line */
    update(line) {
      // The views of the same words and marks are the same.
      const look = JSON.stringify([line, Boolean(line.learn)]);
      if (look === drawn) return;
      drawn = look;
      const { kind, writing, pending } = line;
      node.className = `row ${kind}${writing ? " under-way" : ""}${pending ? " pending" : ""}`;
      if (kind === "assistant" || kind === "operator") bubble.replaceChildren(...draw(line.text, writing));
      else bubble.textContent = line.text;
      if (line.why) story ||= createStory(line.why);
      node.replaceChildren(...(kind === "note" ? [noteHead(line), bubble] : [bubble, ...below(line, story)]));
    },
  };
}

/** A note says first that it is one. @param {Line} line */
function noteHead({ at, who, pending }) {
  const when = at && !pending ? time(at) : text.pending;
  return element("p.meta", {}, sign("lock"), element("span", {}, element("b", {}, text.note), ` · ${text.noteOnly} · ${who ?? ""} · `, when));
}

/** @param {Line} line @param {ReturnType<typeof createStory>} [story] @returns {Node[]} */
function below(line, story) {
  const { kind, at, who, writing, pending, seen, rating, sources = [], learn } = line;
  if (kind === "system") return [];
  if (writing) return [element("p.meta", {}, text.writing)];
  const meta = element("p.meta", {}, element("span.who", {}, who ?? ""));
  if (pending) meta.append(` · ${text.pending}`);
  else if (at) meta.append(" · ", time(at));
  if (kind === "operator" && !pending) meta.append(" ", element(seen ? "span.seen" : "span", { title: seen ? text.readTo : text.delivered }, sign(seen ? "seen" : "sent"), unseen(seen ? text.readTo : text.delivered)));
  if (rating) meta.append(" ", element(/** @type {"span"} */ (`span.rating ${rating > 0 ? "good" : "bad"}`), { title: rating > 0 ? text.rated.up : text.rated.down }, sign(rating > 0 ? "up" : "down"), unseen(rating > 0 ? text.rated.up : text.rated.down)));
  if (story) meta.append(story.toggle);
  if (learn) meta.append(element("button.row-button", { type: "button", title: text.learn, onclick: learn }, text.learnShort));
  const found = sources.length ? [element("p.sources", {}, ...sources.flatMap(({ title, url }, i) => [...(i ? [" · "] : []), anchor(title, url)]))] : [];
  return [...found, meta, ...(story ? [story.panel] : [])];
}

/** @param {string} at */
const time = (at) => element("time", { dateTime: at, title: fullTime(at) }, clock(at));

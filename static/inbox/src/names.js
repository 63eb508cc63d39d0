/**
 * How conversations and their states are called on the screen. Called by the views.
 */

import { element } from "./nodes.js";
import { fill, text } from "./text.js";

/** @param {import("./frames.js").Item} item */
export const nameOf = ({ name, conversation }) => name || fill(text.visitor, { id: conversation.slice(0, 6) });

/**
 * @param {import("./frames.js").Item} item
 * @param {number | undefined} me
 */
function stateOf({ closed_at, handler, operator }, me) {
  if (closed_at) return text.handlers.closed;
  if (handler !== "human") return text.handlers[handler];
  return operator?.id === me ? text.handlers.mine : fill(text.handlers.human, { name: operator?.name || text.by.operator });
}

/**
 * The badge of who waits, whose words follow the clock (times.js), or of who has the conversation.
 * @param {import("./frames.js").Item} item
 * @param {import("./frames.js").Ready | undefined} ready
 */
export function stateBadge(item, ready) {
  if (item.handler !== "waiting" || item.closed_at || !item.waiting_since) return element(/** @type {"span"} */ (`span.${badgeOf(item)}`), {}, stateOf(item, ready?.me.id));
  const patience = ready?.sites.find(({ id }) => id === item.site)?.patience ?? 0;
  return element("span.badge waiting", { "data-since": item.waiting_since, "data-patience": String(patience) });
}

/** Who is named in a refusal. @param {import("./frames.js").Refusal} refusal */
export const nameIn = ({ operator }) => operator?.name || text.somebody;

/** The class of a state's badge, as the admin's skin has them. @param {import("./frames.js").Item} item */
const badgeOf = ({ closed_at, handler }) => `badge ${closed_at ? "closed" : handler}`;

/** What people call those who answer. */
const TEAM_WORDS = new Set(["admin", "administrator", "assistant", "asisten", "bot", "cs", "official", "operator", "resmi", "staf", "staff", "support", "team", "tim"]);

/** @param {string} words */
const wordsOf = (words) => words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().match(/[\p{L}\p{N}]+/gu) || [];

/**
 * Whether a visitor's name could be taken for somebody of the team: a colleague's, the site's, or a word for those who answer.
 * @param {string} name
 * @param {import("./frames.js").Ready} ready
 */
export function soundsLikeTeam(name, { me, people, sites }) {
  const words = wordsOf(name);
  const ours = [me, ...people, ...sites].map((one) => wordsOf(one.name).join(" ")).filter(Boolean);
  return words.some((word) => TEAM_WORDS.has(word)) || ours.some((one) => ` ${words.join(" ")} `.includes(` ${one} `));
}

/**
 * Who of the team wrote something: people share first names, or have none, so it is the id that counts.
 * @param {number | undefined} by
 * @param {string | undefined} name the one that visitors were shown
 * @param {import("./frames.js").Ready | undefined} ready
 */
export function writerName(by, name, ready) {
  if (by && by === ready?.me.id) return text.you;
  return name || ready?.people.find(({ id }) => id === by)?.name || text.by.operator;
}

/** @param {import("./frames.js").Item} item @param {import("./frames.js").Ready | undefined} ready */
export function lastWords({ last }, ready) {
  if (!last?.text) return "";
  if (last.author === "operator") return `${writerName(last.by, "", ready)}: ${last.text}`;
  return last.author === "assistant" ? `${text.by.assistant}: ${last.text}` : last.text;
}

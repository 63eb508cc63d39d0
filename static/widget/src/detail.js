/**
 * What stands below a message: its sources, who said it when, whether it was sent and read, and two thumbs to rate an answer. A module of its own,
 * fetched by panel.js with the first message; called by message_view.js.
 */

import styles from "./detail.css";
import * as text from "#lang";

export const css = styles;
export const { url } = import.meta;

const THUMB = "M7 10v11H3V10zm0 0 4-8a3 3 0 0 1 3 3v4h5a2 2 0 0 1 2 2l-1 8a2 2 0 0 1-2 2H7";

/**
 * @param {{element: typeof import("./element.js").element, icon: typeof import("./element.js").icon, anchor: typeof import("./link.js").anchor}} kit the panel's own makers of nodes
 */
export function create({ element, icon, anchor }) {
  /** What was rated here, which the line tells back only with its next welcome. @type {Record<number, number>} */
  const given = {};
  /** @param {import("./session.js").Session["tell"]} tell @returns {import("./message_view.js").Detail} */
  return (tell) => (node, { at, seq, author, answered_by, name, sources = [] }, { read = 0, ratings = {} }) => {
    // The bubble itself stays where it is: somebody may be about to press a button in it.
    while (node.children[1]) node.children[1].remove();
    const mine = node.classList.contains("visitor");
    if (sources[0]) node.append(element("p.sources", {}, ...sources.map(({ title, url }) => anchor(title, url))));
    if (!at || !(seq || mine)) return;
    const who = !mine ? name || text.by[answered_by || (author === "operator" ? "person" : "rule")] : read < (seq || 0) ? text.sent : text.read;
    const time = new Date(at).toLocaleTimeString(text.language, { timeStyle: "short" });
    const line = element("p.meta", {}, seq ? `${who} · ${time}` : text.pending);
    node.append(line);
    if (seq && !mine) {
      const thumbs = [1, -1].map((value) => {
        const onclick = () => {
          if (tell({ type: "rating.set", seq, value })) given[seq] = value;
          press();
        };
        return element("button.thumb", { title: value > 0 ? text.good : text.bad, value, onclick }, icon(THUMB));
      });
      const press = () => thumbs.forEach((thumb) => thumb.setAttribute("aria-pressed", String(+thumb.value === (given[seq] || ratings[seq]))));
      press();
      line.append(...thumbs);
    }
  };
}

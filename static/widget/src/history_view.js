/**
 * What a longer talk needs: messages of one side drawn together, a line for each day, the way to earlier pages, and the way back to the end. A module of its own,
 * fetched by panel.js once a talk is longer than the view or older than today; called by transcript.js.
 */

import styles from "./history.css";
import { DAY_MS, GROUP_MS, NEAR_PX, PAGE_ROWS } from "./limits.js";
import * as text from "#lang";

export const css = styles;
export const { url } = import.meta;

const DOWN = "M12 5v14m-6-6 6 6 6-6";

/**
 * @param {{element: typeof import("./element.js").element, icon: typeof import("./element.js").icon}} kit the panel's own makers of nodes
 */
export function create({ element, icon }) {
  /** @param {HTMLElement} log @param {import("./session.js").Session["tell"]} tell @param {() => void} toEnd @returns {import("./transcript.js").Dress} */
  return (log, tell, toEnd) => {
    let before = 1;
    const older = element("button.earlier", { onclick: () => tell({ type: "history.get", before, limit: PAGE_ROWS }) }, text.earlier);
    const jump = element("button.jump", { title: text.latest, hidden: true, onclick: toEnd }, icon(DOWN));
    log.after(element("div.jumper", {}, jump));
    log.addEventListener("scroll", () => (jump.hidden = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PX), { passive: true });

    /** @type {Map<string, HTMLElement>} */
    const days = new Map();
    return (nodes, items, more) => {
      before = items.find(({ seq }) => seq)?.seq || 1;
      /** @type {HTMLElement[]} */
      const dressed = more ? [older] : [];
      let day = "";
      items.forEach(({ at = "", author, name: writer }, i) => {
        const name = dayOf(at);
        const before = items[i - 1];
        if (name !== day) {
          const line = days.get(name) || element("p", { className: "row system" }, name);
          days.set((day = name), line);
          dressed.push(line);
        } else if (before.author === author && before.name === writer && Date.parse(at) - Date.parse(before.at || "") < GROUP_MS) {
          nodes[i - 1].classList.add("joined");
        }
        dressed.push(nodes[i]);
      });
      return dressed;
    };
  };
}

/** "hari ini", "kemarin", "3 hari yang lalu"; beyond a week the date. @param {string} at ISO 8601 */
function dayOf(at) {
  const date = new Date(at);
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / DAY_MS);
  const name = days > 6 ? date.toLocaleDateString(text.language, { dateStyle: "long" }) : new Intl.RelativeTimeFormat(text.language, { numeric: "auto" }).format(-days, "day");
  return name[0].toUpperCase() + name.slice(1);
}

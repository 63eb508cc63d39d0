/**
 * The top of the panel: whose chat it is, who answers at the moment, the way to a person, and the button that closes.
 * Called by panel.js.
 */

import { element, icon, say } from "./element.js";
import { fill } from "./words.js";
import * as text from "#lang";

const PERSON = "M4 20c1-4 4-6 8-6s7 2 8 6M12 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8z";
const CLOSE = "M6 6l12 12M18 6L6 18";

/**
 * @param {{name: string, askPerson: () => void, close: (() => void) | undefined}} options
 */
export function createHeader({ name, askPerson, close }) {
  const title = element("h2", { id: "title", dir: "auto" }, name);
  const status = element("p", { className: "status" });
  const person = element("button", { type: "button", className: "person", title: text.personHint, onclick: askPerson }, icon(PERSON), text.person);
  const node = element("header", {}, element("div", {}, title, status), person);
  if (close) node.append(element("button", { type: "button", className: "close", title: text.close, "aria-label": text.close, onclick: close }, icon(CLOSE)));

  return {
    node,
    /** @param {import("./store.js").State} state */
    render(state) {
      const { handler, site, operator } = state;
      if (site) say(title, site.name);
      person.hidden = handler !== "bot";
      status.className = "status " + handler;
      say(status, line(state, site?.address, operator));
    },
  };
}

/**
 * @param {import("./store.js").State} state
 * @param {string | undefined} you
 * @param {string} operator
 */
function line({ handler, greeted, site }, you, operator) {
  if (!greeted) return text.connecting;
  if (handler === "waiting") return (site?.hours?.open === false && site.hours.note) || text.waiting;
  if (handler === "human") return operator ? fill(text.withPerson, { name: operator }) : text.team;
  return fill(text.ready, { you });
}

/**
 * The top of the panel: whose chat it is, who answers at the moment, the way to a person, and the button that closes.
 * Called by panel.js.
 */

import { element, icon } from "./element.js";
import * as text from "#lang";

const CLOSE = "M6 6l12 12M18 6L6 18";

/** @param {{name: string, askPerson: () => void, close: (() => void) | false}} options */
export function createHeader({ name, askPerson, close }) {
  const status = element("p");
  const person = element("button.person", { onclick: askPerson }, text.person);
  // No <header>: that would be a second banner beside the page's own.
  const node = element("div.top", {}, element("div", {}, element("h2", {}, name), status), person);
  if (close) node.append(element("button.close", { title: text.close, onclick: close }, icon(CLOSE)));

  return {
    node,
    /** @param {import("./store.js").State} state @param {boolean} usable */
    render({ conversation, handler, site, operator }, usable) {
      person.hidden = !usable || handler !== "bot";
      status.className = conversation ? handler : "waiting";
      status.textContent = !conversation
        ? "…"
        : handler === "waiting"
          ? site?.hours?.note || text.waiting
          : handler === "bot"
            ? text.ready.replace("{you}", site?.address || text.you)
            : operator
              ? text.withPerson.replace("{name}", operator)
              : text.team;
    },
  };
}

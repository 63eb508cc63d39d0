/**
 * The message box with its button, which sends or stops, and the line below that says who answers and how long chats are kept.
 * Called by panel.js.
 */

import { element, icon } from "./element.js";
import { anchor } from "./link.js";
import { MESSAGE_CHARACTERS } from "./protocol.js";
import * as text from "#lang";

const SEND = "M12 19V5m-6 6 6-6 6 6";
const STOP = "M8 8h8v8H8z";

/** @param {{send: (words: string) => void, stop: () => void}} intents */
export function createComposer({ send, stop }) {
  const box = element("textarea", { rows: 1, placeholder: text.write, "aria-label": text.write, maxLength: MESSAGE_CHARACTERS, enterKeyHint: "send", dir: "auto" });
  const shape = icon(SEND);
  const button = element("button.send", {}, shape);
  const form = element("form.composer", {}, box, button);
  const words = new Text();
  const foot = element("p.foot", {}, words);
  let answering = false;

  const refresh = () => {
    const empty = !box.value.trim();
    const stops = answering && empty;
    box.style.height = "0";
    box.style.height = box.scrollHeight + "px";
    button.title = stops ? text.stop : text.send;
    button.disabled = empty && !stops;
    /** @type {Element} */ (shape.firstChild).setAttribute("d", stops ? STOP : SEND);
  };

  form.onsubmit = (event) => {
    event.preventDefault();
    const words = box.value.trim();
    box.value = "";
    if (words) send(words);
    else if (answering) stop();
    refresh();
  };
  box.oninput = refresh;
  box.onkeydown = (event) => {
    // Enter that ends a word of an input method is not meant for us.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (box.value.trim()) button.click();
  };

  return {
    nodes: [form, foot],
    box,
    refresh,
    /** Gives words back that could not be sent. @param {string} words */
    put(words) {
      box.value = words + box.value;
      refresh();
    },
    /** @param {import("./store.js").State} state @param {boolean} usable */
    render({ reply, site, handler, operator }, usable) {
      form.hidden = !usable;
      if (answering !== (answering = Boolean(reply))) refresh();
      // Our own policy comes as a path on our own host, where this file came from.
      if (!site) return;
      if (!foot.firstElementChild) foot.append(anchor(text.policy, new URL(site.policy, import.meta.url).href));
      words.data = text.disclosure.replace("{name}", handler !== "human" ? text.assistant : operator || text.team).replace("{days}", /** @type {any} */ (site.retention_days));
    },
  };
}

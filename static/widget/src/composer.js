/**
 * The message box with its button, which sends or stops, and the line below that says who answers and how long chats are kept.
 * Called by panel.js.
 */

import { element, icon } from "./element.js";
import { anchor } from "./markdown_view.js";
import { safeUrl } from "./markdown.js";
import { MESSAGE_CHARACTERS } from "./protocol.js";
import { fill } from "./words.js";
import * as text from "#lang";

const SEND = "M12 19V5m-6 6 6-6 6 6";
const STOP = "M8 8h8v8H8z";

/**
 * @param {{send: (words: string) => void, stop: () => void}} intents
 */
export function createComposer({ send, stop }) {
  const box = element("textarea", {
    rows: 1,
    placeholder: text.write,
    "aria-label": text.write,
    maxLength: MESSAGE_CHARACTERS,
    enterKeyHint: "send",
    dir: "auto",
  });
  const shape = icon(SEND);
  const button = element("button", { type: "submit", className: "send", title: text.send, "aria-label": text.send }, shape);
  const form = element("form", { className: "composer" }, box, button);
  const foot = element("p", { className: "foot" });
  let answering = false;

  const stops = () => answering && !box.value.trim();

  const refresh = () => {
    box.style.height = "auto";
    box.style.height = box.scrollHeight + "px";
    const label = stops() ? text.stop : text.send;
    button.title = label;
    button.setAttribute("aria-label", label);
    button.classList.toggle("stop", stops());
    button.disabled = !answering && !box.value.trim();
    shape.firstElementChild?.setAttribute("d", stops() ? STOP : SEND);
  };

  const submit = () => {
    const words = box.value.trim();
    if (!words) return;
    box.value = "";
    send(words);
    refresh();
  };

  form.onsubmit = (event) => {
    event.preventDefault();
    if (stops()) stop();
    else submit();
  };
  box.oninput = refresh;
  box.onkeydown = (event) => {
    // Enter that ends a word of an input method is not meant for us.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    submit();
  };

  return {
    nodes: [form, foot],
    box,
    /** @param {import("./store.js").State} state @param {boolean} usable */
    render({ reply, site }, usable) {
      if (answering !== Boolean(reply) || !button.title) {
        answering = Boolean(reply);
        refresh();
      }
      form.hidden = !usable;
      if (site && !foot.firstChild) {
        const policy = safeUrl(site.policy);
        foot.append(fill(text.disclosure, { days: site.retention_days }) + " ", policy ? anchor(policy.href, text.policy) : "");
      }
    },
    refresh,
  };
}

/**
 * A dialog over the page: the browser's own, so that focus stays in it, Esc closes it and what is behind is out of reach.
 * Called by whoever asks something (choosers.js, settings.js, learn.js, keys.js).
 */

import { element, signButton } from "./nodes.js";
import { text } from "./text.js";

/**
 * @param {string} title
 * @param {...(Node | string)} parts
 */
export function openDialog(title, ...parts) {
  const heading = element("h2", {}, title);
  const dialog = element("dialog.inbox-dialog", { "aria-label": title });
  dialog.append(element("div.dialog-head", {}, heading, signButton("close", text.cancel, () => dialog.close())), ...parts);
  dialog.addEventListener("close", () => dialog.remove());
  // A tap beside it closes it.
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** One of several: a list of buttons. @param {string} title @param {{label: string, hint?: string, act: () => void}[]} choices @param {string} [none] */
export function choose(title, choices, none = "") {
  const list = element(
    "ul.choices",
    {},
    ...choices.map(({ label, hint, act }) =>
      element(
        "li",
        {},
        element(
          "button",
          {
            type: "button",
            onclick: () => {
              dialog.close();
              act();
            },
          },
          element("span", {}, label),
          ...(hint ? [element("span.quiet", {}, hint)] : []),
        ),
      ),
    ),
  );
  const dialog = openDialog(title, list, ...(choices.length ? [] : [element("p.quiet", {}, none)]));
  return dialog;
}

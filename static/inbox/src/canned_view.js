/**
 * The list of saved replies above the text box: opened by "/" or its button, walked by the arrow keys, taken by Enter or a
 * tap. Called by composer.js.
 */

import { fillGaps, matching, slashAt } from "./canned.js";
import { element } from "./nodes.js";
import { text } from "./text.js";

const LIST = "canned-list";

/**
 * @param {HTMLTextAreaElement} box
 * @param {() => {all: import("./frames.js").Canned[], site: number, gaps: Record<string, string>}} known
 */
export function createCannedView(box, known) {
  const list = element("ul.canned", { id: LIST, role: "listbox", hidden: true, "aria-label": text.cannedList });
  /** @type {import("./frames.js").Canned[]} */
  let found = [];
  let chosen = 0;
  /** Where the typed "/word" begins, which the reply replaces. */
  let from = 0;
  box.setAttribute("aria-controls", LIST);
  box.setAttribute("aria-autocomplete", "list");

  const close = () => {
    list.hidden = true;
    box.removeAttribute("aria-activedescendant");
  };

  /** @param {number} at */
  const choose = (at) => {
    chosen = (at + found.length) % found.length;
    [...list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === chosen)));
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", `${LIST}-${chosen}`);
  };

  /** @param {number} at */
  const take = (at) => {
    const one = found[at];
    if (!one) return;
    const words = fillGaps(one.text, known().gaps);
    box.setRangeText(words, from, box.selectionEnd, "end");
    close();
    box.focus();
    box.dispatchEvent(new Event("input", { bubbles: true }));
  };

  /** @param {string} query */
  const show = (query) => {
    const { all, site } = known();
    found = matching(all, site, query);
    list.replaceChildren(
      ...found.map((one, i) =>
        element(
          "li",
          // pointerdown, so that the box keeps the focus and a phone its keyboard.
          { id: `${LIST}-${i}`, role: "option", onpointerdown: (/** @type {Event} */ event) => event.preventDefault(), onclick: () => take(i) },
          element("b", {}, `/${one.shortcut}`),
          element("span.canned-title", {}, one.title),
          element("span.canned-text", {}, one.text),
        ),
      ),
    );
    if (!found.length) list.append(element("li.quiet", { role: "option", "aria-disabled": "true", "aria-selected": "false" }, all.length ? text.noCanned : text.noCannedAtAll));
    list.hidden = false;
    if (found.length) choose(0);
  };

  return {
    node: list,
    close,
    isOpen: () => !list.hidden,
    /** After each change of the text. */
    follow() {
      const slash = slashAt(box.value, box.selectionStart);
      if (!slash) return close();
      from = slash.from;
      return show(slash.query);
    },
    /** By the button: all of them, put in where the cursor is. */
    open() {
      from = box.selectionStart;
      if (list.hidden) show("");
      else close();
      box.focus();
    },
    /** @param {KeyboardEvent} event @returns {boolean} whether the key was meant for the list */
    key(event) {
      if (list.hidden || event.isComposing) return false;
      if (event.key === "Escape") close();
      else if (!found.length) return false;
      else if (event.key === "ArrowDown") choose(chosen + 1);
      else if (event.key === "ArrowUp") choose(chosen - 1);
      else if ((event.key === "Enter" && !event.shiftKey) || event.key === "Tab") take(chosen);
      else return false;
      event.preventDefault();
      event.stopPropagation();
      return true;
    },
  };
}

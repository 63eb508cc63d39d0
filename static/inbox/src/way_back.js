/**
 * Tells the operator that a visitor left without seeing the answer, and gives the one tap that brings them back: WhatsApp or
 * the mail program with the message and the signed link ready (inbox/on_demand.py). Called by composer.js.
 */

import { nameOf } from "./names.js";
import { element, theirs } from "./nodes.js";
import { mayAnswer } from "./store.js";
import { text } from "./text.js";

/** @param {(id: string) => string} linkOf the address that leads to the prepared message */
export function createWayBack(linkOf) {
  const node = element("p.way-back", { hidden: true });
  let drawn = "";
  /** The answers whose message was opened already. @type {Set<string>} */
  const opened = new Set();

  /** @param {import("./store.js").State} state */
  const render = (state) => {
    const talk = /** @type {import("./frames.js").Talk | undefined} */ (state.open?.ready && !state.open.gone ? state.open.talk : undefined);
    const way = talk && !talk.online && mayAnswer(state) ? talk.way_back : "";
    const answer = way ? `${talk?.conversation}:${talk?.seq}` : "";
    const look = JSON.stringify([way, answer, talk && nameOf(talk), talk?.contact, opened.has(answer)]);
    if (look === drawn) return;
    drawn = look;
    node.hidden = !way || !talk;
    if (!way || !talk) return node.replaceChildren();
    const words = element("span", {}, ...around(opened.has(answer) ? text.wayOpened : text.wayBack[way], nameOf(talk), talk.contact || ""));
    const act = () => {
      opened.add(answer);
      // After the browser has followed the link, which would be gone otherwise.
      setTimeout(() => render(state));
    };
    const whatsapp = way === "whatsapp";
    const link = () => element("a.button small", { href: linkOf(talk.conversation), onclick: act, ...(whatsapp ? { target: "_blank", rel: "noopener noreferrer" } : {}) }, whatsapp ? text.byWhatsApp : text.byMail);
    node.replaceChildren(words, ...(way === "mail" || way === "no_address" ? [] : [link()]));
  };

  return { node, render };
}

/** The sentence with the visitor's own words apart from ours. @param {string} sentence @param {string} name @param {string} contact @returns {(Node | string)[]} */
function around(sentence, name, contact) {
  return sentence.split(/(\{name\}|\{contact\})/).map((part) => (part === "{name}" ? theirs(name) : part === "{contact}" ? theirs(contact) : part));
}

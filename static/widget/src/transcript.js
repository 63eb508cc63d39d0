/**
 * The list of messages: one view per message, and the end followed while the reader is there. Called by panel.js once per
 * frame; draws by message_view.js. Groups, day lines, earlier pages and the way back to
 * the end come with the history module.
 */

import { createAnnouncer } from "./announcer.js";
import { element } from "./element.js";
import { NEAR_PX } from "./limits.js";
import { createMessageView } from "./message_view.js";
import { EMPTY, firstSeq } from "./store.js";

/**
 * @typedef {import("./message_view.js").Item} Item
 * @typedef {(nodes: HTMLElement[], items: Item[], more: boolean) => HTMLElement[]} Dress adds what belongs between
 */

/** @param {string} [greeting] the first words of a talk */
export function createTranscript(greeting) {
  const log = element("div.log", { role: "log", "aria-live": "off", tabIndex: 0 });
  const announcer = createAnnouncer();
  const hello = element("div.row", {}, element("div.bubble", {}, greeting || ""));
  const dots = element("div.row", {}, element("div.bubble", {}, element("i.dots", {}, "●●●")));
  /** @type {Map<string, ReturnType<typeof createMessageView>>} */
  const views = new Map();
  /** @type {import("./message_view.js").Tools & {dress?: Dress}} */
  let tools = {};
  /** The part that stands still while an answer is written. @type {HTMLElement[]} */
  let settled = [];
  let shown = EMPTY;
  /** The node the card stands below. @type {Node | undefined} */
  let above;
  let atEnd = true;

  const toEnd = () => {
    log.scrollTop = log.scrollHeight;
  };
  log.onscroll = () => {
    atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PX;
  };
  new ResizeObserver(() => atEnd && toEnd()).observe(log);

  /** @param {Item} item @param {import("./store.js").State} state @param {boolean} [anew] */
  const show = (item, state, anew) => {
    const view = views.get(item.id) || createMessageView();
    views.set(item.id, view);
    if (anew || view.item !== item) view.update(item, state, tools);
    return view.node;
  };

  /** Brings the page's nodes into this order, touching only what is out of place. @param {Node[]} nodes */
  const place = (nodes) => {
    for (const child of [...log.childNodes]) if (!nodes.includes(child)) child.remove();
    nodes.forEach((node, i) => node === log.childNodes[i] || log.insertBefore(node, log.childNodes[i]));
  };

  /** What others say after the last row shown is read out; earlier pages, and what was there at the start, are for whoever scrolls to them. @param {import("./store.js").State} state */
  const announce = (state) => {
    announcer.follow(state);
    for (const { id, author } of state.messages.slice(state.messages.indexOf(shown.messages[shown.messages.length - 1]) + 1)) {
      if (author !== "visitor") announcer.say(views.get(id)?.bubble.innerText || "");
    }
  };

  return {
    log,
    announcer,
    toEnd,
    /** @param {typeof tools} given */
    use(given) {
      tools = { ...tools, ...given };
      shown = { ...shown, ratings: {} };
    },
    /** @param {import("./store.js").State} state @param {Node | undefined} card */
    render(state, card) {
      const { messages, pending, reply, thinking, read, ratings } = state;
      const anew = read !== shown.read || ratings !== shown.ratings;
      const more = firstSeq(state) > 1;
      if (pending.length > shown.pending.length) atEnd = true;
      if (anew || messages !== shown.messages || pending !== shown.pending) {
        // What is said about a message on its way stands below it, however long it is.
        /** @param {Item} item */
        const late = ({ seq, at = "" }) => !seq && pending[0]?.at < at;
        const items = [...messages.filter((row) => !late(row)), ...pending, ...messages.filter(late)];
        settled = items.map((item) => show(item, state, anew));
        if (tools.dress) settled = tools.dress(settled, items, more);
      }
      /** @type {Node[]} */
      const nodes = greeting && !more ? [hello, ...settled] : [...settled];
      if (reply?.text) nodes.push(show(reply, state));
      else if (reply || thinking) nodes.push(dots);
      // The card stays where it came up, so that what is said after it is not pushed out of view.
      above = card && (above || settled[settled.length - 1]);
      if (card) nodes.splice(above ? nodes.indexOf(above) + 1 : nodes.length, 0, card);
      place(nodes);
      if (atEnd) toEnd();
      if (shown.conversation && shown !== state) announce(state);
      shown = state;
    },
  };
}

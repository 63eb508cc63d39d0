/**
 * The list of messages: keeps one view per item, follows the end while the reader is there, offers the way back when not.
 * Called by panel.js once per frame; draws by message_view.js.
 */

import { element, icon, say } from "./element.js";
import { listItems } from "./items.js";
import { createMessageView } from "./message_view.js";
import { fill } from "./words.js";
import * as text from "#lang";

const DOWN = "M12 5v14m-6-6 6 6 6-6";
/** Nearer to the end than this counts as being there. */
const NEAR_PX = 48;

/**
 * @param {import("./message_view.js").Intents & {earlier: () => void}} intents
 */
export function createTranscript(intents) {
  const log = element("div", { className: "log", role: "log", "aria-live": "off", "aria-label": text.log, tabIndex: 0 });
  const node = element("div", { className: "body" }, log);
  /** @type {Map<string, import("./message_view.js").MessageView & {item?: import("./items.js").Item}>} */
  const views = new Map();
  /** @type {HTMLButtonElement | undefined} */
  let jump;
  /** @type {HTMLButtonElement | undefined} */
  let earlier;
  /** @type {Node | undefined} */
  let card;
  let atEnd = true;
  let seenSeq = 0;
  let mine = "";

  const toEnd = () => {
    log.scrollTop = log.scrollHeight;
  };

  log.addEventListener(
    "scroll",
    () => {
      atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PX;
      if (jump) jump.hidden = atEnd;
    },
    { passive: true },
  );
  if (window.ResizeObserver) new ResizeObserver(() => atEnd && toEnd()).observe(log);

  /** @param {import("./items.js").Item[]} items */
  const place = (items) => {
    const keys = new Set(items.map((item) => item.key));
    for (const [key, view] of views) {
      if (keys.has(key)) continue;
      view.node.remove();
      views.delete(key);
    }
    /** @type {Node | null} */
    let next = earlier ? earlier.nextSibling : log.firstChild;
    for (const item of items) {
      let view = views.get(item.key);
      if (!view) views.set(item.key, (view = createMessageView(item, intents)));
      view.update(item);
      if (view.node === next) next = next.nextSibling;
      else log.insertBefore(view.node, next);
    }
  };

  /** @param {boolean} wanted */
  const offerEarlier = (wanted) => {
    if (wanted && !earlier) {
      earlier = element("button", { type: "button", className: "earlier", onclick: intents.earlier }, text.earlier);
      log.prepend(earlier);
    } else if (!wanted) {
      earlier?.remove();
      earlier = undefined;
    }
  };

  /** @param {import("./store.js").State} state */
  const offerJump = (state) => {
    if (atEnd) seenSeq = state.seq;
    if (atEnd && !jump) return;
    if (!jump) node.append((jump = element("button", { type: "button", className: "jump", onclick: toEnd }, icon(DOWN), element("span"))));
    const count = Math.max(0, state.seq - seenSeq);
    jump.hidden = atEnd;
    say(/** @type {Node} */ (jump.lastChild), count ? fill(text.unread, { count }) : "");
    jump.setAttribute("aria-label", text.latest);
  };

  return {
    node,
    /** @param {import("./store.js").State} state @param {string} greeting */
    render(state, greeting) {
      offerEarlier(state.older);
      place(listItems(state, greeting));
      const own = state.pending[state.pending.length - 1]?.id || "";
      if (own && own !== mine) atEnd = true;
      mine = own || mine;
      if (atEnd) toEnd();
      offerJump(state);
    },
    /** @param {Node | undefined} wanted a card that stands after the last message */
    setCard(wanted) {
      if (card === wanted) return;
      if (card) log.removeChild(card);
      if (wanted) log.append(wanted);
      card = wanted;
      if (atEnd) toEnd();
    },
    toEnd,
  };
}

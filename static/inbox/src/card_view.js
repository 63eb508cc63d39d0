/**
 * One conversation in the list: who, what was said last, how long it waits, whose it is. Called by list_view.js.
 */

import { sleeps } from "./list_state.js";
import { lastWords, nameOf, stateBadge } from "./names.js";
import { element, theirs, unseen } from "./nodes.js";
import { fill, text } from "./text.js";
import { fullTime, shortTime } from "./times.js";

/** @param {{address: string, open: () => void}} parts */
export function createCardView({ address, open }) {
  const link = element("a.talk-card", { href: address });
  const node = element("li", {}, link);
  /** @type {import("./frames.js").Item | undefined} */
  let drawn;
  let drawnReady = /** @type {unknown} */ (undefined);
  let current = false;

  link.onclick = (event) => {
    // A new tab is a new tab.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open();
  };

  return {
    node,
    /** @param {import("./frames.js").Item} item @param {import("./store.js").State} state */
    update(item, { ready, open: shown }) {
      const now = shown?.id === item.conversation;
      if (now !== current) {
        current = now;
        if (now) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
      if (drawn === item && drawnReady === ready) return;
      drawn = item;
      drawnReady = ready;
      link.classList.toggle("unread", item.unread > 0);
      link.classList.toggle("asleep", sleeps(item));
      link.replaceChildren(
        element(
          "span.top",
          {},
          element("strong", {}, theirs(nameOf(item)), ...(item.online ? [element("span.online", { title: text.online }, unseen(text.online))] : [])),
          element("time", { dateTime: item.last_at, title: fullTime(item.last_at) }, shortTime(item.last_at)),
        ),
        element("span.said", {}, theirs(lastWords(item, ready).slice(0, 160))),
        element("span.where", {}, ...where(item, ready)),
        ...(item.unread ? [element("span.unread-count", {}, element("span", { "aria-hidden": "true" }, String(item.unread)), unseen(fill(text.unread, { n: item.unread })))] : []),
      );
    },
  };
}

/**
 * @param {import("./frames.js").Item} item
 * @param {import("./frames.js").Ready | undefined} ready
 * @returns {(Node | string)[]}
 */
function where(item, ready) {
  const parts = [stateBadge(item, ready)];
  if (sleeps(item)) parts.push(element("span.badge", {}, fill(text.sleepsUntil, { time: shortTime(item.snoozed_until || "") })));
  parts.push(...tagBadges(item, ready));
  const site = ready && ready.sites.length > 1 && ready.sites.find(({ id }) => id === item.site);
  if (site) parts.push(element("span.site", {}, site.name));
  return parts;
}

/**
 * @param {import("./frames.js").Item} item
 * @param {import("./frames.js").Ready | undefined} ready
 */
export function tagBadges(item, ready) {
  const known = new Map(ready?.tags.map((tag) => [tag.id, tag]));
  return item.tags.flatMap((id) => {
    const tag = known.get(id);
    if (!tag) return [];
    const dot = element("span.tag-dot", {});
    dot.style.setProperty("--tag", tag.colour);
    return [element("span.badge label", { title: tag.name }, dot, ` ${tag.name}`)];
  });
}

/**
 * The list of conversations as data: which belong to the view, in which order, and what a page or a change makes of them.
 * Called by store.js; pure.
 */

/**
 * @typedef {import("./frames.js").Item} Item
 * @typedef {{view: import("./frames.js").View, query: string, site: number, tag: number, since: string}} Search site and tag: 0 for any; since: a date or nothing
 */

/**
 * Whether a conversation belongs to what is shown. The server decides for pages; this decides for changes that come by themselves.
 * @param {Item} item
 * @param {Search} search
 * @param {number} me
 */
export function belongs(item, { view, site, tag, since }, me) {
  if (site && item.site !== site) return false;
  if (tag && !item.tags.includes(tag)) return false;
  if (since && item.last_at < since) return false;
  if (view === "all") return true;
  if (view === "closed") return Boolean(item.closed_at);
  if (item.closed_at) return false;
  if (view === "waiting") return item.handler === "waiting";
  if (view === "assistant") return item.handler === "bot";
  return item.handler === "human" && item.operator?.id === me;
}

/** @param {Item} item @param {number} [now] */
export const sleeps = (item, now = Date.now()) => Boolean(item.snoozed_until && Date.parse(item.snoozed_until) > now);

/**
 * Who waits longest comes first; elsewhere who wrote last. What is snoozed stays in its view, at the end.
 * @param {Item[]} items
 * @param {string} view
 */
export function inOrder(items, view) {
  /** @param {Item} item */
  const key = (item) => (view === "waiting" ? item.waiting_since || item.last_at : item.last_at);
  const sign = view === "waiting" ? 1 : -1;
  return [...items].sort((a, b) => Number(sleeps(a)) - Number(sleeps(b)) || sign * (Date.parse(key(a)) - Date.parse(key(b))));
}

/**
 * The list after some conversations changed. With words to search for, what is not in the list cannot be judged here and stays out.
 * @param {Item[]} items
 * @param {Item[]} changed
 * @param {Search} search
 * @param {number} me
 */
export function merge(items, changed, search, me) {
  const known = new Map(items.map((item) => [item.conversation, item]));
  for (const item of changed) {
    if (search.query ? known.has(item.conversation) : belongs(item, search, me)) known.set(item.conversation, item);
    else if (!search.query) known.delete(item.conversation);
  }
  return inOrder([...known.values()], search.view);
}

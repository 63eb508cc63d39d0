/**
 * How an action is undone: by the opposite one. Pure. Called by page.js when the server says that an action was done. A reply has
 * none: the visitor has it (see hold.js).
 */

/**
 * @param {import("./outbox.js").Entry} entry the action
 * @param {import("./store.js").State} before what the conversation was
 * @returns {{action: string, more?: Record<string, unknown>}[] | undefined}
 */
export function undoOf({ action, conversation }, { open, items, ready }) {
  const talk = open?.id === conversation ? open.talk : items.find((item) => item.conversation === conversation);
  const mine = talk?.handler === "human" && talk.operator?.id === ready?.me.id;
  // Who reopens a conversation has it; one that the assistant had goes back to it.
  if (action === "close") return [{ action: "reopen" }, ...(talk?.handler === "bot" ? [{ action: "hand_back" }] : [])];
  if (action === "hand_back") return [{ action: mine || talk?.handler !== "human" ? "take" : "take_from" }];
  if (action === "snooze") return [{ action: "snooze", more: { until: null } }];
  if (action === "assign" && talk?.handler === "human" && talk.operator) return [{ action: "assign", more: { user: talk.operator.id } }];
  return undefined;
}

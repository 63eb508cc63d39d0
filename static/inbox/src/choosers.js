/**
 * What is asked before an action: to whom, until when, which tags. Called by the buttons of talk_head.js and by the keyboard.
 */

import { choose, openDialog } from "./dialog.js";
import { element } from "./nodes.js";
import { fill, text } from "./text.js";
import { fullTime } from "./times.js";

/** @typedef {(action: string, more?: Record<string, unknown>) => void} Act */

/** @param {import("./store.js").State} state @param {Act} act */
export function chooseColleague({ people, ready, open }, act) {
  const present = [...people].sort((a, b) => Number(Boolean(b.online && !b.away)) - Number(Boolean(a.online && !a.away)));
  const others = present.filter(({ id }) => id !== open?.talk?.operator?.id);
  const choices = others.map(({ id, name, online, away }) => ({
    label: id === ready?.me.id ? `${name} (${text.assignSelf})` : name,
    hint: away ? text.away : online ? text.online : "",
    act: () => act("assign", { user: id }),
  }));
  choose(text.assignTo, choices, text.nobodyElse);
}

/**
 * Times to come back at, as people say them.
 * @param {Date} now
 * @returns {[keyof typeof text.snoozes, Date][]}
 */
export function snoozeTimes(now) {
  /** @param {number} days @param {number} hour */
  const at = (days, hour) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour);
  /** @type {[keyof typeof text.snoozes, Date][]} */
  const times = [["hour", new Date(now.getTime() + 3_600_000)]];
  if (now.getHours() < 17) times.push(["evening", at(0, 18)]);
  times.push(["tomorrow", at(1, 8)], ["monday", at((8 - now.getDay()) % 7 || 7, 8)]);
  return times;
}

/** @param {Act} act */
export function chooseSnooze(act) {
  const choices = snoozeTimes(new Date()).map(([name, date]) => ({
    label: text.snoozes[name],
    hint: fullTime(date.toISOString()),
    act: () => act("snooze", { until: date.toISOString() }),
  }));
  choose(text.snoozeUntil, choices);
}

/** @param {import("./store.js").State} state @param {Act} act */
export function chooseTags({ ready, open }, act) {
  const { site = 0, tags: set = [] } = open?.talk || {};
  const tags = ready?.tags.filter((tag) => tag.site === site) || [];
  const boxes = tags.map(({ id, name, colour }) => {
    const box = element("input", { type: "checkbox", checked: set.includes(id), onchange: () => act(box.checked ? "tag" : "untag", { tag: id }) });
    const dot = element("span.tag-dot", {});
    dot.style.setProperty("--tag", colour);
    return element("label.check", {}, box, dot, name);
  });
  openDialog(text.tagsTitle, ...(boxes.length ? boxes : [element("p.quiet", {}, text.noTags)]));
}

/** @param {string} name who has it @param {Act} act */
export function askTakeFrom(name, act) {
  choose(fill(text.heldBy, { name }), [
    { label: fill(text.takeFrom, { name }), act: () => act("take_from") },
    { label: text.cancel, act: () => {} },
  ]);
}

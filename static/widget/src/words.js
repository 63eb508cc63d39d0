/**
 * Fills the gaps of a sentence and writes times the way the panel's language does. Called by the views.
 */

import * as text from "#lang";

/**
 * @param {string} sentence with {name} gaps
 * @param {Record<string, string | number | undefined>} values
 */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? (name === "you" ? text.you : "")));
}

const clock = new Intl.DateTimeFormat(text.language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const calendar = new Intl.DateTimeFormat(text.language, { weekday: "long", day: "numeric", month: "long" });

/** @param {string} at ISO 8601 */
export const timeOf = (at) => clock.format(new Date(at));

/** @param {string} at ISO 8601 */
export function dayOf(at) {
  const day = new Date(at).toDateString();
  if (day === new Date().toDateString()) return text.today;
  if (day === new Date(Date.now() - 86_400_000).toDateString()) return text.yesterday;
  return calendar.format(new Date(at));
}

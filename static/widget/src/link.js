/**
 * Links out of the chat. Called wherever an address comes from outside; lets only harmless ones become links.
 */

import { element } from "./element.js";

/**
 * Opened beside the chat, without telling the other side where from. Words that name another host than the real one are
 * followed by the real one; plain words where the address may not be linked. The browser itself reads the address, so what
 * is checked is what would be opened.
 * @param {string} words
 * @param {string} [address]
 * @returns {HTMLElement}
 */
export function anchor(words, address = "") {
  // Characters that turn the direction of what follows can make one address look like another.
  const shown = words.replace(/[\u202a-\u202e\u2066-\u2069]/g, "");
  const link = element("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow ugc" }, shown);
  const { protocol, username, host } = link;
  if (!address || username || !/^(https?|mailto|tel):$/.test(protocol)) return element("span", {}, shown);
  if (/\w\.[a-z]{2}/i.test(shown) && !shown.toLowerCase().includes(host)) link.append(` (${host})`);
  return link;
}

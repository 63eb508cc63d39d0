/**
 * Makes page nodes without HTML strings. Called by every view; calls nothing.
 */

/** @typedef {Node | string | undefined} Child */

/**
 * Properties the node knows are set as such, others become attributes.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} [given]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, given = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name in node) /** @type {any} */ (node)[name] = value;
    else if (value !== undefined) node.setAttribute(name, String(value));
  }
  node.append(.../** @type {(Node | string)[]} */ (children.filter((child) => child !== undefined)));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * A line icon on a 24 x 24 grid.
 * @param {string} shape path data
 */
export function icon(shape) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", shape);
  svg.append(path);
  return svg;
}

/** Sets what a node says only when it changed, so that nothing is laid out or read again. @param {Node} node @param {string} words */
export function say(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

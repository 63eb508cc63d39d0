/**
 * Makes page nodes without HTML strings. Called by every view; calls nothing.
 */

/**
 * Properties the node knows are set as such, others become attributes.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag | `${Tag}.${string}`} kind tag name and, after a dot, class name
 * @param {Record<string, unknown>} [given]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(kind, given = {}, ...children) {
  const [tag, className = ""] = kind.split(".");
  const node = /** @type {HTMLElementTagNameMap[Tag]} */ (document.createElement(tag));
  node.className = className;
  for (const name in given) {
    if (name in node) /** @type {any} */ (node)[name] = given[name];
    else node.setAttribute(name, /** @type {string} */ (given[name]));
  }
  node.append(...children);
  return node;
}

/**
 * A line icon on a 24 x 24 grid.
 * @param {string} shape path data
 * @returns {SVGSVGElement}
 */
export function icon(shape) {
  const [svg, path] = ["svg", "path"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
  svg.setAttribute("viewBox", "0 0 24 24");
  path.setAttribute("d", shape);
  svg.append(path);
  return /** @type {SVGSVGElement} */ (svg);
}

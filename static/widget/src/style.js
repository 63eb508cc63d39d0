/**
 * Puts the panel's styles on the shadow root: as a constructed stylesheet, which a strict style-src allows, or by a link to
 * the same styles on our own host where browsers lack that (Safari before 16.4). Called by panel.js.
 */

import css from "./panel.css";

/**
 * @param {ShadowRoot} root
 * @param {() => void} done once the styles hold; before that the panel must not be shown
 */
export function applyStyle(root, done) {
  if ("adoptedStyleSheets" in root) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
    done();
    return;
  }
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL(__STYLESHEET__, import.meta.url).href;
  link.onload = link.onerror = done;
  /** @type {ShadowRoot} */ (root).append(link);
}

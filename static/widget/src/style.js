/**
 * Puts styles on the shadow root: as a constructed stylesheet, which a strict style-src allows, or by a link to the same
 * styles on our own host where browsers lack that (Safari before 16.4). Called by panel.js and the modules.
 */

/**
 * @param {ShadowRoot} root
 * @param {string} css
 * @param {string} script whose styles these are; beside it lies the same as a file
 */
export function addStyle(root, css, script) {
  if (root.adoptedStyleSheets) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  } else {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = script.replace(".js", ".css");
    root.append(link);
  }
}

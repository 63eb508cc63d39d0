/** Gives each cell of a table its column's title: seen where the rows stand as cards on a phone (see pages.css), heard where a field has no label of its own. */

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Field */

for (const table of document.querySelectorAll("#result_list, .tabular table, #change-history")) {
  const titles = [...table.querySelectorAll("thead th")].map((cell) => (cell.textContent ?? "").trim());
  for (const row of table.querySelectorAll("tbody tr")) {
    [...row.children].forEach((cell, index) => {
      const title = titles[index];
      if (!title) return;
      cell.setAttribute("data-label", title);
      for (const field of /** @type {NodeListOf<Field>} */ (cell.querySelectorAll("input:not([type=hidden]), select, textarea"))) {
        if (!field.labels?.length && !field.hasAttribute("aria-label")) field.setAttribute("aria-label", title);
      }
    });
  }
}

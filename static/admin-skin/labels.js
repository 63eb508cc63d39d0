/** Gives each cell of a list its column's title, so that the rows can stand as cards on a phone (see pages.css). */
for (const table of document.querySelectorAll("#result_list, .tabular table, #change-history")) {
  const titles = [...table.querySelectorAll("thead th")].map((cell) => cell.textContent.trim());
  for (const row of table.querySelectorAll("tbody tr")) {
    [...row.children].forEach((cell, index) => {
      if (titles[index]) cell.dataset.label = titles[index];
    });
  }
}

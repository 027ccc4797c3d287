/* Tables: filter, open, one beside the text; the contents bar; printing. */
(() => {
  const byId = (id) => document.getElementById(id);
  const tables = [...document.querySelectorAll("details.table")];
  const texts = tables.map((table) => ({
    table, title: table.querySelector("summary").textContent.toLowerCase(),
    rows: [...table.querySelectorAll("tbody tr")].map((row) => [row, row.textContent.toLowerCase()]),
  }));
  const setOpen = (open) => tables.forEach((table) => { table.open = open; });
  byId("filter").addEventListener("input", (event) => {
    const asked = event.target.value.trim().toLowerCase();
    let tablesFound = 0, rowsFound = 0;
    for (const each of texts) {
      const whole = each.title.includes(asked);
      let count = 0;
      for (const [row, text] of each.rows) { row.hidden = !whole && !text.includes(asked); count += row.hidden ? 0 : 1; }
      each.table.hidden = !whole && !count;
      each.table.open = asked !== "" && !each.table.hidden && !whole;
      if (!each.table.hidden) { tablesFound += 1; rowsFound += count; }
    }
    byId("found").textContent = asked ? `${tablesFound}张表，${rowsFound}行` : "";
  });
  byId("open-all").addEventListener("click", (event) => {
    const open = event.target.textContent === "全部展开";
    setOpen(open);
    event.target.textContent = open ? "全部收起" : "全部展开";
  });
  byId("close").addEventListener("click", () => byId("window").close());
  byId("window").addEventListener("click", (event) => { if (event.target === byId("window")) byId("window").close(); });
  document.addEventListener("click", (event) => {
    const chip = event.target.closest("a[data-table]");
    if (!chip) return;
    const table = byId(`table-${chip.dataset.table}`), copy = [...table.children].slice(1).map((each) => each.cloneNode(true));
    for (const row of copy.flatMap((each) => [...each.querySelectorAll("tr[hidden]")])) row.hidden = false;
    openWindow(table.querySelector("summary").textContent, ...copy);
    event.preventDefault();
  });

  /* contents bar: where the reader is */
  const places = [...document.querySelectorAll("nav a[href^='#']")].map((link) => [link, byId(link.hash.slice(1))]);
  const mark = () => {
    let here = places[0][0];
    for (const [link, place] of places) if (place.getBoundingClientRect().top < 140) here = link;
    for (const [link] of places) if (link === here) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
  };
  window.addEventListener("scroll", mark, { passive: true });

  /* print: the first page alone, or all with every table open */
  let before = null;
  window.addEventListener("beforeprint", () => { planPage.drawn.forEach(planPage.refresh); before = tables.map((table) => table.open); setOpen(true); });
  window.addEventListener("afterprint", () => { (before || []).forEach((open, at) => { tables[at].open = open; }); document.body.classList.remove("one"); });
  byId("print-one").addEventListener("click", () => { document.body.classList.add("one"); window.print(); });
  byId("print-all").addEventListener("click", () => { document.body.classList.remove("one"); window.print(); });

  mark();
})();

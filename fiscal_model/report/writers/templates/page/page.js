/* The page: which scenario is shown, which line, which tables; nothing leaves it. */
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const lines = new Map(data.lines.map((line) => [line.id, line]));
  const [planned] = data.scenarios;
  const book = {
    years: data.years, base: data.base, scenarios: data.scenarios, colours: data.colours,
    plan: planned.values, planName: `本规划（${planned.name}）`, current: planned.values, currentName: planned.name,
    past: (line, year) => { const value = lines.get(line).history[year]; return value === undefined ? null : value; },
    historyYears: (line) => Object.keys(lines.get(line).history).map(Number),
    fan: (line) => data.fan[line],
    at(line, year) {
      const at = data.years.indexOf(year);
      return at < 0 ? book.past(line, year) : book.current[line][at];
    },
  };
  let shown = lines.has("uncommitted_resources") ? "uncommitted_resources" : data.lines[0].id;

  /* charts of the chapters */
  const drawn = [];
  for (const place of document.querySelectorAll("[data-charts]")) {
    for (const chart of data.charts[place.dataset.charts]) {
      const host = made("figure", { class: "chart" });
      place.append(host);
      drawn.push([host, chart]);
    }
  }

  /* every line by year */
  const head = made("tr");
  head.append(made("th", { scope: "col" }, "科目"), ...data.years.map((year) => made("th", { scope: "col" }, `${year}年`)));
  byId("lines").tHead.append(head);
  const cells = new Map();
  let block = "";
  for (const line of data.lines) {
    if (line.block !== block) {
      block = line.block;
      const row = made("tr", { class: "block" });
      row.append(made("th", { colspan: data.years.length + 1, scope: "rowgroup" }, block));
      byId("lines").tBodies[0].append(row);
    }
    const row = made("tr", { "data-line": line.id }), name = made("th", { scope: "row" });
    row.append(name, ...data.years.map(() => made("td")));
    name.append(line.label);
    cells.set(line.id, [...row.cells].slice(1));
    byId("lines").tBodies[0].append(row);
    const option = made("option", { value: line.id }, line.label);
    let group = byId("line").lastElementChild;
    if (!group || group.label !== block) { group = made("optgroup", { label: block }); byId("line").append(group); }
    group.append(option);
  }
  data.scenarios.forEach((each, at) => byId("scenario").append(made("option", { value: at }, at ? each.name : `${each.name}（本规划）`)));

  function redraw() {
    const moved = book.current !== book.plan;
    byId("which").textContent = moved ? `各图和下表现在显示“${book.currentName}”，红色小字为比本规划增减；决策摘要、文字和附表仍为“${planned.name}”。` : `各图和下表显示本规划（${planned.name}）。`;
    for (const [id, row] of cells) {
      const kind = lines.get(id).kind, values = book.current[id], before = book.plan[id];
      row.forEach((cell, at) => {
        const text = printed(values[at], kind), change = moved && known(values[at]) && known(before[at]) ? values[at] - before[at] : 0;
        cell.replaceChildren(text);
        const by = printed(change, kind);
        if (moved && !/^[-0.,%]*$/.test(by)) cell.append(made("span", { class: "by" }, change > 0 ? `+${by}` : by));
      });
    }
    for (const [host, chart] of drawn) drawChart(host, chart, book);
    drawLineChart();
  }

  function drawLineChart() {
    const line = lines.get(shown);
    byId("line").value = shown;
    for (const row of byId("lines").tBodies[0].rows) row.classList.toggle("picked", row.dataset.line === shown);
    drawChart(byId("line-chart"), { title: line.label, kind: line.kind, fan: shown }, book);
  }

  byId("scenario").addEventListener("change", (event) => {
    const chosen = data.scenarios[Number(event.target.value)];
    book.current = chosen.values;
    book.currentName = chosen.name;
    redraw();
  });
  byId("line").addEventListener("change", (event) => { shown = event.target.value; drawLineChart(); });
  byId("lines").addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-line]");
    if (row) { shown = row.dataset.line; drawLineChart(); }
  });
  byId("find-line").addEventListener("input", (event) => {
    const asked = event.target.value.trim().toLowerCase();
    for (const row of byId("lines").tBodies[0].rows) {
      row.hidden = row.dataset.line ? !row.cells[0].textContent.toLowerCase().includes(asked) : asked !== "";
    }
  });

  /* tables: filter, open, show one beside the text */
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
  function openWindow(title, ...content) {
    byId("window-title").textContent = title;
    byId("window-body").replaceChildren(...content);
    byId("window").showModal();
  }
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
  window.addEventListener("beforeprint", () => { before = tables.map((table) => table.open); setOpen(true); });
  window.addEventListener("afterprint", () => { (before || []).forEach((open, at) => { tables[at].open = open; }); document.body.classList.remove("one"); });
  byId("print-one").addEventListener("click", () => { document.body.classList.add("one"); window.print(); });
  byId("print-all").addEventListener("click", () => { document.body.classList.remove("one"); window.print(); });

  redraw();
  mark();
})();

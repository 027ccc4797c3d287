/* The page: what is set, what is shown of it, which tables; nothing leaves it. */
const planPage = (() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const lines = new Map(data.lines.map((line) => [line.id, line]));
  const [planned] = data.scenarios, trial = trialOf(data);
  const KEYS = ["own_revenue", "available_resources", "guarantee_coverage", "uncommitted_resources", "funding_gap", "fund_gap", "debt_ratio", "interest_burden_general", "interest_burden_special"];
  let live = null;
  const book = {
    years: data.years, base: data.base, scenarios: data.scenarios, colours: data.colours,
    plan: planned.values, planName: `本规划（${planned.name}）`, current: planned.values, currentName: planned.name,
    past: (line, year) => { const value = lines.get(line).history[year]; return value === undefined ? null : value; },
    historyYears: (line) => Object.keys(lines.get(line).history).map(Number),
    fan: (line) => (book.current === book.plan ? data.fan[line] : live && live.line === line ? live.bands : null),
    at(line, year) {
      const at = data.years.indexOf(year);
      return at < 0 ? book.past(line, year) : book.current[line][at];
    },
  };
  let shown = "uncommitted_resources";

  /* charts of the chapters */
  const drawn = [];
  for (const place of document.querySelectorAll("[data-charts]")) {
    for (const chart of data.charts[place.dataset.charts]) {
      const host = made("figure", { class: "chart" });
      place.append(host);
      drawn.push({ host, chart, stale: true });
    }
  }
  const seen = new IntersectionObserver((entries) => entries.forEach((entry) => {
    const each = drawn.find(({ host }) => host === entry.target);
    each.visible = entry.isIntersecting;
    if (each.visible && each.stale) refresh(each);
  }), { rootMargin: "300px" });
  const refresh = (each) => { drawChart(each.host, each.chart, book); each.stale = false; };

  for (const host of document.querySelectorAll("[data-picture]")) {
    const marks = data.pictures[host.dataset.picture];
    if (marks && marks.length) readPicture(host, marks);
  }

  /* tables of lines by year */
  const cells = [];
  function fillTable(id, shownLines, withBlocks) {
    const table = byId(id), head = made("tr");
    head.append(made("th", { scope: "col" }, "科目"), ...data.years.map((year) => made("th", { scope: "col" }, `${year}年`)));
    table.tHead.append(head);
    let block = "";
    for (const line of shownLines) {
      if (withBlocks && line.block !== block) {
        block = line.block;
        const row = made("tr", { class: "block" });
        row.append(made("th", { colspan: data.years.length + 1, scope: "rowgroup" }, block));
        table.tBodies[0].append(row);
      }
      const row = made("tr", { "data-line": line.id });
      row.append(made("th", { scope: "row" }, line.label), ...data.years.map(() => made("td")));
      table.tBodies[0].append(row);
      cells.push([line, [...row.cells].slice(1)]);
    }
    table.addEventListener("click", (event) => {
      const row = event.target.closest("tr[data-line]"), cell = event.target.closest("td");
      if (row && cell) explain(row.dataset.line, [data.years[cell.cellIndex - 1]]);
      else if (row) choose(row.dataset.line);
    });
  }
  fillTable("keys", KEYS.filter((id) => lines.has(id)).map((id) => lines.get(id)), false);
  fillTable("lines", data.lines, true);
  for (const block of new Set(data.lines.map((line) => line.block))) {
    const group = made("optgroup", { label: block });
    group.append(...data.lines.filter((line) => line.block === block).map((line) => made("option", { value: line.id }, line.label)));
    byId("line").append(group);
  }

  function fillCells() {
    const moved = book.current !== book.plan;
    for (const [line, row] of cells) {
      const values = book.current[line.id], before = book.plan[line.id];
      row.forEach((cell, at) => {
        const text = printed(values[at], line.kind);
        const by = moved && known(values[at]) && known(before[at]) ? printed(values[at] - before[at], line.kind) : "";
        const change = /[1-9]/.test(by) ? (by.startsWith("-") ? by : `+${by}`) : "";
        if (cell.dataset.text === text && cell.dataset.by === change) return;
        cell.dataset.text = text;
        cell.dataset.by = change;
        cell.replaceChildren(text);
        if (change) cell.append(made("span", { class: "by" }, change));
      });
    }
  }

  /* the eight numbers under the setting */
  const LIGHTS = ["绿", "黄", "橙", "红"];
  function lightOf(tests) {
    const found = tests.map(({ of: [part, whole], less, bands }) => {
      const values = book.current[part].map((value, at) => (whole ? value / book.current[whole][at] : value)).filter((value) => known(value) && Number.isFinite(value));
      const band = bands.find(([, bound]) => values.some((value) => (less ? value < bound - 1e-9 : value >= bound)));
      return band ? LIGHTS.indexOf(band[0]) : 0;
    });
    return LIGHTS[Math.max(...found)];
  }
  const cards = [...document.querySelectorAll("[data-card]")];
  function fillCards() {
    cards.forEach((card, which) => {
      const rule = data.cards[which];
      for (const each of card.querySelectorAll(".now")) each.remove();
      if (book.current === book.plan) return;
      if (!rule) { card.append(made("p", { class: "now still" }, "未随试算重算")); return; }
      const found = rule.lines.flatMap((line) => book.current[line].map((value, at) => [value, data.years[at], line])).filter(([value]) => known(value));
      if (!found.length) return;
      const [value, year, line] = rule.at === "first" ? found[0] : rule.at === "last" ? found[found.length - 1] : found.reduce((best, each) => ((rule.at === "most" ? each[0] > best[0] : each[0] < best[0]) ? each : best));
      const kind = lines.get(line).kind, light = rule.light.length ? ` ${lightOf(rule.light)}` : "";
      const text = printed(value, kind), when = /[1-9]/.test(text) ? `（${year}年）` : "";
      card.append(made("p", { class: "now" }, `${book.currentName}：${text}${kind === "money" ? "万元" : kind === "number" ? "倍" : ""}${light}${when}`));
      if (!light) card.append(made("p", { class: "now still" }, "灯未随试算重算"));
    });
  }

  /* chances, as the plan prints them and under the setting */
  function fillChances() {
    const table = byId("chances"), head = made("tr");
    head.append(made("th", { scope: "col" }, "概率"), ...data.years.map((year) => made("th", { scope: "col" }, `${year}年`)));
    table.tHead.replaceChildren(head);
    table.tBodies[0].replaceChildren(...data.model.chances.map((each, which) => {
      const row = made("tr"), now = live && book.current !== book.plan ? live.chances[which] : null;
      row.append(made("th", { scope: "row" }, each.label), ...data.years.map((_, at) => {
        const cell = made("td", {}, printed((now || each.chance)[at], "ratio"));
        if (now && Math.abs(now[at] - each.chance[at]) >= 0.0005) cell.append(made("span", { class: "by" }, `本规划${printed(each.chance[at], "ratio")}`));
        return cell;
      }));
      return row;
    }));
  }

  function settle() {
    const moved = trial.moved();
    book.current = moved ? trial.lines() : data.scenarios[trial.scenario].values;
    book.currentName = `${data.scenarios[trial.scenario].name}${moved ? "（试算）" : ""}`;
    live = null;
    show();
    clearTimeout(settle.later);
    if (book.current !== book.plan) settle.later = setTimeout(drawFutureBands, 150);
  }
  function drawFutureBands() {
    live = Object.assign(trial.fan(shown), { line: shown });
    drawLineChart();
    fillChances();
  }
  function show() {
    const moved = book.current !== book.plan;
    byId("which").textContent = moved ? `图和表现在显示“${book.currentName}”，红色小字为比本规划增减；决策摘要的判断、文字和附表仍为“${planned.name}”。` : `图和表显示本规划（${planned.name}）；移动左边各项，图和各科目随之变动。`;
    fillCells();
    fillCards();
    fillChances();
    drawLineChart();
    for (const each of drawn) { each.stale = true; if (each.visible) refresh(each); }
  }
  function drawLineChart() {
    const line = lines.get(shown);
    byId("line").value = shown;
    for (const id of ["keys", "lines"]) for (const row of byId(id).tBodies[0].rows) row.classList.toggle("picked", row.dataset.line === shown);
    drawChart(byId("line-chart"), { title: line.label, kind: line.kind, fan: shown }, book);
  }
  function choose(line) {
    shown = line;
    if (book.current === book.plan) drawLineChart(); else drawFutureBands();
  }

  /* where a figure comes from: under the setting, or as the plan's own tables print it */
  function explain(line, years) {
    if (book.current[line].some(known)) explainLine(data, trial.starts[trial.scenario], trial.inputs(), lines.get(line), years, book.currentName);
  }
  byId("why").addEventListener("click", () => explain(shown, data.years));
  document.addEventListener("click", (event) => {
    const cell = event.target.closest("details.table td, dialog td"), row = cell && cell.closest("tr[data-line]");
    if (!row || !lines.has(row.dataset.line)) return;
    const line = lines.get(row.dataset.line), heading = cell.closest("table").tHead.rows[0].cells[cell.cellIndex].textContent;
    const year = Number((heading.match(/\d{4}(?=年)/) || [0])[0]), at = data.years.indexOf(year);
    const number = (text) => Number(text.replace(/[,%]/g, ""));
    if (at < 0 || !known(planned.values[line.id][at]) || !(Math.abs(number(cell.textContent) - number(printed(planned.values[line.id][at], line.kind))) <= 1)) return;
    explainLine(data, trial.starts[0], trial.starts[0].inputs, line, [year], planned.name);
  });

  /* what may be moved */
  data.scenarios.forEach((each, at) => byId("scenario").append(made("option", { value: at }, at ? each.name : `${each.name}（本规划）`)));
  data.years.forEach((year, at) => byId("since").append(made("option", { value: at }, `${year}年`)));
  const sayMove = (range, text) => {
    range.previousElementSibling.textContent = text;
    range.setAttribute("aria-valuetext", text);
  };
  for (const slider of trial.sliders) {
    const row = made("p", { class: "slider" }), label = made("label", { for: `move-${slider.id}` }, slider.label), said = made("output", { for: `move-${slider.id}` }, "不变");
    const range = made("input", { type: "range", id: `move-${slider.id}`, min: slider.low, max: slider.high, step: slider.step, value: 0 });
    range.addEventListener("input", () => {
      const by = Math.round(Number(range.value) / slider.step) * slider.step;
      trial.moves[slider.id] = Math.abs(by) < slider.step / 2 ? 0 : by;
      sayMove(range, movedText(slider, trial.moves[slider.id]));
      settle();
    });
    row.append(label, said, range);
    byId("sliders").append(row);
  }
  byId("scenario").addEventListener("change", (event) => { trial.scenario = Number(event.target.value); settle(); });
  byId("since").addEventListener("change", (event) => { trial.since = Number(event.target.value); settle(); });
  byId("back").addEventListener("click", () => {
    Object.assign(trial, { scenario: 0, since: 0, moves: {} });
    byId("scenario").value = byId("since").value = 0;
    for (const range of byId("sliders").querySelectorAll("input")) { range.value = 0; sayMove(range, "不变"); }
    settle();
  });
  byId("line").addEventListener("change", (event) => choose(event.target.value));
  byId("find-line").addEventListener("input", (event) => {
    const asked = event.target.value.trim().toLowerCase();
    for (const row of byId("lines").tBodies[0].rows) row.hidden = row.dataset.line ? !row.cells[0].textContent.toLowerCase().includes(asked) : asked !== "";
  });

  drawn.forEach(({ host }) => seen.observe(host));
  drawn.forEach(refresh);
  settle();
  return { data, trial, book, lines, drawn, refresh };
})();

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
      cells.push({ line, shown: [], row: [...row.cells].slice(1) });
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

  /* A figure with what it moved by below it: texts change in place, or a page would be laid out anew with every move. */
  function write(cell, text, by) {
    if (!cell.firstChild) cell.append(text); else if (cell.firstChild.data !== text) cell.firstChild.data = text;
    const below = cell.lastElementChild;
    if (!by) { if (below) below.remove(); } else if (!below) cell.append(made("span", { class: "by" }, by)); else if (below.firstChild.data !== by) below.firstChild.data = by;
  }
  function fillCells() {
    for (const { line, shown, row } of cells) {
      const values = book.current[line.id], before = book.plan[line.id];
      for (let at = 0; at < row.length; at += 1) {
        if (shown[at] === values[at]) continue;
        shown[at] = values[at];
        const by = known(values[at]) && known(before[at]) ? printed(values[at] - before[at], line.kind) : "";
        write(row[at], printed(values[at], line.kind), /[1-9]/.test(by) ? (by.startsWith("-") ? by : `+${by}`) : "");
      }
    }
  }

  /* the eight numbers under the setting */
  const LIGHTS = ["绿", "黄", "橙", "红"];
  function lightOf(tests) {
    const found = tests.map(({ fixed, of: [part, ...wholes] = [], less, bands, total, otherwise = "绿" }) => {
      if (fixed) return LIGHTS.indexOf(fixed);
      const years = book.current[part].map((value, at) => (wholes.length ? value / wholes.reduce((sum, whole) => sum + book.current[whole][at], 0) : value)).filter(known);
      const values = total ? [years.reduce((sum, value) => sum + value, 0)] : years;
      const band = bands.find(([, bound]) => values.some((value) => (less ? value < bound - 1e-9 : value >= bound)));
      return LIGHTS.indexOf(band ? band[0] : otherwise);
    });
    return LIGHTS[Math.max(...found)];
  }
  const cards = [...document.querySelectorAll("[data-card]")];
  function saidOf(rule) {
    const found = rule.lines.flatMap((line) => book.current[line].map((value, at) => [value, data.years[at], line])).filter(([value]) => known(value));
    if (!found.length) return [];
    const [value, year, line] = rule.at === "first" ? found[0] : rule.at === "last" ? found[found.length - 1] : found.reduce((best, each) => ((rule.at === "most" ? each[0] > best[0] : each[0] < best[0]) ? each : best));
    const kind = lines.get(line).kind, light = rule.light.length ? ` ${lightOf(rule.light)}` : "";
    const text = printed(value, kind), when = /[1-9]/.test(text) ? `（${year}年）` : "";
    const chance = live && data.model.chances.findIndex((each) => each.line === line), odds = live && chance >= 0 && line === "funding_gap";
    return [`${book.currentName}：${text}${kind === "money" ? "万元" : kind === "number" ? "倍" : ""}${light}${when}`, ...(odds ? [`规划期至少一年一般公共预算出现缺口的可能${printed(live.ever[chance], "ratio")}（单年最高${printed(Math.max(...live.chances[chance]), "ratio")}）`] : []), ...(light ? [] : ["灯未随试算重算"])];
  }
  function fillCards() {
    cards.forEach((card, which) => {
      const said = book.current === book.plan ? [] : saidOf(data.cards[which]), now = card.querySelectorAll(".now");
      said.forEach((text, at) => { if (!now[at]) card.append(made("p", { class: "now" }, text)); else if (now[at].firstChild.data !== text) now[at].firstChild.data = text; });
      for (let at = said.length; at < now.length; at += 1) now[at].remove();
    });
  }

  /* chances, as the plan prints them and under the setting */
  const chances = data.model.chances.map((each) => {
    const row = made("tr"), shown = data.years.map(() => made("td"));
    row.append(made("th", { scope: "row" }, each.label), ...shown);
    byId("chances").tBodies[0].append(row);
    return shown;
  });
  byId("chances").tHead.append(byId("keys").tHead.rows[0].cloneNode(true));
  byId("chances").tHead.rows[0].cells[0].textContent = "概率";
  function fillChances() {
    data.model.chances.forEach(({ chance }, which) => chances[which].forEach((cell, at) => {
      const now = live ? live.chances[which][at] : chance[at];
      write(cell, printed(now, "ratio"), Math.abs(now - chance[at]) >= 0.0005 ? `本规划${printed(chance[at], "ratio")}` : "");
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
    fillCards();
    fillChances();
  }
  function show() {
    const moved = book.current !== book.plan;
    const which = moved ? `图和表现在显示“${book.currentName}”，红色小字为比本规划增减；决策摘要的判断、文字和附表仍为“${planned.name}”。` : `图和表显示本规划（${planned.name}）；移动左边各项，图和各科目随之变动。`;
    if (byId("which").textContent !== which) byId("which").textContent = which;
    fillCells();
    fillCards();
    fillChances();
    for (const each of drawn) each.stale = true;
    cancelAnimationFrame(show.frame);  // moves within one frame are drawn once
    show.frame = requestAnimationFrame(() => { drawLineChart(); for (const each of drawn) if (each.visible && each.stale) refresh(each); });
  }
  function drawLineChart() {
    const line = lines.get(shown);
    drawChart(byId("line-chart"), { title: line.label, kind: line.kind, fan: shown }, book);
  }
  function pick() {
    byId("line").value = shown;
    for (const row of document.querySelectorAll("#keys tbody tr, #lines tbody tr")) row.classList.toggle("picked", row.dataset.line === shown);
  }
  function choose(line) {
    shown = line;
    pick();
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
  pick();
  settle();
  return { data, trial, book, lines, drawn, refresh };
})();

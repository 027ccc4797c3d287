"use strict";
/* Charts as SVG, drawn from lines of the plan; what a pointer or the arrow keys stand on is said in words. */

const DASH = "—";

function printed(value, kind) {
  if (value === null || value === undefined || !Number.isFinite(value)) return DASH;
  const digits = kind === "ratio" ? 1 : kind === "number" ? 2 : 0;
  const shown = (kind === "ratio" ? 100 * value : value).toFixed(digits);
  const text = Number(shown) === 0 ? shown.replace("-", "") : shown;
  const [whole, part] = text.split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (part ? "." + part : "") + (kind === "ratio" ? "%" : "");
}

function made(name, attributes, text) {
  const svg = ["svg", "g", "path", "line", "rect", "circle", "text"].includes(name);
  const node = svg ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

function known(value) { return value !== null && value !== undefined && Number.isFinite(value); }

/* Round steps for an axis from low to high. */
function ticksOf(low, high) {
  const rough = (high - low || Math.abs(high) || 1) / 4;
  const power = Math.pow(10, Math.floor(Math.log10(rough)));
  const step = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= rough * 0.999);
  const ticks = [];
  for (let at = Math.floor(low / step + 1e-9); at * step < high + step * 0.999; at += 1) ticks.push(at * step);
  return ticks;
}

/* A series by year: its lines added up, each times its sign; nothing where one of them is nothing. */
function seriesOf(book, series, years) {
  return years.map((year) => {
    let sum = 0;
    for (const [line, sign] of Object.entries(series.terms)) {
      const value = book.at(line, year);
      if (!known(value)) { if (Object.keys(series.terms).length === 1) return null; continue; }
      sum += sign * value;
    }
    return sum;
  });
}

function lineSeries(label, colour, values, more) {
  return Object.assign({ label, colour, values, dash: false, marks: true }, more || {});
}

/* What a chart shows, in years: bars, lines, lines on the right axis, bands. */
function contentOf(chart, book) {
  const line = chart.fan || chart.compare;
  const series = [...(chart.bars || []).flat(), ...(chart.lines || []), ...(chart.right || [])];
  const before = chart.observed ? [book.base - 2, book.base - 1, book.base] : [book.base];
  const history = line ? book.historyYears(line) : before.filter((year) => series.some((each) => Object.keys(each.terms).every((name) => known(book.past(name, year)))));
  const years = [...new Set([...history, ...book.years])].sort((a, b) => a - b);
  const fill = (series) => lineSeries(series.label, series.colour, seriesOf(book, series, years), { dash: series.dash });
  const content = { years, bars: (chart.bars || []).map((bar) => bar.map(fill)), lines: (chart.lines || []).map(fill), right: (chart.right || []).map(fill), bands: [] };
  const own = (values) => years.map((year) => { const at = book.years.indexOf(year); return at < 0 ? null : values[at]; });
  if (line) {
    const past = years.map((year) => book.past(line, year));
    if (past.some(known)) content.lines.push(lineSeries("实际", "#222222", past));
  }
  if (chart.compare) {
    book.scenarios.forEach((each, at) => content.lines.push(lineSeries(each.name, book.colours[at % book.colours.length], own(each.values[line]), { dash: at > 0 })));
  }
  if (chart.fan) {
    const fan = book.fan(line);
    if (fan) {
      content.bands.push({ label: "80%区间", colour: "#cdd9e6", low: own(fan[0]), high: own(fan[4]) });
      content.bands.push({ label: "50%区间", colour: "#8fa9c7", low: own(fan[1]), high: own(fan[3]) });
    }
    content.lines.push(lineSeries(book.planName, "#1f3a5f", own(book.plan[line]), { dash: true }));
  }
  if (line && book.current !== book.plan && !(chart.compare && book.scenarios.some((each) => each.values === book.current))) content.lines.push(lineSeries(book.currentName, "#a8432f", own(book.current[line]), { wide: true }));
  return content;
}

function spanOf(content, chart) {
  const values = [];
  for (const bar of content.bars) content.years.forEach((_, at) => {
    values.push(bar.reduce((sum, each) => sum + Math.max(0, each.values[at] || 0), 0));
    values.push(bar.reduce((sum, each) => sum + Math.min(0, each.values[at] || 0), 0));
  });
  for (const each of content.lines) values.push(...each.values);
  for (const band of content.bands) values.push(...band.low, ...band.high);
  if (chart.mark) values.push(chart.mark.value);
  if (content.bars.length) values.push(0);
  return rangeOf(values);
}

function rangeOf(values) {
  const real = values.filter(known);
  if (!real.length) return [0, 1];
  let low = Math.min(...real), high = Math.max(...real);
  if (low > 0 && low < 0.6 * high) low = 0;
  if (low === high) { low = Math.min(0, low); high = Math.max(high, low + 1); }
  return [low, high];
}

const LEFT = 70, TOP = 12, FOOT = 24;

function drawChart(host, chart, book) {
  const width = 640, height = 290, right = chart.right ? 52 : 12;
  const content = contentOf(chart, book);
  const svg = made("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${chart.title}，用左右键逐年读数` });
  const ticks = ticksOf(...spanOf(content, chart));
  const low = ticks[0], high = ticks[ticks.length - 1];
  const y = (value) => TOP + (height - TOP - FOOT) * (1 - (value - low) / (high - low));
  const slot = (width - LEFT - right) / content.years.length;
  const x = (at) => LEFT + slot * (at + 0.5);
  for (const tick of ticks) {
    svg.append(made("line", { x1: LEFT, x2: width - right, y1: y(tick), y2: y(tick), stroke: Math.abs(tick) < 1e-9 * (high - low) ? "#999" : "#e3e3e3" }));
    svg.append(made("text", { x: LEFT - 6, y: y(tick) + 4, "text-anchor": "end" }, printed(tick, chart.kind)));
  }
  content.years.forEach((year, at) => svg.append(made("text", { x: x(at), y: height - 6, "text-anchor": "middle" }, year)));
  const split = content.years.indexOf(book.years[0]);
  if (split > 0) svg.append(made("line", { x1: LEFT + slot * split, x2: LEFT + slot * split, y1: TOP, y2: height - FOOT, stroke: "#888", "stroke-dasharray": "2 3" }));
  drawBands(svg, content, x, y);
  drawBars(svg, content, x, y, slot);
  if (chart.mark) svg.append(made("line", { x1: LEFT, x2: width - right, y1: y(chart.mark.value), y2: y(chart.mark.value), stroke: chart.mark.colour, "stroke-dasharray": "6 3" }));
  for (const each of content.lines) drawLine(svg, each, x, y);
  if (content.right.length) {
    const steps = ticksOf(...rangeOf([0, ...content.right.flatMap((each) => each.values)]));
    const top = steps[steps.length - 1], bottom = steps[0];
    const scale = (value) => TOP + (height - TOP - FOOT) * (1 - (value - bottom) / (top - bottom));
    for (const step of steps) svg.append(made("text", { x: width - right + 6, y: scale(step) + 4 }, printed(step, chart.right_kind)));
    for (const each of content.right) drawLine(svg, each, x, scale);
  }
  const guide = made("line", { y1: TOP, y2: height - FOOT, stroke: "#d08a00", visibility: "hidden" });
  svg.append(guide);
  host.replaceChildren(made("figcaption", {}, `${chart.title}${chart.kind === "money" ? "（万元）" : chart.kind === "number" ? "（倍）" : ""}`), svg, legendOf(content, chart));
  host._read = readYears({ svg, content, chart, guide, x, width, slot });
  if (!host._bound) bindReading(host);
}

function drawBands(svg, content, x, y) {
  for (const band of content.bands) {
    const at = content.years.map((_, i) => i).filter((i) => known(band.low[i]) && known(band.high[i]));
    if (!at.length) continue;
    const there = at.map((i) => `${x(i)},${y(band.high[i])}`), back = at.slice().reverse().map((i) => `${x(i)},${y(band.low[i])}`);
    svg.append(made("path", { d: `M${there.join("L")}L${back.join("L")}Z`, fill: band.colour }));
  }
}

function drawBars(svg, content, x, y, slot) {
  const count = content.bars.length, wide = Math.min(46, (slot * 0.8) / Math.max(1, count));
  content.bars.forEach((bar, which) => content.years.forEach((_, at) => {
    let up = 0, down = 0;
    const left = x(at) + wide * (which - count / 2) + wide * 0.05;
    for (const each of bar) {
      const value = each.values[at];
      if (!known(value) || value === 0) continue;
      const from = value > 0 ? up : down, to = from + value;
      if (value > 0) up = to; else down = to;
      svg.append(made("rect", { x: left, width: wide * 0.9, y: Math.min(y(from), y(to)), height: Math.abs(y(from) - y(to)), fill: each.colour, stroke: "#fff", "stroke-width": 0.5 }));
    }
  }));
}

function drawLine(svg, each, x, y) {
  let path = "", open = false;
  each.values.forEach((value, at) => {
    if (!known(value)) { open = false; return; }
    path += `${open ? "L" : "M"}${x(at)},${y(value)}`;
    open = true;
    svg.append(made("circle", { cx: x(at), cy: y(value), r: 3, fill: each.colour }));
  });
  svg.append(made("path", { d: path || "M0,0", fill: "none", stroke: each.colour, "stroke-width": each.wide ? 2.6 : 1.8, "stroke-dasharray": each.dash ? "6 3" : "none" }));
}

function legendOf(content, chart) {
  const list = made("ul", { class: "legend" });
  const add = (label, colour, line, dash) => {
    const item = made("li"), key = made("svg", { viewBox: "0 0 22 10", "aria-hidden": "true" });
    key.append(line ? made("line", { x1: 0, x2: 22, y1: 5, y2: 5, stroke: colour, "stroke-width": 2.4, "stroke-dasharray": dash ? "6 3" : "none" }) : made("rect", { width: 22, height: 10, fill: colour }));
    item.append(key, label);
    list.append(item);
  };
  for (const each of content.bars.flat()) if (each.values.some((value) => known(value) && value !== 0)) add(each.label, each.colour, false);
  for (const each of content.bands) add(each.label, each.colour, false);
  for (const each of [...content.lines, ...content.right]) if (each.values.some(known)) add(each.label, each.colour, true, each.dash);
  if (chart.mark) add(chart.mark.label, chart.mark.colour, true, true);
  return list;
}

/* What a pointer, a tap or the arrow keys stand on, beside it; Escape closes. `host._read` tells how many marks there are, which
   one an event meets, what one says and where it stands, in shares of the picture, and shows that it is read. */
function bindReading(host) {
  host._bound = true;
  host.tabIndex = 0;
  let at = -1;
  const hide = () => {
    const tip = host.querySelector(".tip");
    if (tip) tip.remove();
    if (host._read) host._read.point(-1);
    at = -1;
  };
  const show = (next) => {
    const read = host._read;
    at = Math.max(0, Math.min(read.count - 1, next));
    read.point(at);
    let tip = host.querySelector(".tip");
    if (!tip) { tip = made("div", { class: "tip", role: "status" }); host.append(tip); }
    const { title, told, share, top = null } = read.tell(at), list = made("dl");
    for (const [label, text] of told) list.append(made("dt", {}, label), made("dd", {}, text));
    tip.replaceChildren(made("strong", {}, title), list);
    tip.style.top = top === null ? "" : `${top + 6}px`;
    tip.style.left = share < 0.5 ? `calc(${100 * share}% + 14px)` : "auto";
    tip.style.right = share < 0.5 ? "auto" : `calc(${100 * (1 - share)}% + 14px)`;
  };
  const follow = (event) => {
    const found = host._read.find(event);
    if (found < 0) hide(); else if (found !== at) show(found);
  };
  host.addEventListener("pointermove", follow);
  host.addEventListener("pointerdown", follow);
  host.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") hide(); });
  host.addEventListener("blur", hide);
  host.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight") show(at + 1);
    else if (event.key === "ArrowLeft") show(at < 0 ? host._read.count - 1 : at - 1);
    else if (event.key === "Escape") hide();
    else return;
    event.preventDefault();
  });
}

/* A chart is read year by year: every series of the year. */
function readYears({ svg, content, chart, guide, x, width, slot }) {
  return {
    count: content.years.length,
    find(event) {
      const box = svg.getBoundingClientRect(), place = Math.floor((((event.clientX - box.left) / box.width) * width - LEFT) / slot);
      return event.clientY > box.bottom || place >= content.years.length ? -1 : place;
    },
    tell(at) {
      const told = [], add = (label, value, kind) => { if (known(value)) told.push([label, printed(value, kind)]); };
      for (const each of [...content.bars.flat(), ...content.lines]) add(each.label, each.values[at], chart.kind);
      for (const each of content.bands) if (known(each.low[at])) told.push([each.label, `${printed(each.low[at], chart.kind)}～${printed(each.high[at], chart.kind)}`]);
      for (const each of content.right) add(each.label, each.values[at], chart.right_kind);
      return { title: `${content.years[at]}年`, told, share: x(at) / width };
    },
    point(at) {
      guide.setAttribute("visibility", at < 0 ? "hidden" : "visible");
      if (at >= 0) { guide.setAttribute("x1", x(at)); guide.setAttribute("x2", x(at)); }
    },
  };
}

/* A picture is read mark by mark: a rectangle over each, those in front last. */
function readPicture(host, marks) {
  const cover = made("svg", { viewBox: "0 0 1 1", preserveAspectRatio: "none", role: "img", "aria-label": `${host.querySelector("figcaption").textContent}，用左右键逐个读数` });
  const shapes = marks.map(({ box: [x, y, width, height] }) => made("rect", { x, y, width, height }));
  cover.append(...shapes);
  const drawn = host.querySelector(".drawn");
  drawn.append(cover);
  host._read = {
    count: marks.length,
    find: (event) => shapes.indexOf(event.target),
    tell(at) {
      const [left, top, width, height] = marks[at].box; // below the mark, which stays in sight
      return { ...marks[at], share: left + width / 2, top: drawn.offsetTop + (top + height) * drawn.offsetHeight };
    },
    point: (at) => shapes.forEach((each, which) => each.classList.toggle("read", which === at)),
  };
  bindReading(host);
}

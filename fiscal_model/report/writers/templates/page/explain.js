/* Where a figure comes from: the tape below it, told over the lines and inputs that have names. */

const SIGNS = { "-": "−", "*": "×", "/": "÷" };
const LOOSE = { "+": 1, "-": 1, "*": 2, "/": 2 };

/* The tape of a start as a reader sees it: `heading`, `formula`, `below` and `told` of a node. */
function explainerOf(data, start, values) {
  const { program, of } = start, { given, first, ops } = program, lines = new Map(data.lines.map((line) => [line.id, line]));
  const names = new Map();
  for (const line of data.lines) (given.lines[line.id] || []).forEach((node, at) => { if (node >= first && !names.has(node)) names.set(node, { line, year: data.years[at] }); });
  /* What is used more than once without a name gets a number, or its formula would be told again and again. */
  const uses = new Uint16Array(program.size), numbered = new Map();
  const numberOfNode = (node) => { if (!numbered.has(node)) numbered.set(node, numbered.size + 1); return numbered.get(node); };
  for (const op of ops) for (const node of op.slice(1)) uses[node] += 1;
  const opOf = (node) => (node >= first ? ops[node - first] : null);
  const originOf = (node) => {
    const found = of.origins[node];
    return found ? { label: data.model.texts[found[0]], year: found[1] || null, told: found.slice(2).map((at) => data.model.texts[at]) } : null;
  };
  /* A driver that stands where the plan has it says nothing: times one, plus nothing. */
  const idle = (node, kind) => node < program.inputs && given.inputs[node][0].startsWith("drivers.") && values[node] === (kind === "*" ? 1 : kind === "+" || kind === "-" ? 0 : NaN);
  const labelOf = (node) => (names.has(node) ? [names.get(node).line.label, names.get(node).year] : originOf(node) ? [originOf(node).label, originOf(node).year] : node >= first && uses[node] > 1 ? [`中间数${numberOfNode(node)}`, null] : null);
  const plain = (value) => (!Number.isFinite(value) ? DASH : Math.abs(value) >= 10 ? printed(value, "money") : String(Number(value.toPrecision(6))));
  const valueOf = (node, as) => { const line = as || (names.get(node) || {}).line; return line ? printed(values[node], line.kind) : plain(values[node]); };
  const explainer = {
    heading: (node, as, asYear) => {
      const [label, year] = as ? [as.label, asYear] : labelOf(node) || ["", null];
      return `${label}${year ? `（${year}年）` : ""}：${valueOf(node, as)}`;
    },
    formula(node, year, inside = 0) {
      const op = opOf(node), loose = LOOSE[op[0]] || 0, busy = op.slice(1).filter((each) => !idle(each, op[0]));
      if (busy.length === 1 && op.length === 3) return explainer.term(busy[0], year, inside);
      const parts = op.slice(1).map((each, at) => explainer.term(each, year, loose + (loose ? at : 0)));
      if (op[0] === "if") return `若（${parts[0]}）则 ${parts[1]} 否则 ${parts[2]}`;
      if (op[0] === "min" || op[0] === "max") return `${op[0] === "min" ? "取小" : "取大"}（${parts.join("，")}）`;
      const said = parts.join(` ${SIGNS[op[0]] || op[0]} `);
      return loose < inside ? `（${said}）` : said;
    },
    term(node, year, inside) {
      const label = labelOf(node);
      if (label) return label[1] && label[1] !== year ? `${label[0]}〔${label[1]}年〕` : label[0];
      return opOf(node) ? explainer.formula(node, year, inside) : plain(values[node]);
    },
    below(node) {
      const found = new Set();
      const op = opOf(node) || [];
      for (const each of op.slice(1).filter((one) => !idle(one, op[0]))) if (labelOf(each)) found.add(each); else if (opOf(each)) explainer.below(each).forEach((one) => found.add(one));
      return [...found];
    },
    yearOf: (node) => (labelOf(node) || [0, null])[1],
    lineOf: (node) => (names.get(node) || {}).line,
    isMade: (node) => Boolean(opOf(node)),
    origin: originOf,
    node: (line, year) => given.lines[line][data.years.indexOf(year)],
    line: (id) => lines.get(id),
  };
  return explainer;
}

/* A node as a fold that opens to its formula, its rules, and the named nodes below it. */
function foldOf(data, explainer, node, as, asYear) {
  const fold = made("details", { class: "fold" }), year = asYear || explainer.yearOf(node);
  fold.append(made("summary", {}, explainer.heading(node, as, asYear)));
  fold.addEventListener("toggle", () => {
    if (fold.childElementCount > 1) return;
    const line = as || explainer.lineOf(node), origin = explainer.origin(node);
    if (explainer.isMade(node)) fold.append(made("p", { class: "formula" }, `＝ ${explainer.formula(node, year)}`));
    for (const rule of line ? data.model.rules[line.id] || [] : []) fold.append(made("p", { class: "note" }, `依据：${rule}`));
    if (origin) fold.append(...origin.told.map((text) => made("p", { class: "note" }, text)));
    for (const each of explainer.below(node)) fold.append(foldOf(data, explainer, each));
  });
  return fold;
}

function openWindow(title, ...content) {
  document.getElementById("window-title").textContent = title;
  document.getElementById("window-body").replaceChildren(...content);
  document.getElementById("window").showModal();
}

/* Show where a line comes from: one year, or each of them. */
function explainLine(data, start, inputs, line, years, setting) {
  const explainer = explainerOf(data, start, runProgram(start.program, inputs));
  const folds = years.map((year) => foldOf(data, explainer, explainer.node(line.id, year), line, year));
  openWindow(`${line.label}：数从哪里来`, made("p", { class: "note" }, `${setting}；单位万元，比率除外。逐层点开：算式、依据、假设来源、数据文件和行号。`), ...folds);
  folds[0].open = true;
}

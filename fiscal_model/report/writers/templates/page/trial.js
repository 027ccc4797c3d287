/* Trying out: a scenario, what is moved of it from which year on, every line of the plan and its futures under that. */

const FUTURES = 10000;
const SHARES = [0.1, 0.25, 0.5, 0.75, 0.9];

function trialOf(data) {
  const programs = data.model.programs.map((each) => programOf(each, data.model.operations));
  const starts = data.scenarios.map((each) => {
    const of = data.model.scenarios[each.id], program = programs[of.program], places = new Map();
    program.given.inputs.forEach(([name, ...at], node) => { if (!places.has(name)) places.set(name, []); places.get(name).push([at, node]); });
    return { of, program, places, inputs: Float64Array.from(of.inputs, numberOf), drawn: null };
  });
  const trial = { scenario: 0, since: 0, moves: {}, starts, sliders: data.model.sliders };

  trial.moved = () => trial.sliders.some((each) => trial.moves[each.id]);

  /* The inputs of the chosen scenario with what is moved: shares multiply, points and money add. */
  trial.inputs = () => {
    const start = starts[trial.scenario], inputs = start.inputs.slice();
    for (const slider of trial.sliders) {
      const by = trial.moves[slider.id];
      if (!by) continue;
      for (const name of slider.inputs) for (const [at, node] of start.places.get(name) || []) {
        if (at.length && at[0] < trial.since) continue;
        inputs[node] = slider.kind === "share" ? inputs[node] * (1 + by) : inputs[node] + by;
      }
    }
    return inputs;
  };

  /* Every line by year; what the data do not carry stays away. */
  trial.lines = (inputs = trial.inputs()) => {
    const start = starts[trial.scenario], cells = cellsOf(start.program, runProgram(start.program, inputs));
    const known = data.scenarios[trial.scenario].values;
    for (const line of Object.keys(cells)) if (known[line].every((value) => value === null)) cells[line] = known[line];
    return cells;
  };

  /* What moves nothing in this place is not offered. */
  const still = JSON.stringify(trial.lines());
  trial.sliders = data.model.sliders.filter((each) => [each.low, each.high].some((by) => {
    trial.moves = { [each.id]: by };
    return JSON.stringify(trial.lines()) !== still;
  }));
  trial.moves = {};

  /* Futures of lines around the setting: a Float64Array of paths by line and year. The same shocks whatever is moved. */
  trial.futures = (lines) => {
    const start = starts[trial.scenario], { program, of } = start, years = data.years.length;
    start.drawn = start.drawn || drawFutures(of.futures, years, FUTURES, data.model.seed);
    const base = trial.inputs(), from = new Map();
    for (const [name, levels] of Object.entries(start.drawn)) {
      for (const [[year], node] of start.places.get(`drivers.${name}`) || []) from.set(node, [levels, year * FUTURES, name === "duties" || of.futures.added.includes(name)]);
    }
    const wanted = [...new Set(lines.flatMap((line) => program.given.lines[line]))], kept = new Map(wanted.map((node) => [node, new Float64Array(FUTURES)]));
    runFutures(program, base, FUTURES, [...from.keys()], wanted, (node, first, to, into) => {
      const [levels, shift, adds] = from.get(node), now = base[node];
      for (let at = first; at < to; at += 1) into[at - first] = adds ? now + levels[shift + at] : now * levels[shift + at];
    }, (node, first, to, rows) => kept.get(node).set(rows, first));
    return Object.fromEntries(lines.map((line) => [line, program.given.lines[line].map((node) => kept.get(node))]));
  };

  /* Bands of one line and the chances of every warning, by year and in any year. */
  trial.fan = (line) => {
    const found = trial.futures([...new Set([line, ...data.model.chances.map((each) => each.line)])]);
    const bands = found[line].map((paths) => quantilesOf(paths, SHARES));
    const counted = data.model.chances.map((each) => {
      const ever = new Uint8Array(FUTURES);
      const byYear = found[each.line].map((paths) => {
        let hits = 0;
        paths.forEach((value, at) => {
          if (each.more ? (each.strict ? value > each.limit : value >= each.limit) : value < each.limit) { hits += 1; ever[at] = 1; }
        });
        return hits / FUTURES;
      });
      return [byYear, ever.reduce((sum, hit) => sum + hit, 0) / FUTURES];
    });
    return {
      bands: SHARES.map((_, share) => bands.map((year) => year[share])),
      chances: counted.map(([byYear]) => byYear),
      ever: counted.map(([, ever]) => ever),
    };
  };
  return trial;
}

function movedText(slider, by) {
  if (!by) return "不变";
  const sign = by > 0 ? "+" : "−", size = Math.abs(by);
  if (slider.kind === "money") return `${sign}${size.toLocaleString("en-US")}万元`;
  const text = (100 * size).toFixed(slider.step < 0.01 ? 1 : 0);
  return slider.kind === "points" ? `${sign}${text}个百分点` : `${sign}${text}%`;
}

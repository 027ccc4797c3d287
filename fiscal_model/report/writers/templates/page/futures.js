/* Futures around the plan, drawn as the model draws them: two common factors and an own part, fat tails, events; every second one mirrors the one before. */

function generatorOf(seed) {
  let a = seed >>> 0, b = 0x9e3779b9, c = 0x243f6a88, d = 0xb7e15162;
  const uniform = () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return ((t >>> 0) + 0.5) / 4294967296;
  };
  for (let at = 0; at < 20; at += 1) uniform();
  let spare = null;
  const normal = () => {
    if (spare !== null) { const found = spare; spare = null; return found; }
    let x, y, s;
    do { x = 2 * uniform() - 1; y = 2 * uniform() - 1; s = x * x + y * y; } while (s >= 1 || s === 0);
    const size = Math.sqrt((-2 * Math.log(s)) / s);
    spare = y * size;
    return x * size;
  };
  /* Marsaglia and Tsang 2000, for shapes of one and more. */
  const gamma = (shape) => {
    const d0 = shape - 1 / 3, c0 = 1 / Math.sqrt(9 * d0);
    for (;;) {
      const x = normal(), v = Math.pow(1 + c0 * x, 3);
      if (v > 0 && Math.log(uniform()) < 0.5 * x * x + d0 - d0 * v + d0 * Math.log(v)) return d0 * v;
    }
  };
  return { uniform, normal, gamma };
}

const FARTHEST = 10;

/* Levels of every driver, an array of (year × path) by name: what multiplies, or what is added. */
function drawFutures(terms, years, paths, seed) {
  const { normal, gamma, uniform } = generatorOf(seed), size = years * paths, half = paths / 2;
  const mirrored = () => {
    const found = new Float64Array(size);
    for (let year = 0; year < years; year += 1) for (let at = 0; at < half; at += 1) {
      const drawn = normal();
      found[year * paths + 2 * at] = drawn;
      found[year * paths + 2 * at + 1] = -drawn;
    }
    return found;
  };
  const factors = terms.loadings[0].map(mirrored), wild = new Map();
  for (const degrees of new Set(terms.degrees.filter((each) => each !== null))) {
    const found = new Float64Array(size);
    for (let year = 0; year < years; year += 1) for (let at = 0; at < half; at += 1) {
      const drawn = Math.sqrt((degrees - 2) / 2 / gamma(degrees / 2));
      found[year * paths + 2 * at] = drawn;
      found[year * paths + 2 * at + 1] = drawn;
    }
    wild.set(degrees, found);
  }
  const logs = terms.names.map((_, driver) => {
    const found = mirrored(), own = terms.own[driver], tails = wild.get(terms.degrees[driver]), carry = terms.carry[driver];
    for (let at = 0; at < size; at += 1) found[at] *= own;
    terms.loadings[driver].forEach((loading, factor) => {
      const common = factors[factor];
      if (loading) for (let at = 0; at < size; at += 1) found[at] += loading * common[at];
    });
    if (tails) for (let at = 0; at < size; at += 1) found[at] = Math.max(-FARTHEST, Math.min(FARTHEST, found[at] * tails[at]));
    const kept = new Float64Array(paths);
    for (let year = 0; year < years; year += 1) {
      const deviation = terms.deviation[driver][year], row = found.subarray(year * paths, (year + 1) * paths);
      for (let path = 0; path < paths; path += 1) {
        const step = row[path] * deviation;
        row[path] = step + kept[path];
        kept[path] += carry * step;
      }
    }
    return found;
  });
  const duties = new Float64Array(size);
  for (const event of terms.events) addEvent(event, terms, logs, duties, years, paths, uniform, normal);
  const levels = { duties };
  terms.names.forEach((name, driver) => {
    const level = levels[name] = logs[driver];
    if (!terms.added.includes(name)) for (let at = 0; at < size; at += 1) level[at] = Math.exp(level[at]);
  });
  return levels;
}

function addEvent(event, terms, logs, duties, years, paths, uniform, normal) {
  const falls = Object.entries(event.moves).map(([name, share]) => [logs[terms.names.indexOf(name)], share]);
  for (let year = 0; year < years; year += 1) for (let path = 0; path < paths; path += 1) {
    if (event.register) { duties[year * paths + path] += between(-normal(), terms.called.scores, terms.called.amounts[year]); continue; }
    if (uniform() >= event.probability) continue;
    const size = event.size * Math.exp(event.spread * normal());
    for (let later = year; later < Math.min(years, year + event.duration); later += 1) {
      const at = later * paths + path;
      for (const [log, share] of falls) log[at] -= share * size;
      duties[at] += size * event.whole;
    }
  }
}

/* Linear between scores that rise in equal steps. */
function between(score, scores, amounts) {
  const last = scores.length - 1, step = (scores[last] - scores[0]) / last;
  const place = Math.max(0, Math.min(last, (score - scores[0]) / step)), at = Math.min(last - 1, Math.floor(place));
  return amounts[at] + (place - at) * (amounts[at + 1] - amounts[at]);
}

/* Quantiles of numbers as NumPy interpolates them. */
function quantilesOf(values, shares) {
  const sorted = Float64Array.from(values).sort();
  return shares.map((share) => {
    const place = share * (sorted.length - 1), at = Math.floor(place), more = Math.min(sorted.length - 1, at + 1);
    return sorted[at] + (place - at) * (sorted[more] - sorted[at]);
  });
}

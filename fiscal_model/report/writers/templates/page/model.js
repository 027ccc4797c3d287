/* The plan's own arithmetic: a tape of operations over inputs, run on one future or on many at once. */

/* JSON has no word for what is not there or has no bounds. */
function numberOf(value) { return value === null ? NaN : Number(value); }

function programOf(given, operations) {
  const inputs = given.inputs.length, first = inputs + given.constants.length;
  const ops = [];
  for (let at = 0; at < given.code.length;) {
    const kind = operations[given.code[at]], count = kind === "if" ? 3 : 2;
    ops.push([kind, ...given.code.slice(at + 1, at + 1 + count)]);
    at += 1 + count;
  }
  const kinds = Uint8Array.from(ops, (op) => operations.indexOf(op[0]));
  const operand = (which) => Int32Array.from(ops, (op) => (op.length > which ? op[which] : 0));
  return { given, inputs, first, size: first + ops.length, ops, kinds, operations, a: operand(1), b: operand(2), c: operand(3) };
}

/* Every node from the inputs, an array of program.inputs numbers. */
function runProgram(program, inputs) {
  const values = new Float64Array(program.size), { kinds, a, b, c, first } = program;
  values.set(inputs);
  program.given.constants.forEach(([value], at) => { values[program.inputs + at] = numberOf(value); });
  for (let at = 0; at < kinds.length; at += 1) {
    const x = values[a[at]], y = values[b[at]];
    let found;
    switch (program.operations[kinds[at]]) {
      case "+": found = x + y; break;
      case "-": found = x - y; break;
      case "*": found = x * y; break;
      case "/": found = x / y; break;
      case "min": found = Math.min(x, y); break;
      case "max": found = Math.max(x, y); break;
      case ">": found = x > y ? 1 : 0; break;
      case ">=": found = x >= y ? 1 : 0; break;
      case "<": found = x < y ? 1 : 0; break;
      case "<=": found = x <= y ? 1 : 0; break;
      case "==": found = x === y ? 1 : 0; break;
      case "!=": found = x !== y ? 1 : 0; break;
      case "and": found = x !== 0 && y !== 0 ? 1 : 0; break;
      case "if": found = x !== 0 ? y : values[c[at]]; break;
      default: throw new Error(program.operations[kinds[at]]);
    }
    values[first + at] = found;
  }
  return values;
}

/* The cells of lines, by line and year, from the nodes. */
function cellsOf(program, values) {
  const cells = {};
  for (const [line, nodes] of Object.entries({ ...program.given.lines, ...program.given.steps })) cells[line] = nodes.map((node) => (Number.isFinite(values[node]) ? values[node] : null));
  return cells;
}

/* The plan of a run is kept: it is the same however far the inputs move. */
function plannedRun(program, moved, wanted) {
  const key = `${moved}|${wanted}`;
  program.runs = program.runs || new Map();
  if (!program.runs.has(key)) program.runs.set(key, planRun(program, moved, wanted));
  return program.runs.get(key);
}

/* Which operations the moved inputs reach and the wanted nodes stand on, with rows for the nodes that they read, reused once read for the last time. */
function planRun(program, moved, wanted) {
  const { first, ops } = program, touched = new Uint8Array(program.size), needed = new Uint8Array(program.size);
  for (const node of moved) touched[node] = 1;
  ops.forEach((op, at) => { if (op.slice(1).some((node) => touched[node])) touched[first + at] = 1; });
  for (const node of wanted) needed[node] = 1;
  for (let at = ops.length - 1; at >= 0; at -= 1) if (needed[first + at] && touched[first + at]) for (const node of ops[at].slice(1)) needed[node] = 1;
  const steps = [], last = new Int32Array(program.size).fill(-1);
  ops.forEach((op, at) => {
    if (!needed[first + at] || !touched[first + at]) return;
    for (const node of op.slice(1)) last[node] = steps.length;
    steps.push(at);
  });
  for (const node of wanted) last[node] = steps.length;
  const row = new Int32Array(program.size).fill(-1), still = [], free = [];
  let rows = 0;
  const give = (node) => { row[node] = free.length ? free.pop() : rows++; };
  for (const node of moved) { row[node] = rows++; last[node] = steps.length; }
  for (const at of steps) for (const node of ops[at].slice(1)) if (!touched[node] && row[node] < 0) { row[node] = rows++; last[node] = steps.length; still.push(node); }
  for (const node of wanted) if (!touched[node] && row[node] < 0) { row[node] = rows++; still.push(node); }
  const code = new Int32Array(steps.length * 5);
  steps.forEach((at, step) => {
    const op = ops[at], node = first + at;
    give(node);
    code.set([program.kinds[at], row[node], row[op[1]], row[op[2]], op.length > 3 ? row[op[3]] : 0], 5 * step);
    for (const each of new Set(op.slice(1))) if (touched[each] && last[each] === step && each >= first) free.push(row[each]);
  });
  return { code, rows, row, still };
}

const BLOCK = 128;

/* Run many futures block by block: `move(node, from, to, into)` writes a moved input's values, `keep(node, from, to, rows)` takes a wanted node's. */
function runFutures(program, base, paths, moved, wanted, move, keep) {
  const made = plannedRun(program, moved, wanted), { code, row } = made;
  const room = new Float64Array(made.rows * BLOCK), values = runProgram(program, base);
  for (const node of made.still) room.fill(values[node], row[node] * BLOCK, (row[node] + 1) * BLOCK);
  const named = program.operations.map((each) => OPERATION_LOOPS[each]);
  for (let from = 0; from < paths; from += BLOCK) {
    const to = Math.min(from + BLOCK, paths);
    for (const node of moved) move(node, from, to, room.subarray(row[node] * BLOCK, row[node] * BLOCK + to - from));
    for (let at = 0; at < code.length; at += 5) named[code[at]](room, code[at + 1] * BLOCK, code[at + 2] * BLOCK, code[at + 3] * BLOCK, code[at + 4] * BLOCK);
    for (const node of wanted) keep(node, from, to, room.subarray(row[node] * BLOCK, row[node] * BLOCK + to - from));
  }
}

/* One operation over a block each: o is where it goes, a, b, c where its operands stand. */
const OPERATION_LOOPS = {
  "+": (v, o, a, b) => { for (let i = 0; i < BLOCK; i += 1) v[o + i] = v[a + i] + v[b + i]; },
  "-": (v, o, a, b) => { for (let i = 0; i < BLOCK; i += 1) v[o + i] = v[a + i] - v[b + i]; },
  "*": (v, o, a, b) => { for (let i = 0; i < BLOCK; i += 1) v[o + i] = v[a + i] * v[b + i]; },
  "/": (v, o, a, b) => { for (let i = 0; i < BLOCK; i += 1) v[o + i] = v[a + i] / v[b + i]; },
  min: (v, o, a, b) => { for (let i = 0; i < BLOCK; i += 1) v[o + i] = Math.min(v[a + i], v[b + i]); },
  max: (v, o, a, b) => { for (let i = 0; i < BLOCK; i += 1) v[o + i] = Math.max(v[a + i], v[b + i]); },
  ">": (v, o, a, b) => { for (let i = 0; i < BLOCK; i += 1) v[o + i] = v[a + i] > v[b + i] ? 1 : 0; },
  ">=": (v, o, a, b) => { for (let i = 0; i < BLOCK; i += 1) v[o + i] = v[a + i] >= v[b + i] ? 1 : 0; },
  "<": (v, o, a, b) => { for (let i = 0; i < BLOCK; i += 1) v[o + i] = v[a + i] < v[b + i] ? 1 : 0; },
  "<=": (v, o, a, b) => { for (let i = 0; i < BLOCK; i += 1) v[o + i] = v[a + i] <= v[b + i] ? 1 : 0; },
  "==": (v, o, a, b) => { for (let i = 0; i < BLOCK; i += 1) v[o + i] = v[a + i] === v[b + i] ? 1 : 0; },
  "!=": (v, o, a, b) => { for (let i = 0; i < BLOCK; i += 1) v[o + i] = v[a + i] !== v[b + i] ? 1 : 0; },
  and: (v, o, a, b) => { for (let i = 0; i < BLOCK; i += 1) v[o + i] = v[a + i] !== 0 && v[b + i] !== 0 ? 1 : 0; },
  if: (v, o, a, b, c) => { for (let i = 0; i < BLOCK; i += 1) v[o + i] = v[a + i] !== 0 ? v[b + i] : v[c + i]; },
};

// @ts-check
"use strict";
/*
 * The script of a briefing: stored wars judged again under other thresholds, and the table of assumptions.
 * The functions above "The page" are pure, and twins of Python's (named at each); tests compare them.
 */

/**
 * @typedef {{halt_rate: number, halt_days: number, halt_within_days: number, can: number, cannot: number}} Rule
 * @typedef {{value: number, low: number, high: number}} Estimate  NaN where nothing is known
 * @typedef {{id: string, label: string, role: string}} Arm
 * @typedef {{step: number, days: number[], replicates: number, packed: string}} Series
 * @typedef {{arms: Arm[], series: Series, rule: Rule, z: number, fewest: number, claim: boolean, attackers: string,
 *   command: string}} Argument
 * @typedef {{net: Int32Array, war: Uint8Array, times: number, replicates: number}} Wars  arm by arm, war by war, week by week
 * @typedef {{verdict: string, note: string, chances: Estimate[], best: number, sharing: number, gain: Estimate}} Judgement
 */

/** A whole number as Python writes it: halves to the even neighbour, no minus zero. @param {number} x */
function rounded(x) {
  const floor = Math.floor(x);
  const rest = x - floor;
  const found = rest < 0.5 ? floor : rest > 0.5 ? floor + 1 : floor % 2 === 0 ? floor : floor + 1;
  return found + 0;
}

/** Twin of `format_number` without digits. @param {number} x @param {boolean} [signed] */
function formatWhole(x, signed = false) {
  if (!Number.isFinite(x)) return "?";
  const whole = rounded(x);
  const digits = String(Math.abs(whole)).replace(/\B(?=(\d{3})+$)/g, ",");
  return (whole < 0 ? "-" : signed ? "+" : "") + digits;
}

/** Twin of `format_in_100`. @param {Estimate} one @param {boolean} [signed] */
function formatIn100(one, signed = false) {
  const [low, value, high] = [one.low, one.value, one.high].map((x) => formatWhole(100 * x, signed));
  return `${value} in 100 (${low} to ${high})`;
}

/** The weekly series behind a text: see `sim.report.briefing.series`. @param {Uint8Array} bytes @param {number} arms @param {Series} series @returns {Wars} */
function unpack(bytes, arms, series) {
  const times = series.days.length;
  const count = arms * series.replicates * times;
  const perArm = series.replicates * times;
  const net = new Int32Array(count);
  const war = new Uint8Array(count);
  const steps = new Int16Array(count);
  for (let i = 0; i < count; i++) {
    const coded = bytes[i] | (bytes[count + i] << 8), own = (coded >> 1) ^ -(coded & 1); // the sign is the lowest bit
    steps[i] = i < perArm ? own : own + steps[i % perArm]; // other arms are stored as differences to the first
    net[i] = steps[i] + (i % times === 0 ? 0 : net[i - 1]);
    war[i] = (bytes[2 * count + (i >> 3)] >> (7 - (i & 7))) & 1;
  }
  return { net, war, times, replicates: series.replicates };
}

/** The spans of some days that begin at a point of the record and end inside it; twin of `spans`. @param {number[]} days @param {number} length */
function spans(days, length) {
  /** @type {{start: number, after: number, share: number}[]} */
  const found = [];
  for (let start = 0; start < days.length && days[start] + length <= days[days.length - 1]; start++) {
    const end = days[start] + length;
    const after = days.findIndex((day) => day >= end);
    found.push({ start, after, share: (end - days[after - 1]) / (days[after] - days[after - 1]) });
  }
  return found;
}

/** Twin of `seen_in_time`. @param {number[]} days @param {Rule} rule */
function seenInTime(days, rule) {
  const found = spans(days, rule.halt_days);
  if (days.length < 2 || found.length === 0) return false;
  return days[found[found.length - 1].start] + (days[1] - days[0]) > rule.halt_within_days;
}

/** 1 for each war that halts, arm by arm; twin of `first_halt`. @param {Wars} wars @param {Series} series @param {Rule} rule */
function halts(wars, series, rule) {
  const { days, step } = series;
  const inTime = spans(days, rule.halt_days).filter(({ start }) => days[start] <= rule.halt_within_days);
  const found = new Uint8Array(wars.net.length / wars.times);
  for (let lane = 0; lane < found.length; lane++) {
    const at = lane * wars.times;
    found[lane] = Number(inTime.some(({ start, after, share }) => {
      for (let t = start; t <= after; t++) if (!wars.war[at + t]) return false;
      const before = wars.net[at + after - 1] * step;
      const end = before + share * (wars.net[at + after] * step - before);
      return (end - wars.net[at + start] * step) / rule.halt_days < rule.halt_rate;
    }));
  }
  return found;
}

/** The score interval of a proportion; twin of `Estimate.proportion`. @param {number} hits @param {number} n @param {number} z @returns {Estimate} */
function proportion(hits, n, z) {
  const p = hits / n;
  const centre = (p + z * z / (2 * n)) / (1 + z * z / n);
  const half = z / (1 + z * z / n) * Math.sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return { value: p, low: hits === 0 ? 0 : centre - half, high: hits === n ? 1 : centre + half };
}

/** Twin of `Estimate.paired_rate`. @param {number[]} differences @param {number} z @returns {Estimate} */
function pairedRate(differences, z) {
  const padded = [...differences, 1, -1];
  const sum = padded.reduce((a, b) => a + b, 0);
  const centre = sum / padded.length;
  const variance = padded.reduce((a, b) => a + (b - centre) ** 2, 0) / padded.length;
  const half = z * Math.sqrt(variance) / Math.sqrt(padded.length);
  return { value: sum / differences.length, low: Math.max(-1, centre - half), high: Math.min(1, centre + half) };
}

/**
 * @typedef {{key: string, central: number, low: number, high: number, unit: string, log: boolean, below: number, above: number}} Input
 * @typedef {{inputs: Input[], step: number, least: number, packed: string}} Weighing
 */

/** The weight of each war where the medians of some priors are `values`: density after over density before. @param {Weighing} given @param {Uint8Array} bytes @param {number} replicates @param {Record<string, number>} values */
function warWeights(given, bytes, replicates, values) {
  const found = new Float64Array(replicates).fill(1);
  given.inputs.forEach((one, row) => {
    const value = values[one.key] ?? one.central;
    if (value === one.central) return;
    const shift = one.log ? Math.log(value / one.central) : value - one.central;
    for (let k = 0; k < replicates; k++) {
      const i = 2 * (row * replicates + k);
      const score = ((bytes[i] | (bytes[i + 1] << 8)) << 16 >> 16) * given.step;
      const before = score < 0 ? one.below : one.above;
      const beyond = score * before - shift;
      const after = beyond < 0 ? one.below : one.above;
      found[k] *= before / after * Math.exp((score ** 2 - (beyond / after) ** 2) / 2);
    }
  });
  return found;
}

/** The number of equal wars that would tell as much (Kish). @param {Float64Array} weights */
function effective(weights) {
  const sum = weights.reduce((a, b) => a + b, 0);
  return sum * sum / weights.reduce((a, b) => a + b * b, 0);
}

/** Share and paired difference of weighted wars; `proportion` and `pairedRate` where all weigh the same. @param {ArrayLike<number>} row @param {Float64Array} weights */
function weighted(row, weights) {
  let sum = 0, square = 0, total = 0;
  weights.forEach((w, k) => { sum += w * row[k]; square += w * row[k] * row[k]; total += w; });
  return { mean: sum / total, square: square / total };
}

/** Twin of `judge_event` and `verdict_of`; `counted` holds the places of the single levers that count, `weights` those of the wars. @param {Argument} given @param {Wars} wars @param {Rule} rule @param {number[]} counted @param {Float64Array} [weights] @returns {Judgement} */
function judge(given, wars, rule, counted, weights) {
  const nothing = { value: NaN, low: 0, high: 1 };
  const joint = given.arms.findIndex((arm) => arm.role === "joint");
  if (!seenInTime(given.series.days, rule)) {
    const chances = given.arms.map(() => nothing);
    return { verdict: "undecided", note: "the wars played are too short to tell", chances, best: counted[0] ?? -1, sharing: 1, gain: { value: NaN, low: -1, high: 1 } };
  }
  const n = wars.replicates;
  const speak = weights ? effective(weights) : n;
  const halted = halts(wars, given.series, rule);
  const rows = given.arms.map((_, arm) => Array.from(halted.subarray(arm * n, (arm + 1) * n)));
  const chances = rows.map((row) => proportion(weights ? speak * weighted(row, weights).mean : row.reduce((a, b) => a + b, 0), speak, given.z));
  if (!given.claim || counted.length === 0) return { verdict: "", note: "", chances, best: -1, sharing: 0, gain: nothing };
  const best = counted.reduce((a, b) => (chances[b].value > chances[a].value ? b : a));
  const sharing = counted.filter((arm) => chances[arm].value === chances[best].value).length;
  const differences = rows[joint].map((x, k) => x - rows[0][k]);
  const gain = weights ? weightedRate(differences, weights, speak, given.z) : pairedRate(differences, given.z);
  if (n < given.fewest) {
    return { verdict: "undecided", note: `too few replicates (${n}; at least ${given.fewest})`, chances, best, sharing, gain };
  }
  const others = [chances[0], ...counted.map((arm) => chances[arm])];
  let verdict = "undecided";
  if (chances[joint].high < rule.can || others.some((one) => one.low >= rule.can)) verdict = "contradicted";
  else if (others.every((one) => one.high < rule.cannot) && chances[joint].low >= rule.can && gain.low > 0) verdict = "supported";
  return { verdict, note: "", chances, best, sharing, gain };
}

/** `pairedRate` of weighted wars. @param {number[]} differences @param {Float64Array} weights @param {number} n @param {number} z @returns {Estimate} */
function weightedRate(differences, weights, n, z) {
  const { mean, square } = weighted(differences, weights);
  const centre = n * mean / (n + 2);
  const half = z * Math.sqrt(((n * square + 2) / (n + 2) - centre ** 2) / (n + 2));
  return { value: mean, low: Math.max(-1, centre - half), high: Math.min(1, centre + half) };
}

/** What the weighted wars say, in a sentence. @param {Argument} given @param {Wars} wars @param {Rule} rule @param {number[]} counted @param {Weighing} weighing @param {Float64Array} weights */
function weightedSentence(given, wars, rule, counted, weighing, weights) {
  const speak = effective(weights);
  if (!(speak >= weighing.least)) {
    return `No answer: so far from the stated priors the effective sample is ${formatWhole(speak)} of ${wars.replicates} wars, and ${weighing.least} are the least.`;
  }
  return `${sentence(given, judge(given, wars, rule, counted, weights), rule)} Effective sample: ${formatWhole(speak)} of ${wars.replicates} wars.`;
}

/** The settings that move priors in full, each range along with its median. @param {Weighing} given @param {Record<string, number>} values */
function weightedSettings(given, values) {
  const short = (/** @type {number} */ x) => String(Number(x.toPrecision(6)));
  return given.inputs.filter((one) => (values[one.key] ?? one.central) !== one.central).map((one) => {
    const at = values[one.key];
    const [low, high] = [one.low, one.high].map((end) => one.log ? end * at / one.central : end + at - one.central);
    return ` --set '${one.key}=${short(at)} (${short(low)} .. ${short(high)})${one.unit && ` ${one.unit}`}'`;
  }).join("");
}

/** The medians that a fragment says; what lies outside a prior's range is left out. @param {Weighing} given @param {string} text */
function valuesFromFragment(given, text) {
  /** @type {Record<string, number>} */
  const values = {};
  for (const part of text.replace(/^#/, "").split("&")) {
    const [key, value = ""] = part.split("=");
    const one = given.inputs.find((input) => `a-${input.key}` === key);
    if (one && value !== "" && Number(value) >= one.low && Number(value) <= one.high) values[one.key] = Number(value);
  }
  return values;
}

/** The fragment of moved medians. @param {Weighing} given @param {Record<string, number>} values */
function valuesFragment(given, values) {
  return given.inputs.filter((one) => (values[one.key] ?? one.central) !== one.central).map((one) => `a-${one.key}=${values[one.key]}`).join("&");
}

/** Twin of `sentences.within`. @param {Rule} rule */
function within(rule) {
  const months = rule.halt_within_days / 30.4375;
  return Math.abs(months - Math.round(months)) < 0.05 ? `${Math.round(months)} months` : `${rule.halt_within_days} days`;
}

/** Twin of `sim.report.briefing.message.sentence`. @param {Argument} given @param {Judgement} found @param {Rule} rule */
function sentence(given, found, rule) {
  const base = given.arms[0];
  const joint = given.arms.findIndex((arm) => arm.role === "joint");
  const how = `the ${given.attackers} advance halts within ${within(rule)}`;
  if (Number.isNaN(found.chances[0].value)) return `Undecided: the wars played are too short to see whether ${how}.`;
  /** @param {Estimate} one @param {string} [unit] */
  const wars = (one, unit = " of 100 wars") => formatIn100(one).replace(" in 100", unit);
  if (!found.verdict) return `In this model ${how} in ${wars(found.chances[0])} in the base ("${base.label}").`;
  const verdict = found.verdict[0].toUpperCase() + found.verdict.slice(1) + (found.note ? `, ${found.note}` : "");
  const inConcert = found.chances[joint], likelier = found.gain.low > 0;
  const beside = likelier ? "likelier than" : found.gain.high < 0 ? "rarer than" : "not clearly different from";
  const but = likelier ? "but" : "and";
  const level = inConcert.high < rule.can ? `${but} ${inConcert.high < 0.5 ? "unlikely: " : ""}below`
    : inConcert.low >= rule.can ? "and no less than" : `${but} not clearly above or below`;
  return `${verdict}: in this model ${how} in ${wars(inConcert)} with all levers in concert ("${given.arms[joint].label}"), ` +
    `${beside} the ${wars(found.chances[0], "")} of the base ("${base.label}"), ` +
    `${level} the ${Number((100 * rule.can).toPrecision(6))} of 100 that we read "can" to ask for. ` +
    `The best single lever (${found.sharing < 2 ? `"${given.arms[found.best].label}"` : `${found.sharing} share it`}) brings ${wars(found.chances[found.best], "")}.`;
}

/** The command that plays an argument in full. @param {Argument} given @param {Rule} rule */
function command(given, rule) {
  const changed = Object.keys(given.rule).filter((key) => rule[key] !== given.rule[key]);
  const kept = changed.reduce((said, key) => said.replace(new RegExp(` --set verdict\\.${key}=\\S+`, "g"), ""), given.command);
  return kept + changed.map((key) => ` --set verdict.${key}=${rule[key]}`).join("");
}

/** The state in a fragment, as `#halt_rate=3&without=a,b`. @param {Argument} given @param {Rule} rule @param {string[]} without */
function fragment(given, rule, without) {
  const said = Object.keys(given.rule).filter((key) => key !== "cannot" && rule[key] !== given.rule[key])
    .map((key) => `${key}=${rule[key]}`);
  if (without.length) said.push(`without=${without.map(encodeURIComponent).join(",")}`);
  return said.join("&");
}

/** The state that a fragment says; what it says wrongly is left out. @param {Argument} given @param {string} text @param {Record<string, [number, number]>} limits */
function fromFragment(given, text, limits) {
  const rule = { ...given.rule };
  /** @type {string[]} */
  let without = [];
  for (const part of text.replace(/^#/, "").split("&")) {
    const [key, value = ""] = part.split("=");
    if (key === "without") {
      without = value.split(",").map((one) => { try { return decodeURIComponent(one); } catch { return ""; } })
        .filter((one) => given.arms.some((arm) => arm.id === one && arm.role === "single"));
    } else if (key in limits && value !== "" && Number.isFinite(Number(value))) {
      const [low, high] = limits[key];
      const inside = Math.min(high, Math.max(low, Number(value)));
      rule[key] = key.endsWith("_days") ? Math.round(inside) : inside; // a scenario counts whole days
    }
  }
  if (rule.can !== given.rule.can) rule.cannot = rule.can;
  return { rule, without };
}

/**
 * @typedef {{name: string, label: string, on: Record<string, number>, most: Record<string, number>, start: string, start_day: number}} Lever
 * @typedef {{weights: number[], noise: number[], error: number}} Fit
 * @typedef {Fit & {halt: Fit|null, levers: Lever[], begin: string, low: number[], high: number[], whole: number[],
 *   points: number, replicates: number, level: number, z: number, keys: string[], attacker: string, base: string, base_halt: number,
 *   extends: string, seed: number}} Emulated
 */

/** Twin of `Emulator.inside`. @param {Emulated} given @param {number[]} x */
function inside(given, x) {
  return x.length === given.low.length && x.every((one, i) => Number.isFinite(one) && given.low[i] <= one && one <= given.high[i]);
}

/** Twin of `Emulator.at`: the answer with its error, null outside the design; of ground kept, or of another fit. @param {Emulated} given @param {number[]} x @param {Fit} [fit] */
function emulated(given, x, fit = given) {
  if (!inside(given, x)) return null;
  const z = x.map((one, i) => 2 * (one - given.low[i]) / (given.high[i] - given.low[i]) - 1);
  const columns = [1, ...z];
  for (let i = 0; i < z.length; i++) for (let j = i; j < z.length; j++) columns.push(z[i] * z[j]);
  const along = (/** @type {number[]} */ weights) => columns.reduce((sum, one, i) => sum + one * weights[i], 0);
  const value = along(fit.weights);
  const half = given.z * Math.hypot(fit.error, Math.max(along(fit.noise), 0));
  return { value, low: value - half, high: value + half };
}

/** The chance of a halt at a point: the emulated change on the base's chance, held inside 0 and 1, and whether it had to be. @param {Emulated} given @param {number[]} x */
function emulatedHalt(given, x) {
  const change = given.halt && emulated(given, x, given.halt);
  if (!change) return null;
  const [low, value, high] = [change.low, change.value, change.high].map((one) => given.base_halt + one);
  const hold = (/** @type {number} */ one) => Math.min(1, Math.max(0, one));
  return { low: hold(low), value: hold(value), high: hold(high), held: value < 0 || value > 1, clear: change.low > 0 || change.high < 0 };
}

/** What the emulator says, in a sentence. @param {Emulated} given @param {number[]} x */
function emulatedSentence(given, x) {
  const found = emulated(given, x);
  if (!found) return "Outside the designs that were played: no answer. The ranges stand beside each control.";
  const unclear = (/** @type {Estimate} */ one) => one.low > 0 || one.high < 0 ? "" : ", which cannot be distinguished from zero";
  const numbers = `${formatWhole(found.value)} km² (${formatWhole(found.low)} to ${formatWhole(found.high)})`;
  const halt = emulatedHalt(given, x);
  const held = halt?.held ? " (the fit runs past the end of 0 to 100 and is held there)" : "";
  const other = halt?.clear ? "" : ", from which it cannot be distinguished";
  const chance = halt ? ` A halt as defined comes in about ${formatIn100(halt)}${held}, where the base has ${formatWhole(100 * given.base_halt)} in 100${other}.` : "";
  return `About ${numbers} of ground are kept from ${given.attacker} beside the base ("${given.base}"), on the mean${unclear(found)}.${chance} An approximation from ${given.points} designs, with ${formatWhole(100 * given.level)} % intervals of its own error and that of ${given.replicates} replicates.`;
}

/** The scenario that plays a point in full. @param {Emulated} given @param {number[]} x */
function emulatedScenario(given, x) {
  const later = x[x.length - 1];
  const lines = ["format: 2", `extends: ${given.extends}`, "arms:", "  argued:", "    label: Argued", "    patch:"];
  given.levers.forEach((lever, i) => {
    for (const [path, dose] of Object.entries(lever.on)) lines.push(`      ${path}: ${Number(Math.min(dose * x[i], lever.most[path]).toPrecision(6))}`);
    if (!lever.start) return;
    const day = new Date(Date.parse(`${given.begin}T00:00:00Z`) + 864e5 * Math.round(lever.start_day + later));
    lines.push(`      ${lever.start}: ${day.toISOString().slice(0, 10)}`);
  });
  return lines.join("\n") + "\n";
}

/** The point that a fragment says; NaN where it says something else than a number. @param {Emulated} given @param {string} text */
function pointFromFragment(given, text) {
  const x = [...given.whole];
  for (const part of text.replace(/^#/, "").split("&")) {
    const [key, value = ""] = part.split("=");
    const i = given.keys.indexOf(decodeURIComponent(key));
    if (i >= 0) x[i] = value === "" ? NaN : Number(value);
  }
  return x;
}

/** The fragment of a point. @param {Emulated} given @param {number[]} x */
function pointFragment(given, x) {
  return given.keys.map((key, i) => x[i] === given.whole[i] ? "" : `${encodeURIComponent(key)}=${x[i]}`).filter(Boolean).join("&");
}

/**
 * @typedef {{fronts: number[][], kinds: string[], step: number, reach: number, axis: number[], dates: string[], packed: string}} Ground
 *   fronts: x, y, ahead (x, y); axis: per cent at zero and per km
 */

/** The path of an arrow, twin of `sim.report.briefing.map.arrow`. @param {number[]} frame @param {number} index @param {number} count @param {number} length */
function arrowPath([x, y, east, south], index, count, length) {
  const side = count === 1 ? 0 : 3 * (2 * index - 1);
  const at = (/** @type {number} */ ahead, /** @type {number} */ aside) =>
    `${(x + ahead * east - aside * south).toFixed(1)},${(y + ahead * south + aside * east).toFixed(1)}`;
  const shaft = `M${at(0, side)}L${at(length, side)}`;
  if (Math.abs(length) < 4) return shaft;
  const back = length - 4 * Math.sign(length);
  return `${shaft}M${at(back, side - 2)}L${at(length, side)}L${at(back, side + 2)}`;
}

/** The quantiles of a front's shift in a week, in km: (arm, week, front, quantile) behind the bytes. @param {Ground} given @param {Uint8Array} bytes @param {number} arm @param {number} week @param {number} front */
function shiftQuantiles(given, bytes, arm, week, front) {
  const first = 5 * ((arm * given.dates.length + week) * given.fronts.length + front);
  return [0, 1, 2, 3, 4].map((q) => ((bytes[2 * (first + q)] | (bytes[2 * (first + q) + 1] << 8)) << 16 >> 16) * given.step);
}

// ---------------------------------------------------------------------------------------------------------- The page

/** What the levers' part adds to the fragment. */
let leversFragment = "";
/** What the assumptions' part adds to the fragment. */
let weightsFragment = "";
/** Tells the assumptions' part what counts as a halt. @type {(given: Argument, wars: Wars, rule: Rule, counted: number[]) => void} */
let showWeights = () => {};
/** Puts the state of all parts into the address. */
let putFragment = () => {};

/** Bytes of a packed text. @param {string} text */
async function inflate(text) {
  const packed = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** @param {string} id @returns {any} */
const byId = (id) => document.getElementById(id);

async function startArgument() {
  const place = byId("argue-data");
  if (!place) return;
  /** @type {Argument} */
  const given = JSON.parse(place.textContent);
  const wars = unpack(await inflate(given.series.packed), given.arms.length, given.series);
  /** @type {Record<string, [number, number]>} */
  const limits = {};
  /** @type {HTMLInputElement[]} */
  const fields = Array.from(document.querySelectorAll("#argue input[data-key]"));
  for (const field of fields) limits[field.dataset.key ?? ""] = [Number(field.min), Number(field.max)];
  /** @type {HTMLInputElement[]} */
  const boxes = Array.from(document.querySelectorAll("#argue input[data-arm]"));
  const state = { rule: { ...given.rule }, without: /** @type {string[]} */ ([]) };

  function show() {
    const counted = given.arms.map((_, i) => i)
      .filter((i) => given.arms[i].role === "single" && !state.without.includes(given.arms[i].id));
    const found = judge(given, wars, state.rule, counted);
    byId("argue-sentence").textContent = sentence(given, found, state.rule);
    byId("argue-command").textContent = command(given, state.rule);
    byId("argue-left-out").hidden = state.without.length === 0;
    given.arms.forEach((arm, i) => {
      const row = document.querySelector(`[data-row="${i}"]`);
      if (!row) return;
      const one = found.chances[i];
      const known = !Number.isNaN(one.value);
      row.querySelector(".number").textContent = known ? formatIn100(one) : "unknown";
      const at = (/** @type {number} */ x) => `${(2 + 96 * x).toFixed(2)}%`;
      const line = row.querySelector("line.interval"), dot = row.querySelector("circle");
      line.setAttribute("x1", at(one.low));
      line.setAttribute("x2", at(one.high));
      dot.setAttribute("cx", at(known ? one.value : 0));
      dot.toggleAttribute("hidden", !known);
      row.classList.toggle("left-out", state.without.includes(arm.id));
    });
    const threshold = document.querySelector("#grid-argue .threshold"); // every row uses this one
    for (const end of ["x1", "x2"]) threshold?.setAttribute(end, `${(2 + 96 * state.rule.can).toFixed(2)}%`);
    for (const field of fields) {
      const key = field.dataset.key ?? "";
      const value = key === "can" ? rounded(100 * state.rule.can * 1e6) / 1e6 : state.rule[key];
      if (document.activeElement !== field || Number(field.value) !== value) field.value = String(value);
    }
    showWeights(given, wars, state.rule, counted);
    for (const box of boxes) box.checked = !state.without.includes(box.dataset.arm ?? "");
    putFragment();
  }

  putFragment = () => {
    const hash = [fragment(given, state.rule, state.without), weightsFragment, leversFragment].filter(Boolean).join("&");
    if (location.hash.replace(/^#/, "") !== hash && (hash || /[=]/.test(location.hash))) {
      history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
    }
  };

  function read() {
    const scaled = Object.fromEntries(Object.entries(limits).map(([key, [low, high]]) =>
      [key, /** @type {[number, number]} */ (key === "can" ? [low / 100, high / 100] : [low, high])]));
    Object.assign(state, fromFragment(given, location.hash, scaled));
    show();
  }

  for (const field of fields) {
    field.addEventListener("input", () => {
      const key = field.dataset.key ?? "";
      const value = Number(field.value);
      if (!field.checkValidity()) {
        field.setAttribute("aria-invalid", "true");
        return;
      }
      field.removeAttribute("aria-invalid");
      if (key === "can") state.rule.can = state.rule.cannot = value / 100;
      else state.rule[key] = value;
      if (key === "can" && state.rule.can === given.rule.can) state.rule.cannot = given.rule.cannot;
      show();
    });
    field.addEventListener("blur", () => { field.removeAttribute("aria-invalid"); show(); });
  }
  for (const box of boxes) {
    box.addEventListener("change", () => {
      state.without = boxes.filter((one) => !one.checked).map((one) => one.dataset.arm ?? "");
      if (state.without.length === boxes.length) {
        state.without = state.without.filter((one) => one !== box.dataset.arm); // one lever at least has to count
      }
      show();
    });
  }
  for (const button of document.querySelectorAll("#argue button[data-reset]")) {
    button.addEventListener("click", () => {
      const key = /** @type {HTMLElement} */ (button).dataset.reset ?? "";
      if (key === "all") Object.assign(state, { rule: { ...given.rule }, without: [] });
      else state.rule[key] = given.rule[key];
      if (key === "can") state.rule.cannot = given.rule.cannot;
      show();
    });
  }
  window.addEventListener("hashchange", () => { if (/[=]/.test(location.hash)) read(); });
  byId("argue-form").disabled = false;
  read();
}

function startLevers() {
  const place = byId("levers-data");
  if (!place) return;
  /** @type {Emulated} */
  const given = JSON.parse(place.textContent);
  /** @type {HTMLInputElement[]} */
  const fields = Array.from(document.querySelectorAll("#levers input[data-x]"));
  let x = pointFromFragment(given, location.hash);

  function show(put = true) {
    byId("levers-sentence").textContent = emulatedSentence(given, x);
    const known = inside(given, x);
    byId("levers-yaml").textContent = known ? emulatedScenario(given, x) : "";
    byId("levers-command").textContent = known ? `sim run argued.yaml --seed ${given.seed} --replicates ${given.replicates}` : "";
    for (const field of fields) {
      const value = x[given.keys.indexOf(field.dataset.x ?? "")];
      if (document.activeElement !== field && Number.isFinite(value)) field.value = String(value);
    }
    leversFragment = pointFragment(given, x);
    if (put) putFragment();
  }

  for (const field of fields) {
    field.addEventListener("input", () => {
      const i = given.keys.indexOf(field.dataset.x ?? "");
      x[i] = field.value === "" ? NaN : Number(field.value);
      if (inside(given, x)) field.removeAttribute("aria-invalid"); else field.setAttribute("aria-invalid", "true");
      show();
    });
  }
  for (const button of document.querySelectorAll("#levers button[data-x-reset]")) {
    button.addEventListener("click", () => {
      const key = /** @type {HTMLElement} */ (button).dataset.xReset ?? "";
      x = x.map((one, i) => key === "all" || key === given.keys[i] ? given.whole[i] : one);
      for (const field of fields) field.removeAttribute("aria-invalid");
      show();
    });
  }
  window.addEventListener("hashchange", () => { if (/[=]/.test(location.hash)) { x = pointFromFragment(given, location.hash); show(false); } }); // the other part, which hears of it next, writes the address
  byId("levers-form").disabled = false;
  show();
}

async function startWeights() {
  const place = byId("weights-data");
  if (!place) return;
  /** @type {Weighing} */
  const weighing = JSON.parse(place.textContent);
  const bytes = await inflate(weighing.packed);
  /** @type {HTMLInputElement[]} */
  const fields = Array.from(document.querySelectorAll("#weights input[data-a]"));
  let values = valuesFromFragment(weighing, location.hash);
  let again = () => {};

  showWeights = (given, wars, rule, counted) => {
    again = () => {
      const weights = warWeights(weighing, bytes, wars.replicates, values);
      byId("weights-sentence").textContent = weightedSentence(given, wars, rule, counted, weighing, weights);
      byId("weights-command").textContent = command(given, rule) + weightedSettings(weighing, values);
      for (const field of fields) {
        const one = weighing.inputs.find((input) => input.key === field.dataset.a);
        if (one && document.activeElement !== field) field.value = String(Number((values[one.key] ?? one.central).toPrecision(6)));
      }
      weightsFragment = valuesFragment(weighing, values);
    };
    again();
  };
  const show = () => { again(); putFragment(); };
  for (const field of fields) {
    field.addEventListener("input", () => {
      if (!field.checkValidity()) return field.setAttribute("aria-invalid", "true");
      field.removeAttribute("aria-invalid");
      values[field.dataset.a ?? ""] = Number(Number(field.value).toPrecision(6));
      show();
    });
    field.addEventListener("blur", () => { field.removeAttribute("aria-invalid"); show(); });
  }
  for (const button of document.querySelectorAll("#weights button[data-a-reset]")) {
    button.addEventListener("click", () => {
      const key = /** @type {HTMLElement} */ (button).dataset.aReset ?? "";
      if (key === "all") values = {}; else delete values[key];
      for (const field of fields) field.removeAttribute("aria-invalid");
      show();
    });
  }
  window.addEventListener("hashchange", () => { if (/[=]/.test(location.hash)) values = valuesFromFragment(weighing, location.hash); });
  byId("weights-form").disabled = false;
}

async function startMap() {
  const place = byId("map-data");
  if (!place) return;
  /** @type {Ground} */
  const given = JSON.parse(place.textContent);
  const bytes = await inflate(given.packed);
  const week = byId("map-week");
  const drawn = Array.from(document.querySelectorAll("#map g.front")), rows = Array.from(document.querySelectorAll("#map-rows li[data-front]"));
  function show() {
    const at = Number(week.value);
    drawn.forEach((group, front) => given.kinds.forEach((kind, arm) => {
      const km = shiftQuantiles(given, bytes, arm, at, front);
      group.querySelector(`.${kind}`)?.setAttribute("d", arrowPath(given.fronts[front], arm, given.kinds.length, km[2] * given.reach));
      const places = km.map((x) => `${(given.axis[0] + given.axis[1] * x).toFixed(2)}%`), row = rows[front];
      row.querySelectorAll(`g.${kind} line`).forEach((line, i) => { // the wide one, then the narrow one
        line.setAttribute("x1", places[i]);
        line.setAttribute("x2", places[4 - i]);
      });
      row.querySelector(`g.${kind} circle`)?.setAttribute("cx", places[2]);
      const said = row.querySelector(`.numbers .${kind}`);
      if (said) said.textContent = (km[2] + 0).toFixed(1);
    }));
    for (const one of ["map-date", "map-said"]) byId(one).textContent = given.dates[at];
    week.setAttribute("aria-valuetext", given.dates[at]);
  }
  week.addEventListener("input", show);
  byId("map-tools").hidden = false;
  show();
}

async function startAssumptions() {
  const place = byId("assumptions-data");
  if (!place) return;
  /** @type {{sources: string[], rows: (string|number)[][]}} rows: key, name, value, range, unit, source, date, grade, share of the variance */
  const given = JSON.parse(new TextDecoder().decode(await inflate(JSON.parse(place.textContent).packed)));
  const body = byId("assumptions-body"), search = byId("assumptions-search"), grade = byId("assumptions-grade"), order = byId("assumptions-order");
  const lines = given.rows.map((cells) => {
    const line = document.createElement("tr");
    const [key, ...shown] = cells;
    shown.forEach((cell, i) => {
      const box = document.createElement(i === 0 ? "th" : "td");
      box.textContent = i === 4 ? given.sources[Number(cell)] : String(cell);
      if (i === 0) {
        box.setAttribute("scope", "row");
        box.title = String(key);
        const code = document.createElement("code");
        code.textContent = String(key);
        box.append(code);
      }
      line.append(box);
    });
    return { line, text: `${key} ${shown[0]} ${given.sources[Number(shown[4])]}`.toLowerCase(), grade: String(shown[6]), share: parseFloat(String(shown[7])) || 0 };
  });
  const MOST = 40;
  let all = false;
  function show() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = lines.filter((one) => (!grade.value || one.grade === grade.value) && words.every((w) => one.text.includes(w)));
    if (order.value) found.sort((one, other) => other.share - one.share);
    body.replaceChildren(...found.slice(0, all ? found.length : MOST).map((one) => one.line));
    const cut = !all && found.length > MOST;
    byId("assumptions-count").textContent = `${found.length} of ${lines.length} numbers${cut ? `, the first ${MOST} shown` : ""}`;
    byId("assumptions-all").hidden = !cut;
  }
  byId("assumptions-keys").addEventListener("change", (/** @type {any} */ event) => body.classList.toggle("keys", event.target.checked));
  search.addEventListener("input", show);
  grade.addEventListener("change", show);
  order.addEventListener("change", show);
  byId("assumptions-all").addEventListener("click", () => { all = true; show(); });
  byId("assumptions-form").disabled = false;
  show();
}

/** On paper nothing can be unfolded: what is closed is opened to print, and closed again. */
function startPrinting() {
  /** @type {HTMLDetailsElement[]} */
  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = Array.from(document.querySelectorAll("details:not([open])"));
    for (const one of closed) one.open = true;
  });
  window.addEventListener("afterprint", () => { for (const one of closed) one.open = false; });
}

if (typeof document !== "undefined") {
  startPrinting();
  if (typeof DecompressionStream === "undefined") {
    for (const one of document.querySelectorAll(".needs-script")) one.textContent = "This browser cannot unpack the data of this part; a newer one can.";
  } else {
    startLevers(); // first: the other part writes the address, and has to find there what this one read
    startWeights().then(startArgument);
    startMap();
    startAssumptions();
  }
} else {
  module.exports = { arrowPath, command, effective, emulated, emulatedHalt, emulatedScenario, emulatedSentence, formatIn100, formatWhole, fragment, fromFragment, halts, judge, pairedRate, pointFragment, pointFromFragment, proportion, rounded, sentence, shiftQuantiles, unpack, valuesFragment, valuesFromFragment, warWeights, weightedSentence, weightedSettings };
}

// Guessing: what a reader typed, how near it is, and what is told about it. Without a page; runs under node too.

const NEAR = 0.05; // of the answer; a guess this close is near
const EXACT = 0.01; // and one this close is right, if all its digits are
const WORDS = {nan: NaN, inf: Infinity, "∞": Infinity};
const MARKS = {right: "✓", near: "∼", wrong: "×", skipped: "–"};

// One number: digits with a point, a fraction, nan or inf; with any minus. Undefined where it is none.
function number(text) {
  const plain = text.replace(/[−–‒]/g, "-").replace(/\s/g, "").toLowerCase();
  const fraction = plain.split("/");
  if (fraction.length === 2) {
    const [above, below] = fraction.map(number);
    return above && below && below.value ? {value: above.value / below.value, place: 0} : undefined;
  }
  const [, sign, word] = plain.match(/^([-+]?)([a-z∞]+)$/) || [];
  if (word in WORDS) return {value: sign === "-" ? -WORDS[word] : WORDS[word], place: 0};
  const parts = plain.match(/^[-+]?(?:\d+(?:\.(\d*))?|\.(\d+))(?:e([-+]?\d+))?$/);
  if (!parts) return undefined;
  const digits = (parts[1] || parts[2] || "").length;
  return {value: Number(plain), place: 10 ** (Number(parts[3] || 0) - digits)}; // the last digit counts this much
}

// What was typed, as numbers or as a shape, or what has to be mended before it can be judged.
function parse(text, question) {
  const typed = text.trim(), wanted = question.sizes ? question.sizes.length : question.answer.length;
  if (!typed) return {advice: "Ketik tebakan Anda dulu."};
  if (question.sizes) {
    const sizes = (typed.match(/\d+/g) || []).map(Number);
    if (/^[\d\s,;x×*()[\]]+$/.test(typed) && sizes.length) return {sizes};
    return {advice: "Tulis bentuknya sebagai bilangan bulat, misalnya (3, 4)."};
  }
  if (wanted === 1 && /^[^,]*\d,\d[^,]*$/.test(typed)) return {advice: `Pakai titik, bukan koma: ${typed.replace(",", ".")}`};
  const bare = typed.replace(/[[\]()]/g, " "), parts = wanted === 1 ? [bare] : bare.split(/[,;]|\s+(?=[-+−–‒.\d])/);
  const numbers = parts.filter((part) => part.trim()).map(number);
  if (!numbers.length || numbers.includes(undefined)) return {advice: "Itu belum terbaca sebagai bilangan. Tulis misalnya −20, 0.25, atau 1/3."};
  if (numbers.length !== wanted) return {advice: `Perlu ${wanted} bilangan, yang terbaca ${numbers.length}.`};
  return {numbers};
}

function verdict({value, place}, answer) {
  if (Number.isNaN(answer) || Number.isNaN(value)) return Number.isNaN(answer) && Number.isNaN(value) ? "right" : "wrong";
  if (value === answer) return "right";
  const off = Math.abs(value - answer), whole = Math.abs(answer);
  if (!Number.isFinite(off)) return "wrong";
  if (off <= whole * (place ? EXACT : 1e-3) && (!place || off <= place * 0.500001)) return "right";
  return off <= whole * NEAR ? "near" : "wrong";
}

// How a guess compares, and one sentence on what went wrong where that can be seen.
function judge(parsed, question) {
  if (question.sizes) {
    const same = (one, other) => one.length === other.length && one.every((size, i) => size === other[i]);
    const sorted = (sizes) => [...sizes].sort((a, b) => a - b);
    if (same(parsed.sizes, question.sizes)) return {verdict: "right", why: ""};
    if (same(sorted(parsed.sizes), sorted(question.sizes))) return {verdict: "near", why: "Ukurannya tepat, urutannya tertukar."};
    return {verdict: "wrong", why: `Gradien selalu berbentuk seperti tensor yang menerimanya, di sini (${question.sizes.join(", ")}).`};
  }
  const found = parsed.numbers.map((one, i) => verdict(one, question.answer[i]));
  const worst = ["wrong", "near", "right"].find((one) => found.includes(one));
  if (worst === "right") return {verdict: worst, why: ""};
  const all = (other) => parsed.numbers.every((one, i) => verdict(one, other(i)) === "right");
  if (all((i) => -question.answer[i])) return {verdict: "near", why: "Besarnya tepat, tandanya terbalik."};
  if (worst === "wrong" && parsed.numbers.length === 1) {
    if (question.factor !== null && all(() => question.factor)) return {verdict: worst, why: "Itu turunan lokalnya saja; kalikan dengan gradien yang tiba."};
    if (question.given !== null && question.factor !== null && all(() => question.given)) return {verdict: worst, why: "Itu gradien yang tiba; turunan lokalnya belum dikalikan."};
    if (question.slot === null && question.given !== null && all(() => question.given)) return {verdict: worst, why: "Itu gradien yang baru tiba; isi .grad yang lama belum ditambahkan."};
    if (all((i) => question.answer[i] / 1000)) return {verdict: worst, why: "Titik dibaca sebagai tanda desimal: tulis ribuan tanpa titik."};
  }
  const hits = found.filter((one) => one === "right").length;
  return {verdict: worst, why: worst === "wrong" && hits ? `${hits} dari ${found.length} bilangan tepat.` : ""};
}

// How often each verdict came.
function tallied(records) {
  const count = {right: 0, near: 0, wrong: 0, skipped: 0};
  for (const one of records) count[one.verdict] += 1;
  return count;
}

function scored(records, whole) {
  const {right, near, wrong, skipped} = tallied(records), told = [[right, "tepat"], [near, "hampir"], [wrong, "meleset"], [skipped, "dilewati"]];
  const parts = told.filter(([count, word]) => count || word === "tepat").map(([count, word]) => `${count} ${word}`);
  return `Skor tebakan: ${parts.join(", ")}, dari ${whole} pertanyaan.`;
}

// The lines of a sentence; a span that holds a break begins a new one.
function linesOf(say) {
  const lines = [[]];
  for (const span of say) {
    span.text.split("\n").forEach((text, i) => {
      if (i) lines.push([]);
      if (text) lines[lines.length - 1].push({...span, text});
    });
  }
  return lines;
}

if (typeof module !== "undefined") {
  module.exports = {judge, linesOf, number, parse, scored, tallied, verdict, MARKS};
}

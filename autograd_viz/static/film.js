"use strict";

// What the player knows about a film, without a page: the state at any frame, the camera, the sizes. Runs under node too.

const VERSION = 7;
const FRAME = {place: null, card: null, say: [], note: null, path: [], cards: [], edges: [], flow: [], turn: null, turns: [], asks: [], rows: []};
const QUESTION = {answer: [], sizes: null, hint: [], line: null, given: null, factor: null, slot: null};
const CARD = {value: [], grad: [], quiet: false, mark: "", cuts: [], tangent: [], kept: 0};
const STATE = {value: "", grad: "", size: 0}; // of a turn
const EDGE = {sent: "", local: ""};
const PHASES = {maju: "Maju", mundur: "Mundur", ulang: "Dihitung ulang", optimizer: "Optimizer", hapus: "Hapus grad", galat: "Galat"};
const KEYS = {ArrowRight: "next", ArrowLeft: "back", Home: "home", End: "last", " ": "play", f: "full", t: "guess", "+": "in", "-": "out", "0": "fit", "?": "help"};
const WIDE = 860; // pixels of a player from which code and graph stand side by side
const SLIM = [640, 500]; // below which the row of keys leaves out the speed, and then the switch
const PHONE = 480, TALL = 600; // and below which, in a window as tall as a phone, the keys lie at the thumb
const HEIGHTS = {least: 390, most: 560, share: 0.74, unknown: 502, stage: 196, phone: 692, phoneShare: 0.91};
const LOW = 240; // a stage of this height or less has no minimap
const CHROME = {wide: 136, narrow: 136, phone: 68}; // pixels of a page's window that are never the player's
const KEPT = 300; // what a stage keeps when it gives way to a long sentence
const CODE = {least: 200, share: 0.38, beside: 0.32, shrunk: 0.9}; // width of the code: the last two beside a graph that scrolls, and how far one shrinks
const READABLE = 0.85; // a stage is drawn no smaller than this: 13 px become 11
const FARTHEST = 0.7; // and by the camera alone no smaller than this, to show an arrow and both its ends
const TOUCH = 40; // pixels of what a finger can hit, at least
const AROUND = 26; // what the camera leaves around a card, its light and its name of the next one

// A film as Python wrote it, where what equals its default is left out.
function unpack(film) {
  if (film.version !== VERSION) throw new Error(`film version ${film.version}, this player knows ${VERSION}`);
  const frames = film.frames.map((frame) => ({
    ...FRAME,
    ...frame,
    cards: (frame.cards || []).map((card) => ({...CARD, ...card})),
    edges: (frame.edges || []).map((edge) => ({...EDGE, ...edge})),
    turns: (frame.turns || []).map((turn) => ({...STATE, ...turn})),
    rows: (frame.rows || []).map((row) => ({before: "", after: "", step: "", rule: "", ...row})),
    asks: (frame.asks || []).map((ask) => ({edge: null, card: null, ...ask, question: asked(ask.question)})),
  }));
  const stages = film.stages.map((stage) => ({
    ...stage,
    cards: (stage.cards || []).map((card) => ({tip: [], grad_word: "grad", word: "nilai", stack: "", ...card})),
    edges: (stage.edges || []).map((edge) => ({stacked: false, ...edge})),
  }));
  const sources = (film.sources || []).map((source) => ({...source, rows: source.rows || []}));
  const turns = (film.turns || []).map((turn) => ({outer: null, ...turn}));
  const runs = (film.runs || []).map((run) => ({place: null, name: "", leaf: "", note: "", ...run}));
  const pages = film.pages.map((page) => ({
    turns: [], ...page, titles: page.titles || [], views: (page.views || []).map((view) => ({titles: [], ...view})),
  }));
  return {notes: [], brief: false, missing: "", guess: false, ...film, frames, turns, runs, stages, sources, pages};
}

function asked(question) {
  const full = {...QUESTION, ...question}; // nan and inf come as text
  return {...full, answer: full.answer.map(Number)};
}

// The first frame of every page begins with an empty stage, so any frame is reached from there.
function pageStart(frames, at) {
  let start = at;
  while (start > 0 && frames[start - 1].page === frames[at].page) start -= 1;
  return start;
}

function stateAt(frames, at) {
  const state = {cards: new Map(), edges: new Map()};
  for (let i = pageStart(frames, at); i <= at; i += 1) apply(state, frames[i]);
  return state;
}

function apply(state, frame) {
  for (const card of frame.cards) state.cards.set(card.card, card);
  for (const edge of frame.edges) {
    if (edge.sent) state.edges.set(edge.edge, edge);
    else state.edges.delete(edge.edge);
  }
  return state;
}

// Numbers of what differs; a state is one object of the film, so the same object means the same content.
function changed(before, after) {
  const numbers = [...after.keys()].filter((number) => before.get(number) !== after.get(number));
  return [...numbers, ...[...before.keys()].filter((number) => !after.has(number))];
}

// What stands on a card behind a word, as rows.
function written(word, rows) {
  return rows.length ? [`${word} ${rows[0]}`.trim(), ...rows.slice(1)] : [""];
}

// What stands at the arrow back, before the gradient that was sent: rows, the last of them without its number.
function labelRows(edge, stacked) {
  if (!edge.local) return ["→ "];
  return stacked ? [`×${edge.local}`, "→ "] : [`×${edge.local} → `];
}

// The numbers that a frame makes: gradients sent along arrows, else what is new on its cards.
function made(frames, at) {
  const frame = frames[at], sent = frame.edges.filter((edge) => edge.sent).map((edge) => edge.edge);
  if (sent.length) return {edges: sent, cards: []};
  const before = at > 0 && frames[at - 1].page === frame.page ? stateAt(frames, at - 1).cards : new Map();
  const cards = [];
  for (const card of frame.cards) {
    const old = before.get(card.card) || CARD;
    if (card.card !== frame.card && frame.card !== null) continue;
    if (card.grad.join() !== old.grad.join() && before.has(card.card)) {
      if (card.grad.length === 1 && !card.quiet) cards.push({card: card.card, field: "grad"});
    } else if (card.tangent.join() !== old.tangent.join() && card.tangent.length === 1) {
      cards.push({card: card.card, field: "tangent"});
    } else if (card.value.join() !== old.value.join() && card.value.length === 1) {
      cards.push({card: card.card, field: "value"});
    }
  }
  return {edges: [], cards};
}

// The card that the next step on this page works on, if it is another one.
function nextCard(frames, at) {
  const here = frames[at], next = frames[at + 1];
  return next && next.page === here.page && next.card !== here.card ? next.card : null;
}

// The next step on this page at which the card is at work, after the last one the first again.
function stepOf(frames, at, card) {
  const start = pageStart(frames, at);
  let first = -1;
  for (let i = start; i < frames.length && frames[i].page === frames[at].page; i += 1) {
    if (frames[i].card !== card) continue;
    if (i > at) return i;
    if (first < 0) first = i;
  }
  return first < 0 ? at : first;
}

function clamp(at, count) {
  return Math.max(0, Math.min(count - 1, at));
}

function moved(command, at, count) {
  const target = {next: at + 1, back: at - 1, home: 0, last: count - 1}[command];
  return target === undefined ? at : clamp(target, count);
}

// Stretches of one phase, in order.
function segments(frames) {
  const found = [];
  frames.forEach((frame, at) => {
    const last = found[found.length - 1];
    if (last && last.phase === frame.phase) last.to = at;
    else found.push({phase: frame.phase, from: at, to: at});
  });
  return found;
}

// Where a step lies on a timeline of this width whose thumb is so wide.
function spot(at, count, width, thumb) {
  return count < 2 ? thumb / 2 : thumb / 2 + (width - thumb) * at / (count - 1);
}

// How the player is laid out: by its width, by the height of the window around it, and whether fingers are used.
function arrangement(width, room, touch, strip = false) {
  const tall = touch ? !room || room >= TALL : width < PHONE && room >= TALL; // on its side a phone has no room for keys at the thumb
  const mode = width >= WIDE ? "wide" : tall ? "phone" : "narrow";
  const {least, most, share, unknown, phone, phoneShare} = HEIGHTS;
  let height = room ? Math.max(least, Math.min(most, share * room)) : unknown + (strip ? 36 : 0);
  if (mode === "phone" && room) height = Math.max(least, Math.min(phone, phoneShare * room));
  height = Math.round(height);
  const small = height < 460;
  const lower = {wide: 156, narrow: small ? 160 : 192, phone: small ? 212 : 300}[mode];
  const above = {wide: 48, narrow: small ? (touch ? 86 : 76) : 96, phone: 150}[mode]; // rows of the dock that are not the sentence
  const say = lower - above;
  const folded = mode === "wide" ? 0 : small && !touch ? 32 : 40;
  const slim = mode === "narrow" ? SLIM.filter((limit) => width < limit).length : 0;
  const stage = Math.max(HEIGHTS.stage, height - lower - folded - 2);
  return {mode, small, slim, height, folded, stage, lower: height - stage - folded - 2, say};
}

// The plan with room for so high a sentence, as far as there is any: first what lies idle beside the graph, then what the
// page has below, then on a phone some of the stage.
function roomier(plan, need, idle, room) {
  const lack = Math.max(0, Math.ceil(need) - plan.say);
  const empty = Math.min(lack, Math.max(0, Math.floor(idle)));
  const page = Math.min(lack - empty, room ? Math.max(0, Math.floor(room) - CHROME[plan.mode] - plan.height) : 0);
  const given = empty + Math.min(lack - empty - page, plan.mode === "phone" ? Math.max(0, plan.stage - empty - KEPT) : 0);
  return {...plan, height: plan.height + page, stage: plan.stage - given, lower: plan.lower + given + page, say: plan.say + given + page};
}

// Width of the code beside a graph that would like to be so wide: the graph shrinks a little first; one that scrolls
// anyway leaves the code its share.
function codeWidth(width, graph, code) {
  const {least, share, beside, shrunk} = CODE, rest = width - graph * shrunk;
  return Math.round(Math.max(least, Math.min(code, width * (rest < least ? beside : share), rest < least ? code : rest)));
}

// The part of the stage that shows: all of it, never larger than drawn; too wide a stage stays readable.
function fitted(stage, pane, least) {
  const scale = Math.max(Math.min(pane.width / stage.width, pane.height / stage.height, 1), least);
  const width = pane.width / scale, height = pane.height / scale;
  return {
    x: width >= stage.width ? (stage.width - width) / 2 : 0,
    y: height >= stage.height ? (stage.height - height) / 2 : 0,
    width,
    height,
  };
}

function zoomed(view, factor, x, y) {
  return {
    x: x - (x - view.x) / factor,
    y: y - (y - view.y) / factor,
    width: view.width / factor,
    height: view.height / factor,
  };
}

// The middle of the place nearest to the middle of the pane where a thing of this size covers no box; else the middle.
function freeSpot(boxes, pane, thing) {
  const centre = {x: pane.width / 2, y: pane.height / 2}, step = 8, spots = [];
  for (let x = thing.width / 2; x <= pane.width - thing.width / 2; x += step) {
    for (let y = thing.height / 2; y <= pane.height - thing.height / 2; y += step) spots.push({x, y, far: Math.hypot(x - centre.x, y - centre.y)});
  }
  spots.sort((one, other) => one.far - other.far || one.y - other.y || one.x - other.x);
  const free = ({x, y}) => boxes.every((box) =>
    x + thing.width / 2 <= box.x || x - thing.width / 2 >= box.x + box.width ||
    y + thing.height / 2 <= box.y || y - thing.height / 2 >= box.y + box.height);
  return spots.find(free) || centre;
}

// The corner of the pane for a thing of this size: one that covers no box, else one that covers none that must show;
// of these the corner where it is now, so that it moves seldom.
const CORNERS = [[false, false], [true, false], [false, true], [true, true]]; // at the top, at the left

function freeCorner(boxes, must, pane, thing, margin, now) {
  const free = (all) => ([top, left]) => {
    const x = left ? margin : pane.width - margin - thing.width, y = top ? margin : pane.height - margin - thing.height;
    return all.every((box) => x + thing.width <= box.x || x >= box.x + box.width || y + thing.height <= box.y || y >= box.y + box.height);
  };
  const tried = [now, ...CORNERS];
  return tried.find(free(boxes)) || tried.find(free(must)) || null;
}

function contains(view, box) {
  return box.x >= view.x - 0.5 && box.y >= view.y - 0.5 &&
    box.x + box.width <= view.x + view.width + 0.5 && box.y + box.height <= view.y + view.height + 0.5;
}

function around(boxes) {
  const x = Math.min(...boxes.map((box) => box.x)), y = Math.min(...boxes.map((box) => box.y));
  return {
    x,
    y,
    width: Math.max(...boxes.map((box) => box.x + box.width)) - x,
    height: Math.max(...boxes.map((box) => box.y + box.height)) - y,
  };
}

// A view so much larger that this box fits into it, if that draws the stage no smaller than the camera may; else null.
function steppedBack(view, box, scale) {
  const factor = Math.max((box.width + 8) / view.width, (box.height + 8) / view.height);
  if (factor <= 1 || scale / factor < FARTHEST) return null;
  const width = view.width * factor, height = view.height * factor;
  return {x: view.x - (width - view.width) / 2, y: view.y - (height - view.height) / 2, width, height};
}

// A box that reaches from this one towards another, no larger than the view.
function toward(box, goal, view) {
  const reach = (from, length, to, far, most) => {
    const low = Math.min(from, to), high = Math.max(from + length, to + far);
    if (high - low <= most) return [low, high - low];
    return to < from ? [from + length - most, most] : [from, most];
  };
  const [x, width] = reach(box.x, box.width, goal.x, goal.width, Math.max(view.width - AROUND, box.width));
  const [y, height] = reach(box.y, box.height, goal.y, goal.height, Math.max(view.height - AROUND, box.height));
  return {x, y, width, height};
}

// The view, moved no further than needed, so that the card at work shows, and with it all goals that fit, the first
// ones first; of the first one that does not fit as much as goes.
function followed(view, card, goals, stage) {
  let box = card;
  const left = [];
  for (const goal of goals) {
    const both = around([box, goal]);
    if (both.width <= view.width && both.height <= view.height) box = both;
    else left.push(goal);
  }
  if (left.length) box = toward(box, left[0], view);
  if (contains(view, box)) return view;
  const shift = (low, size, from, length, whole) => {
    if (size >= whole) return (whole - size) / 2;
    const spare = Math.min(AROUND, Math.max(0, (size - length) / 2));
    let start = low;
    if (length > size) start = from;
    else if (from - spare < low) start = from - spare;
    else if (from + length + spare > low + size) start = from + length + spare - size;
    return Math.max(0, Math.min(whole - size, start));
  };
  return {
    ...view,
    x: shift(view.x, view.width, box.x, box.width, stage.width),
    y: shift(view.y, view.height, box.y, box.height, stage.height),
  };
}

if (typeof module !== "undefined") {
  module.exports = {
    around, apply, arrangement, changed, clamp, codeWidth, contains, fitted, freeCorner, freeSpot, followed, labelRows, made, moved, nextCard, pageStart,
    roomier, segments, spot, stateAt, stepOf, steppedBack, unpack, written, zoomed, CARD, KEYS, PHASES, VERSION,
  };
}

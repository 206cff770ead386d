// Turns of the loops in a film: which one is open, what its stage shows, the strip. Without a page; runs under node too.

const COMPACT = 300; // a stage of less height has a strip of one row
const STRIP = {tall: 78, low: 34, touch: 46};

// A turn and those around it, outer first.
function pathOf(film, turn) {
  const path = [];
  for (let one = turn; one !== null && one !== undefined && one >= 0; one = film.turns[one].outer) path.unshift(one);
  return path;
}

// The last turn before a frame on its page that is in this list, else the first of the list.
function lastOf(film, at, turns) {
  for (let i = at; i >= 0 && film.frames[i].page === film.frames[at].page; i -= 1) {
    if (turns.includes(film.frames[i].turn)) return film.frames[i].turn;
  }
  return turns.length ? turns[0] : null;
}

// What the stage of a page shows while the turn that plays, or the one that was chosen, is open; null: all of it.
function viewAt(film, at, chosen) {
  const {views} = film.pages[film.frames[at].page];
  if (!views.length) return null;
  const turns = views.map((view) => view.turn), turn = turns.includes(chosen) ? chosen : lastOf(film, at, turns);
  return views.find((view) => view.turn === turn);
}

// The state of a page as the places of a view hold it.
function through(view, state) {
  if (!view) return state;
  const pick = (own, known) => new Map(own.flatMap((one, place) => known.has(one) ? [[place, known.get(one)]] : []));
  return {cards: pick(view.cards, state.cards), edges: pick(view.edges, state.edges)};
}

// The turn that a stack stands in front of, at the depth where it parts from the open one.
function frontOf(film, page, view, place) {
  const open = pathOf(film, view.turn);
  return pathOf(film, page.turns[view.cards[place]]).find((turn) => !open.includes(turn));
}

// Where a card of the page shows: its own place, else the stack that it lies in; -1: nowhere.
function placeOf(film, page, view, boxes, card) {
  if (card === null || !view) return card === null ? -1 : card;
  const own = view.cards.findIndex((one, place) => one === card && !boxes[place].stack);
  if (own >= 0) return own;
  const open = pathOf(film, view.turn), apart = pathOf(film, page.turns[card]).find((turn) => !open.includes(turn));
  if (apart === undefined) return -1;
  return boxes.findIndex(({stack}, place) => {
    const front = stack ? frontOf(film, page, view, place) : undefined;
    if (front === undefined || film.turns[front].run !== film.turns[apart].run) return false;
    return stack === "whole" || (front <= open[open.length - 1]) === (apart <= open[open.length - 1]);
  });
}

function titlesOf(film, page, view, boxes) {
  const own = new Map((view || page).titles.map(({card, title}) => [card, title]));
  boxes.forEach(({stack}, place) => {
    if (stack === "before" || stack === "after") own.set(place, film.turns[frontOf(film, page, view, place)].label);
  });
  return own;
}

// The turns of one run of a loop, in order.
function siblings(film, turn) {
  return film.turns.flatMap(({run}, number) => run === film.turns[turn].run ? [number] : []);
}

// The turn that the strip stands for: the open one, else the last that played, else the first to come.
function turnAt(film, at, view) {
  if (view) return view.turn;
  for (let i = at; i >= 0; i -= 1) if (film.frames[i].turn !== null) return film.frames[i].turn;
  const next = film.frames.find(({turn}) => turn !== null);
  return next ? next.turn : null;
}

// What is known about each turn at a frame.
function turnsAt(film, at) {
  const known = new Map();
  for (let i = 0; i <= at; i += 1) for (const state of film.frames[i].turns) known.set(state.turn, state);
  return known;
}

// The largest contribution of a turn in each run.
function largest(film) {
  const sizes = film.runs.map(() => 0);
  for (const {turns} of film.frames) for (const {turn, size} of turns) sizes[film.turns[turn].run] = Math.max(sizes[film.turns[turn].run], size);
  return sizes;
}

// The step that leads to a turn: one of the same phase if there is one; -1 where it has none.
function stepTo(film, at, turn) {
  const inside = film.frames.flatMap((frame, i) => pathOf(film, frame.turn).includes(turn) ? [i] : []);
  const same = inside.find((i) => film.frames[i].phase === film.frames[at].phase);
  return same !== undefined ? same : inside.length ? inside[0] : -1;
}

// The turn whose view opens when this one is chosen: itself, else the first that opens inside it; null: none here.
function opens(film, at, turn) {
  const found = film.pages[film.frames[at].page].views.find((view) => pathOf(film, view.turn).includes(turn));
  return found ? found.turn : null;
}

// Steps at which another turn begins.
function borders(film) {
  return film.frames.flatMap(({turn, phase}, i) => {
    const before = film.frames[i - 1];
    return before && turn !== null && turn !== before.turn && phase === before.phase ? [i] : [];
  });
}

if (typeof module !== "undefined") {
  module.exports = {borders, frontOf, largest, opens, pathOf, placeOf, siblings, stepTo, through, titlesOf, turnAt, turnsAt, viewAt};
}

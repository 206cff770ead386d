import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import test from "node:test";

const player = createRequire(import.meta.url)(process.env.FILM || "../../autograd_viz/static/film.js");

const guess = createRequire(import.meta.url)(process.env.GUESS || "../../autograd_viz/static/guess.js");

const loops = createRequire(import.meta.url)(process.env.LOOPS || "../../autograd_viz/static/loops.js");

const films = JSON.parse(readFileSync(new URL("films.json", import.meta.url), "utf-8"));
const loop = player.unpack(films.loop), nested = player.unpack(films.nested);
const chain = player.unpack(films.chain), rounds = player.unpack(films.two_rounds), stopped = player.unpack(films.cut_and_error);

// What is written on the stage, by name of its place.
function seen(film, n) {
  const state = player.stateAt(film.frames, n), texts = {};
  for (const [number, card] of state.cards) {
    texts["v" + number] = player.written("nilai", card.value).join("\n");
    if (card.grad.length) texts["g" + number] = player.written("grad", card.grad).join("\n");
  }
  for (const [number, edge] of state.edges) texts["e" + number] = player.labelRows(edge, false).join("") + edge.sent;
  return texts;
}

test("a frame is the sum of the changes on its page", () => {
  assert.deepEqual(seen(chain, 0), {v0: "nilai 3"});
  assert.deepEqual(seen(chain, 1), {v0: "nilai 3", v1: "nilai 9"});
  assert.deepEqual(seen(chain, chain.frames.length - 1), {
    v0: "nilai 3", v1: "nilai 9", v2: "nilai 18", v3: "nilai 21",
    g0: "grad 12", g1: "grad 2", g2: "grad 1", g3: "grad 1",
    e0: "×6 → 12", e1: "×2 → 2", e2: "×1 → 1",
  });
});

test("what Python left out has its default", () => {
  const [first] = chain.frames;
  assert.equal(first.note, null);
  assert.deepEqual([first.edges, first.flow, first.turn, first.turns], [[], [], null, []]);
  assert.deepEqual([first.cards[0].quiet, first.cards[0].mark, first.cards[0].cuts], [false, "", []]);
  assert.equal(chain.missing, "");
});

test("a film of another version is refused", () => {
  assert.throws(() => player.unpack({...films.chain, version: player.VERSION + 1}), /version/);
});

test("a page starts empty, with what leaves held before, and a new backward clears the arrows", () => {
  const second = rounds.frames.findIndex((frame) => frame.page === 1);
  assert.equal(player.pageStart(rounds.frames, second + 2), second);
  assert.deepEqual(seen(rounds, second), {v0: "nilai 1", v1: "nilai 1"});
  assert.deepEqual(Object.keys(seen(rounds, second - 1)).filter((key) => key[0] === "e"), ["e0", "e1"]);
});

test("a cut stays on its card until the error", () => {
  const last = player.stateAt(stopped.frames, stopped.frames.length - 1);
  assert.deepEqual(last.cards.get(1).cuts, ["detach"]);
  assert.equal(stopped.frames.at(-1).phase, "galat");
});

test("jumping gives the same state as stepping", () => {
  const state = {cards: new Map(), edges: new Map()};
  for (let n = 0; n < chain.frames.length; n += 1) {
    player.apply(state, chain.frames[n]);
    assert.deepEqual(state, player.stateAt(chain.frames, n));
  }
});

test("only what differs is redrawn, forwards and backwards", () => {
  const one = player.stateAt(chain.frames, 3).cards, three = player.stateAt(chain.frames, 6).cards;
  assert.deepEqual(player.changed(one, three), [2, 3]);
  assert.deepEqual(player.changed(three, one), [2, 3]);
  assert.deepEqual(player.changed(one, one), []);
  assert.deepEqual(player.changed(three, player.stateAt(chain.frames, 0).cards), [1, 2, 3]);
});

test("keys move within the film", () => {
  assert.equal(player.moved(player.KEYS.ArrowRight, 5, 6), 5);
  assert.equal(player.moved(player.KEYS.ArrowRight, 0, 6), 1);
  assert.equal(player.moved(player.KEYS.ArrowLeft, 0, 6), 0);
  assert.equal(player.moved(player.KEYS.Home, 3, 6), 0);
  assert.equal(player.moved(player.KEYS.End, 3, 6), 5);
  assert.equal(player.moved("unknown", 3, 6), 3);
});

test("a card leads to its next step on this page and then around", () => {
  const steps = chain.frames.flatMap((frame, n) => frame.card === 1 ? [n] : []);
  assert.deepEqual(steps, [1, 7]);
  assert.equal(player.stepOf(chain.frames, 0, 1), 1);
  assert.equal(player.stepOf(chain.frames, 1, 1), 7);
  assert.equal(player.stepOf(chain.frames, 7, 1), 1);
  assert.equal(player.stepOf(chain.frames, 2, 9), 2);
});

test("the stage is never drawn larger, and a wide one stays readable", () => {
  const small = player.fitted({width: 100, height: 50}, {width: 400, height: 200}, 0.7);
  assert.deepEqual(small, {x: -150, y: -75, width: 400, height: 200});
  const wide = player.fitted({width: 2000, height: 50}, {width: 700, height: 200}, 0.7);
  assert.equal(Math.round(wide.width), 1000);
  assert.equal(wide.x, 0);
});

test("zooming keeps the point under the pointer", () => {
  const view = player.zoomed({x: 0, y: 0, width: 100, height: 100}, 2, 30, 60);
  assert.deepEqual(view, {x: 15, y: 30, width: 50, height: 50});
});

const box = (x, y = 100) => ({x, y, width: 100, height: 80});

test("the camera moves only where the card at work would be out of view", () => {
  const view = {x: 0, y: 0, width: 500, height: 300}, stage = {width: 1600, height: 300};
  assert.equal(player.followed(view, box(200), [], stage), view);
  assert.equal(player.followed(view, box(900), [], stage).x, 526);
  assert.equal(player.followed({...view, x: 800}, box(100), [], stage).x, 74);
});

test("a goal of the gradient comes into view with its card; of one that is too far as much of the way as goes", () => {
  const view = {x: 900, y: 0, width: 500, height: 300}, stage = {width: 1600, height: 300};
  const both = player.followed(view, box(1000), [box(700)], stage);
  assert.ok(player.contains(both, box(1000)) && player.contains(both, box(700)));
  const far = player.followed(view, box(1000), [box(200)], stage);
  assert.ok(player.contains(far, box(1000)) && far.x === 613 && far.width === 500, String(far.x));
  const label = {x: 820, y: 150, width: 60, height: 18};
  const near = player.followed(view, box(1000), [label, box(200)], stage);
  assert.ok(player.contains(near, box(1000)) && player.contains(near, label), "the number on the way comes first");
});

test("the camera steps back for an arrow and both its ends, though never too far to read", () => {
  const view = {x: 100, y: 0, width: 400, height: 300}, wide = (width) => ({x: 0, y: 10, width, height: 80});
  assert.equal(player.steppedBack(view, wide(300), 0.9), null);
  const back = player.steppedBack(view, wide(472), 0.9);
  assert.deepEqual(back, {x: 60, y: -30, width: 480, height: 360});
  assert.equal(player.steppedBack(view, wide(600), 0.9), null);
});

test("a long sentence gets what lies idle, then what the page has, then on a phone some of the stage", () => {
  const plan = player.arrangement(1000, 768), more = (need, idle, room) => player.roomier(plan, need, idle, room);
  assert.deepEqual(more(100, 90, 768), plan);
  const sizes = ({height, stage, lower, say}) => [height, stage, lower, say];
  assert.deepEqual(sizes(plan), [560, 402, 156, 108]);
  assert.deepEqual(sizes(more(150, 50, 768)), [560, 360, 198, 150]);
  assert.deepEqual(sizes(more(200, 50, 768)), [602, 352, 248, 200]);
  assert.deepEqual(sizes(more(500, 50, 768)), [632, 352, 278, 230], "the rest is for the cue");
  assert.deepEqual(more(150, 0, 0), plan, "the page has told no height");
  const phone = player.arrangement(372, 760, true);
  assert.deepEqual([phone.stage, player.roomier(phone, 400, 0, 760).stage], [350, 300]);
  for (const width of [1000, 700, 458, 390]) {
    const one = player.arrangement(width, 760), grown = player.roomier(one, 400, 0, 760);
    assert.equal(grown.height, grown.stage + grown.lower + grown.folded + 2);
    assert.ok(grown.height <= 760 - 68 && grown.stage >= Math.min(300, one.stage));
  }
});

test("after a drag the camera comes back when the card would be hidden", () => {
  const stage = {width: 700, height: 260}, away = {x: -2000, y: 500, width: 500, height: 200};
  const back = player.followed(away, box(20, 20), [], stage);
  assert.ok(player.contains(back, box(20, 20)));
});

test("following never shows what lies outside of the stage", () => {
  const view = {x: 0, y: -20, width: 500, height: 300}, stage = {width: 700, height: 260};
  assert.deepEqual(player.followed(view, box(580, 20), [], stage), {...view, x: 200});
});

test("wide players have two columns, phones their keys at the thumb, and the stage gives way first", () => {
  const at = (width, room, touch = false) => player.arrangement(width, room, touch);
  assert.deepEqual([at(1000, 768).mode, at(700, 768).mode, at(390, 760).mode, at(700, 768, true).mode, at(458, 512).mode],
    ["wide", "narrow", "phone", "phone", "narrow"]);
  assert.deepEqual([at(1000, 2000).height, at(1000, 600).height, at(1000, 300).height, at(1000, 0).height], [560, 444, 390, 502]);
  assert.equal(at(1000, 0).stage, 344);
  assert.equal(at(458, 512).stage, 196);
  assert.equal(at(372, 760).height, 692);
  assert.deepEqual([1000, 700, 572, 458].map((width) => at(width, 512).slim), [0, 0, 1, 2]);
});

test("the graph comes first: code takes what is left of the width, within bounds", () => {
  assert.equal(player.codeWidth(1000, 708, 400), 363, "the graph shrinks to nine tenths");
  assert.equal(player.codeWidth(912, 700, 260), 260);
  assert.equal(player.codeWidth(1000, 950, 400), 320, "it scrolls anyway");
  assert.equal(player.codeWidth(500, 950, 400), 200);
  assert.equal(player.codeWidth(1000, 100, 800), 380);
  assert.equal(player.codeWidth(1000, 100, 260), 260);
});

test("the number of a step: gradients sent, else what is new on its card", () => {
  assert.deepEqual(player.made(chain.frames, 1), {edges: [], cards: [{card: 1, field: "value"}]});
  assert.deepEqual(player.made(chain.frames, 7), {edges: [0], cards: []});
  assert.deepEqual(player.made(chain.frames, 8), {edges: [], cards: [{card: 0, field: "grad"}]});
  assert.deepEqual(player.made(chain.frames, 9), {edges: [], cards: []});
});

test("the next card is known on the same page only", () => {
  assert.equal(player.nextCard(chain.frames, 0), 1);
  assert.equal(player.nextCard(chain.frames, 3), null);
  assert.equal(player.nextCard(chain.frames, 9), null);
  const end = rounds.frames.findIndex((frame) => frame.page === 1) - 1;
  assert.equal(player.nextCard(rounds.frames, end), null);
});

test("stretches of one phase and the places of steps on the timeline", () => {
  assert.deepEqual(player.segments(chain.frames), [{phase: "maju", from: 0, to: 3}, {phase: "mundur", from: 4, to: 9}]);
  assert.deepEqual([0, 9].map((step) => player.spot(step, 10, 200, 20)), [10, 190]);
  assert.equal(player.spot(0, 1, 200, 20), 10);
});

test("the button that starts the film covers no card where there is room", () => {
  const pane = {width: 600, height: 400}, thing = {width: 100, height: 60};
  const spot = player.freeSpot([{x: 200, y: 150, width: 200, height: 100}], pane, thing);
  assert.ok(spot.y <= 120 || spot.y >= 280 || spot.x <= 150 || spot.x >= 450);
  assert.deepEqual(player.freeSpot([{x: 0, y: 0, width: 600, height: 400}], pane, thing), {x: 300, y: 200});
});

test("the map takes a corner without a card, else one that covers nothing at work, and moves seldom", () => {
  const pane = {width: 600, height: 400}, thing = {width: 150, height: 80}, first = [false, false];
  const at = (boxes, must, now) => player.freeCorner(boxes, must, pane, thing, 12, now);
  const low = {x: 500, y: 300, width: 90, height: 90}, everywhere = {x: 0, y: 0, width: 600, height: 400};
  assert.deepEqual(at([], [], first), first);
  assert.deepEqual(at([low], [], first), [true, false]);
  assert.deepEqual(at([], [], [true, true]), [true, true]);
  assert.deepEqual(at([everywhere], [low], first), [true, false]);
  assert.deepEqual(at([everywhere], [low], [true, true]), [true, true]);
  assert.equal(at([everywhere], [everywhere], first), null);
});

// Guessing

const asked = (answer, more = {}) => ({answer, sizes: null, given: null, factor: null, ...more});
const judged = (text, question) => {
  const parsed = guess.parse(text, question);
  return parsed.advice || guess.judge(parsed, question).verdict;
};

test("numbers are read with any minus, as fractions, with exponents, and as nan or inf", () => {
  const read = (text) => { const found = guess.number(text); return found && found.value; };
  assert.deepEqual(["-20", "−20", "– 20", "+3", ".5", "7.", "2.5e-3", "-3/4", "nan", "-inf", "∞"].map(read),
    [-20, -20, -20, 3, 0.5, 7, 0.0025, -0.75, NaN, -Infinity, Infinity]);
  assert.deepEqual(["", "abc", "1/0", "--2", "1.2.3", "e5", "2x"].map(read), Array(7).fill(undefined));
});

test("a guess is right with the digits that were typed, near within a twentieth or with the other sign", () => {
  const told = [["40", 40], ["40.0", 40], ["41", 40], ["50", 40], ["-40", 40], ["0.0764", 0.076387], ["0.076", 0.076387],
    ["0.08", 0.076387], ["1/3", 0.33333334], ["299", 300], ["300", 299.8], ["0", 0], ["0.01", 0], ["nan", NaN], ["1", NaN], ["inf", Infinity]];
  assert.deepEqual(told.map(([text, answer]) => judged(text, asked([answer]))),
    ["right", "right", "near", "wrong", "near", "right", "right", "near", "right", "near", "right", "right", "wrong", "right", "wrong", "right"]);
});

test("what is wrong with a guess is told where it can be seen", () => {
  const why = (text, question) => guess.judge(guess.parse(text, question), question).why;
  const sizes = {...asked([]), sizes: [3, 4]};
  assert.equal(why("(3, 2)", sizes), "Gradien selalu berbentuk seperti tensor yang menerimanya, di sini (3, 4).");
  assert.equal(why("(4, 3)", sizes), "Ukurannya tepat, urutannya tertukar.");
  assert.equal(why("1, 2, 9", asked([1, 2, 3])), "2 dari 3 bilangan tepat.");
  assert.equal(why("7, 8, 9", asked([1, 2, 3])), "");
  assert.equal(why("40", asked([52], {given: 40, slot: null})), "Itu gradien yang baru tiba; isi .grad yang lama belum ditambahkan.");
  assert.equal(why("40", asked([52], {given: 40, slot: 0})), "");
});

test("a decimal comma, words and a wrong count are mended before they are judged", () => {
  assert.equal(judged("24,0", asked([24])), "Pakai titik, bukan koma: 24.0");
  assert.match(judged("dua", asked([2])), /belum terbaca/);
  assert.match(judged("", asked([2])), /dulu/);
  assert.equal(judged("[1, 2, 3]", asked([1, 2])), "Perlu 2 bilangan, yang terbaca 3.");
  assert.equal(judged("[1, −2]", asked([1, -2])), "right");
  assert.equal(judged("1 -2", asked([1, -2])), "right");
  assert.equal(judged("1; -3", asked([1, -2])), "wrong");
});

test("shapes are numbers in any brackets, and a swapped one is near", () => {
  const shape = asked([], {sizes: [4, 3]});
  assert.deepEqual(["(4, 3)", "4 3", "[4,3]", "4x3", "(3, 4)", "(4, 3, 1)"].map((text) => judged(text, shape)),
    ["right", "right", "right", "right", "near", "wrong"]);
  assert.match(judged("tiga", shape), /bilangan bulat/);
});

test("what went wrong is told where it can be seen", () => {
  const question = asked([-20], {given: -5, factor: 4});
  const why = (text) => guess.judge(guess.parse(text, question), question).why;
  assert.match(why("20"), /tandanya terbalik/);
  assert.match(why("4"), /turunan lokalnya saja/);
  assert.match(why("-5"), /gradien yang tiba/);
  assert.equal(why("7"), "");
  const thousand = asked([1500]);
  assert.match(guess.judge(guess.parse("1.5", thousand), thousand).why, /ribuan tanpa titik/);
});

test("the score counts what was right, near, wrong and skipped", () => {
  const records = ["right", "right", "near", "wrong", "skipped"].map((verdict) => ({verdict}));
  assert.equal(guess.scored(records, 6), "Skor tebakan: 2 tepat, 1 hampir, 1 meleset, 1 dilewati, dari 6 pertanyaan.");
  assert.equal(guess.scored([], 6), "Skor tebakan: 0 tepat, dari 6 pertanyaan.");
});

test("every gradient that a step makes is asked for, with its place on the stage", () => {
  const asks = chain.frames.flatMap((frame) => frame.asks);
  assert.deepEqual(asks.map(({edge, card, question}) => [edge, card, question.answer[0]]), [[2, null, 1], [1, null, 2], [0, null, 12], [null, 0, 12]]);
  assert.ok(chain.frames.every((frame, at) => frame.asks.every((ask) => ask.card !== null || player.made(chain.frames, at).edges.includes(ask.edge))));
  assert.equal(guess.linesOf(chain.frames[7].say).length, 1);
  assert.equal(asks[0].question.line, null);
});

test("the lines of a sentence keep their styles", () => {
  const say = [{text: "a", style: "code"}, {text: " b.\nc "}, {text: "d", style: "math"}];
  assert.deepEqual(guess.linesOf(say), [[{text: "a", style: "code"}, {text: " b."}], [{text: "c "}, {text: "d", style: "math"}]]);
});

const stepsOf = (film, turn, phase) => film.frames.flatMap((frame, n) => frame.turn === turn && frame.phase === phase ? [n] : []);
const boxes = (film, view) => film.stages[view.stage].cards;
const titles = (film, view) => {
  const own = loops.titlesOf(film, film.pages[0], view, boxes(film, view));
  return boxes(film, view).flatMap(({stack}, place) => stack === "before" || stack === "after" ? [own.get(place)] : []);
};

test("the turn that plays is open, forward and backward, its neighbours are stacks", () => {
  for (const phase of ["maju", "mundur"]) {
    const [first] = stepsOf(loop, 2, phase), view = loops.viewAt(loop, first, null);
    assert.equal(view.turn, 2);
    assert.deepEqual(titles(loop, view), ["t = 1", "t = 3"]);
  }
  assert.deepEqual(titles(loop, loops.viewAt(loop, stepsOf(loop, 0, "maju")[0], null)), ["t = 1"]);
});

test("behind the loop its last turn stays open, and any other can be chosen", () => {
  const end = loop.frames.length - 1;
  assert.equal(loops.viewAt(loop, end, null).turn, 0, "backward ended with the first turn");
  assert.equal(loops.viewAt(loop, end, 2).turn, 2);
  assert.equal(loops.viewAt(loop, end, 99).turn, 0);
  assert.equal(loops.viewAt(chain, 0, null), null);
});

test("a view holds the state of its page's cards, a stack that of the turn in front", () => {
  const end = loop.frames.length - 1, view = loops.viewAt(loop, end, 2);
  const state = loops.through(view, player.stateAt(loop.frames, end));
  const cards = boxes(loop, view), words = cards.map((box, place) => player.written(box.word, state.cards.get(place).value)[0]);
  assert.deepEqual(words, ["nilai 0.42", "h 0.584", "nilai 0.292", "nilai 0.592", "nilai 0.5313", "w × h 0.2657", "nilai 1.284", "nilai 1.649"]);
  assert.equal(state.cards.get(1).grad[0], "0.0655");
  assert.equal(loops.through(null, state), state);
});

test("the strip tells what each turn came to, once it is known", () => {
  const [end] = [...stepsOf(loop, 2, "mundur")].slice(-1), known = loops.turnsAt(loop, end);
  assert.deepEqual([...known.values()].map(({value}) => value), ["0.537", "0.584", "0.5313", "0.5122", "0.7842"]);
  assert.deepEqual([2, 3, 4].map((turn) => known.get(turn).grad), ["0.0764", "0.1938", "0.5066"]);
  assert.equal(known.get(1).grad, "");
  assert.deepEqual(loops.turnsAt(loop, 2).size, 0);
  assert.deepEqual(loops.largest(loop), [0.5066]);
});

test("a card in a folded turn shows as the stack that holds it", () => {
  const page = loop.pages[0], view = loops.viewAt(loop, loop.frames.length - 1, 2), own = boxes(loop, view);
  const [early] = stepsOf(loop, 0, "maju").map((n) => loop.frames[n].card).slice(-1);
  assert.equal(own[loops.placeOf(loop, page, view, own, early)].stack, "before");
  const [late] = stepsOf(loop, 4, "maju").map((n) => loop.frames[n].card);
  assert.equal(own[loops.placeOf(loop, page, view, own, late)].stack, "after");
  assert.equal(loops.placeOf(loop, page, view, own, 0), 0);
  assert.equal(loops.placeOf(loop, page, view, own, null), -1);
  assert.equal(loops.placeOf(chain, chain.pages[0], null, [], 3), 3);
});

test("turns in turns: the open path, its siblings, and where a click leads", () => {
  const inner = nested.turns.findIndex(({outer}) => outer !== null), outer = nested.turns[inner].outer;
  assert.deepEqual(loops.pathOf(nested, inner), [outer, inner]);
  assert.deepEqual(loops.siblings(nested, outer).map((turn) => nested.turns[turn].label), ["row = 0", "row = 1", "row = 2"]);
  assert.equal(loops.siblings(nested, inner).length, 3);
  const other = loops.siblings(nested, outer)[1], at = nested.frames.length - 1;
  assert.ok(loops.pathOf(nested, loops.opens(nested, at, other)).includes(other));
  assert.deepEqual(titles(nested, loops.viewAt(nested, at, inner)), ["putaran 2", "row = 1"]);
});

test("in a training loop a click goes to a step of that turn, of the same phase", () => {
  const [first, second] = loops.siblings(rounds, 0), back = stepsOf(rounds, first, "mundur")[0];
  assert.equal(loops.stepTo(rounds, back, second), stepsOf(rounds, second, "mundur")[0]);
  assert.equal(loops.opens(rounds, back, second), null);
  assert.equal(loops.turnAt(rounds, back, null), first);
  assert.deepEqual(loops.borders(loop).map((step) => loop.frames[step].turn), [1, 2, 3, 4, 4, 3, 2, 1, 0]);
});

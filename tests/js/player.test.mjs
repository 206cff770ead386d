import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import test from "node:test";

const player = createRequire(import.meta.url)("../../autograd_viz/static/player.js");

const films = JSON.parse(readFileSync(new URL("films.json", import.meta.url), "utf-8"));
const chain = player.unpack(films.chain), rounds = player.unpack(films.two_rounds), stopped = player.unpack(films.cut_and_error);

// What is written on the stage, by name of its place.
function seen(film, n) {
  const state = player.stateAt(film.frames, n), texts = {};
  for (const [number, card] of state.cards) {
    texts["v" + number] = player.written("nilai", card.value).join("\n");
    if (card.grad.length) texts["g" + number] = player.written("grad", card.grad).join("\n");
  }
  for (const [number, edge] of state.edges) texts["e" + number] = player.label(edge);
  return texts;
}

test("a frame is the sum of the changes on its page", () => {
  assert.deepEqual(seen(chain, 0), {v0: "nilai 3", g0: "grad belum dihitung"});
  assert.deepEqual(seen(chain, 1), {v0: "nilai 3", g0: "grad belum dihitung", v1: "nilai 9"});
  assert.deepEqual(seen(chain, chain.frames.length - 1), {
    v0: "nilai 3", v1: "nilai 9", v2: "nilai 18", v3: "nilai 21",
    g0: "grad 12", g1: "grad 2", g2: "grad 1", g3: "grad 1",
    e0: "×6 → 12", e1: "×2 → 2", e2: "×1 → 1",
  });
});

test("what Python left out has its default", () => {
  const [first] = chain.frames;
  assert.equal(first.note, null);
  assert.deepEqual([first.edges, first.flow, first.iteration, first.recomputed], [[], [], [], false]);
  assert.deepEqual([first.cards[0].quiet, first.cards[0].mark, first.cards[0].cuts], [true, "", []]);
  assert.equal(chain.missing, "");
});

test("a film of another version is refused", () => {
  assert.throws(() => player.unpack({...films.chain, version: player.VERSION + 1}), /version/);
});

test("a page starts empty, with what leaves held before, and a new backward clears the arrows", () => {
  const second = rounds.frames.findIndex((frame) => frame.page === 1);
  assert.equal(player.pageStart(rounds.frames, second + 2), second);
  assert.deepEqual(seen(rounds, second), {v0: "nilai 1", g0: "grad belum dihitung", v1: "nilai 1"});
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

test("the view follows a card out of sight, and stays otherwise", () => {
  const view = {x: 0, y: 0, width: 500, height: 300}, stage = {width: 1600, height: 300};
  const box = (x) => ({x, y: 100, width: 100, height: 80});
  assert.equal(player.followed(view, box(200), stage).x, 0);
  assert.equal(player.followed(view, box(900), stage).x, 560);
  assert.equal(player.followed({...view, x: 800}, box(100), stage).x, 40);
});

test("following a card never leaves the stage", () => {
  const view = {x: 0, y: -20, width: 500, height: 300}, stage = {width: 700, height: 260};
  const box = (x) => ({x, y: 20, width: 100, height: 80});
  assert.deepEqual(player.followed({...view, x: 30}, box(20), stage), {...view, x: 0});
  assert.deepEqual(player.followed(view, box(580), stage), {...view, x: 200});
  const whole = {...view, x: -50, width: 800};
  assert.deepEqual(player.followed(whole, box(20), stage), whole);
});

test("code stands above the graph only where that shows all of it, or on a small page", () => {
  assert.equal(player.above(600, 400, 500, 30), true);
  assert.equal(player.above(1000, 800, 900, 5), false);
  assert.equal(player.above(1000, 700, 1000, 5), true);
  assert.equal(player.above(1000, 700, 1000, 20), false);
  assert.equal(player.above(1000, 700, 2000, 5), false);
  assert.equal(player.above(700, 400, 2000, 5), true);
});

test("a wrapped line goes on further right than it begins", () => {
  assert.equal(player.hanging("x = 1"), 4);
  assert.equal(player.hanging("    x = 1"), 8);
});

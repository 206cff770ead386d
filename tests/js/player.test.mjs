import assert from "node:assert/strict";
import { createRequire } from "node:module";
import test from "node:test";

const player = createRequire(import.meta.url)("../../autograd_viz/static/player.js");

const frames = player.unpack({frames: [
  [0, "maju", [0, 1, 1], 0, ["a"], -1, {v0: "nilai 3"}, []],
  [0, "maju", [0, 1, 1], 1, ["b"], -1, {v1: "nilai 9"}, []],
  [0, "mundur", [0, 2, 2], 1, ["c"], 0, {g1: "grad 1", e0: "×6 → 6"}, [0]],
  [0, "mundur", [0, 2, 2], 0, ["d"], -1, {g0: "grad 6"}, []],
  [1, "maju", [0, 1, 1], 0, ["e"], -1, {v0: "nilai 4"}, []],
  [1, "mundur", [0, 2, 2], null, ["f"], -1, {v0: null}, []],
]});

const at = (n) => Object.fromEntries(player.stateAt(frames, n));

test("a frame is the sum of the changes on its page", () => {
  assert.deepEqual(at(0), {v0: "nilai 3"});
  assert.deepEqual(at(3), {v0: "nilai 3", v1: "nilai 9", g1: "grad 1", e0: "×6 → 6", g0: "grad 6"});
});

test("a page starts empty and null deletes", () => {
  assert.equal(player.pageStart(frames, 5), 4);
  assert.deepEqual(at(4), {v0: "nilai 4"});
  assert.deepEqual(at(5), {});
});

test("jumping gives the same state as stepping", () => {
  const state = new Map();
  for (let n = 0; n < 4; n += 1) {
    player.apply(state, frames[n].delta);
    assert.deepEqual(Object.fromEntries(state), at(n));
  }
});

test("only what differs is redrawn, forwards and backwards", () => {
  const one = player.stateAt(frames, 1), three = player.stateAt(frames, 3);
  assert.deepEqual(player.changed(one, three), ["g1", "e0", "g0"]);
  assert.deepEqual(player.changed(three, one), ["g1", "e0", "g0"]);
  assert.deepEqual(player.changed(one, one), []);
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
  assert.equal(player.stepOf(frames, 0, 1), 1);
  assert.equal(player.stepOf(frames, 1, 1), 2);
  assert.equal(player.stepOf(frames, 2, 1), 1);
  assert.equal(player.stepOf(frames, 1, 0), 3);
  assert.equal(player.stepOf(frames, 2, 7), 2);
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

// Reads cases as JSON from stdin and writes where layers.js puts cards and arrows; the geometry is judged in Python.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const { arrange } = createRequire(import.meta.url)("../../autograd_viz/static/layers.js");

const cases = JSON.parse(readFileSync(0, "utf8"));
const found = cases.map(({shape, cards, opened}) => {
  const grown = new Map(opened.map(([number, wide, tall]) => [number, {wide, tall}]));
  const placed = arrange(shape, cards, grown);
  return {
    boxes: cards.map((card, number) => {
      const [dx, dy] = placed.card(number), more = grown.get(number) || {wide: 0, tall: 0};
      return [card.x + dx, card.y + dy, card.width + more.wide, card.height + more.tall];
    }),
    lines: shape.wires.map((wire) => placed.moved(wire)),
    size: [shape.width + placed.size[0], shape.height + placed.size[1]],
  };
});
process.stdout.write(JSON.stringify(found));

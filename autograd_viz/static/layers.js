"use strict";

// The first part is pure and also runs under node (tests/js); the second part draws it in a page.

const HEAD = 8; // length of an arrow head
const PAD = 14; // inside a frame, beside and below what a card opens to
const BAR = 30; // the strip with the name on top of a frame

// What an opened card takes beyond its closed size: `inner` is the size of what it opens to.
function growth(card, inner) {
  return {
    wide: Math.max(0, inner.width + 2 * PAD - card.width),
    tall: Math.max(0, inner.height + BAR + PAD - card.height),
  };
}

const NEAR = 9; // an arrow leaves and enters its column a little outside of it
const furthest = (cuts, at) => cuts.reduce((most, cut) => (cut.at <= at ? Math.max(most, cut.by) : most), 0);

// Where everything stands once some cards are opened. Columns follow each other along one direction (x, or y in an
// upright picture); later columns make room for what an opened card grows along it, and in its own column what comes
// after it, across, moves on. `shape` is one of the page's; `cards`: {x, y, width, height}; `grown`: Map of card number to {wide, tall}.
function arrange(shape, cards, grown) {
  const [x, y, width, height, wide, tall] = shape.upright
    ? ["y", "x", "height", "width", "tall", "wide"] : ["x", "y", "width", "height", "wide", "tall"];
  const islandOf = [], spots = [];
  const islands = shape.islands.map((island, number) => {
    for (const card of island.cards) islandOf[card] = number;
    const bands = island.bands.map((band) => ({
      ...band,
      cuts: band.columns.map(() => []),
      growth: band.columns.map(() => 0),
      lowest: band.columns.map(() => band.top),
    }));
    return {line: island.line, bands, from: Math.min(...bands.map((band) => band.columns[0][0]))};
  });
  const bandAt = (island, across) => {
    const {bands} = islands[island];
    let number = 0;
    while (number + 1 < bands.length && bands[number + 1].top <= across) number += 1;
    return bands[number];
  };
  const columnAt = (band, along) => {
    const last = band.columns.length - 1;
    if (along > band.columns[last][1]) return last;
    return Math.max(0, band.columns.findIndex(([start, end]) => start - NEAR <= along && along <= end + NEAR));
  };
  cards.forEach((card, number) => {
    const band = bandAt(islandOf[number], card[y]);
    const column = columnAt(band, card[x] + card[width] / 2);
    spots[number] = {band, column};
    band.lowest[column] = Math.max(band.lowest[column], card[y] + card[height]);
  });
  for (const {source, points} of shape.wires) {
    for (let place = 0; place + 7 < points.length; place += 6) {
      const [along, at] = shape.upright ? [1, 0] : [0, 1];
      const level = points[place + at];
      if (points[place + 2 + at] !== level || points[place + 6 + at] !== level) continue;
      const band = bandAt(islandOf[source], level);
      const ends = [points[place + along], points[place + 6 + along]];
      const low = Math.min(...ends), high = Math.max(...ends);
      band.columns.forEach(([start, end], column) => {
        if (level > band.bottom + 1 || start >= high || low >= end) return;
        band.lowest[column] = Math.max(band.lowest[column], level);
      });
    }
  }
  for (const number of [...grown.keys()].sort((one, other) => cards[one][y] - cards[other][y])) {
    const card = cards[number], more = grown.get(number), {band, column} = spots[number];
    const cuts = band.cuts[column];
    cuts.push({at: card[y] + card[height], by: furthest(cuts, card[y]) + more[tall]});
    const over = card[x] + card[width] + more[wide] - band.columns[column][1];
    band.growth[column] = Math.max(band.growth[column], over);
  }
  // Bands, and islands that stand in one line, follow each other.
  const lines = new Map();
  for (const island of islands) {
    let before = 0;
    for (const band of island.bands) {
      band.before = before;
      const bottoms = band.cuts.map((cuts, column) => band.lowest[column] + furthest(cuts, band.lowest[column]));
      band.tall = Math.max(0, Math.max(...bottoms) - band.bottom);
      band.wide = band.growth.reduce((sum, by) => sum + by, 0);
      before += band.tall;
    }
    island.tall = before;
    island.wide = Math.max(...island.bands.map((band) => band.wide));
    lines.set(island.line, [...(lines.get(island.line) || []), island]);
  }
  let across = 0, furthestAlong = 0;
  for (const line of [...lines.keys()].sort((one, other) => one - other)) {
    let along = 0;
    for (const island of lines.get(line).sort((one, other) => one.from - other.from)) {
      [island.along, island.across] = [along, across];
      along += island.wide;
    }
    across += Math.max(...lines.get(line).map((island) => island.tall));
    furthestAlong = Math.max(furthestAlong, along);
  }

  const passed = (band, along) =>
    band.columns.reduce((sum, [, end], column) => (end <= along + 0.5 ? sum + band.growth[column] : sum), 0);
  // How far a point moves, as [along, across].
  const shift = (island, along, at) => {
    const band = bandAt(island, at), {along: a, across: c} = islands[island];
    if (at > band.bottom + 1) { // between two rows
      const last = band.columns[band.columns.length - 1];
      return [a + (along >= last[1] ? band.wide : 0), c + band.before + band.tall];
    }
    const last = band.columns.length - 1;
    const column = along < band.columns[0][0] ? 0 : along > band.columns[last][1] ? last
      : band.columns.findIndex(([start, end]) => start - NEAR <= along && along <= end + NEAR);
    return [a + passed(band, along), c + band.before + (column < 0 ? 0 : furthest(band.cuts[column], at))];
  };
  const cardShift = (number) => {
    const card = cards[number], {band, column} = spots[number], {along, across: c} = islands[islandOf[number]];
    const before = band.growth.slice(0, column).reduce((sum, by) => sum + by, 0);
    return [along + before, c + band.before + furthest(band.cuts[column], card[y])];
  };
  const turned = ([one, other]) => (shape.upright ? [other, one] : [one, other]);

  // The columns that a straight piece passes on its way, where it has to give way to what grew.
  const detours = (island, from, to, at) => {
    const band = bandAt(island, at);
    if (at > band.bottom + 1) return [];
    const [low, high] = from < to ? [from, to] : [to, from];
    const found = [];
    band.columns.forEach(([start, end], column) => {
      const down = furthest(band.cuts[column], at);
      if (down && start > low + NEAR && end < high - NEAR) found.push({start, end, down});
    });
    return from < to ? found : found.reverse().map(({start, end, down}) => ({start: end, end: start, down}));
  };

  // The control points of an arrow, as [x, y] pairs; its ends move with the cards that they touch.
  const moved = (wire) => {
    const island = islandOf[wire.source], points = [];
    for (let place = 0; place < wire.points.length; place += 2) {
      const pair = [wire.points[place], wire.points[place + 1]];
      points.push(turned(pair));
    }
    const last = points.length - 1;
    const touch = (number, [along, at]) => {
      const card = cards[number], more = grown.get(number), [a, c] = cardShift(number);
      return [
        along + a + (more && along >= card[x] + card[width] ? more[wide] : 0),
        at + c + (more && at >= card[y] + card[height] ? more[tall] : 0),
      ];
    };
    const place = (number) => {
      if (number === 0) return touch(wire.source, points[0]);
      if (number === last) return touch(wire.target, points[last]);
      const [along, at] = points[number], [a, c] = shift(island, along, at);
      return [along + a, at + c];
    };
    const out = [place(0)];
    for (let start = 0; start < last; start += 3) {
      const [begin, one, two, end] = points.slice(start, start + 4);
      const from = out[out.length - 1], to = place(start + 3);
      const straight = begin[1] === one[1] && one[1] === two[1] && two[1] === end[1];
      const around = straight ? detours(island, begin[0], end[0], begin[1]) : [];
      if (!around.length && straight) {
        const middle = (from[0] + to[0]) / 2;
        out.push(...(from[1] === to[1] ? flat(from, to) : [[middle, from[1]], [middle, to[1]], to]));
      } else if (!around.length) {
        const near = (point) => point[0] + shift(island, ...point)[0];
        out.push([near(one), one[1] - begin[1] + from[1]], [near(two), two[1] - end[1] + to[1]], to);
      } else {
        const level = begin[1] + islands[island].across + bandAt(island, begin[1]).before;
        const stops = around.map(({start: enter, end: leave, down}) =>
          [enter + shift(island, enter, begin[1])[0], leave + shift(island, leave, begin[1])[0], level + down]);
        step(out, [...stops, [to[0], to[0], to[1]]], Math.sign(end[0] - begin[0]));
      }
    }
    return out.flatMap(turned);
  };
  return {
    card: (number) => turned(cardShift(number)),
    point: (wire, px, py) => turned(shift(islandOf[wire.source], ...turned([px, py]))),
    moved,
    size: turned([furthestAlong, across]),
  };
}

const ROOM = 24; // in which an arrow gets from one height to another
const flat = ([a, c], [b, d]) => [[a + (b - a) / 3, c], [b - (b - a) / 3, d], [b, d]];

// Goes on from the last point through stops [start, end, height], changing height just before and after each.
function step(out, stops, sign) {
  for (const [start, end, height] of stops) {
    const before = out[out.length - 1];
    if (before[1] === height) {
      out.push(...flat(before, [end, height]));
      continue;
    }
    const turn = start - sign * ROOM;
    if ((turn - before[0]) * sign > 0) out.push(...flat(before, [turn, before[1]]));
    const [from] = out[out.length - 1], middle = (from + start) / 2;
    out.push([middle, before[1]], [middle, height], [start, height]);
    if (end !== start) out.push(...flat([start, height], [end, height]));
  }
}

const text = (number) => String(Math.round(number * 1000) / 1000);

// The line of an arrow up to where its head begins, and the head; as card_svg.arrow draws them.
function arrow(points) {
  const count = points.length;
  const x = points[count - 2], y = points[count - 1];
  const [along, across] = heading(points[count - 4], points[count - 3], x, y);
  const dx = along * HEAD, dy = across * HEAD, sideX = across * HEAD / 2, sideY = along * HEAD / 2;
  const stopX = x - dx, stopY = y - dy;
  const tip = `M${text(stopX - sideX)} ${text(stopY + sideY)}L${text(x)} ${text(y)}` +
    `L${text(stopX + sideX)} ${text(stopY - sideY)}z`;
  let beforeX = points[0], beforeY = points[1], line = `M${text(beforeX)} ${text(beforeY)}`;
  for (let start = 2; start < count; start += 6) {
    let [a, b, c, d, endX, endY] = points.slice(start, start + 6);
    if (start === count - 6) [c, d, endX, endY] = [c - dx, d - dy, stopX, stopY];
    if (beforeY === b && b === d && d === endY) line += `H${text(endX)}`;
    else if (beforeX === a && a === c && c === endX) line += `V${text(endY)}`;
    else line += "C" + [a, b, c, d, endX, endY].map(text).join(" ");
    [beforeX, beforeY] = [endX, endY];
  }
  return [line, tip];
}

function heading(beforeX, beforeY, x, y) {
  const dx = x - beforeX, dy = y - beforeY;
  if (!dx || !dy) return [Math.sign(dx), Math.sign(dy)];
  const far = Math.hypot(dx, dy);
  return [Math.round(8 * dx / far) / 8, Math.round(8 * dy / far) / 8];
}

if (typeof module !== "undefined") module.exports = {growth, arrange, arrow};
else (() => {
  const root = document.querySelector(".layers");
  const content = JSON.parse(document.querySelector("script.content").textContent);
  const view = root.querySelector(".view"), told = root.querySelector(".told");
  const [less, more, close] = ["less", "more", "close"].map((name) => root.querySelector(`.${name}`));
  const LEAST = 0.25, MOST = 2, STEP = 1.25; // of the zoom
  const TAG = 12; // from the middle of a label to its line
  const HIDDEN = 400; // asked for as long as the frame is hidden and nothing can be measured

  const make = (name, attributes = {}, inside = "") => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (inside) element.innerHTML = inside;
    return element;
  };
  const at = (x, y) => `translate(${text(x)} ${text(y)})`;
  const badge = (x, y, sign) =>
    `<g class="badge" transform="${at(x, y)}"><circle r="8"/><path d="M-4 0H4${sign === "+" ? "M0 -4V4" : ""}"/></g>`;
  const escaped = (string) => string.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
  const button = (group, name, expanded) => {
    group.setAttribute("role", "button");
    group.setAttribute("tabindex", "0");
    group.setAttribute("aria-expanded", String(expanded));
    group.setAttribute("aria-label", name);
  };

  // One layer as it is drawn now; `owner` is {picture, number}: the card that it is the inside of.
  class Picture {
    constructor(sheet, owner) {
      this.sheet = sheet;
      this.shape = content.shapes[sheet.shape];
      this.owner = owner;
      this.opened = new Map(); // card number → Picture
      this.cards = this.shape.corners.map(([x, y], number) => {
        const {width, height} = content.faces[sheet.faces[number]];
        return {x, y, width, height};
      });
      this.element = make("g");
      const {wires} = this.shape;
      const kinds = [...new Set(wires.map((wire) => (wire.untracked ? "wire untracked" : "wire")))];
      this.lines = new Map(kinds.map((kind) => [kind, make("path", {class: kind})]));
      this.heads = make("path", {class: "head"});
      this.spots = this.cards.map((card, number) => this.spot(number));
      this.tags = wires.map((wire) => (wire.tag ? make("g", {}, wire.tag.svg) : null));
      this.element.append(...this.lines.values(), this.heads, ...this.spots, ...this.tags.filter(Boolean));
      this.settle();
    }

    face(number) {
      return content.faces[this.sheet.faces[number]];
    }

    spot(number) {
      const {names, svg, title, width} = this.face(number), opens = this.sheet.opens[number] >= 0;
      const spot = make("g");
      const face = make("g", {class: names + (opens ? " face opens" : " face")}, svg);
      if (opens) {
        face.insertAdjacentHTML("beforeend", badge(width - 8, 0, "+"));
        button(face, `${title}: buka isinya`, false);
        face.jejak = () => this.open(number);
      }
      spot.append(face);
      return spot;
    }

    open(number) {
      const face = this.face(number);
      const inner = new Picture(content.sheets[this.sheet.opens[number]], {picture: this, number});
      this.opened.set(number, inner);
      const frame = make("g", {class: "frame"});
      const top = make("g", {class: "top opens"});
      button(top, `${face.title}: tutup`, true);
      top.jejak = () => this.shut(number);
      frame.append(make("rect", {class: "ground", rx: 8}), top, make("rect", {class: "edge", rx: 8}), inner.element);
      inner.element.setAttribute("transform", at(PAD, BAR + 2));
      const spot = this.spots[number];
      spot.firstChild.style.display = "none";
      spot.append(frame);
      this.settleUp();
      top.focus({preventScroll: true});
      told.textContent = `${face.title} dibuka: ${inner.cards.length} kartu.`;
    }

    shut(number) {
      this.opened.delete(number);
      const spot = this.spots[number];
      spot.lastChild.remove();
      spot.firstChild.style.display = "";
      this.settleUp();
      spot.firstChild.focus({preventScroll: true});
      told.textContent = `${this.face(number).title} ditutup.`;
    }

    settleUp() {
      for (let picture = this; picture; picture = picture.owner && picture.owner.picture) picture.settle();
      show();
    }

    settle() {
      const grown = new Map();
      for (const [number, inner] of this.opened) grown.set(number, growth(this.cards[number], inner));
      const placed = arrange(this.shape, this.cards, grown);
      this.cards.forEach(({x, y}, number) => {
        const [dx, dy] = placed.card(number);
        this.spots[number].setAttribute("transform", at(x + dx, y + dy));
      });
      const data = new Map([...this.lines.keys()].map((kind) => [kind, ""]));
      let heads = "";
      this.shape.wires.forEach((wire, number) => {
        const [line, tip] = arrow(grown.size ? placed.moved(wire) : wire.points);
        const kind = wire.untracked ? "wire untracked" : "wire";
        data.set(kind, data.get(kind) + line);
        heads += tip;
        if (!this.tags[number]) return;
        const {x, y} = wire.tag;
        const [dx, dy] = placed.point(wire, x, y + (this.shape.upright ? 0 : TAG));
        this.tags[number].setAttribute("transform", at(dx, dy));
      });
      for (const [kind, line] of this.lines) line.setAttribute("d", data.get(kind));
      this.heads.setAttribute("d", heads);
      const [wider, taller] = placed.size;
      this.width = this.shape.width + wider;
      this.height = this.shape.height + taller;
      for (const [number, more] of grown) this.frame(number, more);
    }

    frame(number, more) {
      const card = this.cards[number], {title, count} = this.face(number);
      const [ground, top, edge] = this.spots[number].lastChild.children;
      const width = card.width + more.wide, height = card.height + more.tall;
      for (const rect of [ground, edge]) {
        rect.setAttribute("width", text(width));
        rect.setAttribute("height", text(height));
      }
      const room = Math.max(4, Math.floor((width - 110) / 8));
      const name = title.length > room ? `${title.slice(0, room - 1)}…` : title;
      top.innerHTML = `<rect class="strip" x="1" y="1" width="${text(width - 2)}" height="${BAR - 6}" rx="7"/>` +
        `<text x="12" y="18"><tspan class="name">${escaped(name)}</tspan>` +
        `<tspan class="size" dx="8">${count} simpul</tspan></text>${badge(width - 8, 0, "−")}`;
    }
  }

  const sheet = make("svg", {class: "autograd-viz", role: "group"});
  const top = new Picture(content.sheets[0], null);
  sheet.append(top.element);
  view.append(sheet);
  let scale = 0;

  function show() {
    const edge = 10; // badges stand out a little
    sheet.setAttribute("viewBox", `${-edge} ${-edge} ${text(top.width + 2 * edge)} ${text(top.height + 2 * edge)}`);
    sheet.setAttribute("width", text((top.width + 2 * edge) * scale));
    sheet.setAttribute("height", text((top.height + 2 * edge) * scale));
    close.disabled = !top.opened.size;
    if (window.parent !== window) {
      const height = window.innerWidth ? Math.ceil(root.getBoundingClientRect().height) + 2 : HIDDEN;
      window.parent.postMessage({jejak: height}, "*");
    }
  }

  function zoom(by) {
    scale = Math.min(MOST, Math.max(LEAST, scale * by));
    show();
  }

  let width = -1;
  function fit() {
    if (!window.innerWidth || window.innerWidth === width) return;
    width = window.innerWidth;
    if (!top.opened.size) scale = Math.min(1, Math.max(0.75, (view.clientWidth - 40) / (top.width + 20)));
    show();
  }

  function press(event) {
    const pressed = event.target.closest(".opens");
    if (pressed) pressed.jejak();
    return Boolean(pressed);
  }
  sheet.addEventListener("click", press);
  sheet.addEventListener("keydown", (event) => {
    if ((event.key === "Enter" || event.key === " ") && press(event)) event.preventDefault();
    if (event.key !== "Escape") return;
    const frame = event.target.closest(".frame");
    if (frame) frame.querySelector(":scope>.top").jejak();
  });
  less.addEventListener("click", () => zoom(1 / STEP));
  more.addEventListener("click", () => zoom(STEP));
  close.addEventListener("click", () => [...top.opened.keys()].forEach((number) => top.shut(number)));
  window.addEventListener("message", (event) => {
    if (event.source === window.parent && event.data && event.data.jejak === "hello") show();
  });
  window.addEventListener("resize", fit);
  // A frame out of sight hears of its size late, so it looks by itself until it has one.
  const waiting = window.setInterval(() => {
    fit();
    if (width > 0) window.clearInterval(waiting);
  }, 200);
  fit();
})();

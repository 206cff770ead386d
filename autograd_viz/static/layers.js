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
    const last = band.columns.length - 1, end = ({columns}) => columns[columns.length - 1][1];
    // Beside the rows run the arrows that change them: what stands right of one row stands right of all.
    if (at > band.bottom + 1) { // between two rows
      const following = islands[island].bands[islands[island].bands.indexOf(band) + 1] || band;
      const right = along > Math.min(end(band), end(following)) ? islands[island].wide : 0;
      return [a + right, c + band.before + band.tall];
    }
    const beside = along >= end(band);
    const column = along < band.columns[0][0] ? 0 : along > band.columns[last][1] ? last
      : band.columns.findIndex(([start, end]) => start - NEAR <= along && along <= end + NEAR);
    const right = beside ? islands[island].wide : passed(band, along);
    return [a + right, c + band.before + (column < 0 ? 0 : furthest(band.cuts[column], at))];
  };
  const cardShift = (number) => {
    const card = cards[number], {band, column} = spots[number], {along, across: c} = islands[islandOf[number]];
    const before = band.growth.slice(0, column).reduce((sum, by) => sum + by, 0);
    return [along + before, c + band.before + furthest(band.cuts[column], card[y])];
  };
  const turned = ([one, other]) => (shape.upright ? [other, one] : [one, other]);

  // The columns that a straight piece passes, as [start, end, height]; in some it gives way to what grew there.
  const detours = (island, from, to, at) => {
    const band = bandAt(island, at), {across: c} = islands[island];
    if (at > band.bottom + 1) return [];
    const [low, high] = from < to ? [from, to] : [to, from];
    const found = [];
    band.columns.forEach(([start, end], column) => {
      if (start >= high || low >= end) return;
      const [enter, leave] = [Math.max(start, low), Math.min(end, high)].map((along) => along + shift(island, along, at)[0]);
      found.push([enter, leave, at + c + band.before + furthest(band.cuts[column], at)]);
    });
    return from < to ? found : found.reverse().map(([enter, leave, height]) => [leave, enter, height]);
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
      const same = (side) => begin[side] === one[side] && one[side] === two[side] && two[side] === end[side];
      if (same(1)) {
        const stops = detours(island, begin[0], end[0], begin[1]);
        const level = from[1] === to[1] && stops.every(([, , height]) => height === from[1]);
        if (level) out.push(...flat(from, to));
        else step(out, [...stops, [to[0], to[0], to[1]]], Math.sign(end[0] - begin[0]));
      } else if (same(0)) {
        out.push(...flat(from, to));
      } else {
        const near = (point) => point[0] + shift(island, ...point)[0];
        out.push([near(one), one[1] - begin[1] + from[1]], [near(two), two[1] - end[1] + to[1]], to);
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

// The same while nothing is opened.
const STILL = {card: () => [0, 0], point: () => [0, 0], moved: (wire) => wire.points, size: [0, 0]};

const ROOM = 24; // in which an arrow gets from one height to another
const flat = ([a, c], [b, d]) => [[a + (b - a) / 3, c + (d - c) / 3], [b - (b - a) / 3, d - (d - c) / 3], [b, d]];

// Goes on from the last point through stops [start, end, height], changing height just before and after each.
function step(out, stops, sign) {
  for (const [start, end, height] of stops) {
    const before = out[out.length - 1];
    if (before[1] === height) {
      if (before[0] !== end) out.push(...flat(before, [end, height]));
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
  const [less, more, whole, close, wider] = ["less", "more", "whole", "close", "wider"]
    .map((name) => root.querySelector(`.${name}`));
  const LEAST = 0.05, MOST = 2, STEP = 1.25; // of the zoom
  const READABLE = 0.75, PHONE = 700; // the smallest zoom that is not asked for; windows where nothing shrinks
  const finger = window.matchMedia("(pointer: coarse)"); // nor does anything where it is to be hit with one
  const SIDES = 40; // what the view leaves free on both sides together
  const EDGE = 10; // badges stand out a little
  const HIDDEN = 400; // asked for as long as the frame is hidden and nothing can be measured

  const html = (name, className, inside = "") => {
    const element = document.createElement(name);
    element.className = className;
    element.innerHTML = inside;
    return element;
  };
  const escaped = (string) => string.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
  const at = (x, y) => `translate(${text(x)} ${text(y)})`;
  const badge = (sign, x = 8, y = 8) => `<g class="badge" transform="${at(x, y)}"><circle r="8"/>` +
    `<path d="M-4 0H4${sign === "+" ? "M0 -4V4" : ""}"/></g>`;
  const minus = `<svg class="autograd-viz" width="17" height="17" viewBox="-1 -1 18 18">${badge("−")}</svg>`;

  const lineOf = (wire) => wire.kind || "wire";
  const headOf = (kind) => (kind === "wire broken" ? "head broken" : "head");

  // One layer as it is drawn now; `owner` is {picture, number}: the card that it is the inside of.
  // Each layer is a box of its own, so that what opens in one of them has the browser measure no other.
  class Picture {
    constructor(sheet, owner) {
      this.sheet = sheet;
      this.shape = content.shapes[sheet.shape];
      this.owner = owner;
      this.opened = new Map(); // card number → {picture, frame}
      this.cards = this.shape.corners.map(([x, y], number) => ({x, y, ...this.size(number)}));
      const {wires} = this.shape;
      const lines = [...new Set(wires.map(lineOf))], kinds = [...lines, ...new Set(lines.map(headOf))];
      const tagged = wires.filter((wire) => wire.tag);
      this.element = html("div", "layer", `<svg class="autograd-viz">` +
        kinds.map((kind) => `<path class="${kind}"/>`).join("") +
        this.cards.map((card, number) => this.spot(number)).join("") +
        tagged.map((wire) => `<g>${wire.tag.svg}</g>`).join("") + "</svg>");
      this.svg = this.element.firstChild;
      const parts = [...this.svg.children];
      this.lines = new Map(kinds.map((kind) => [kind, parts.shift()]));
      this.spots = this.cards.map(() => parts.shift());
      this.tags = new Map(tagged.map((wire) => [wire, parts.shift()]));
      this.spots.forEach((spot, number) => {
        if (this.sheet.opens[number] >= 0) spot.jejak = () => this.open(number);
      });
      this.settle();
    }

    face(number) {
      return content.faces[this.sheet.faces[number]];
    }

    size(number) {
      const {width, height} = this.face(number);
      return {width, height};
    }

    spot(number) {
      const {names, svg, title, width} = this.face(number);
      if (this.sheet.opens[number] < 0) return `<g class="${names}">${svg}</g>`;
      return `<g class="${names} opens" role="button" tabindex="0" aria-expanded="false" ` +
        `aria-label="${escaped(title)}: buka isinya">${svg}${badge("+", width - 8, 0)}</g>`;
    }

    open(number) {
      const {title, count} = this.face(number);
      const picture = new Picture(content.sheets[this.sheet.opens[number]], {picture: this, number});
      const frame = html("div", "frame", `<button class="top" aria-expanded="true" ` +
        `aria-label="${escaped(title)}: tutup"><b>${escaped(title)}</b><span>${count} simpul</span>${minus}</button>`);
      frame.firstChild.jejak = () => this.shut(number);
      frame.append(picture.element);
      this.opened.set(number, {picture, frame});
      this.spots[number].style.display = "none";
      this.element.append(frame);
      this.settleUp();
      frame.firstChild.focus({preventScroll: true});
      told.textContent = `${title} dibuka: ${picture.cards.length} kartu.`;
    }

    shut(number) {
      this.opened.get(number).frame.remove();
      this.opened.delete(number);
      this.spots[number].style.display = "";
      this.settleUp();
      this.spots[number].focus({preventScroll: true});
      told.textContent = `${this.face(number).title} ditutup.`;
    }

    settleUp() {
      for (let picture = this; picture; picture = picture.owner && picture.owner.picture) picture.settle();
      show();
    }

    settle() {
      const grown = new Map();
      for (const [number, {picture}] of this.opened) grown.set(number, growth(this.cards[number], picture));
      const placed = grown.size ? arrange(this.shape, this.cards, grown) : STILL;
      this.cards.forEach(({x, y, width, height}, number) => {
        const [dx, dy] = placed.card(number);
        this.spots[number].setAttribute("transform", at(x + dx, y + dy));
        const more = grown.get(number);
        if (!more) return;
        const {style} = this.opened.get(number).frame;
        [style.left, style.top] = [`${text(x + dx)}px`, `${text(y + dy)}px`];
        [style.width, style.height] = [`${text(width + more.wide)}px`, `${text(height + more.tall)}px`];
      });
      const data = new Map([...this.lines.keys()].map((kind) => [kind, ""]));
      for (const wire of this.shape.wires) {
        const [line, tip] = arrow(placed.moved(wire));
        const kind = lineOf(wire), head = headOf(kind);
        data.set(kind, data.get(kind) + line);
        data.set(head, data.get(head) + tip);
        if (!wire.tag) continue;
        const {x, y} = wire.tag;
        this.tags.get(wire).setAttribute("transform", at(...placed.point(wire, x, y)));
      }
      for (const [kind, line] of this.lines) line.setAttribute("d", data.get(kind));
      this.width = this.shape.width + placed.size[0];
      this.height = this.shape.height + placed.size[1];
      this.svg.setAttribute("width", text(this.width));
      this.svg.setAttribute("height", text(this.height));
    }
  }

  const top = new Picture(content.sheets[0], null);
  const sheet = html("div", "sheet");
  sheet.append(top.element);
  view.append(sheet);
  let scale = 0, fitted = false, room = 0; // room: pixels that the view has for the picture

  function show() {
    sheet.style.width = `${text((top.width + 2 * EDGE) * scale)}px`;
    sheet.style.height = `${text((top.height + 2 * EDGE) * scale)}px`;
    close.disabled = !top.opened.size;
    const over = window.innerWidth > 0 && (top.width + 2 * EDGE) * scale > room + 4;
    if (wider.hidden === over) wider.hidden = !over;
    whole.disabled = !over && !fitted;
    if (window.parent !== window) {
      const height = window.innerWidth ? Math.ceil(root.getBoundingClientRect().height) + 2 : HIDDEN;
      window.parent.postMessage({jejak: height}, "*");
    }
  }

  function enlarge() {
    top.element.style.transform = `scale(${text(scale)}) translate(${EDGE}px,${EDGE}px)`;
  }

  function see(fit) {
    const least = fit ? LEAST : window.innerWidth < PHONE || finger.matches ? 1 : READABLE;
    scale = Math.min(1, Math.max(least, room / (top.width + 2 * EDGE)));
    named(fit);
    enlarge();
    show();
  }

  function named(fit) {
    fitted = fit;
    whole.setAttribute("aria-pressed", fit);
    whole.textContent = fit ? "ukuran terbaca" : "pas";
  }

  function zoom(by) {
    named(false);
    scale = Math.min(MOST, Math.max(LEAST, scale * by));
    enlarge();
    show();
  }

  let width = -1;
  function fit() {
    if (!window.innerWidth || window.innerWidth === width) return;
    width = window.innerWidth;
    room = view.clientWidth - SIDES;
    if (fitted || !top.opened.size) return see(fitted);
    enlarge();
    show();
  }

  sheet.addEventListener("click", (event) => {
    const pressed = event.target.closest(".opens,.top");
    if (pressed) pressed.jejak();
  });
  sheet.addEventListener("keydown", (event) => {
    const card = event.target.closest(".opens"), frame = event.target.closest(".frame");
    if (card && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      card.jejak();
    } else if (frame && event.key === "Escape") {
      frame.firstChild.jejak();
    }
  });
  less.addEventListener("click", () => zoom(1 / STEP));
  more.addEventListener("click", () => zoom(STEP));
  whole.addEventListener("click", () => see(!fitted));
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

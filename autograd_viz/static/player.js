"use strict";

// The first part is pure and also runs under node (tests/js); the second part draws it in a page.

const PHASES = {maju: "Maju", mundur: "Mundur", optimizer: "Optimizer", hapus: "Hapus grad", galat: "Galat"};
const READABLE = 0.85; // 13 px become 11; a wider stage is scrolled rather than drawn smaller
const STRIP = 34; // under the graph, for the zoom buttons
const NARROW = 640; // pixels of a player; then the code stands above the graph
const SMALL = 800; // and here if it has few lines
const FEW = 8;
const BODY = [120, 460, 330]; // least and most height of graph and code, and what code alone may ask for
const SAID = 240; // most height of the sentence
const HIDDEN = 400; // asked for as long as the frame is hidden and nothing can be measured
const SAMPLES = 12; // longest sentences that are measured

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

// What stands on the arrow back.
function label(edge) {
  return edge.local ? `×${edge.local} → ${edge.sent}` : `→ ${edge.sent}`;
}

// What stands on a card behind a word, as rows.
function written(word, rows) {
  return rows.length ? [`${word} ${rows[0]}`.trimEnd(), ...rows.slice(1)] : [""];
}

function clamp(at, count) {
  return Math.max(0, Math.min(count - 1, at));
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

const KEYS = {ArrowRight: "next", ArrowLeft: "back", Home: "home", End: "last", " ": "play"};

function moved(command, at, count) {
  const target = {next: at + 1, back: at - 1, home: 0, last: count - 1}[command];
  return target === undefined ? at : clamp(target, count);
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

// Above the graph, code takes height; beside it, width: above only where the whole graph then stays readable.
function above(width, beside, stage, rows) {
  if (width <= NARROW) return true;
  return rows <= FEW && beside < stage * READABLE && (width <= SMALL || width >= stage * READABLE);
}

// A wrapped line goes on a little further right than it began.
function hanging(text) {
  return text.length - text.trimStart().length + 4;
}

function zoomed(view, factor, x, y) {
  return {
    x: x - (x - view.x) / factor,
    y: y - (y - view.y) / factor,
    width: view.width / factor,
    height: view.height / factor,
  };
}

// Moves the view so that the box is inside with some room, no further than needed and not beyond the stage.
function followed(view, box, stage) {
  const room = 60;
  const shift = (low, size, from, to, whole) => {
    if (size >= whole) return low;
    let start = low;
    if (to - from + 2 * room > size) start = (from + to - size) / 2;
    else if (from - room < low) start = from - room;
    else if (to + room > low + size) start = to + room - size;
    return Math.max(0, Math.min(whole - size, start));
  };
  return {
    ...view,
    x: shift(view.x, view.width, box.x, box.x + box.width, stage.width),
    y: shift(view.y, view.height, box.y, box.y + box.height, stage.height),
  };
}

const VERSION = 1;
const FRAME = {place: null, card: null, say: [], note: null, cards: [], edges: [], flow: [], iteration: [], recomputed: false};
const CARD = {value: [], grad: [], quiet: false, mark: "", cuts: [], tangent: [], kept: 0};
const EDGE = {sent: "", local: ""};

// A film as Python wrote it, where what equals its default is left out.
function unpack(film) {
  if (film.version !== VERSION) throw new Error(`film version ${film.version}, this player knows ${VERSION}`);
  const frames = film.frames.map((frame) => ({
    ...FRAME,
    ...frame,
    cards: (frame.cards || []).map((card) => ({...CARD, ...card})),
    edges: (frame.edges || []).map((edge) => ({...EDGE, ...edge})),
  }));
  const stages = film.stages.map((stage) => ({
    ...stage,
    cards: (stage.cards || []).map((card) => ({...card, tip: card.tip || []})),
    edges: stage.edges || [],
  }));
  const sources = (film.sources || []).map((source) => ({...source, rows: source.rows || []}));
  const pages = film.pages.map((page) => ({...page, titles: page.titles || []}));
  return {notes: [], brief: false, missing: "", ...film, frames, stages, sources, pages};
}

function start(root, film) {
  const frames = film.frames;
  const find = (selector) => root.querySelector(selector);
  const stages = [...document.querySelectorAll("template.stage")];
  const pane = find(".pane"), tip = find(".tip"), slider = find(".slider"), speed = find(".speed"), say = find(".say");
  const count = frames.length;
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  let at = -1, page = -1, shown = {cards: new Map(), edges: new Map()}, svg = null, cards = [], edges = [], view = null, free = false, timer = 0;
  let place = null, theme = "";

  const lines = film.sources.map((source) => {
    const code = find(".code");
    if (film.sources.length > 1) code.append(element("b", source.title));
    const rows = new Map();
    for (const {number, text} of source.rows) {
      const line = code.appendChild(element("span", text || " ", number ? "" : "gap"));
      line.style.setProperty("--hang", hanging(text));
      if (number) rows.set(number, line);
    }
    return rows;
  });
  const rows = film.sources.reduce((sum, source) => sum + source.rows.length, 0);
  root.classList.toggle("codeless", !rows);
  find(".incomplete").textContent = film.missing;
  find(".incomplete").hidden = !film.missing;

  function element(name, text, className) {
    const made = document.createElement(name);
    made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function open(number) {
    const stage = stages[film.pages[number].stage];
    if (svg) svg.remove();
    svg = stage.content.firstElementChild.cloneNode(true);
    svg.setAttribute("role", "group");
    svg.setAttribute("aria-label", "graf komputasi");
    pane.prepend(svg);
    cards = [...svg.querySelectorAll(".card")].map((group, index) => wired(group, index));
    edges = [...svg.querySelectorAll(".edge")].map((group) => ({
      group,
      forward: group.querySelectorAll(".fwd"),
      backward: group.querySelectorAll(".bwd"),
      label: group.querySelector(".label"),
    }));
    page = number;
    shown = {cards: new Map(), edges: new Map()};
    for (const {card, title} of film.pages[number].titles) cards[card].title.textContent = title;
    for (const card of cards) card.group.classList.add("off");
    for (const edge of edges) {
      show(edge.forward, false);
      show(edge.backward, false);
    }
    free = false;
    fit();
  }

  function wired(group, index) {
    const part = (name) => group.querySelector("." + name);
    const card = {group, title: part("title"), value: part("value"), grad: part("grad"), cut: part("cut"), stop: part("stop")};
    card.stop.classList.add("off");
    group.setAttribute("tabindex", "0");
    group.setAttribute("role", "button");
    group.addEventListener("click", () => { if (!dragged) go(stepOf(frames, at, index)); });
    group.addEventListener("pointerenter", () => explain(index));
    group.addEventListener("pointerleave", hush);
    group.addEventListener("focus", () => explain(index));
    group.addEventListener("blur", hush);
    return card;
  }

  function show(parts, on) {
    for (const part of parts) part.classList.toggle("off", !on);
  }

  function write(node, rows) {
    if (!node) return;
    if (rows.length === 1) {
      node.textContent = rows[0];
      return;
    }
    node.replaceChildren(...rows.map((row, i) => {
      const span = document.createElementNS("http://www.w3.org/2000/svg", "tspan");
      span.setAttribute("x", node.getAttribute("x"));
      if (i) span.setAttribute("dy", "17");
      span.textContent = row;
      return span;
    }));
  }

  function fill(card, state) {
    const classes = card.group.classList, fresh = classes.contains("off") && Boolean(state);
    const told = state || CARD;
    classes.toggle("off", !state);
    classes.toggle("fresh", fresh && !calm.matches);
    classes.toggle("freed", told.mark === "freed");
    classes.toggle("bad", told.mark === "bad");
    write(card.value, written("nilai", told.value));
    write(card.grad, written("grad", told.grad));
    if (card.grad) card.grad.classList.toggle("missing", told.quiet);
    write(card.cut, [told.cuts.join(", ")]);
    card.stop.classList.toggle("off", !told.cuts.length);
  }

  function draw(frame) {
    const state = stateAt(frames, at);
    const cardsChanged = changed(shown.cards, state.cards);
    for (const number of cardsChanged) fill(cards[number], state.cards.get(number));
    for (const number of changed(shown.edges, state.edges)) {
      const edge = state.edges.get(number);
      show(edges[number].backward, Boolean(edge));
      write(edges[number].label, [edge ? label(edge) : ""]);
    }
    if (cardsChanged.length) {
      stage().edges.forEach(({source, target}, i) => show(edges[i].forward, state.cards.has(source) && state.cards.has(target)));
    }
    cards.forEach((card, i) => card.group.classList.toggle("active", i === frame.card));
    edges.forEach((edge, i) => edge.group.classList.toggle("flowing", frame.flow.includes(i)));
    svg.firstElementChild.setAttribute("class", frame.phase);
    shown = state;
  }

  function go(target) {
    target = clamp(target, count);
    if (target === at) return;
    at = target;
    const frame = frames[at];
    root.dataset.phase = frame.phase;
    if (frame.page !== page) open(frame.page);
    draw(frame);
    follow(frame);
    mark(frame.place);
    tell(frame);
    find(".phase").textContent = PHASES[frame.phase];
    find(".count").textContent = `langkah ${at + 1} dari ${count}` + (film.brief ? " · ringkas" : "");
    slider.value = String(at + 1);
    slider.setAttribute("aria-valuetext", `langkah ${at + 1} dari ${count}`);
    find(".back").disabled = find(".home").disabled = at === 0;
    find(".next").disabled = find(".last").disabled = at === count - 1;
    if (at === count - 1) pause();
    hush();
  }

  function follow(frame) {
    if (frame.card === null || free) return;
    look(followed(view, stage().cards[frame.card], size()));
  }

  function mark(spot) {
    if (place) each(place, (line) => line.classList.remove("on"));
    place = spot;
    if (!spot) return;
    each(spot, (line) => line.classList.add("on"));
    const code = find(".code"), line = lines[spot.source].get(spot.line);
    if (line && (line.offsetTop < code.scrollTop + code.offsetTop || line.offsetTop + 24 > code.scrollTop + code.offsetTop + code.clientHeight)) {
      code.scrollTop = line.offsetTop - code.offsetTop - code.clientHeight / 2;
    }
  }

  function each({source, line: first, end}, visit) {
    for (let line = first; line <= end; line += 1) {
      const node = lines[source].get(line);
      if (node) visit(node);
    }
  }

  const TAGS = {strong: "b", code: "code", math: "i"};

  function tell(frame, place = say) {
    place.querySelector(".words").replaceChildren(...frame.say.map((span) =>
      span.style ? element(TAGS[span.style], span.text) : document.createTextNode(span.text)));
    place.querySelector(".note").textContent = frame.note === null ? "" : film.notes[frame.note];
    place.scrollTop = 0;
  }

  function explain(index) {
    const told = stage().cards[index].tip, state = shown.cards.get(index);
    const spots = state && state.mark === "freed" ? [...told, "simpanannya sudah dibebaskan"] : told;
    tip.replaceChildren(...spots.map((text, i) => element(i ? "span" : "b", text)));
    tip.hidden = false;
    const card = cards[index].group.getBoundingClientRect(), area = pane.getBoundingClientRect();
    const left = card.left - area.left + card.width / 2 - tip.offsetWidth / 2;
    tip.style.left = Math.max(6, Math.min(area.width - tip.offsetWidth - 6, left)) + "px";
    const below = card.bottom - area.top + 8;
    const above = card.top - area.top - tip.offsetHeight - 8;
    tip.style.top = (below + tip.offsetHeight > area.height && above > 0 ? above : Math.min(below, Math.max(4, area.height - tip.offsetHeight - 4))) + "px";
  }

  function hush() {
    tip.hidden = true;
  }

  function stage() {
    return film.stages[film.pages[page].stage];
  }

  function size() {
    const {width, height} = stage();
    return {width, height};
  }

  function room() {
    return {width: pane.clientWidth || 700, height: Math.max(100, (pane.clientHeight || 300) - STRIP)};
  }

  function fit() {
    look(fitted(size(), room(), READABLE));
  }

  function look(next) {
    view = next;
    svg.setAttribute("viewBox", [view.x, view.y, view.width, view.height].map((n) => n.toFixed(1)).join(" "));
    pane.classList.toggle("west", view.x > 1);
    pane.classList.toggle("east", view.x + view.width < size().width - 1);
  }

  function zoom(factor, x, y) {
    free = true;
    look(zoomed(view, factor, x === undefined ? view.x + view.width / 2 : x, y === undefined ? view.y + view.height / 2 : y));
  }

  function pause() {
    window.clearInterval(timer);
    timer = 0;
    root.classList.remove("playing");
    find(".play").setAttribute("aria-label", "putar");
  }

  function play() {
    if (timer) return pause();
    if (at === count - 1) go(0);
    timer = window.setInterval(() => go(at + 1), Number(speed.value));
    root.classList.add("playing");
    find(".play").setAttribute("aria-label", "jeda");
  }

  function command(name) {
    if (name === "play") return play();
    pause();
    go(moved(name, at, count));
  }

  for (const name of ["home", "back", "play", "next", "last"]) find("." + name).addEventListener("click", () => command(name));
  slider.max = String(count);
  find(".count").style.minWidth = `${`langkah ${count} dari ${count}`.length * 0.53}em`;
  slider.addEventListener("input", () => { pause(); go(Number(slider.value) - 1); });
  speed.addEventListener("change", () => { if (timer) { pause(); play(); } });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const target = event.target;
    const card = target.closest && target.closest(".card");
    if (card && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      pause();
      go(stepOf(frames, at, cards.findIndex((one) => one.group === card)));
    } else if (KEYS[event.key] && target.tagName !== "SELECT" && !(event.key === " " && target.tagName === "BUTTON")) {
      event.preventDefault();
      command(KEYS[event.key]);
    }
  });

  let dragged = false, grip = null;
  pane.addEventListener("pointerdown", (event) => {
    if (event.target.closest(".zoom")) return;
    grip = {x: event.clientX, y: event.clientY, view};
    dragged = false;
  });
  window.addEventListener("pointermove", (event) => {
    if (!grip) return;
    const dx = event.clientX - grip.x, dy = event.clientY - grip.y;
    if (!dragged && Math.hypot(dx, dy) < 4) return;
    dragged = free = true;
    const scale = view.width / pane.clientWidth;
    look({...grip.view, x: grip.view.x - dx * scale, y: grip.view.y - dy * scale});
    hush();
  });
  window.addEventListener("pointerup", () => { grip = null; });
  pane.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const area = pane.getBoundingClientRect(), scale = view.width / area.width;
    zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15, view.x + (event.clientX - area.left) * scale, view.y + (event.clientY - area.top) * scale);
  }, {passive: false});
  find(".in").addEventListener("click", () => zoom(1.25));
  find(".out").addEventListener("click", () => zoom(1 / 1.25));
  find(".fit").addEventListener("click", () => { free = true; look(fitted(size(), room(), 0)); });

  function paint() {
    document.documentElement.dataset.theme = theme || (dark.matches ? "dark" : "light");
  }
  dark.addEventListener("change", paint);

  // One height for the whole film, so that nothing below the player moves while it plays.
  function arrange() {
    const code = find(".code"), [least, most, listing] = BODY;
    code.style.height = "";
    root.classList.remove("stacked");
    const widest = Math.max(...film.stages.map((one) => one.width));
    const stacked = above(root.clientWidth, root.clientWidth - code.offsetWidth, widest, rows);
    root.classList.toggle("stacked", stacked);
    const width = Math.max(200, stacked ? root.clientWidth : root.clientWidth - code.offsetWidth);
    const tall = film.stages.map((one) => one.height * Math.max(READABLE, Math.min(1, width / one.width)));
    const listed = stacked ? 0 : Math.min(code.scrollHeight, listing);
    const body = Math.round(Math.max(least, Math.min(most, Math.max(...tall) + STRIP + 4), listed));
    pane.style.height = body + "px";
    if (!stacked) code.style.height = body + "px";
    say.style.height = sentence() + "px";
    if (svg && !free) {
      fit();
      follow(frames[at]);
    }
    if (window.parent !== window) {
      const height = window.innerWidth ? Math.ceil(root.getBoundingClientRect().height) + 2 : HIDDEN;
      window.parent.postMessage({jejak: height}, "*");
    }
  }
  // The height that the longest sentences need at this width.
  const length = (frame) => frame.say.reduce((sum, span) => sum + span.text.length, 0);
  const longest = [...frames].sort((one, other) => length(other) - length(one)).slice(0, SAMPLES);
  function sentence() {
    const probe = say.cloneNode(true);
    probe.removeAttribute("aria-live");
    probe.classList.add("probe");
    root.append(probe);
    const heights = longest.map((frame) => {
      tell(frame, probe);
      return probe.offsetHeight;
    });
    probe.remove();
    return Math.min(SAID, Math.max(...heights));
  }
  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || !event.data || event.data.jejak !== "hello") return;
    theme = {true: "light", false: "dark"}[event.data.light] || "";
    paint();
    arrange();
  });
  let width = -1;
  function measure() {
    if (window.innerWidth === width) return;
    width = window.innerWidth;
    arrange();
  }
  window.addEventListener("resize", measure);
  // A frame out of sight hears of its size late, so it looks by itself until it has one.
  const waiting = window.setInterval(() => {
    measure();
    if (window.innerWidth) window.clearInterval(waiting);
  }, 100);

  paint();
  measure();
  go(0);
}

if (typeof module !== "undefined") {
  module.exports = {
    above, apply, changed, clamp, fitted, followed, hanging, label, moved, pageStart, stateAt, stepOf, unpack, written, zoomed, KEYS,
    VERSION,
  };
} else {
  start(document.querySelector(".player"), unpack(JSON.parse(document.querySelector("script.film").textContent)));
}

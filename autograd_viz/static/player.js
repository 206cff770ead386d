// The player in a page: film.js stands before it in the same script.

function start(root, film) {
  const frames = film.frames, count = frames.length;
  const find = (selector) => root.querySelector(selector);
  const templates = [...document.querySelectorAll("template.stage")];
  const pane = find(".pane"), tip = find(".tip"), slider = find(".slider"), speed = find(".speed"), say = find(".say");
  const code = find(".code"), codes = find(".codes"), mini = find(".mini"), help = find(".help"), track = find(".track svg");
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const touch = window.matchMedia("(pointer: coarse)");
  const reduced = () => calm.matches;
  let at = -1, page = -1, shown = {cards: new Map(), edges: new Map()}, svg = null, cards = [], edges = [], view = null, timer = 0;
  let opened = null, chosen = null, stood = -1; // the view that shows, the turn that was asked for, and the step it was asked at
  let place = null, theme = "", room = 0, plan = null;
  let steady = null; // the view before the camera stepped back by itself

  function element(name, text, className) {
    const part = document.createElement(name);
    part.textContent = text;
    if (className) part.className = className;
    return part;
  }

  function shape(name, attributes, text) {
    const part = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
    if (text !== undefined) part.textContent = text;
    return part;
  }

  // Code

  const inner = code.appendChild(element("div", ""));
  const lines = film.sources.map((source) => {
    if (film.sources.length > 1) inner.append(element("b", source.title));
    const rows = new Map();
    for (const {number, text} of source.rows) {
      const line = inner.appendChild(element("span", text || " ", number ? "" : "gap"));
      if (number) rows.set(number, line);
    }
    return rows;
  });
  const numbered = lines.flatMap((rows) => [...rows.values()]);
  root.classList.toggle("codeless", !numbered.length);
  find(".incomplete").textContent = film.missing;
  find(".incomplete").hidden = !film.missing;

  function each({source, line: first, end}, visit) {
    for (let line = first; line <= end; line += 1) {
      const node = lines[source].get(line);
      if (node) visit(node);
    }
  }

  function mark(spot) {
    if (place) each(place, (line) => line.classList.remove("on"));
    place = spot;
    if (!spot) return;
    each(spot, (line) => line.classList.add("on"));
    const line = lines[spot.source].get(spot.line);
    if (!line) return;
    find(".now .line").textContent = line.textContent.trim();
    find(".now small").textContent = `baris ${numbered.indexOf(line) + 1} dari ${numbered.length}`;
    if (line.offsetTop < code.scrollTop || line.offsetTop + 24 > code.scrollTop + code.clientHeight) {
      code.scrollTop = line.offsetTop - code.clientHeight / 2;
    }
    edge();
  }

  function edge() {
    codes.classList.toggle("east", code.scrollLeft + code.clientWidth < code.scrollWidth - 1);
    const scrolls = code.scrollWidth > code.clientWidth + 1 || code.scrollHeight > code.clientHeight + 1;
    if (scrolls) code.setAttribute("tabindex", "0");
    else code.removeAttribute("tabindex");
  }
  code.addEventListener("scroll", edge);

  // Stage

  // What shows is a page, or of a page with turns the view in which one of them is open; places are those on the stage.
  function stage() {
    return film.stages[(opened || film.pages[page]).stage];
  }

  const places = (kind, own) => opened ? opened[kind].flatMap((one, place) => one === own ? [place] : []) : [own];
  const owner = (kind, place) => opened ? opened[kind][place] : place;

  function placed(own) {
    return own === null ? -1 : placeOf(film, film.pages[page], opened, stage().cards, own);
  }

  // The turn that a stack leads to when it is clicked, else the next step of the card.
  function visit(place) {
    pause();
    if (stage().cards[place].stack) choose(frontOf(film, film.pages[page], opened, place));
    else go(stepOf(frames, at, owner("cards", place)));
  }

  // Opens a turn where it is seen at this step; else goes to a step of it.
  function choose(turn) {
    pause();
    const found = opens(film, at, turn), to = stepTo(film, at, turn);
    if (found === null) {
      if (to >= 0) go(to);
      return;
    }
    chosen = found;
    turnTo(frames[at]);
    draw(frames[at]);
    follow(frames[at]);
  }

  // Opens the turn that plays; one that was chosen stays open until another one plays.
  function turnTo(frame) {
    const plays = film.pages[frame.page].views.some((one) => one.turn === frame.turn);
    if (plays && at !== stood) chosen = null;
    stood = at;
    const next = viewAt(film, at, chosen);
    if (frame.page !== page || next !== opened) {
      const same = frame.page === page && next.stage === opened.stage; // another turn in the places of the last one
      opened = next;
      if (same) empty();
      else open(frame.page);
    }
    if (!film.turns.length) return;
    const known = turnsAt(film, asking.open(at) >= 0 ? at - 1 : at); // what is guessed is not told above
    turns.show(turnAt(film, at, opened), known);
  }

  function open(number) {
    if (svg) svg.remove();
    page = number;
    svg = templates[(opened || film.pages[number]).stage].content.firstElementChild.cloneNode(true);
    svg.setAttribute("role", "group");
    svg.setAttribute("aria-label", "graf komputasi");
    pane.prepend(svg);
    cards = [...svg.querySelectorAll(".card")].map((group, index) => wired(group, index));
    edges = [...svg.querySelectorAll(".edge")].map((group) => ({group, label: group.querySelector(".label")}));
    empty();
    fit();
    map();
  }

  // The titles of what shows, on a stage without numbers.
  function empty() {
    shown = {cards: new Map(), edges: new Map()};
    const own = titlesOf(film, film.pages[page], opened, stage().cards);
    const drawn = [...templates[(opened || film.pages[page]).stage].content.querySelectorAll(".card .title")];
    cards.forEach((card, index) => {
      card.title.textContent = own.has(index) ? own.get(index) : drawn[index].textContent;
      fill(card, index, undefined, null);
    });
    edges.forEach((one, index) => send(one, index, undefined, false));
  }

  function wired(group, index) {
    const part = (name) => group.querySelector("." + name);
    const card = {group, title: part("title"), value: part("value"), grad: part("grad"), cut: part("cut"), stop: part("stop")};
    group.classList.toggle("folded", Boolean(stage().cards[index].stack));
    group.setAttribute("tabindex", "0");
    group.setAttribute("role", "button");
    group.addEventListener("click", () => { if (!dragged) visit(index); });
    group.addEventListener("pointerenter", (event) => { if (event.pointerType === "mouse") explain(index); });
    group.addEventListener("pointerleave", hush);
    group.addEventListener("focus", () => { if (group.matches(":focus-visible")) explain(index); });
    group.addEventListener("blur", hush);
    return card;
  }

  // Writes rows into a text of the stage; the number at their end stands on a chip where the step has made it.
  function write(node, rows, number, empty) {
    if (!node) return;
    for (const old of node.parentNode.querySelectorAll(`[data-of="${node.classList[0]}"]`)) old.remove();
    node.removeAttribute("text-anchor");
    node.style.textAnchor = "";
    const step = node.classList.contains("label") ? 18 : 17, tall = node.classList.contains("label") ? 18 : 21, x = Number(node.getAttribute("data-x") || node.getAttribute("x"));
    node.setAttribute("data-x", x);
    node.setAttribute("x", x);
    const whole = number === undefined ? rows : [...rows.slice(0, -1), rows[rows.length - 1] + number];
    if (whole.length === 1) node.textContent = whole[0];
    else {
      node.replaceChildren(...whole.map((row, i) => shape("tspan", i ? {x, dy: step} : {x}, row)));
    }
    if (number === undefined) return;
    const last = whole.length > 1 ? node.lastElementChild : node;
    const full = last.getComputedTextLength(), y = Number(node.getAttribute("y")) + step * (whole.length - 1);
    const digits = shape("text", {class: `${node.classList[0]} number${empty ? " empty" : ""}`, "data-of": node.classList[0], x: 0, y}, number);
    last.textContent = rows[rows.length - 1].trimEnd();
    node.parentNode.append(digits);
    const own = digits.getComputedTextLength(), word = last.textContent ? last.getComputedTextLength() + 5 : 0;
    const wide = own + 14, from = x - (word + wide) / 2;
    if (!full) return;
    last.setAttribute("x", from + (word - 5) / 2);
    digits.setAttribute("x", from + word + wide / 2);
    digits.before(shape("rect", {class: empty ? "chip empty" : "chip", "data-of": node.classList[0], x: from + word, y: y - 4.5 - tall / 2, width: wide, height: tall, rx: 6}));
  }

  function split(rows, word) {
    return {rows: [word ? `${word} ` : ""], number: rows[0]};
  }

  function fill(card, index, state, field) {
    const classes = card.group.classList, fresh = classes.contains("ghost") && Boolean(state), told = state || CARD;
    const {grad_word: word, word: name} = stage().cards[index];
    classes.toggle("ghost", !state);
    classes.toggle("fresh", fresh && !reduced());
    classes.toggle("freed", told.mark === "freed");
    classes.toggle("bad", told.mark === "bad");
    classes.toggle("ulang", told.mark === "ulang");
    classes.toggle("no-value", !told.value.length);
    classes.toggle("no-grad", !told.grad.length);
    const contents = told.tangent.length ? [...written(name, told.value), ...written("tangen", told.tangent)] : written(name, told.value);
    const chip = (rows, name) => { const part = split(rows, name); return [part.rows, part.number]; };
    if (field === "value") write(card.value, ...chip(told.value, name));
    else if (field === "tangent") write(card.value, [...written(name, told.value), "tangen "], told.tangent[0]);
    else write(card.value, contents);
    const asked = asking.asked(at, "card", owner("cards", index));
    if (asked) write(card.grad, [`${word} `], "?", true);
    else if (field === "grad") write(card.grad, ...chip(told.grad, word));
    else write(card.grad, written(word, told.grad));
    if (card.grad) card.grad.classList.toggle("missing", told.quiet);
    write(card.cut, [told.cuts.join(", ")]);
    card.stop.classList.toggle("off", !told.cuts.length);
    const heading = [card.title.textContent, ...(state ? [] : ["belum dihitung"]), ...contents, ...(asked ? [`${word} ditanyakan`] : written(word, told.grad))];
    card.group.setAttribute("aria-label", heading.filter(Boolean).join(", "));
  }

  function send(one, index, state, chip) {
    one.group.classList.toggle("pale", !state);
    if (!one.label) return;
    const asked = asking.asked(at, "edge", owner("edges", index));
    if (!state) write(one.label, [""]);
    else if (asked) write(one.label, asked.hinted ? labelRows(state, stage().edges[index].stacked) : ["→ "], "?", true);
    else if (chip) write(one.label, labelRows(state, stage().edges[index].stacked), state.sent);
    else {
      const rows = labelRows(state, stage().edges[index].stacked);
      write(one.label, [...rows.slice(0, -1), rows[rows.length - 1] + state.sent]);
    }
  }

  let chips = {edges: [], cards: [], veiled: []};

  function draw(frame) {
    const state = through(opened, stateAt(frames, at)), before = chips, fresh = made(frames, at);
    chips = {
      cards: fresh.cards.flatMap(({card, field}) => places("cards", card).map((place) => ({card: place, field}))),
      edges: fresh.edges.flatMap((edge) => places("edges", edge)),
    };
    const fields = new Map(chips.cards.map(({card, field}) => [card, field]));
    const veiled = [...before.veiled, ...(chips.veiled = frame.asks)];
    const numbers = (kind) => veiled.flatMap((ask) => ask[kind] === null ? [] : places(`${kind}s`, ask[kind]));
    const touched = new Set([...changed(shown.cards, state.cards), ...before.cards.map((one) => one.card), ...fields.keys(), ...numbers("card")]);
    for (const number of touched) if (cards[number]) fill(cards[number], number, state.cards.get(number), fields.get(number));
    const sent = new Set([...changed(shown.edges, state.edges), ...before.edges, ...chips.edges, ...numbers("edge")]);
    for (const number of sent) if (edges[number]) send(edges[number], number, state.edges.get(number), chips.edges.includes(number));
    stage().edges.forEach(({source, target}, i) => {
      edges[i].group.classList.toggle("faint", !(state.cards.has(source) && state.cards.has(target)));
    });
    const next = placed(nextCard(frames, at)), working = placed(frame.card);
    cards.forEach((card, i) => {
      card.group.classList.toggle("active", i === working);
      card.group.classList.toggle("coming", i === next);
    });
    edges.forEach((one, i) => one.group.classList.toggle("flowing", frame.flow.includes(owner("edges", i))));
    svg.firstElementChild.setAttribute("class", frame.phase);
    shown = state;
  }

  // Camera

  function size() {
    const {width, height} = stage();
    return {width, height};
  }

  function space() {
    const map = plan && plan.mode === "phone" && plan.stage > LOW ? 56 : 0; // its own row below the graph
    return {width: pane.clientWidth || 700, height: Math.max(100, (pane.clientHeight || 300) - map)};
  }

  function fit() {
    look(fitted(size(), space(), READABLE));
  }

  function look(next, before = null) {
    view = next;
    steady = before;
    svg.setAttribute("viewBox", [view.x, view.y, view.width, view.height].map((n) => n.toFixed(1)).join(" "));
    const {width, height} = size();
    pane.classList.toggle("west", view.x > 1);
    pane.classList.toggle("east", view.x + view.width < width - 1);
    root.classList.toggle("exceeds", view.width < width - 1 || view.height < height - 1);
    const frame = mini.querySelector(".view");
    if (!frame) return;
    const x = Math.max(0, view.x), y = Math.max(0, view.y);
    const seen = {x, y, width: Math.min(width, view.x + view.width) - x, height: Math.min(height, view.y + view.height) - y};
    for (const [key, value] of Object.entries(seen)) frame.setAttribute(key, Math.max(0, value));
  }

  // What is written at an arrow, as a box of the stage.
  function writtenAt(edge) {
    const parts = [...edges[edge].group.querySelectorAll(".label, .number, .chip")].map((part) => part.getBBox()).filter((box) => box.width);
    return parts.length ? [around(parts)] : [];
  }

  // A number whose place on a long arrow is out of view stands where the arrow is seen, as near to it as no card is in the way.
  let borrowed = [];

  function borrow(edge) {
    const [own] = writtenAt(edge), line = edges[edge].group.querySelector("path.bwd");
    if (!own || !line || contains(view, own)) return;
    const whole = line.getTotalLength(), spots = [];
    for (let k = 0; k <= 60; k += 1) {
      const {x, y} = line.getPointAtLength(whole * k / 60), box = {...own, x: x - own.width / 2, y: y + 4};
      const covered = stage().cards.some((card) => box.x < card.x + card.width && card.x < box.x + box.width && box.y < card.y + card.height && card.y < box.y + box.height);
      if (contains(view, box) && !covered) spots.push({x: box.x - own.x, y: box.y - own.y});
    }
    spots.sort((one, other) => Math.hypot(one.x, one.y) - Math.hypot(other.x, other.y));
    if (!spots.length) return;
    borrowed.push(...edges[edge].group.querySelectorAll(".label, .number, .chip"));
    for (const part of borrowed) if (edges[edge].group.contains(part)) part.setAttribute("transform", `translate(${spots[0].x} ${spots[0].y})`);
  }

  // Keeps the card at work in view, the arrows that carry its gradient, and where they lead; for these the camera steps
  // back a little, and comes close again at the next step.
  function follow(frame) {
    const working = placed(frame.card);
    for (const part of borrowed.splice(0)) part.removeAttribute("transform");
    if (working < 0) return;
    const flow = frame.flow.flatMap((edge) => places("edges", edge)), boxes = stage().cards, card = boxes[working];
    const ends = flow.map((edge) => stage().edges[edge].source).filter((one) => one !== working).map((one) => boxes[one]);
    const labels = flow.flatMap(writtenAt), scale = space().width / (steady || view).width;
    const from = steady ? {...steady, x: view.x + (view.width - steady.width) / 2, y: view.y + (view.height - steady.height) / 2} : view;
    const all = [[card, ...labels, ...ends], [card, ...labels]].map(around);
    const fits = all.find((box) => box.width <= from.width && box.height <= from.height), wider = all.map((box) => steppedBack(from, box, scale)).find(Boolean);
    const back = fits === all[0] ? null : wider || null;
    look(followed(back || from, card, [...labels, ...ends], size()), back ? from : null);
    flow.forEach(borrow);
  }

  function zoom(factor, x, y) {
    look(zoomed(view, factor, x === undefined ? view.x + view.width / 2 : x, y === undefined ? view.y + view.height / 2 : y));
  }

  function map() {
    const phone = plan && plan.mode === "phone", {width, height} = size();
    const scale = Math.min((phone ? 110 : 160) / width, (phone ? 40 : 72) / height, 0.25);
    mini.setAttribute("width", Math.max(48, width * scale));
    mini.setAttribute("height", Math.max(touch.matches ? TOUCH : 28, height * scale));
    mini.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const kinds = cards.map((card) => card.group.classList.contains("leaf") ? " leaf" : "");
    const boxes = stage().cards.map(({x, y, width: wide, height: tall}, i) => shape("rect", {class: "place" + kinds[i], x, y, width: wide, height: tall, rx: 14}));
    const frame = shape("rect", {class: "view", rx: 10, "vector-effect": "non-scaling-stroke", ...view});
    mini.replaceChildren(...boxes, frame);
    corner();
  }

  // The map leaves the corner in which it would cover a card, where another corner is free; it never covers what is at work.
  let nook = [false, false];

  function corner() {
    const holder = find(".map"), thing = {width: holder.offsetWidth, height: holder.offsetHeight}, area = pane.getBoundingClientRect();
    if (!thing.width || (plan && plan.mode === "phone")) return;
    const must = [...svg.querySelectorAll(".active .box, .flowing .label, .chip")].map((part) => part.getBoundingClientRect())
      .map((box) => ({x: box.x - area.x - 6, y: box.y - area.y - 6, width: box.width + 12, height: box.height + 12}));
    const found = freeCorner([...onPane(), ...must], must, space(), thing, 12, nook);
    holder.classList.toggle("away", !found);
    if (!found) return;
    nook = found;
    holder.classList.toggle("upper", found[0]);
    holder.classList.toggle("left", found[1]);
  }

  function onPane() {
    const scale = pane.clientWidth / view.width;
    return stage().cards.map((box) => ({
      x: (box.x - view.x) * scale, y: (box.y - view.y) * scale, width: box.width * scale, height: box.height * scale,
    }));
  }

  function aim(event) {
    const area = mini.getBoundingClientRect(), {width, height} = size();
    const scale = Math.max(width / area.width, height / area.height);
    const x = (event.clientX - area.left - area.width / 2) * scale + width / 2, y = (event.clientY - area.top - area.height / 2) * scale + height / 2;
    look({...view, x: x - view.width / 2, y: y - view.height / 2});
  }
  mini.addEventListener("pointerdown", (event) => { mini.setPointerCapture(event.pointerId); aim(event); });
  mini.addEventListener("pointermove", (event) => { if (event.buttons) aim(event); });

  // One finger scrolls the page; two move and enlarge the graph. A mouse drags it.
  let dragged = false, grip = null;
  const fingers = new Map();
  const middle = () => {
    const [one, two] = [...fingers.values()];
    return {x: (one.x + two.x) / 2, y: (one.y + two.y) / 2, far: Math.hypot(one.x - two.x, one.y - two.y) || 1};
  };
  pane.addEventListener("pointerdown", (event) => {
    if (event.target.closest(".map, .big")) return;
    dragged = false;
    if (event.pointerType === "mouse") {
      grip = {x: event.clientX, y: event.clientY, far: 1, view};
      return;
    }
    fingers.set(event.pointerId, {x: event.clientX, y: event.clientY});
    grip = fingers.size === 2 ? {...middle(), view} : null;
  });
  pane.addEventListener("touchstart", (event) => { if (event.touches.length > 1) event.preventDefault(); }, {passive: false});
  pane.addEventListener("touchmove", (event) => { if (event.touches.length > 1) event.preventDefault(); }, {passive: false});
  window.addEventListener("pointermove", (event) => {
    if (fingers.has(event.pointerId)) fingers.set(event.pointerId, {x: event.clientX, y: event.clientY});
    if (!grip) return;
    const now = fingers.size === 2 ? middle() : {x: event.clientX, y: event.clientY, far: 1};
    if (!dragged && Math.hypot(now.x - grip.x, now.y - grip.y) < 4 && Math.abs(now.far - grip.far) < 4) return;
    if (!dragged && event.pointerType === "mouse") pane.setPointerCapture(event.pointerId);
    dragged = true;
    const area = pane.getBoundingClientRect(), scale = grip.view.width / pane.clientWidth;
    const moved = {...grip.view, x: grip.view.x - (now.x - grip.x) * scale, y: grip.view.y - (now.y - grip.y) * scale};
    look(now.far === grip.far ? moved : zoomed(moved, now.far / grip.far, moved.x + (now.x - area.left) * scale, moved.y + (now.y - area.top) * scale));
    hush();
  });
  for (const name of ["pointerup", "pointercancel"]) {
    window.addEventListener(name, (event) => { fingers.delete(event.pointerId); grip = null; });
  }
  pane.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const area = pane.getBoundingClientRect(), scale = view.width / area.width;
    zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15, view.x + (event.clientX - area.left) * scale, view.y + (event.clientY - area.top) * scale);
  }, {passive: false});

  // Sentence

  const TAGS = {strong: "b", code: "code", math: "span", result: "mark"};

  function styled(spans) {
    return spans.map((span) => span.style ? element(TAGS[span.style], span.text) : document.createTextNode(span.text));
  }

  // Below the sentence: how each path contributes, unless that would tell what is still to be guessed; else what the operation does.
  function beside(frame) {
    if (frame.path.length && !asking.spoils(frame)) return styled(frame.path);
    return frame.note === null ? [] : [film.notes[frame.note]];
  }

  const asking = guessing(root, film, {element, styled, again: () => { turnTo(frames[at]); draw(frames[at]); tell(frames[at]); }, ahead: () => find(".next").disabled ? slider : find(".next"), reveal: () => { say.scrollTop = say.scrollHeight; cue(); }});

  const turns = strip(root, film, {element, lines, choose});

  // One parameter of an optimizer's step: what it was, what it is now, and by how much it has moved.
  function move({name, before, after, step, rule}) {
    const row = element("div", "");
    row.setAttribute("role", "listitem");
    if (!after) row.append(element("small", name));
    else {
      row.append(element("b", name), `: ${before} → `, element("mark", after));
      if (step) row.append(" ", element("i", ""), `(${step})`);
      if (rule) row.append(" ", element("small", rule));
    }
    return row;
  }

  function tell(frame) {
    find(".moves").hidden = !frame.rows.length;
    find(".moves").replaceChildren(...frame.rows.map(move));
    if (!asking.tell(at)) {
      find(".words").replaceChildren(...asking.told(at));
      find(".note").replaceChildren(...(at === count - 1 ? asking.result() : []), ...beside(frame));
    }
    find(".told").textContent = `${PHASES[frame.phase]}. ${find(".words").textContent} ${find(".moves").textContent}`.trim();
    say.scrollTop = 0;
    cue();
  }

  const need = highest(root, film, {element, styled, move});

  function cue() {
    const more = say.scrollTop + say.clientHeight < say.scrollHeight - 3;
    find(".more").hidden = !more;
    if (say.scrollHeight > say.clientHeight + 3) say.setAttribute("tabindex", "0");
    else say.removeAttribute("tabindex");
  }
  say.addEventListener("scroll", cue);
  find(".more").addEventListener("click", () => { say.scrollBy({top: say.clientHeight - 36, behavior: reduced() ? "auto" : "smooth"}); });

  // The button that starts the film stands where it covers no card, as near to the middle as that goes.
  function invite() {
    const big = find(".big");
    const {x, y} = freeSpot(onPane(), space(), {width: big.offsetWidth + 20, height: big.offsetHeight + 20});
    big.style.left = `${x}px`;
    big.style.top = `${y}px`;
  }

  function explain(index) {
    const told = stage().cards[index].tip, state = shown.cards.get(index);
    const rows = [...told, ...(state ? [] : ["belum dihitung"]), ...(state && state.mark === "freed" ? ["simpanannya sudah dibebaskan"] : [])];
    tip.replaceChildren(...rows.map((text, i) => element(i ? "span" : "b", text)));
    tip.hidden = false;
    const card = cards[index].group.getBoundingClientRect(), area = pane.getBoundingClientRect();
    const left = card.left - area.left + card.width / 2 - tip.offsetWidth / 2;
    tip.style.left = Math.max(6, Math.min(area.width - tip.offsetWidth - 6, left)) + "px";
    const below = card.bottom - area.top + 8, above = card.top - area.top - tip.offsetHeight - 8;
    tip.style.top = (below + tip.offsetHeight > area.height && above > 0 ? above : Math.min(below, Math.max(4, area.height - tip.offsetHeight - 4))) + "px";
  }

  function hush() {
    tip.hidden = true;
  }

  // Timeline

  const parts = segments(frames), ticks = borders(film);

  function timeline() {
    const width = track.clientWidth || 600, x = (step) => spot(step, count, width, 20);
    const marks = [];
    let free = -1;
    const named = []; // where a name stands
    parts.forEach(({phase, from, to}, i) => {
      const group = shape("g", {class: phase});
      const begin = i ? (x(from) + x(from - 1)) / 2 + 5 : x(from), end = i < parts.length - 1 ? (x(to) + x(to + 1)) / 2 - 5 : x(to);
      const reached = Math.max(begin, Math.min(end, x(at)));
      if (at < to || end > begin) group.append(shape("path", {class: "ahead", d: `M${begin} 18H${Math.max(begin + 0.1, end)}`}));
      if (at >= from) group.append(shape("path", {class: "past", d: `M${begin} 18H${Math.max(begin + 0.1, at > to ? end : reached)}`}));
      if (count <= 60) {
        for (let step = from; step <= to; step += 1) group.append(shape("circle", {class: step > at ? "to" : "", cx: x(step), cy: 18, r: 1.6}));
      }
      const name = PHASES[phase], wide = name.length * 7 + 16, before = x(from) + wide > width, left = before ? x(from) - wide + 8 : x(from);
      if (left >= free && parts.findIndex((one) => one.phase === phase) === i) {
        group.append(shape("path", {class: "tick", d: `M${x(from)} 30v11`}), shape("text", {x: before ? x(from) - 6 : left + 6, y: 40, "text-anchor": before ? "end" : "start"}, name));
        free = x(from) + (before ? 2 : wide);
        named.push([left, free]);
      }
      marks.push(group);
    });
    if (ticks.length <= 40) {
      for (const step of ticks) if (!named.some(([low, high]) => x(step) > low && x(step) < high)) marks.push(shape("path", {class: `tick thin ${frames[step].phase}`, d: `M${x(step)} 30v5`}));
    }
    track.replaceChildren(...marks);
  }

  // Steps

  function go(target) {
    target = clamp(target, count);
    if (target === at) return;
    if (at >= 0) root.classList.add("seen");
    at = target;
    const frame = frames[at];
    root.dataset.phase = frame.phase;
    root.classList.toggle("first", at === 0);
    turnTo(frame);
    draw(frame);
    follow(frame);
    corner();
    mark(frame.place);
    tell(frame);
    timeline();
    const working = placed(frame.card);
    for (const [i, box] of [...mini.querySelectorAll(".place")].entries()) box.classList.toggle("active", i === working);
    const told = `langkah ${at + 1} dari ${count}`;
    find(".phase").textContent = PHASES[frame.phase];
    tally();
    slider.value = String(at + 1);
    slider.setAttribute("aria-valuetext", `${told}, ${PHASES[frame.phase]}`);
    find(".back").disabled = find(".home").disabled = at === 0;
    find(".next").disabled = find(".last").disabled = at === count - 1;
    if (at === count - 1 || asking.open(at) >= 0) pause();
    hush();
  }

  function tally() {
    const long = at >= 0 && PHASES[frames[at].phase].length > 11; // on a phone its name leaves no room for the word
    const short = plan && (plan.mode === "narrow" ? plan.small || plan.slim : plan.mode === "phone" && long);
    find(".count").textContent = `${short ? "" : "langkah "}${at + 1} dari ${count}${film.brief && !short ? " · ringkas" : ""}`;
  }

  function pause() {
    window.clearInterval(timer);
    timer = 0;
    root.classList.remove("playing");
    find(".play").setAttribute("aria-label", "putar");
  }

  function play() {
    if (timer) return pause();
    root.classList.add("seen");
    if (at === count - 1) go(0);
    timer = window.setInterval(() => go(at + 1), Number(speed.value));
    root.classList.add("playing");
    find(".play").setAttribute("aria-label", "jeda");
  }

  const COMMANDS = {
    play,
    full: () => document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen().catch(() => {}),
    in: () => zoom(1.25),
    out: () => zoom(1 / 1.25),
    fit: () => look(fitted(size(), space(), 0)),
    guess: () => asking.toggle(at),
    help: () => {
      help.hidden = !help.hidden;
      if (!help.hidden) find(".close").focus();
    },
  };

  function command(name) {
    if (COMMANDS[name]) return COMMANDS[name]();
    pause();
    go(moved(name, at, count));
    if (!touch.matches) asking.focus(at);
  }

  for (const name of ["home", "back", "play", "next", "last", "in", "out", "fit", "full"]) find("." + name).addEventListener("click", () => command(name));
  find(".big").addEventListener("click", () => { play(); go(at + 1); find(".play").focus({preventScroll: true}); });
  find(".switch").addEventListener("click", () => command("guess"));
  find(".close").addEventListener("click", () => { help.hidden = true; slider.focus({preventScroll: true}); });
  find(".now").addEventListener("click", () => {
    const unfolded = root.classList.toggle("unfolded");
    find(".now").setAttribute("aria-expanded", String(unfolded));
    if (unfolded) mark(place);
  });
  find(".full").hidden = !document.fullscreenEnabled;
  slider.max = String(count);
  slider.addEventListener("input", () => { pause(); go(Number(slider.value) - 1); });
  speed.addEventListener("change", () => { if (timer) { pause(); play(); } });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape") {
      if (!help.hidden) find(".close").click();
      else if (event.target === find(".typed")) slider.focus({preventScroll: true});
      return hush();
    }
    const target = event.target, card = target.closest && target.closest(".card"), name = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (target.matches && target.matches("select, input:not([type=range])")) return;
    if (/^[-−.\d[(]$/.test(event.key) && asking.open(at) >= 0) return asking.focus(at);
    if (/^[1-9]$/.test(event.key)) {
      const turn = film.turns.length ? turns.nth(Number(event.key)) : null;
      if (turn !== null) choose(turn);
      return;
    }
    if (card && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      pause();
      visit(cards.findIndex((one) => one.group === card));
    } else if (name && !(event.key === " " && target.closest && target.closest("button"))) {
      event.preventDefault();
      command(name);
    }
  });

  // Size: the page is told one height for the whole film, so that nothing below the player moves while it plays.

  const widest = Math.max(...film.stages.map((one) => one.width));

  // What a graph leaves empty below itself, however wide it is drawn.
  function idle({mode, stage: tall}, beside, strip) {
    const drawn = film.stages.map((one) => one.height * Math.min(1, Math.max(READABLE, beside / one.width)));
    return tall - Math.max(KEPT, Math.max(...drawn) + strip + (mode === "phone" ? 60 : 8));
  }

  function arrange() {
    const full = Boolean(document.fullscreenElement), width = root.clientWidth || window.innerWidth;
    plan = arrangement(width, full ? 0 : room, touch.matches, film.turns.length > 0);
    const {mode, small, slim, folded} = plan, extra = find(".incomplete").offsetHeight, looping = film.turns.length > 0;
    if (full) plan.stage = window.innerHeight - extra - plan.lower - folded - 2;
    const compact = plan.stage < COMPACT || mode !== "wide";
    document.documentElement.classList.toggle("full", full);
    const states = {
      wide: mode === "wide", stack: mode !== "wide", phone: mode === "phone", small, slim: slim > 0, tiny: slim > 1, low: plan.stage <= LOW,
      looping, compact,
    };
    for (const [name, on] of Object.entries(states)) {
      root.classList.toggle(name, on);
    }
    const beside = numbered.length && mode === "wide" ? codeWidth(width, widest, inner.scrollWidth + 2) : 0, strip = !compact ? STRIP.tall : touch.matches || mode === "phone" ? STRIP.touch : STRIP.low;
    plan = roomier(plan, need(), idle(plan, width - beside, looping ? strip : 0), full ? 0 : room);
    root.style.setProperty("--strip", strip + "px");
    root.style.setProperty("--stage", plan.stage + "px");
    root.style.setProperty("--folded", folded + "px");
    root.style.setProperty("--lower", plan.lower + "px");
    root.style.setProperty("--code", beside + "px");
    if (svg) {
      turnTo(frames[at]);
      draw(frames[at]);
      fit();
      follow(frames[at]);
      invite();
      tally();
      map();
      timeline();
      mark(place);
      turns.keep();
      cue();
    }
    if (window.parent !== window && !full) {
      window.parent.postMessage({jejak: window.innerWidth ? Math.ceil(root.getBoundingClientRect().height) : plan.height}, "*");
    }
  }

  function paint() {
    document.documentElement.dataset.theme = theme || (dark.matches ? "dark" : "light");
  }

  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || !event.data || event.data.jejak !== "hello") return;
    theme = {dark: "dark", light: "light"}[event.data.theme] || "";
    room = Number(event.data.room) > 0 ? Number(event.data.room) : 0;
    paint();
    arrange();
  });
  let width = -1;
  function measure() {
    if (window.innerWidth === width) return;
    width = window.innerWidth;
    if (window.parent === window) room = window.innerHeight;
    arrange();
  }
  window.addEventListener("resize", measure);
  document.addEventListener("fullscreenchange", arrange);
  dark.addEventListener("change", paint);
  // A frame out of sight hears of its size late, so it looks by itself until it has one.
  const waiting = window.setInterval(() => {
    measure();
    if (window.innerWidth) window.clearInterval(waiting);
  }, 100);

  document.documentElement.classList.toggle("alone", window.parent === window); // a file of its own scrolls
  paint();
  measure();
  go(0);
  arrange();
}

start(document.querySelector(".player"), unpack(JSON.parse(document.querySelector("script.film").textContent)));

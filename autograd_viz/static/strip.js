// The strip of turns in the page, and the brace and the name of the turn at the loop in the code.

function strip(root, film, {element, lines, choose}) {
  const holder = root.querySelector(".strip"), row = root.querySelector(".turns"), around = root.querySelector(".around");
  const sizes = largest(film), reached = new Set(film.frames.flatMap(({turn}) => pathOf(film, turn)));
  for (const {views} of film.pages) for (const {turn} of views) for (const one of pathOf(film, turn)) reached.add(one);
  let run = -1, buttons = [], braced = [];

  // How many letters the widest card of each run needs, so that none grows while the film plays.
  const letters = film.runs.map(({name, leaf}, own) => {
    const mine = ({turn}) => film.turns[turn].run === own;
    const states = film.frames.flatMap((frame) => frame.turns.filter(mine));
    const most = (texts) => Math.max(0, ...texts.map((text) => text.length));
    const label = most(film.turns.filter((one) => one.run === own).map((one) => one.label));
    const value = most(states.map((state) => state.value)) + name.length + 1, part = most(states.map((state) => state.grad));
    return {upper: label + value, lower: (leaf ? leaf.length + 3 : 0) + part};
  });

  function build(turn) {
    run = film.turns[turn].run;
    row.style.setProperty("--upper", `${letters[run].upper}ch`);
    row.style.setProperty("--least", `${Math.max(letters[run].upper, letters[run].lower)}ch`);
    buttons = siblings(film, turn).map((number) => {
      const button = element("button", "", "turn");
      for (const name of ["turn-name", "turn-value", "turn-leaf", "turn-part", "turn-size"]) button.append(element("span", "", name));
      button.querySelector(".turn-name").textContent = film.turns[number].label;
      button.disabled = !reached.has(number);
      button.addEventListener("click", () => choose(number));
      return {number, button, state: null, on: false, part: (name) => button.querySelector("." + name)};
    });
    const {note} = film.runs[run];
    row.replaceChildren(...buttons.map(({button}) => button), ...(note ? [element("small", note, "uncounted")] : []));
    holder.querySelector(".beside").textContent = note;
    const outer = pathOf(film, turn).slice(0, -1).filter((one) => siblings(film, one).length > 1);
    around.hidden = !outer.length;
    around.replaceChildren(...outer.map((one) => {
      const part = element("span", ""), own = siblings(film, one), at = own.indexOf(one);
      const step = (sign, to, told) => {
        const button = element("button", sign);
        button.setAttribute("aria-label", told);
        button.disabled = own[to] === undefined;
        button.addEventListener("click", () => choose(own[to]));
        return button;
      };
      part.append(step("‹", at - 1, "putaran sebelumnya"), element("b", film.turns[one].label), step("›", at + 1, "putaran berikutnya"));
      return part;
    }));
  }

  // Shows the turns around the open one, with what is known about them.
  function show(open, known) {
    if (open === null) return;
    const path = pathOf(film, open), place = [...path].reverse().find((one) => siblings(film, one).length > 1);
    if (place === undefined) return;
    const outer = String(path.slice(0, path.indexOf(place)));
    if (film.turns[place].run !== run || row.dataset.outer !== outer) build(place);
    row.dataset.outer = outer;
    const {name, leaf} = film.runs[run];
    for (const one of buttons) {
      const {number, button, part} = one, state = known.get(number) || STATE, on = number === place;
      if (state === one.state && on === one.on) continue;
      Object.assign(one, {state, on});
      const write = (spot, text) => { if (part(spot).textContent !== text) part(spot).textContent = text; };
      write("turn-value", state.value && `${name} ${state.value}`.trim());
      write("turn-leaf", leaf && `ke ${leaf}`);
      write("turn-part", state.grad);
      part("turn-part").classList.toggle("none", state.grad === "0");
      part("turn-size").style.width = sizes[run] ? `${100 * state.size / sizes[run]}%` : "0";
      button.classList.toggle("on", on);
      if (on) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
      button.setAttribute("aria-label", [film.turns[number].label, part("turn-value").textContent, leaf && state.grad && `sumbangan ke ${leaf} ${state.grad}`].filter(Boolean).join(", "));
      if (on) keep(button);
    }
    brace(path);
  }

  // Brings the card of the open turn into view, also when the player has another size now.
  function keep(button = row.querySelector(".on")) {
    if (!button) return;
    const left = button.offsetLeft, wide = button.offsetWidth;
    if (left < row.scrollLeft || left + wide > row.scrollLeft + row.clientWidth) row.scrollLeft = left - (row.clientWidth - wide) / 2;
  }

  function brace(path) {
    for (const line of braced) {
      line.classList.remove("loop", "opens", "closes");
      delete line.dataset.turn;
    }
    braced = [];
    path.forEach((turn, depth) => {
      const place = film.runs[film.turns[turn].run].place;
      if (!place) return;
      const {source, line: first, end} = place, rows = lines[source];
      const head = rows.get(first);
      if (!head) return;
      head.dataset.turn = head.dataset.turn ? `${head.dataset.turn}, ${film.turns[turn].label}` : film.turns[turn].label;
      braced.push(head);
      if (depth < path.length - 1) return;
      const own = [...rows].filter(([number]) => number >= first && number <= end).map(([, line]) => line);
      own.forEach((line, i) => {
        line.classList.add("loop");
        line.classList.toggle("opens", i === 0);
        line.classList.toggle("closes", i === own.length - 1);
        braced.push(line);
      });
    });
  }

  // The turn that a digit key opens.
  function nth(digit) {
    return buttons[digit - 1] && !buttons[digit - 1].button.disabled ? buttons[digit - 1].number : null;
  }

  holder.hidden = !film.turns.length;
  return {keep, nth, show};
}

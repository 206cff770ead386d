// How high the longest sentence of a film stands in the page, measured where it will stand.

const TRIED = 24; // the longest sentences by their letters; the highest one is among them
const ROWS = 2; // rows of an optimizer's step that are waited for; more of them scroll

function highest(root, film, {element, styled, move}) {
  const letters = (spans) => spans.reduce((sum, {text}) => sum + text.length + 80 * (text.split("\n").length - 1), 0);
  const beside = ({path, note}) => path.length ? path : note === null ? [] : [{text: film.notes[note]}];
  const frames = film.frames.map((frame) => ({frame, size: letters(frame.say) + letters(beside(frame)) + 80 * Math.min(ROWS, frame.rows.length)}));
  const tried = frames.sort((one, other) => other.size - one.size).slice(0, TRIED).map(({frame}) => frame);
  const known = new Map(); // by the width and the letters of the place

  return () => {
    const say = root.querySelector(".say"), wide = say.clientWidth, key = `${wide} ${getComputedStyle(say).font}`;
    if (!wide) return 0;
    if (known.has(key)) return known.get(key);
    const probe = element("div", "", "say probe");
    probe.style.width = `${wide}px`;
    probe.setAttribute("aria-hidden", "true");
    for (const frame of tried) {
      const one = probe.appendChild(element("div", "")), words = one.appendChild(element("p", "", "words")), moves = element("div", "", "moves");
      words.append(...styled(frame.say));
      moves.append(...frame.rows.slice(0, ROWS).map(move));
      if (frame.rows.length) one.append(moves);
      one.appendChild(element("p", "", "note")).append(...styled(beside(frame)));
    }
    say.after(probe);
    const high = Math.max(0, ...[...probe.children].map((one) => one.offsetHeight));
    probe.remove();
    known.set(key, high + 8); // above the first line
    return high + 8;
  };
}

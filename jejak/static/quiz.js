"use strict";

// The first part is pure and also runs under node (tests/js); the second part works in a page.

// The place of a written number among the known ones, their count when it is none of them, words when it can't be read.
function placeOf(known, text) {
  const written = text.replace(/[\x20\t\n\xa0]/g, "").replace(/[−–‒]/g, "-");
  if (!written) return "Tulis dulu satu bilangan.";
  if (/^[+-]?[0-9]+,[0-9]+$/.test(written)) return `Pakai titik sebagai koma desimal: ${written.replace(",", ".")}.`;
  const number = /^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?$/i;
  if (!number.test(written)) return "Tulis satu bilangan saja, misalnya 2.5 atau -3.";
  const found = known.findIndex(([value, near]) => Math.abs(written - value) <= near);
  return found < 0 ? known.length : found;
}

// The number of the first rule that an order breaks, from 1; 0 when it keeps them all.
function brokenRule(rules, order) {
  return rules.findIndex(([first, then]) => order.indexOf(first) > order.indexOf(then)) + 1;
}

function start(root) {
  const items = root.querySelectorAll(".soal"), firsts = new Map(), resets = [];
  const add = (parent, name, text, press) => {
    const part = parent.appendChild(document.createElement(name));
    part.textContent = text;
    part.onclick = press;
    return part;
  };
  const shown = (parent) => {
    const part = add(parent, "p", "");
    part.role = "status";
    return part;
  };
  const total = shown(root);
  const count = () => {
    const right = [...firsts.values()].filter(Boolean).length;
    total.textContent = `${firsts.size} dari ${items.length} terjawab, ${right} tepat pada jawaban pertama.`;
    root.dispatchEvent(new CustomEvent("jejak", {detail: {right, judged: firsts.size, asked: items.length}}));
  };
  const note = (item, right) => {
    if (!firsts.has(item)) firsts.set(item, right);
    count();
  };
  const look = (right) => (right ? "ya" : "bukan");

  for (const item of items) {
    const folds = item.querySelectorAll("details"), sentences = [...folds[0].querySelectorAll("p")];
    const list = item.querySelector("ol"), data = JSON.parse(item.dataset.by || "0");
    for (const fold of folds) {
      const right = !data && fold.textContent.includes("●");
      fold.ontoggle = () => {
        if (!fold.open) return;
        if (!data) fold.className = look(right);
        note(item, right);
      };
      resets.push(() => {
        fold.open = false;
        fold.className = "";
      });
    }
    if (!data) continue;

    // What is typed or ordered is judged by a button; the sentence it deserves stands in the folded answer.
    const form = document.createElement("div"), lines = list ? [...list.children] : [];
    folds[0].before(form);
    const input = list ? null : add(form, "input", "");
    const order = () => [...list.children].map((line) => "abcdefgh"[lines.indexOf(line)]);
    const check = add(form, "button", "Periksa", () => {
      const found = input ? placeOf(data, input.value) : brokenRule(data, order());
      told.className = look(found === 0);
      told.textContent = found;
      if (!sentences[found]) return;
      told.innerHTML = sentences[found].innerHTML;
      note(item, found === 0);
    });
    const told = shown(form);
    if (input) {
      input.ariaLabel = "jawaban";
      input.onkeydown = (event) => {
        if (event.key === "Enter") check.click();
      };
    }
    for (const line of lines) {
      for (const [sign, word] of [["↑", "naikkan"], ["↓", "turunkan"]]) {
        add(line, "button", sign, () => {
          const up = sign === "↑", other = up ? line.previousElementSibling : line.nextElementSibling;
          if (!other) return;
          line[up ? "after" : "before"](other); // the neighbour moves, so the button keeps the focus
          told.className = "";
          told.textContent = `nomor ${[...list.children].indexOf(line) + 1}`;
        }).ariaLabel = `${word} ${line.firstChild.textContent}`;
      }
    }
    resets.push(() => {
      told.textContent = told.className = "";
      if (input) input.value = "";
      else list.append(...lines);
    });
  }
  add(root, "button", "Ulangi", () => {
    firsts.clear();
    for (const reset of resets) reset();
    count();
  });
  count();
}

if (typeof document !== "undefined") start(ownRoot(".jejak-kuis"));

if (typeof module !== "undefined") module.exports = {placeOf, brokenRule};

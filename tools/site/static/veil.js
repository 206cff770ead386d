// What follows the first open guess is hidden until the reader has guessed or skips; an address inside opens it, too.

function startVeil(root) {
  const boxes = [...root.querySelectorAll(".tebak")], passed = new Set();
  const after = (box, part) => Boolean(box.compareDocumentPosition(part) & Node.DOCUMENT_POSITION_FOLLOWING);

  function draw() {
    for (const part of root.querySelectorAll(".terselubung")) part.classList.remove("terselubung");
    const first = boxes.find((box) => !passed.has(box));
    for (const box of boxes) box.classList.toggle("tertutup", box === first);
    for (let part = first; part && part !== root; part = part.parentElement) {
      for (let next = part.nextElementSibling; next; next = next.nextElementSibling) next.classList.add("terselubung");
    }
    document.documentElement.classList.add("siap");
  }

  for (const box of boxes) {
    const known = startGuess(box, (skipped) => {
      passed.add(box);
      draw();
      if (skipped) box.focus({preventScroll: true});
    });
    box.tabIndex = -1;
    if (known) passed.add(box);
  }

  function arrive() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || !root.contains(target)) return;
    for (let part = target; part && part !== root; part = part.parentElement) {
      if (part.tagName === "DETAILS") part.open = true;
    }
    if (target.nextElementSibling && target.nextElementSibling.matches("details.kunci")) target.nextElementSibling.open = true;
    if (!target.closest(".terselubung")) return;
    for (const box of boxes) if (after(box, target)) passed.add(box);
    draw();
    target.scrollIntoView();
  }

  draw();
  arrive();
  window.addEventListener("hashchange", arrive);
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a[href*='#']");
    if (link && link.hash === location.hash) arrive(); // the address doesn't change, so nothing else would say it
  });
}

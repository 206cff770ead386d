// A drawer that lies over the page closes once a place in the page was chosen from it; the theme leaves it open.

function startDrawers() {
  const boxes = [...document.querySelectorAll("input.sidebar-toggle")];
  for (const link of document.querySelectorAll(".toc-tree a, .sidebar-tree a[href^='#']")) {
    link.addEventListener("click", () => { for (const box of boxes) box.checked = false; });
  }
}

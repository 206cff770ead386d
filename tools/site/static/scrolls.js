// What is wider than its place scrolls there, so the keyboard has to reach it.

function startScrolls(root) {
  const look = (part) => {
    if (part.scrollWidth > part.clientWidth + 1) part.tabIndex = 0;
    else part.removeAttribute("tabindex");
  };
  const parts = root.querySelectorAll("pre, .table-wrapper, .gambar, .cell_output, figure, .jejak-layers > div");
  if (!window.ResizeObserver) return parts.forEach(look);
  const watch = new ResizeObserver((entries) => { for (const {target} of entries) look(target); });
  for (const part of parts) watch.observe(part);
}

// What is wider than its place scrolls there, so the keyboard has to reach it.

function startScrolls(root) {
  const parts = root.querySelectorAll("pre, .table-wrapper, .gambar, .output.image_png, figure, .jejak-layers > div");
  const look = () => {
    for (const part of parts) {
      if (part.scrollWidth > part.clientWidth + 1) part.tabIndex = 0;
      else part.removeAttribute("tabindex");
    }
  };
  look();
  window.addEventListener("resize", look);
}

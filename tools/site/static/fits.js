// A drawing that is wider than the page says so, and shows itself whole when asked.

function startFits(root) {
  if (!window.ResizeObserver) return;
  for (const picture of root.querySelectorAll(".gambar > svg, .gambar > img")) fitPicture.call(picture);
}

const picture = this, box = picture.parentElement, before = picture.style.cssText;
if (!box.jejak) {
  const bar = document.createElement('div'), said = document.createElement('span'), key = document.createElement('button');
  bar.style.cssText = 'position:sticky;left:0;width:fit-content;max-width:100%;font:13px/22px sans-serif;padding:2px 0 6px';
  const tall = matchMedia('(pointer: coarse), (max-width: 499px)').matches ? 40 : 28;
  key.style.cssText = `font:inherit;padding:2px 12px;min-width:${tall}px;min-height:${tall}px;cursor:pointer`;
  let whole = false;
  const show = () => {
    const wider = box.scrollWidth > box.clientWidth + 4;
    bar.hidden = !wider && !whole;
    said.textContent = wider ? 'Gambar ini berlanjut ke kanan: geser, atau lihat seluruhnya: ' : '';
    key.textContent = whole ? 'ukuran asli' : 'pas';
    key.setAttribute('aria-pressed', whole);
  };
  key.onclick = () => {
    whole = !whole;
    picture.style.cssText = before;
    if (whole) {
      for (const [name, value] of [['min-width', '0'], ['max-width', '100%'], ['height', 'auto']]) {
        picture.style.setProperty(name, value, 'important');
      }
    }
    show();
  };
  bar.append(said, key);
  box.prepend(bar);
  box.jejak = new ResizeObserver(show);
  box.jejak.observe(box);
  box.jejak.observe(picture);
  show();
}

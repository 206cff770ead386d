// Three significant digits for fractions, whole numbers exactly; as jejak.compare.
function isClose(value, wanted, whole) {
  if (value === wanted || (Number.isNaN(value) && Number.isNaN(wanted))) return true;
  const gap = Math.abs(value - wanted), size = Math.abs(wanted);
  if (whole || !Number.isFinite(gap)) return false;
  if (value === 0 || size === 0) return gap < 1e-6;
  return gap <= Math.min(0.5 * 10 ** (Math.floor(Math.log10(size)) - 2), 0.5) + 1e-6 * size;
}

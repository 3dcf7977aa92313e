// The least step that is not below the value; the last where all are.
function upwards(steps, value) {
  return steps.find(step => step >= value) || steps[steps.length - 1];
}

// Widths upwards, ratios to the nearest by logarithm: the quotient of two ratios, or its inverse, is least.
function snapBox(options) {
  const width = options.w, height = options.h;
  const off = ratio => Math.max(width * ratio[1] / height / ratio[0], height * ratio[0] / width / ratio[1]);
  const ratio = RATIOS.reduce((best, next) => off(next) < off(best) ? next : best);
  options.w = upwards(WIDTHS.filter(step => rounded(step * ratio[1], ratio[0]) <= MAX_SIDE), width);
  options.h = rounded(options.w * ratio[1], ratio[0]);
}

// Only what the viewer named himself: a preset's own values, `fixed`, are the stack's.
function snap(options, named, fixed) {
  const sides = ['w', 'h'].filter(name => options[name] && (named[name] || !fixed[name]));
  if (sides[1]) {
    snapBox(options);
  } else {
    sides.forEach(name => { options[name] = upwards(WIDTHS, options[name]); });
  }
  if (named.q > 0) {
    options.q = upwards(QUALITIES, options.q);
  }
  if (named.fp && options.fp) {
    options.fp = options.fp.split('x').map(side => Math.round(side / 5) * 5).join('x');
  }
}

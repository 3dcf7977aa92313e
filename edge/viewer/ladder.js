// The least step that is not below the value; the last where all are.
function upwards(steps, value) {
  return steps.find(step => step >= value) || steps[steps.length - 1];
}

// Widths upwards, ratios to the nearest by logarithm: the quotient of two ratios, or its inverse, is least.
function snapBox(options) {
  const width = options.w, height = options.h;
  if (width && height) {
    const ratio = TABLE.ratios.map(each => {
      const off = width * each[1] / (height * each[0]);
      return [Math.max(off, 1 / off), each];
    }).reduce((best, next) => next[0] < best[0] ? next : best)[1];
    const fits = TABLE.widths.filter(step => rounded(step * ratio[1], ratio[0]) <= TABLE.maxSide);
    options.w = upwards(fits, width);
    options.h = rounded(options.w * ratio[1], ratio[0]);
  } else if (width) {
    options.w = upwards(TABLE.widths, width);
  } else if (height) {
    options.h = upwards(TABLE.widths, height);
  }
}

// Only what the viewer named himself: a preset's own values are the stack's.
function snap(options, named) {
  if (named.w || named.h || named.ar) {
    snapBox(options);
  }
  if (named.q > 0) {
    options.q = upwards(TABLE.qualities, options.q);
  }
  if (named.fp) {
    options.fp = options.fp.split('x').map(side => Math.round(side / 5) * 5).join('x');
  }
}

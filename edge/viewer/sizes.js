// Rounded half up, in exact integers below 2^53.
function rounded(top, bottom) {
  return Math.floor((2 * top + bottom) / (2 * bottom));
}

// dpr first, rounded; then ar from the rounded side; then one factor where a side passes the greatest; then each bound.
// Until the last step all are in units of 1/unit, so that a side by ar is exact.
function multiply(options) {
  const each = change => NAMES.filter(name => rowOf(name).scaled && options[name] > 0).forEach(name => {
    options[name] = change(options[name], rowOf(name));
  });
  const ratio = options.ar, hasWidth = options.w;
  const unit = ratio ? ratio[hasWidth ? 0 : 1] * 1 : 1;
  each(value => rounded(value * (options.dpr || 1) * 2, 2) * unit);
  if (hasWidth && ratio) {
    options.h = options.w / unit * ratio[1];
  } else if (ratio) {
    options.w = options.h / unit * ratio[0];
  }
  const longest = Math.max(options.w || 0, options.h || 0);
  const over = longest > MAX_SIDE * unit;
  each((value, row) => {
    const exact = rounded(value * (over ? MAX_SIDE : 1), over ? longest : unit);
    return Math.max(row.least || 0, Math.min(row.most, exact));
  });
}

// What can only be seen of several options together.
function checkTogether(options) {
  if (options.fp && options.g) {
    options.fp = fault('one of fp and g', 'both');
  }
  if (options.ar && (!options.w === !options.h || options.fit === 'contain')) {
    options.ar = fault('w or h, and no fit=contain, beside ar', options.ar.join(':'));
  }
  if (options.ar) {
    options.fit = options.fit || 'cover';
  }
}

function checkPad(options) {
  if (2 * options.pad >= Math.min(options.w || Infinity, options.h || Infinity)) {
    options.pad = fault('a pad that fits twice', options.pad);
  }
}

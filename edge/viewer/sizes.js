// Rounded half up, in exact integers below 2^53.
function rounded(top, bottom) {
  return Math.floor((2 * top + bottom) / (2 * bottom));
}

// dpr first, rounded; then ar from the rounded side; then one factor where a side passes the greatest; then each bound.
function multiply(options) {
  const products = NAMES.filter(name => ROWS[name].scaled && options[name] > 0);
  products.forEach(name => {
    options[name] = rounded(options[name] * (options.dpr || 1) * 2, 2);
  });
  const ratio = options.ar, side = options.w || options.h;
  const width = ratio ? side * ratio[0] : options.w || 0;
  const height = ratio ? side * ratio[1] : options.h || 0;
  const unit = ratio ? ratio[options.w ? 0 : 1] * 1 : 1;
  const longest = Math.max(width, height);
  const over = longest > MAX_SIDE * unit;
  const top = over ? MAX_SIDE : 1;
  const bottom = over ? longest : unit;
  products.forEach(name => {
    options[name] = Math.min(ROWS[name].most, rounded(options[name] * top * unit, bottom));
  });
  options.w = width && Math.max(1, rounded(width * top, bottom));
  options.h = height && Math.max(1, rounded(height * top, bottom));
}

// What can only be seen of several options together.
function checkTogether(options) {
  if (options.fp && options.g) {
    fault(options, 'fp', 'one of fp and g', 'both');
  }
  if (options.ar && (!options.w === !options.h || options.fit === 'contain')) {
    fault(options, 'ar', 'one of w and h beside ar, and no fit=contain', options.ar.join(':'));
  }
  if (options.ar) {
    options.fit = options.fit || 'cover';
  }
}

function checkPad(options) {
  if (2 * options.pad >= Math.min(options.w || Infinity, options.h || Infinity)) {
    fault(options, 'pad', 'a pad that leaves something of the box', options.pad);
  }
}

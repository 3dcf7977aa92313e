// Rounded half up, in exact integers below 2^53.
function rounded(top, bottom) {
  return Math.floor((2 * top + bottom) / (2 * bottom));
}

// dpr first, rounded; then ar from the rounded side; then one factor where a side passes the greatest; then each bound.
function multiply(options) {
  const twice = 2 * (options.dpr || 1);
  const products = TABLE.rows.filter(row => row.scaled && row.most >= options[row.names[0]]);
  products.forEach(row => {
    options[row.names[0]] = rounded(options[row.names[0]] * twice, 2);
  });
  const ratio = options.ar || [1, 1];
  const unit = options.ar ? ratio[options.w ? 0 : 1] : 1;
  const width = options.w ? options.w * unit : options.ar ? options.h * ratio[0] : 0;
  const height = options.h ? options.h * unit : options.ar ? options.w * ratio[1] : 0;
  const longest = Math.max(width, height);
  const over = longest > TABLE.maxSide * unit;
  const top = over ? TABLE.maxSide : 1;
  const bottom = over ? longest : unit;
  products.forEach(row => {
    options[row.names[0]] = Math.min(row.most, rounded(options[row.names[0]] * top * unit, bottom));
  });
  if (width) {
    options.w = Math.max(1, rounded(width * top, bottom));
  }
  if (height) {
    options.h = Math.max(1, rounded(height * top, bottom));
  }
}

// What can only be seen of several options together.
function checkTogether(options) {
  TABLE.rows.forEach(row => {
    if (row.excludes && options[row.names[0]] !== undefined && options[row.excludes] !== undefined) {
      fault(options, row.names[0], 'bad-option', `one of ${row.names[0]} and ${row.excludes}`, 'both');
    }
  });
  if (options.ar && (!options.w === !options.h || options.fit === 'contain')) {
    fault(options, 'ar', 'bad-option', 'exactly one of w and h beside ar, and no fit=contain', options.ar.join(':'));
  }
  if (options.ar) {
    options.fit = options.fit || 'cover';
  }
}

function checkPad(options) {
  if (2 * options.pad >= Math.min(options.w || Infinity, options.h || Infinity)) {
    fault(options, 'pad', 'bad-option', 'a pad that leaves something of the box', options.pad);
  }
}

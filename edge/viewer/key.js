function printed(options) {
  return NAMES.filter(name => options[name]).map(name => `,${name}=${options[name]}`).join('');
}

// The options in the order of the table, without what changes nothing: defaults (0, where a row says no other), and
// what is idle, because the text of the rest does not match what its row needs.
function printOptions(options) {
  const kept = {};
  NAMES.forEach(name => {
    kept[name] = String(options[name]) === (rowOf(name).standard || '0') ? '' : options[name];
  });
  NAMES.forEach(name => {
    if (kept[name] && rowOf(name).needs && !RegExp(rowOf(name).needs).test(printed(kept))) {
      kept[name] = '';
    }
  });
  return printed(kept).slice(1);
}

// One spelling of the eight turns: v is a half turn and h.
function turnOnce(options) {
  if (options.flip && options.flip !== 'h') {
    options.rot = (Number(options.rot || 0) + 180) % 360;
    options.flip = options.flip === 'v' && 'h';
  }
}

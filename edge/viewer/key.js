// needs: any of these (|) of all of these (&); a term is an option that is there, or option=value.
function needed(needs, options) {
  return needs.split('|').some(all => all.split('&').every(term => {
    const sides = term.split('=');
    return sides[1] ? options[sides[0]] === sides[1] : options[sides[0]] !== undefined;
  }));
}

// The options in the order of the table, without what changes nothing.
function printOptions(options) {
  const kept = options.f === 'json' ? { v: options.v, f: options.f } : options;
  TABLE.rows.forEach(row => {
    if (String(kept[row.names[0]]) === row.standard) {
      kept[row.names[0]] = undefined;
    }
  });
  return TABLE.rows.filter(row => {
    const name = row.names[0], value = kept[name];
    const needs = (row.narrow && row.narrow[value]) || row.needs;
    if (value !== undefined && needs && !needed(needs, kept)) {
      kept[name] = undefined;
    }
    return kept[name] !== undefined;
  }).map(row => `${row.names[0]}=${kept[row.names[0]]}`).join();
}

function turnOnce(options) {
  if (options.flip && options.flip !== 'h') {
    options.rot = String((Number(options.rot || 0) + 180) % 360);
    options.flip = options.flip === 'v' ? 'h' : undefined;
  }
}

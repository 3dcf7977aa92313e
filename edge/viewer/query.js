// [{name, text, sent}] of all that is not ignored; name or text is undefined where it can't be read.
function sentParts(query) {
  return query.split('&').map(sent => {
    const sides = sent.split('=');
    return { name: decoded(sides[0]), text: sides[1] && decoded(sides.slice(1).join('=')), sent: sent };
  }).filter(part => part.sent && !IGNORED.test(part.name));
}

// The parts that are options: a key's own, or the query's without credentials.
function askedOptions(query, parts, inKey) {
  const asked = parts.filter(part => !CREDENTIALS.includes(part.name));
  const tokens = parts.filter(part => !asked.includes(part)).map(part => part.sent).join();
  if (query.length - tokens.length > MAX_QUERY_BYTES) {
    refuse('bad-option', `a query of ${MAX_QUERY_BYTES} bytes at most`, query.length);
  }
  if (inKey && asked[0]) refuse('bad-option', 'no options beside a key', asked[0].sent); //@ !lenient
  return inKey ? sentParts(inKey.replace(/,/g, '&')) : asked;
}

function expectedOf(row) {
  const words = row.words ? row.words.join(', ') : '';
  const range = row.most ? `integer ${row.least || 0} to ${row.most}${words && ' or '}` : 'one of ';
  return row.form || range + words;
}

// Each name and value as sent: known, once, within bounds.
function readOptions(parts, inKey) {
  const options = {};
  parts.forEach(part => {
    const name = ALIASES[part.name] || part.name;
    const row = NAMES.includes(name) && ROWS[name];
    if (!row) {
      fault({}, '', `one of ${NAMES.join(' ')}`, part.sent);
    } else if (name in options) {
      fault(options, name, `${part.name} once`, part.sent);
    } else {
      options[name] = readValue(row, part.text, inKey) ||
        fault(options, name, `${expectedOf(row)} for ${part.name}`, part.text || part.sent, row.refusal);
    }
  });
  return options;
}

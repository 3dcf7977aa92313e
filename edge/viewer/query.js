// [{name, text, sent}] of all that is not ignored; name or text is undefined where it can't be read. More parts than
// anybody needs would take longer than CloudFront lets a function run.
function sentParts(query) {
  return (query.match(/[^&]+/g) || []).map((sent, at) => {
    const cut = at < 300 ? `${sent}=`.indexOf('=') : refuse('300 parts', at);
    return { name: decoded(sent.slice(0, cut)), text: sent[cut] && decoded(sent.slice(cut + 1)), sent: sent };
  }).filter(part => !IGNORED.test(part.name));
}

function partsNamed(parts, name) {
  return parts.filter(part => part.name === name);
}

// The parts that are options: a key's own, or the query's without credentials, whose bytes do not count.
function askedOptions(query, parts, rest, inKey) {
  const asked = rest.filter(part => !CREDENTIALS.test(part.name));
  let length = query.length;
  parts.forEach(part => { if (!asked.includes(part)) length -= part.sent.length; }); //@ closed
  if (length > MAX_QUERY_BYTES) {
    refuse(`a query of ${MAX_QUERY_BYTES} bytes at most`, length);
  }
  if (inKey && asked[0]) refuse('no options beside a key', asked[0].sent); //@ !lenient
  return inKey ? sentParts(inKey.replace(/,/g, '&')) : asked;
}

function expectedOf(row) {
  const range = row.form || row.most && `integer ${row.least || 0} to ${row.most}`;
  return [range, row.words && `one of ${row.words}`].filter(said => said).join(' or ');
}

// Each name and value as sent: known, once, within bounds.
function readOptions(parts, inKey) {
  const options = {};
  parts.forEach(part => {
    const name = ALIASES[part.name] || part.name;
    const row = rowOf(name) || '';
    const isRepeated = name in options;
    const value = row && !isRepeated && readValue(row, part.text, inKey);
    const expected = !row ? `one of ${NAMES}` : `${isRepeated ? 'one value' : expectedOf(row)} for ${part.name}`;
    const received = row && part.text || part.sent;
    options[name] = value || fault(expected, received, !isRepeated && row.refusal);
  });
  return options;
}

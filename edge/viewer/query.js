// [{name, text, sent}] of all that is not ignored; name or text is undefined where it can't be read.
function sentParts(query) {
  return query.split('&').map(sent => {
    const at = sent.indexOf('=');
    return {
      name: decoded(at < 0 ? sent : sent.slice(0, at)),
      text: at < 0 ? undefined : decoded(sent.slice(at + 1)),
      sent: sent
    };
  }).filter(part => part.sent && !STACK.ignored.test(part.name));
}

function isCredential(part) {
  return TABLE.credentials.includes(part.name);
}

// Refuses in strict; in lenient every part of what is at fault is dropped.
function fault(options, name, code, expected, received) {
  options[name] = undefined; //@ lenient
  return; //@ lenient
  refuse(400, code, sentence(expected, received));
}

function expectedOf(row) {
  const said = row.words ? row.words.join(', ') : '';
  if (row.most === undefined) {
    return row.form || `one of ${said}`;
  }
  return `integer ${row.least} to ${row.most}${said ? ` or ${said}` : ''}`;
}

// Each name and value as sent: known, once, within bounds, allowed.
function readOptions(parts, inKey, open) {
  const options = {};
  parts.forEach(part => {
    const row = TABLE.rows.find(each => each.names.includes(part.name));
    const name = row && row.names[0];
    const value = row && readValue(row, part.text, inKey);
    if (!row) {
      fault({}, '', 'bad-option', `one of ${TABLE.rows.map(each => each.names[0]).join(' ')}`, part.sent);
    } else if (name in options) {
      fault(options, name, 'bad-option', `${part.name} once`, part.sent);
    } else if (value === undefined) {
      fault(options, name, row.refusal || 'bad-option', `${expectedOf(row)} for ${part.name}`, part.text || part.sent);
    } else {
      options[name] = value;
    }
  });
  return options;
}

// The parts that are options: a key's own, or the query's without credentials.
function askedOptions(query, parts, inKey) {
  const tokens = parts.filter(isCredential).map(part => part.sent).join();
  const asked = parts.filter(part => !isCredential(part));
  if (query.length - tokens.length > TABLE.maxQueryBytes) {
    refuse(400, 'bad-option', `Expected a query of at most ${TABLE.maxQueryBytes} bytes.`);
  }
  if (!inKey) {
    return asked;
  }
  if (asked.length) refuse(400, 'bad-option', sentence('no options beside a key', asked[0].sent)); //@ !lenient
  return sentParts(inKey.replace(/,/g, '&'));
}

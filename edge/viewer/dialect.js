// The stack's dialects take this line's place: infra/viewer/dialects.py makes rules of variants/dialects.
const IMGIX = ''; //@ dialect rules

// The rule for a part, in ` fit:clip>…;max>… fm:>…`: that for its value, or for each value; * where there is none.
function ruleOf(rules, name, value) {
  const plain = text => `${text}`.replace(/[ :;>]/g, '?');
  const group = (rules.split(` ${plain(name)}:`)[1] || '').split(' ')[0];
  const found = [value, ''].map(key => `;${group}`.split(`;${plain(key)}>`)[1]);
  return (found[0] || found[1] || '*').split(';')[0].replace('+', '&up:1');
}

// Parts in our words. A rule is a value, or a query of ours: `up:1` (+) where nobody says up, * for the value as sent; -
// drops the part, and after a ! stands the nearest of ours to what can't be had.
function inOurs(parts, rules) {
  const ours = [], later = [];
  const has = name => ours.some(part => part.name === name);
  const say = (rule, name, text, sent) => rule.split('&').forEach(each => {
    const found = /^(?:(\w+)([=:]))?(.*)$/.exec(each), mark = found[3];
    let value = mark === '*' ? text : mark;
    if (mark === '#') value = (text || '').replace(/^(..)(.{6})$/, '$2$1'); //@ imgix
    if (mark === '@') value = focalPoint(parts); //@ imgix
    if (mark === '%') value = text > 0 && !/[^\d.]/.test(text) ? String(Math.round((text - 1) * 1e4) / 100) : text; //@ cloudflare
    if (ours.some(part => part.name === found[1] && part.text === value)) return; //@ aws-json
    if (mark !== '-') (found[2] === ':' ? later : ours).push({ name: found[1] || name, text: value, sent: sent });
  });
  parts.forEach(part => {
    const name = ALIASES[part.name] || part.name;
    let value = String(part.text);
    value = value.split(',').sort().join(); //@ imgix
    if (/^(true|false)$/i.test(value)) value = value.toLowerCase(); //@ aws
    const rule = ruleOf(rules, name, value);
    if (rule[0] === '!') {
      fault(`what is exact here (nearest: ${rule.slice(1) || name})`, part.sent);
    } else {
      say(rule, name, part.text, part.sent);
    }
  });
  if (!has('p') && !has('fit') && (has('w') || has('h'))) say(ruleOf(rules, '', '')); //@ defaults
  later.forEach(part => { if (!has(part.name)) ours.push(part); });
  if (rules[0] === '~') flippedFirst(ours); //@ flipped
  return ours;
}

// What the stack's dialects say in our words: behind a path of theirs by its rules, else the query by the query's.
function worded(asked, inner) {
  if (inner[2]) return inOurs(inner[1].concat(asked), inner[2]); //@ path-dialect
  return spoken(asked); //@ query-dialects
  return inOurs(asked, SPOKEN[0]); //@ query-dialect !query-dialects
  return asked; //@ !query-dialect
}

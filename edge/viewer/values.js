// The text itself, where it is an integer within its bounds, else ''.
function wholeNumber(text, least, most) {
  return /^(0|-?[1-9]\d*)$/.test(text) && least <= text && text <= most ? text : '';
}

// The value as the key prints it, or '' for none.
function readValue(row, text, inKey) {
  const words = (row.words || []).concat(inKey && row.keyed || []);
  if (words.includes(text)) {
    return row.synonyms && row.synonyms[text] || text;
  }
  return row.most ? wholeNumber(text, row.least || 0, row.most) : text !== undefined && row.read && row.read(text, inKey);
}

function readRatio(text) {
  const sides = text.split(':');
  return sides.length === 2 && sides.every(side => wholeNumber(side, 1, MAX_SIDE)) && sides;
}

// x,y of the picture in hundredths: 0.5,0.25 is 50x25.
function readPoint(text, inKey) {
  const sides = text.split(inKey ? 'x' : ',');
  const pattern = inKey ? /^(\d\d?|100)$/ : /^([01]|0\.\d\d?|1\.00?)$/;
  return sides.length === 2 && sides.every(side => pattern.test(side)) &&
    sides.map(side => Math.round(side * (inKey ? 1 : 100))).join('x');
}

function readRect(text, inKey) {
  const sides = text.split(inKey ? 'x' : ',');
  return sides.length === 4 && sides.every((side, at) => wholeNumber(side, at > 1 ? 1 : 0, 65535)) && sides.join('x');
}

function readColour(text) {
  const hex = /^([0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})$/.test(text.toLowerCase()) && text.toLowerCase();
  return hex && (hex.length > 3 ? hex.replace(/^(.{6})ff$/, '$1') : hex.replace(/./g, '$&$&'));
}

// What can be no ETag's beginning is dropped, as a default is.
function readVersion(text) {
  return /^[0-9a-f]{8,12}$/.test(text) ? text.slice(0, 8) : '0';
}

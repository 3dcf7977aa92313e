// The text itself, where it is an integer within its bounds, else ''.
function wholeNumber(text, least, most) {
  return /^(0|-?[1-9]\d*)$/.test(text) && least <= text && text <= most ? text : '';
}

// The value as the key prints it, or '' for none.
function readValue(row, text, inKey) {
  if (text && [row.words, inKey && row.keyed].join().split(',').includes(text)) {
    return row.synonyms && row.synonyms[text] || text;
  }
  const read = row.read;
  return row.most ? wholeNumber(text, row.least || 0, row.most) : read && text !== undefined && read(text, inKey);
}

// The sides between the marks, where there are as many as wanted and each can be read.
function readSides(text, mark, count, reads) {
  const sides = text.split(mark);
  return sides.length === count && sides.every(reads) && sides;
}

function readRatio(text) {
  return readSides(text, ':', 2, side => wholeNumber(side, 1, MAX_SIDE));
}

// x,y of the picture in hundredths: 0.5,0.25 is 50x25.
function readPoint(text, inKey) {
  const pattern = inKey ? /^(\d\d?|100)$/ : /^([01]|0\.\d\d?|1\.00?)$/;
  const sides = readSides(text, inKey ? 'x' : ',', 2, side => pattern.test(side));
  return sides && sides.map(side => Math.round(side * (inKey ? 1 : 100))).join('x');
}

function readRect(text, inKey) {
  const sides = readSides(text, inKey ? 'x' : ',', 4, (side, at) => wholeNumber(side, at > 1, 65535));
  return sides && sides.join('x');
}

function readColour(text) {
  const hex = text.toLowerCase().replace(/^(.)(.)(.)$/, '$1$1$2$2$3$3').replace(/^(.{6})ff$/, '$1');
  return /^([0-9a-f]{2}){3,4}$/.test(hex) && hex;
}

// What can be no ETag's beginning is dropped, as a default is.
function readVersion(text) {
  return /^[0-9a-f]{8,12}$/.test(text) ? text.slice(0, 8) : '0';
}

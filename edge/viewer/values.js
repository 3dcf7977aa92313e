function wholeNumber(text, low, high) {
  const value = /^(0|-?[1-9]\d*)$/.test(text) ? Number(text) : NaN;
  return value >= low && value <= high ? value : undefined;
}

// The value as the key prints it, or undefined. A choice is its word, an integer a number, anything else a text.
function readValue(row, text, inKey) {
  if (text === undefined || /[^!-~]/.test(text)) {
    return undefined;
  }
  const choices = (inKey && row.keyWords) || row.words;
  if (choices && choices.includes(text)) {
    return (row.synonyms && row.synonyms[text]) || text;
  }
  if (row.most !== undefined) {
    return wholeNumber(text, row.least, row.most);
  }
  return row.read && row.read(text, inKey);
}

function readRatio(text) {
  const sides = text.split(':').map(side => wholeNumber(side, 1, TABLE.maxSide));
  return sides.length === 2 && sides[0] && sides[1] ? sides : undefined;
}

// x,y of the picture in hundredths: 0.5,0.25 is 50x25.
function readPoint(text, inKey) {
  const hundredths = inKey ? /^(\d\d?|100)$/ : /^([01]|0\.\d\d?|1\.00?)$/;
  const sides = text.split(inKey ? 'x' : ',');
  return sides.length === 2 && sides.every(side => hundredths.test(side))
    ? sides.map(side => Math.round(side * (inKey ? 1 : 100))).join('x')
    : undefined;
}

function readRect(text, inKey) {
  const sides = text.split(inKey ? 'x' : ',');
  return sides.length === 4 && sides.every((side, at) => wholeNumber(side, at > 1 ? 1 : 0, 65535) !== undefined)
    ? sides.join('x')
    : undefined;
}

function readColour(text) {
  const hex = text.toLowerCase();
  if (/^[0-9a-f]{3}$/.test(hex)) {
    return hex.replace(/./g, '$&$&');
  }
  return /^([0-9a-f]{6}|[0-9a-f]{8})$/.test(hex) ? hex.replace(/^(.{6})ff$/, '$1') : undefined;
}

// What can be no ETag's beginning is dropped, as a default is.
function readVersion(text) {
  return /^[0-9a-f]{8,12}$/.test(text) ? text.slice(0, 8) : '';
}

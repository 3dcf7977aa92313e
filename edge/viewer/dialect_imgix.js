// fp-x and fp-y, .825 and 0.5 alike.
function focalPoint(parts) {
  return ['fp-x', 'fp-y'].map(name => {
    const part = parts.find(each => each.name === name);
    return part ? String(part.text).replace(/^\./, '0.') : '0.5';
  }).join();
}

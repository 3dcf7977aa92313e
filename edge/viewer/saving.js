// Save-Data: on asks for one step of the ladder less; auto finds its own.
function saveData(options, header) {
  const less = QUALITIES.filter(step => step < (options.q || rowOf('q').standard)).pop();
  if (header && header.value === 'on' && options.q !== 'auto' && less) {
    options.q = less;
  }
}

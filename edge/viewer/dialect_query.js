// The query in our words, as the stack's dialects read it: where several do, they must read the same.
function spoken(parts) {
  const read = SPOKEN.map(rules => {
    try {
      const ours = inOurs(parts, rules);
      return [printOptions(readOptions(ours)), ours];
    } catch (refusal) {
      return refusal;
    }
  });
  const understood = read.filter(each => each[1]);
  if (!understood[0]) {
    throw read[0];
  }
  if (understood.some(each => each[0] !== understood[0][0])) {
    refuse('words that the dialects read alike (fit and up say more)', parts.map(part => part.sent).join('&'));
  }
  return understood[0][1];
}

// The rank of a path's mode, in a stack without keys: what is closed admits nobody, and every signature is wrong.
// Never says which of the two it was, or what differs.
function admit(forms, parts) {
  let rank = 0;
  rank = rankOf(forms); //@ modes
  if (rank > 1) refuse('auth-denied', 'another request', 'this', 403); //@ modes
  if (parts.some(part => part.name === 'sig')) {
    refuse('signature-bad', 'another request', 'this', 403);
  }
  return rank || 1; //@ all-presets
  return rank;
}

// Ranks, from open to strict: 0 open, 1 presets, then the closed ones. STACK.access holds the longest prefixes first.
function rankOf(path) {
  const rule = STACK.access.find(rule => path.startsWith(rule[0]));
  return rule ? rule[1] : 0;
}

// The strictest of all forms of one path. Each prefix that is not open is a behavior of its own, which CloudFront
// chose by the path as sent: forms that disagree are refused.
function strictest(forms) {
  const ranks = forms.map(rankOf).sort();
  const rank = ranks[ranks.length - 1];
  if (ranks[0] !== rank) {
    refuse(403, 'auth-denied', 'This path may not be asked for in this form.');
  }
  return rank;
}

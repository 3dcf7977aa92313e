// The rank of a path's mode, from open to strict: 0 open, 1 presets, 2 signed, 3 basic, 4 jwt, 5 cloudfront. ACCESS holds
// the longest prefixes first. Each prefix is a behavior of its own, which CloudFront chose by the path as sent: where a
// path's forms (as sent, decoded, rewritten) lie under different ones, nobody is let through, so that no spelling gets
// round a mode.
function rankOf(forms) {
  const rules = forms.map(form => ACCESS.find(rule => form.startsWith(rule[0])));
  return rules.some(rule => rule !== rules[0]) ? 9 : rules[0] ? rules[0][1] : 0;
}

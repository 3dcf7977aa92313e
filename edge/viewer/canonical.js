// The options of a key from the parts as sent; rank 1 wants a preset. `signed` is the key of a valid signature, or false:
// it lifts what the stack opens and the ladder, and may have a largest width.
function canonical(parts, inKey, headers, rank, signed) {
  const named = readOptions(parts, inKey), options = {};
  if (!signed) checkOpen(named); //@ limited !presets
  if (!signed) checkOpen(named, PRESETS[named.p]); //@ presets
  const fromAll = !signed && !named.p; //@ presets-only
  if (fromAll && rank === 1) refuse('p, a preset of this stack', 'none', 'size-not-allowed'); //@ presets-only !all-presets
  if (fromAll) refuse('p, a preset of this stack', 'none', 'size-not-allowed'); //@ all-presets
  const fixed = {}; //@ !presets
  const fixed = named.p ? PRESETS[named.p].expands : {}; //@ presets
  Object.assign(options, fixed, named); //@ !lenient
  Object.assign(options, fixed); //@ lenient
  Object.keys(named).forEach(name => { options[name] = named[name] || options[name]; }); //@ lenient
  if (options.f === 'json') {
    checkWidth({}, signed); //@ signed
    return printOptions({ v: options.v, f: 'json' });
  }
  checkTogether(options);
  multiply(options);
  checkWidth(options, signed); //@ signed
  if (!signed) snap(options, named, fixed); //@ ladder
  if (!inKey) saveData(options, headers['save-data']); //@ save-data
  checkPad(options);
  turnOnce(options);
  if (options.f === 'jpg') options.bg = options.bg && options.bg.slice(0, 6);
  options.dpr = options.ar = options.p = '';
  if (!inKey && (options.f || 'auto') === 'auto') {
    options.f = negotiated(headers.accept);
  }
  return printOptions(options);
}

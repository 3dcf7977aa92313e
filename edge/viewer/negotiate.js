// Accept must name the type; q=0 excludes it.
function takes(accept, type) {
  return accept.split(',').some(range =>
    range.split(';')[0].trim() === type && !/;\s*q\s*=\s*0(\.0*)?\s*(;|$)/.test(range));
}

function negotiated(header) {
  const accept = (header ? header.multiValue || [header] : []).map(each => each.value).join().toLowerCase();
  if (!takes(accept, 'image/webp')) return 'auto'; //@ webp
  return takes(accept, 'image/avif') ? 'auto-avif' : 'auto-webp'; //@ avif
  return 'auto-webp'; //@ webp !avif
  return 'auto'; //@ !webp
}

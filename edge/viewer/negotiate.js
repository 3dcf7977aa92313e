// Accept must name the type; q=0 excludes it.
function negotiated(header) {
  const accept = (header ? header.multiValue || [header] : []).map(each => each.value).join().toLowerCase();
  const taken = accept.split(',').filter(range => !/;\s*q\s*=\s*0(\.0*)?\s*(;|$)/.test(range))
    .map(range => range.split(';')[0].trim());
  if (!taken.includes('image/webp')) return 'auto'; //@ webp
  return taken.includes('image/avif') ? 'auto-avif' : 'auto-webp'; //@ avif
  return 'auto-webp'; //@ webp !avif
  return 'auto'; //@ !webp
}

// /cdn-cgi/image/width=80,quality=75/uploads/avatar1.jpg, its marks escaped or not.
function cdnCgi(uri) {
  const found = /^\/cdn-cgi\/image\/([^/]*)(\/.*)$/.exec(uri);
  return found && [found[2], sentParts(found[1].replace(/,|%2c/gi, '&').replace(/%3d/gi, '=')), CLOUDFLARE];
}

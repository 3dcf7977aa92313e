// /eyJidWNrZXQiOi…: base64 of {"bucket", "key", "edits": {"resize": {"width": 640}}, "outputFormat"}.
function awsRequest(uri) {
  if (/^\/eyJ[\w+\/%=-]+$/.test(uri)) {
    try {
      const asked = JSON.parse(Buffer.from(decoded(uri.slice(1)), 'base64').toString()), parts = [];
      const edits = asked.edits || {}, resize = edits.resize || {}, all = Object.assign({}, asked, edits, resize);
      const add = (name, value) => parts.push({ name: name, text: String(value), sent: `${name}=${value}` });
      Object.keys(all).forEach(name => {
        const inner = all[name];
        if (/^(key|edits|resize)$/.test(name)) return;
        if (typeof inner !== 'object') add(name, inner);
        else Object.keys(inner).forEach(each => add(`${name}.${each}`, inner[each]));
      });
      if (resize.withoutEnlargement && resize.width && resize.height && resize.fit !== 'inside') add('fit', 'withoutEnlargement');
      return [encodedPath(asked.key.substr(0)), parts, AWS];
    } catch (unreadable) {
      refusePath('base64 of a JSON request', uri);
    }
  }
}

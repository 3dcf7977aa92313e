// What a URL of an image says, and back: the only place of the page that reads or prints one.

/** The path with everything outside RFC 3986 unreserved and "/" escaped. */
export const encodePath = (path) =>
  path.split('/').map((part) => encodeURIComponent(part)
    .replace(/[!'()*]/g, (sign) => '%' + sign.charCodeAt(0).toString(16).toUpperCase())).join('/');

const decoded = (text) => {
  try { return decodeURIComponent(text); } catch { return text; }
};

/** The original and the options that a target like "/cats/1.jpg?w=640" names; aliases become names. */
export const read = (target, table) => {
  const [path, query = ''] = target.replace(/^\//, '').split(/\?(.*)/s);
  const options = {};
  for (const part of query.split('&')) {
    const [said, value] = part.split(/=(.*)/s);
    const row = table.options.find((each) => each.name === said || (each.aliases || []).includes(said));
    if (row && value) options[row.name] = decoded(value);
  }
  return { original: decoded(path), options };
};

/** What counts for the table's "needs": the options as the viewer function would complete them. */
export const completed = (options) => {
  const full = { f: 'auto', ...options };
  const shaped = full.ar && !full.w !== !full.h;
  if (shaped) Object.assign(full, { w: full.w || 'any', h: full.h || 'any' });
  if (shaped && !full.fit) full.fit = 'cover';
  if (!full.w || !full.h) delete full.fit;
  return full;
};

const holds = (needs, full) => !needs || needs.some((all) => all.every((term) => {
  const [name, value] = term.split('=');
  return value === undefined ? Boolean(full[name]) && full[name] !== '0' : full[name] === value;
}));

/** True where an option changes nothing beside the others: the viewer function would drop it. */
export const idle = (row, options) => {
  const full = completed(options);
  return !holds(row.needs, full) || !holds((row.value_needs || {})[options[row.name]], full);
};

/** What an idle option waits for, in words. */
export const waitsFor = (row) =>
  (row.needs || []).map((all) => all.join(' and ')).filter((text) => !/^f=auto-/.test(text)).join(', or ');

/** The query of those options that say something, in the table's order. */
export const print = (options, table) => table.options
  .filter((row) => options[row.name] && options[row.name] !== row.default && !idle(row, options))
  .map((row) => row.name + '=' + encodeURIComponent(options[row.name]).replace(/%(2C|3A|2F)/g, decodeURIComponent))
  .join('&');

/** The target of an original with options. */
export const target = (original, options, table) => {
  const query = print(options, table);
  return '/' + encodePath(original) + (query && '?' + query);
};

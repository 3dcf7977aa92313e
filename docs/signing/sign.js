// Node: signs a path and its query for Mirage. node sign.js '/cats/1.jpg?w=640' k1 1800000000 (secret: MIRAGE_SIGNING_SECRET)
const crypto = require('crypto');

function sign(target, kid, secret, expires) {
  const [path, query] = target.split('?');
  const parts = (query || '').split('&').filter(part => part).concat(`kid=${kid}`, expires ? `exp=${expires}` : []);
  const ignored = /^(utm_.*|fbclid|gclid|_)(=|$)/;
  const text = path + '?' + parts.filter(part => !ignored.test(part)).sort().join('&');
  const sig = crypto.createHmac('sha256', secret).update(text).digest('base64url');
  return `${path}?${parts.join('&')}&sig=${sig}`;
}

const [target, kid, expires] = process.argv.slice(2);
console.log(sign(target, kid, process.env.MIRAGE_SIGNING_SECRET, expires));

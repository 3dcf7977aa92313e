// The path that a path stands for, by the store's r:<first segment>: { exact: [[from, to]], arms: [[prefix, weight]],
// headers: [[prefix, name, value]] }, of which the last are set (dropped without a value) before anything reads them. What
// lies behind the first segment goes behind the prefix of an arm, which the viewer keeps: by a cookie of the site's own, else
// by his address and browser. No route, or none that can be read, leaves the path as it is.
async function routed(request, viewer, path) {
  const first = path.split('/')[0], rest = path.slice(first.length + 1);
  try {
    const route = await cf.kvs().get(`r:${first}`, { format: 'json' }), cookie = request.cookies[route.cookie];
    (route.headers || []).forEach(rule => { //@ request-headers
      if (!path.startsWith(rule[0])) return; //@ request-headers
      if (rule[2]) request.headers[rule[1]] = valued(rule[2]); //@ request-headers
      else delete request.headers[rule[1]]; //@ request-headers
    }); //@ request-headers
    const exact = route.exact.find(pair => pair[0] === path);
    const agent = request.headers['user-agent'];
    const who = cookie ? cookie.value : viewer.ip + (agent ? agent.value : '');
    const drawn = parseInt(require('crypto').createHash('sha256').update(first + who).digest('hex').slice(0, 8), 16);
    let at = drawn % route.arms.reduce((sum, arm) => sum + arm[1], 0);
    const arm = exact ? 0 : rest && route.arms.find(each => (at -= each[1]) < 0);
    return first === '_mirage' || !exact && !arm ? path : readPath(encodedPath(exact ? exact[1] : arm[0] + rest));
  } catch (none) {
    return path;
  }
}

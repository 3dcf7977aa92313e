// The world in which CloudFront runs a function, made out of QuickJS before the function is loaded: what is documented
// is there, and nothing else. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
// The last value of this script is the driver: load(handler), then run(event, store, now) and answer().
(function (documented, members) {
  'use strict';
  const parse = JSON.parse, print = JSON.stringify, RealDate = Date, construct = Reflect.construct;
  const thenOf = Promise.prototype.then, resolve = Promise.resolve.bind(Promise), has = Object.prototype.hasOwnProperty;
  let frozen = 0, seed = 1, store = {}, logs = [], selected = null, group = null, settled = null, handler = null, logged = 0;

  // Date is frozen at the function's start; what is not the present works as ever.
  function FrozenDate(...given) {
    if (!new.target) return new RealDate(frozen).toString();
    return construct(RealDate, given.length ? given : [frozen], new.target);
  }
  FrozenDate.prototype = RealDate.prototype;
  Object.defineProperty(RealDate.prototype, 'constructor', { value: FrozenDate, writable: true, configurable: true });
  FrozenDate.UTC = RealDate.UTC;
  FrozenDate.parse = RealDate.parse;
  FrozenDate.now = () => frozen;
  globalThis.Date = FrozenDate;

  // Seeded with the time of the start: xorshift32.
  Math.random = () => {
    seed ^= seed << 13; seed ^= seed >>> 17; seed ^= seed << 5;
    return (seed >>> 0) / 4294967296;
  };

  // console.log takes one argument; 10 KB of logs a run.
  globalThis.console = {
    log: text => {
      const line = typeof text === 'string' ? text : String(print(text));
      logged += line.length;
      if (logged <= 10240) logs.push(line);
    }
  };

  // "Dynamic code evaluation is not supported": eval is gone below, and every function's constructor throws.
  const evaluation = function Function() { throw new EvalError('Code generation from strings disallowed for this context'); };
  [function () {}, async function () {}, function* () {}, async function* () {}].forEach(one => {
    Object.defineProperty(Object.getPrototypeOf(one), 'constructor', { value: evaluation, writable: true, configurable: true });
  });
  evaluation.prototype = Function.prototype;
  globalThis.Function = evaluation;

  const read = (key, options) => {
    if (!has.call(store, key)) throw new Error('KeyNotFound');
    const format = options && options.format || 'string';
    if (format === 'json') return parse(store[key]);
    return format === 'bytes' ? globalThis.Buffer.from(store[key]) : store[key];
  };
  const cf = {
    kvs: () => ({
      get: async (key, options) => read(key, options),
      exists: async key => has.call(store, key),
      meta: async () => ({ creationDateTime: '', lastUpdatedDateTime: '', keyCount: Object.keys(store).length })
    }),
    edgeLocation: { name: 'LOC1-P1', serverIp: '127.0.0.1', region: 'local' },
    selectRequestOriginById: id => { selected = id; group = null; },
    updateRequestOrigin: () => { throw new Error('This emulator has no updateRequestOrigin.'); },
    createRequestOriginGroup: given => { group = parse(print(given)); }
  };

  const finish = value => { settled = { output: value === undefined ? null : value }; };
  const fail = error => {
    settled = { error: String(error && error.stack ? `${error}\n${error.stack}` : error) };
  };
  const driver = {
    cloudfront: cf,
    load: given => { handler = given; },
    run: (eventText, storeText, now) => {
      frozen = now; seed = (now % 4294967295) | 1; store = parse(storeText); logs = []; logged = 0; selected = null; group = null; settled = null;
      const event = parse(eventText), query = event.request && event.request.rawQueryString;
      if (event.request) event.request.rawQueryString = () => query === null ? undefined : query;
      try {
        thenOf.call(resolve(handler(event)), finish, fail);
      } catch (error) {
        fail(error);
      }
    },
    answer: () => print({ settled: settled, logs: logs, selected: selected, group: group })
  };

  for (const [owner, names] of Object.entries(members)) {
    const object = owner.split('.').reduce((found, name) => found[name], globalThis);
    for (const name of Reflect.ownKeys(object)) {
      if (typeof name === 'string' && !names.includes(name)) delete object[name];
    }
  }
  for (const name of Reflect.ownKeys(globalThis)) {
    if (typeof name === 'string' && !documented.includes(name)) delete globalThis[name];
  }
  return driver;
})

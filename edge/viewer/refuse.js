// The answer that ends a request: thrown, caught by the handler alone; never cached, never seen by the edge function.
// What was sent is shown in printable ASCII, 40 characters of it at most.
function refuse(code, expected, received, status, scheme) {
  const shown = String(received).replace(/[^ -~]/g, '?').slice(0, 40);
  const headers = {
    'content-type': { value: 'application/json' },
    'cache-control': { value: 'no-store' },
    'x-content-type-options': { value: 'nosniff' },
    'x-mirage-error': { value: code }
  };
  if (scheme) headers['www-authenticate'] = { value: scheme }; //@ demand
  throw {
    statusCode: status || 400,
    headers: headers,
    body: JSON.stringify({ code: code, message: `Expected ${expected}, received ${shown}.` })
  };
}

// Refuses in strict; in lenient every part of what is at fault is dropped.
function fault(options, name, expected, received, code) {
  return options[name] = ''; //@ lenient
  refuse(code || 'bad-option', expected, received);
}

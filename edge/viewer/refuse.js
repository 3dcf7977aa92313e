// What CloudFront wants of a header: an object.
function valued(text) {
  return { value: text };
}

// The answer that ends a request: thrown, caught by the handler alone; never cached, never seen by the edge function.
// What was sent is shown in printable ASCII, 40 characters of it at most.
function refuse(expected, received, code, status, scheme) {
  const shown = String(received).replace(/[^ -~]/g, '?').slice(0, 40), why = code || 'bad-option';
  const headers = {
    'content-type': valued('application/json'),
    'cache-control': valued('no-store'),
    'x-content-type-options': valued('nosniff'),
    'x-mirage-error': valued(why)
  };
  if (scheme) headers['www-authenticate'] = valued(scheme); //@ demand
  throw {
    statusCode: status || 400,
    headers: headers,
    body: JSON.stringify({ code: why, message: `Expected ${expected}, received ${shown}.` })
  };
}

// Refuses in strict; in lenient every part of what is at fault is dropped: the option gets this for its value.
const fault = refuse; //@ !lenient
const fault = () => ''; //@ lenient

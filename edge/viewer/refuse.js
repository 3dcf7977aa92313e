// The answer that ends a request: thrown, caught by the handler alone. Never cached, never seen by the edge function.
function refuse(status, code, message) {
  throw {
    statusCode: status,
    headers: {
      'content-type': { value: 'application/json' },
      'cache-control': { value: 'no-store' },
      'x-content-type-options': { value: 'nosniff' },
      'x-mirage-error': { value: code }
    },
    body: JSON.stringify({ code: code, message: message })
  };
}


// What was sent is shown in printable ASCII, 40 characters of it at most.
function sentence(expected, received) {
  return `Expected ${expected}, received ${String(received).replace(/[^ -~]/g, '?').slice(0, 40)}.`;
}

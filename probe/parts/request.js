import cf from 'cloudfront';

function handler(event) {
  const request = event.request;
  const origin = request.headers['x-probe-origin'];
  if (origin) {
    cf.selectRequestOriginById(origin.value);
  }
  if (request.uri === '/') {
    request.uri = '/plain/root';
  }
  request.headers['x-probe-left'] = { value: 'left' };
  return request;
}

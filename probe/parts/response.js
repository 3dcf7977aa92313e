function handler(event) {
  const response = event.response;
  const left = event.request.headers['x-probe-left'];
  response.headers['x-probe-saw'] = { value: left ? left.value : 'nothing' };
  return response;
}

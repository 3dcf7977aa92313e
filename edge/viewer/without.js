function without(query, names) {
  return query.split('&').filter(sent => !names.test(sent)).join('&');
}

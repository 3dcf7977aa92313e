// One answer for credentials that are missing and that are wrong. RFC 7235, 4.1.
function demand(scheme) {
  refuse('valid credentials', 'none', 'auth-required', 401, scheme);
}

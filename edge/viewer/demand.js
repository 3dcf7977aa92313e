// One answer for credentials that are missing and that are wrong. RFC 7235, 4.1.
function demand(scheme) {
  refuse('auth-required', 'credentials', 'none', 401, scheme);
}

# Ruby: ruby sign.rb '/cats/1.jpg?w=640' k1 1800000000 (secret: MIRAGE_SIGNING_SECRET)
require 'openssl'

def sign(target, kid, secret, expires)
  path, query = target.split('?', 2)
  parts = (query || '').split('&').reject(&:empty?) + ["kid=#{kid}"]
  parts << "exp=#{expires}" if expires
  signed = parts.reject { |part| part.match?(/\A(utm_.*|fbclid|gclid|_)(=|\z)/) }.map(&:b).sort
  digest = OpenSSL::HMAC.digest('SHA256', secret, "#{path}?#{signed.join('&')}")
  "#{path}?#{parts.join('&')}&sig=#{[digest].pack('m0').tr('+/', '-_').delete('=')}"
end

puts sign(ARGV[0], ARGV[1], ENV.fetch('MIRAGE_SIGNING_SECRET'), ARGV[2])

<?php // PHP: php sign.php '/cats/1.jpg?w=640' k1 1800000000 (secret: MIRAGE_SIGNING_SECRET)
function sign(string $target, string $kid, string $secret, ?string $expires): string {
    [$path, $query] = array_pad(explode('?', $target, 2), 2, '');
    $parts = array_values(array_filter(explode('&', $query), 'strlen'));
    $parts[] = "kid=$kid";
    if ($expires) $parts[] = "exp=$expires";
    $signed = array_filter($parts, fn($part) => !preg_match('/^(utm_.*|fbclid|gclid|_)(=|$)/', $part));
    sort($signed, SORT_STRING);
    $sig = base64_encode(hash_hmac('sha256', $path . '?' . implode('&', $signed), $secret, true));
    return $path . '?' . implode('&', $parts) . '&sig=' . rtrim(strtr($sig, '+/', '-_'), '=');
}

echo sign($argv[1], $argv[2], getenv('MIRAGE_SIGNING_SECRET'), $argv[3] ?? null), "\n";

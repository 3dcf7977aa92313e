"""What AWS does not document, one switch each, with its default and why. aws-facts §10's letters in brackets.

Only a real account can answer them; the defaults are the harder case for a stack, unless said otherwise. The other
letters change no answer: (i) a stack names its runtime, (j) the throttles' metric is watched under both its names, (k)
prices.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    # (a) Whether the 1 MB of an edge answer counts the base64 text. Counting it refuses more: the safe reading.
    encoded_body_is_counted: bool = True
    # (b) authMethod and region in the event under OAC: "none" and nothing are what the page's wording leaves.
    event_auth_method: str = "none"
    event_region: str = ""
    # (c) Whether a content-length that no longer fits the replaced body is an error. Yes: the handler must drop it.
    stale_content_length_is_refused: bool = True
    # (d) Whether a HEAD that misses reaches the origin as HEAD. Yes: the function must cope with it.
    head_is_forwarded: bool = True
    # (e) Whether an origin-response function sees the first answer of an origin group, and may repair it, before the
    # second origin is asked. No: then a repair of the first origin's 404 never happens.
    function_runs_before_failover: bool = False
    # (f) X-Cache of an answer whose status the function changed: plain Miss or Error (else LambdaGeneratedResponse).
    repaired_answer_is_plain: bool = True
    # (g) Whether a viewer-response function runs on an answer that the edge function repaired. The page speaks of the
    # status that the origin returned: no.
    response_function_runs_on_repaired: bool = False
    # (h) Whether the custom error page goes by the status that the edge function left. Yes: it runs before anything
    # is kept.
    error_page_goes_by_repaired_status: bool = True
    # (l) Whether a text body made by the function is compressed. No: it has no Content-Length at the origin.
    made_bodies_are_compressed: bool = False
    # Whether the waiting share an answer that may not be kept. The page says no; re:Post has seen it.
    uncacheable_is_shared: bool = False
    # Whether cache tags of error answers are recorded. Yes: nothing says that tags are read by status.
    error_answers_are_tagged: bool = True
    # Whether an answer that was asked for before an invalidation may be kept after it. Yes: a purge must sweep twice.
    answers_in_flight_survive_invalidation: bool = True
    # Whether a range is cut from a body that the function just made. No: as from an origin that knows no ranges.
    made_bodies_are_cut: bool = False
    # Whether the default root object comes after the viewer-request function. Yes: the function must cope with "/".
    root_object_comes_after_function: bool = True
    # Whether the origin that a function selects is part of the cache key. The page's list does not name it: no.
    selected_origin_is_in_key: bool = False
    # Whether a viewer-response function sees the request as the viewer-request function left it. The page shows
    # neither; what people hand on from one to the other in headers says yes.
    response_event_has_rewritten_request: bool = True
    # Whether a Function URL's rawPath is percent-decoded. The page's example has nothing to decode: no, as in an
    # edge event.
    function_url_path_is_decoded: bool = False
    # Whether a Function URL refuses CloudFront's signature of a percent-encoded path, as aws-samples/image-optimization
    # (issue 44) met it in 2024. Yes: the mode without Lambda@Edge must do without.
    function_url_refuses_escaped_paths: bool = True
    # Whether Vary of a bucket's answer, and what an edge function adds to it, loses the headers that no policy
    # forwards, as a custom origin's does. The page of S3 origins does not list it, so it may not; yes, to be safe.
    vary_of_buckets_is_filtered: bool = True
    # X-Cache of an answer from the Origin Shield: the detailed log calls it OriginShieldHit, the header Hit.
    shield_hit_says: str = "Hit"

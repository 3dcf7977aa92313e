"""Jinja: mirage_jinja.add(environment, base="https://d111.cloudfront.net"), beside mirage_srcset.py.

<img srcset="{{ 'cats/1.jpg' | mirage_srcset(ratio='16:9', up_to=1600) }}" src="{{ 'cats/1.jpg' | mirage_url(640) }}">
"""

from functools import partial

from mirage_srcset import srcset, url


def add(environment, *, base: str = "") -> None:
    """Nothing; the environment has the filters mirage_url and mirage_srcset afterwards."""
    environment.filters["mirage_url"] = partial(url, base=base)
    environment.filters["mirage_srcset"] = partial(srcset, base=base)

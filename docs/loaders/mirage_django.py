"""Django: put it with mirage_srcset.py into an app's templatetags, and set MIRAGE_URL.

{% load mirage_django %}<img srcset="{{ photo.name|mirage_srcset:'16:9' }}" src="{{ photo.name|mirage_url:640 }}">
"""

from django import template
from django.conf import settings

try:
    from .mirage_srcset import srcset, url
except ImportError:  # beside it on the path, not in a package
    from mirage_srcset import srcset, url

register = template.Library()


@register.filter
def mirage_url(path: str, width: int) -> str:
    """The picture's URL in that width."""
    return url(path, int(width), base=settings.MIRAGE_URL)


@register.filter
def mirage_srcset(path: str, ratio: str = "") -> str:
    """The picture's srcset, cropped to the ratio where there is one."""
    return srcset(path, ratio=ratio, base=settings.MIRAGE_URL)

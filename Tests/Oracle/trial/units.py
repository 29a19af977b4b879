"""The units of scenario files."""

import re

_SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}
_BYTES = {"B": 1, "KiB": 1024, "MiB": 1 << 20}


def _number(text, units):
    match = re.fullmatch(r"([\d.]+)([A-Za-z]+)", text)
    return float(match[1]) * units[match[2]]


def seconds(text):
    """`3s`, `1500ms`."""
    return _number(text, _SECONDS)


def size(text):
    """`24B`, `64KiB`."""
    return int(_number(text, _BYTES))

"""Writes a screenshot anew with a palette of 256 of its colours: a third of the size, and no library needed."""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST = 256
CHANNELS = {2: 3, 6: 4}  # PNG colour type: bytes a pixel

Colour = tuple[int, int, int]


def shrink(path: Path) -> None:
    """Rewrites the picture; rarer colours become the nearest of the frequent ones."""
    width, height, rows = _read(path.read_bytes())
    counted = Counter(colour for row in rows for colour in row)
    palette = _palette(counted)
    number = {colour: _nearest(colour, palette) for colour in counted}
    lines = b"".join(b"\0" + bytes([number[colour] for colour in row]) for row in rows)
    path.write_bytes(
        SIGNATURE
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0))
        + _chunk(b"PLTE", bytes(part for colour in palette for part in colour))
        + _chunk(b"IDAT", zlib.compress(lines, 9))
        + _chunk(b"IEND", b"")
    )


def _palette(counted: Counter[Colour]) -> list[Colour]:
    """The most frequent colour of each shade first, so that a small coloured dot keeps its colour; then the most frequent."""
    shades: dict[Colour, Colour] = {}
    for colour, _ in counted.most_common():
        red, green, blue = colour
        shades.setdefault((red >> 5, green >> 5, blue >> 5), colour)
    chosen = dict.fromkeys(list(shades.values())[: MOST // 2])
    for colour, _ in counted.most_common(MOST):
        if len(chosen) < MOST:
            chosen.setdefault(colour)
    return list(chosen)


def _nearest(colour: Colour, palette: list[Colour]) -> int:
    red, green, blue = colour
    return min(
        range(len(palette)),
        key=lambda at: (palette[at][0] - red) ** 2 + (palette[at][1] - green) ** 2 + (palette[at][2] - blue) ** 2,
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _read(data: bytes) -> tuple[int, int, list[list[Colour]]]:
    """Width, height and the colours row by row of an 8-bit picture as Chromium writes it."""
    parts = list(_parts(data))
    width, height, depth, colour_type = struct.unpack(">IIBB", parts[0][1][:10])
    if depth != 8 or colour_type not in CHANNELS:
        raise ValueError("only 8-bit RGB and RGBA pictures are understood")
    wide = CHANNELS[colour_type]
    raw = zlib.decompress(b"".join(body for kind, body in parts if kind == b"IDAT"))
    rows, before, size = [], bytearray(width * wide), width * wide + 1
    for at in range(0, height * size, size):
        before = _unfiltered(raw[at], bytearray(raw[at + 1 : at + size]), before, wide)
        rows.append([(before[x], before[x + 1], before[x + 2]) for x in range(0, width * wide, wide)])
    return width, height, rows


def _parts(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        yield data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        at += length + 12


def _unfiltered(how: int, row: bytearray, above: bytearray, wide: int) -> bytearray:
    """A row of bytes from what its filter (0 to 4, as the PNG standard numbers them) left of it."""
    for at in range(len(row)):
        left = row[at - wide] if at >= wide else 0
        up, corner = above[at], above[at - wide] if at >= wide else 0
        row[at] = (row[at] + (0, left, up, (left + up) // 2, _paeth(left, up, corner))[how]) & 255
    return row


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda each: abs(guess - each))

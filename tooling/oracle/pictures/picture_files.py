"""Picture files of all kinds, and what PIL reads of them. See README.md beside this.

    python3 picture_files.py FOLDER
"""

import base64
import io
import json
import struct
import sys
import zlib
from pathlib import Path

from PIL import Image, ImageOps

HEIGHT, WIDTH = 11, 15
folder = Path(sys.argv[1])
expected = {}


def drawn(mode, height=HEIGHT, width=WIDTH, shift=0):
    """Slopes, an edge and a little noise, so that no turn and no order of channels looks like another."""
    bands = len(Image.new(mode, (1, 1)).getbands())
    data = bytearray()
    for y in range(height):
        for x in range(width):
            for c in range(bands):
                value = (x * 16 * (c + 1) + y * (23 - 5 * c) + 31 * c + shift) % 256
                if 3 <= x < 8 and 2 <= y < 6:
                    value = (255, 40, 90, 128)[c]
                data.append((value + (x * 7 + y * 13 + c * 5) % 9) % 256)
    return Image.frombytes(mode, (width, height), bytes(data))


def pixels(image):
    return {
        "height": image.height,
        "width": image.width,
        "channels": len(image.getbands()),
        "data": base64.b64encode(image.tobytes()).decode(),
    }


def write(name, image, wanted=None, note=None, **options):
    """Writes a file, and notes what PIL reads of it, in `wanted` if PIL's own mode is none of ours."""
    buffer = io.BytesIO()
    image.save(buffer, **options)
    (folder / name).write_bytes(buffer.getvalue())
    read = Image.open(io.BytesIO(buffer.getvalue()))
    read.load()
    read = ImageOps.exif_transpose(read)
    expected[name] = pixels(read.convert(wanted) if wanted else read)


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png16(name, colour, channels):
    """16-bit PNGs, of which PIL writes only gray ones: the high byte is what is read."""
    rows, high = bytearray(), bytearray()
    for y in range(HEIGHT):
        rows.append(0)
        for x in range(WIDTH):
            for c in range(channels):
                value = (x * 4099 * (c + 1) + y * 5003 + 977 * c) % 65536
                rows += struct.pack(">H", value)
                high.append(value >> 8)
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 16, colour, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(rows), 9)) + chunk(b"IEND", b"")
    (folder / name).write_bytes(data)
    body = {"height": HEIGHT, "width": WIDTH, "channels": channels, "data": base64.b64encode(bytes(high)).decode()}
    expected[name] = body


def exif(orientation):
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags.tobytes()


folder.mkdir(parents=True, exist_ok=True)
rgb, rgba, gray = drawn("RGB"), drawn("RGBA"), drawn("L")

write("rgb.png", rgb, format="PNG", optimize=True)
write("rgba.png", rgba, format="PNG", optimize=True)
write("gray.png", gray, format="PNG", optimize=True)
write("gray-alpha.png", drawn("LA"), "RGBA", format="PNG", optimize=True)
write("one-bit.png", gray.convert("1"), "L", format="PNG", optimize=True)
write("palette.png", rgb.quantize(16), "RGB", format="PNG", optimize=True)
write("palette-transparent.png", rgb.quantize(16), "RGBA", format="PNG", transparency=3)
png16("gray16.png", 0, 1)
png16("rgb16.png", 2, 3)
png16("rgba16.png", 6, 4)
write("turned.png", rgb, format="PNG", exif=exif(6))

write("rgb.jpg", rgb, format="JPEG", quality=92)
write("rgb-444.jpg", rgb, format="JPEG", quality=92, subsampling=0)
write("progressive.jpg", rgb, format="JPEG", quality=92, progressive=True)
write("gray.jpg", gray, format="JPEG", quality=92)
write("cmyk.jpg", rgb.convert("CMYK"), "RGB", format="JPEG", quality=95, subsampling=0)
for orientation in range(1, 9):
    write(f"turned-{orientation}.jpg", rgb, format="JPEG", quality=92, subsampling=0, exif=exif(orientation))

write("rgb.webp", rgb, format="WEBP", lossless=True, exact=True)
write("rgba.webp", rgba, format="WEBP", lossless=True, exact=True)
write("lossy.webp", rgb, format="WEBP", quality=90)
write("turned.webp", rgb, format="WEBP", lossless=True, exif=exif(8))
write("rgb.avif", rgb, format="AVIF", quality=100, subsampling="4:4:4")
write("rgba.avif", rgba, format="AVIF", quality=100, subsampling="4:4:4")

more = [drawn("RGB", shift=60), drawn("RGB", shift=120)]
write("animated.png", rgb, format="PNG", save_all=True, append_images=more, duration=100)
write("animated.webp", rgb, format="WEBP", save_all=True, append_images=more, duration=100, lossless=True)
write("animated.avif", rgb, format="AVIF", save_all=True, append_images=more, duration=100, quality=80)

# Of no format that is read here, but known by name.
for name, kind in (("picture.gif", "GIF"), ("picture.bmp", "BMP"), ("picture.tiff", "TIFF")):
    buffer = io.BytesIO()
    rgb.save(buffer, format=kind)
    (folder / name).write_bytes(buffer.getvalue())

# A header that claims 60,000 × 60,000 pixels, 3.6 billion, before nearly nothing.
head = struct.pack(">IIBBBBB", 60000, 60000, 8, 0, 0, 0, 0)
bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 60001, 9)) + chunk(b"IEND", b"")
(folder / "bomb.png").write_bytes(bomb)

# How resizing changes pictures: CRC-32 of the bytes that PIL gives.
FILTERS = ("nearest", "box", "bilinear", "hamming", "bicubic", "lanczos")
resized = []
for name, image in (("rgb.png", rgb), ("rgba.png", rgba), ("gray.png", gray)):
    for width, height in ((7, 5), (31, 29), (15, 4), (3, 11), (40, 6), (1, 1)):
        for each in FILTERS:
            result = image.resize((width, height), getattr(Image.Resampling, each.upper()))
            row = {"file": name, "width": width, "height": height, "filter": each, "crc": zlib.crc32(result.tobytes())}
            resized.append(row)

text = json.dumps({"read": expected, "resized": resized}, separators=(",", ":"))
(folder / "expected.json").write_text(text + "\n")

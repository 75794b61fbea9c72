"""A picture made smaller, in a process that may be killed. Run by path; knows nothing of the app.

`python -I picture_child.py FORMAT LONGEST`: the picture on standard input, WebP on standard output.
"""

import io
import resource
import sys
import warnings

MAX_MEMORY = 1 << 30  # bytes of address space: 40 megapixels in four colours, twice, and the libraries
MAX_SECONDS = 20  # of CPU
MOST_PIXELS = 40_000_000


def main(kind: str, longest: int) -> None:
    from PIL import Image, ImageOps  # here, for the server reads the number above and draws nothing

    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("error")  # a bomb is only warned of
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=[kind]) as picture:
        picture.draft("RGB", (longest * 2, longest * 2))  # a JPEG is read at an eighth where that is enough
        picture.seek(0)
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((longest, longest))
        has_holes = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
        small = upright.convert("RGBA" if has_holes else "RGB")
    clean = Image.new(small.mode, small.size)  # nothing of the camera comes along
    clean.paste(small)
    clean.save(sys.stdout.buffer, "WEBP", quality=80, method=4)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

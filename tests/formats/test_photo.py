"""Photographs: every kind of picture becomes two small upright squares; what is none is refused."""

import io
import struct
import zlib

import pytest
from PIL import Image, ImageCms, ImageOps
from PIL.PngImagePlugin import PngInfo

from eventapp.errors import Refused
from eventapp.formats import photo
from eventapp.formats.photo import Crop

RED, GREEN, BLUE, WHITE = (200, 30, 30), (30, 160, 60), (30, 60, 190), (255, 255, 255)
EXIF_ORIENTATION = 0x0112


def stripes(width=900, height=1500, colours=(RED, GREEN, BLUE)):
    """A picture of horizontal stripes, from the top."""
    image = Image.new("RGB", (width, height))
    for number, colour in enumerate(colours):
        top = height * number // len(colours)
        image.paste(colour, (0, top, width, height * (number + 1) // len(colours)))
    return image


def encoded(image, kind="JPEG", **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def opened(data):
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def is_like(pixel, colour, by=16):
    return all(abs(have - want) <= by for have, want in zip(pixel, colour, strict=True))


def refusal(content, crop=None):
    with pytest.raises(Refused) as refused:
        photo.squares(content, crop)
    return refused.value.code


@pytest.mark.parametrize(
    ("kind", "options"), [("JPEG", {}), ("JPEG", {"progressive": True}), ("PNG", {}), ("WEBP", {})]
)
def test_picture_becomes_two_square_jpegs(kind, options):
    made = photo.squares(encoded(stripes(), kind, **options))
    for data, side in ((made.large, 640), (made.small, 320)):
        image = opened(data)
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (side, side))


def test_picture_of_a_camera_weighs_little_and_keeps_no_exif():
    exif = Image.Exif()
    exif[0x010F] = "Camera of Sam"
    exif.get_ifd(0x8825)[2] = (12.0, 38.0, 0.0)
    noise = Image.effect_noise((160, 120), 50).convert("RGB").resize((4000, 3000), Image.Resampling.BICUBIC)
    made = photo.squares(encoded(noise, exif=exif, comment=b"private"))
    assert len(made.large) < photo.LARGE_BYTES
    assert len(made.small) < photo.SMALL_BYTES
    for data in (made.large, made.small):
        assert dict(opened(data).getexif()) == {}
        assert b"Camera of Sam" not in data
        assert b"private" not in data


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("crop", [Crop(), Crop(0, 0, 0.7), Crop(1, 0, 0.7), Crop(0.2, 0.9, 0.8)])
def test_picture_is_cropped_as_it_stands_upright(orientation, crop):
    upright = stripes(480, 640, (RED, GREEN, BLUE, WHITE))
    upright.paste((240, 220, 40), (0, 0, 160, 640))
    turned = {
        1: upright,
        2: upright.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        3: upright.transpose(Image.Transpose.ROTATE_180),
        4: upright.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
        5: upright.transpose(Image.Transpose.TRANSPOSE),
        6: upright.transpose(Image.Transpose.ROTATE_90),
        7: upright.transpose(Image.Transpose.TRANSVERSE),
        8: upright.transpose(Image.Transpose.ROTATE_270),
    }[orientation]
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = orientation
    content = encoded(turned, "PNG", exif=exif)
    assert list(ImageOps.exif_transpose(opened(content)).get_flattened_data()) == list(upright.get_flattened_data())
    made = opened(photo.squares(content, crop).large)
    expected = opened(photo.squares(encoded(upright, "PNG"), crop).large)
    points = [(x, y) for x in range(20, 640, 150) for y in range(20, 640, 150)]
    assert [p for p in points if not is_like(made.getpixel(p), expected.getpixel(p))] == []


def test_upright_picture_keeps_a_little_more_of_its_top():
    made = opened(photo.squares(encoded(stripes(900, 1500), "PNG")).large)
    # 600 of 1500 pixels are cut away, 180 of them above: the red stripe shows 320 of its 500 pixels.
    assert is_like(made.getpixel((320, 200)), RED)
    assert is_like(made.getpixel((320, 250)), GREEN)


@pytest.mark.parametrize(("top", "first", "last"), [(0, RED, GREEN), (0.5, RED, BLUE), (1, GREEN, BLUE)])
def test_crop_says_which_part_is_kept(top, first, last):
    made = opened(photo.squares(encoded(stripes(900, 1500), "PNG"), Crop(0.5, top)).large)
    assert is_like(made.getpixel((320, 5)), first)
    assert is_like(made.getpixel((320, 634)), last)


def test_part_of_a_large_jpeg_is_cut_from_its_pixels_not_from_a_reduced_picture():
    image = Image.new("RGB", (4000, 4000), WHITE)
    image.paste(RED, (3200, 3200, 4000, 4000))
    made = opened(photo.squares(encoded(image), Crop(1, 1, 0.2)).large)
    assert all(is_like(made.getpixel(p), RED) for p in ((4, 4), (635, 4), (4, 635), (635, 635)))


@pytest.mark.parametrize("crop", [Crop(-3, 7, 99), Crop(float("nan"), 0, float("inf")), Crop(1, 1, 0), Crop(0, 0, -1)])
def test_crop_outside_the_picture_is_moved_into_it(crop):
    assert opened(photo.squares(encoded(stripes()), crop).large).size == (640, 640)


@pytest.mark.parametrize(
    ("image", "kind"),
    [
        (stripes().convert("CMYK"), "JPEG"),
        (stripes().convert("L"), "JPEG"),
        (stripes().convert("L"), "PNG"),
        (stripes().convert("1"), "PNG"),
        (stripes().convert("P"), "PNG"),
        (stripes().convert("LA"), "PNG"),
        (stripes().convert("RGBA"), "PNG"),
        (stripes().convert("RGBA"), "WEBP"),
        (stripes().quantize(3), "PNG"),
    ],
)
def test_every_mode_of_colour_is_read(image, kind):
    assert opened(photo.squares(encoded(image, kind)).large).mode == "RGB"


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_is_transparent_is_white(kind):
    image = Image.new("RGBA", (700, 700), (0, 0, 0, 0))
    image.paste((*RED, 255), (0, 0, 700, 350))
    made = opened(photo.squares(encoded(image, kind)).large)
    assert is_like(made.getpixel((320, 100)), RED)
    assert is_like(made.getpixel((320, 600)), WHITE)


def test_transparent_colour_of_a_palette_is_white():
    image = Image.new("P", (700, 700), 0)
    image.putpalette([0, 0, 0, *RED])
    image.paste(1, (0, 0, 700, 350))
    made = opened(photo.squares(encoded(image, "PNG", transparency=0)).large)
    assert is_like(made.getpixel((320, 100)), RED)
    assert is_like(made.getpixel((320, 600)), WHITE)


def test_sixteen_bits_of_grey_are_not_burnt_out():
    grey = Image.new("I;16", (700, 700), 128 * 256)
    assert is_like(opened(photo.squares(encoded(grey, "PNG")).large).getpixel((320, 320)), (128, 128, 128), by=3)


def test_first_picture_of_an_animation_is_taken():
    first, second = Image.new("RGB", (400, 400), RED), Image.new("RGB", (400, 400), BLUE)
    content = encoded(first, "WEBP", save_all=True, append_images=[second])
    assert is_like(opened(photo.squares(content).large).getpixel((320, 320)), RED)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")  # Pillow tells the log
def test_broken_exif_does_not_keep_a_picture_from_being_read():
    content = encoded(stripes(), exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff")
    assert opened(photo.squares(content).large).size == (640, 640)


def test_colour_profile_is_left_out():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert "icc_profile" not in opened(photo.squares(encoded(stripes(), icc_profile=profile)).large).info


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><img>",
        b"%PDF-1.7",
        encoded(stripes(), "GIF"),
        encoded(stripes(), "BMP"),
        encoded(stripes(), "TIFF"),
        encoded(stripes())[:3000],
        encoded(stripes(), "PNG")[:200],
        encoded(stripes(), "WEBP")[:100],
        bytes(range(256)) * 40,
    ],
)
def test_what_is_no_whole_picture_is_refused(content):
    assert refusal(content) == "photo_unreadable"


@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"heix"])
def test_heic_is_refused_with_a_sentence_of_its_own(brand):
    assert refusal(b"\x00\x00\x00\x18ftyp" + brand + b"\x00" * 100) == "photo_heic"


@pytest.mark.parametrize("size", [(319, 2000), (2000, 319), (1, 1)])
def test_too_small_a_picture_is_refused(size):
    assert refusal(encoded(Image.new("RGB", size))) == "photo_too_small"


def test_small_crop_is_widened_rather_than_blown_up():
    image = Image.new("RGB", (640, 640), WHITE)
    image.paste(RED, (0, 0, 320, 320))
    made = opened(photo.squares(encoded(image, "PNG"), Crop(0, 0, 0.1)).large)
    assert is_like(made.getpixel((630, 630)), RED)


def test_too_heavy_a_file_is_refused_before_it_is_read():
    assert refusal(b"\xff\xd8\xff" + bytes(photo.MAX_BYTES)) == "photo_too_large"


def bomb(width, height):
    """A PNG of a few bytes that says it is this large."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(6000, 6000), (11_000, 9_000), (65_000, 65_000), (2**31 - 1, 2**31 - 1)])
def test_picture_that_would_fill_the_memory_is_refused_by_its_size(size):
    assert refusal(bomb(*size)) == "photo_too_large"


def test_text_that_blows_up_in_a_png_is_refused():
    info = PngInfo()
    info.add_text("Comment", "x" * (80 * 1024 * 1024), zip=True)
    assert refusal(encoded(stripes(), "PNG", pnginfo=info)) == "photo_unreadable"

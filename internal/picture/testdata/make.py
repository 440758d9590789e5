#!/usr/bin/env python3
"""Makes the pictures of this folder with Pillow, a decoder and encoder other
than the ones under test. Run it here: python3 make.py"""
from PIL import Image, ImageDraw, TiffImagePlugin

W, H = 61, 43  # odd, so that rows and chroma samples do not come out even


def card():
    """A picture that looks different each way it is turned."""
    im = Image.new("RGB", (W, H), (255, 255, 255))
    d = ImageDraw.Draw(im)
    d.rectangle((4, 4, 56, 38), outline=(0, 0, 0), width=2)
    d.rectangle((8, 8, 23, 20), fill=(200, 30, 40))
    d.rectangle((32, 8, 47, 15), fill=(60, 110, 210))
    d.rectangle((8, 28, 31, 33), fill=(90, 90, 90))
    return im


TRANSPOSE = {  # what a camera that tags n did to the picture
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def turned(im, n):
    return im if TRANSPOSE[n] is None else im.transpose(TRANSPOSE[n])


def exif(n):
    e = Image.Exif()
    e[0x0112] = n
    return e


c = card()
grey = c.convert("L")
c.save("card.png")
grey.save("grey.png")
c.convert("P", palette=Image.Palette.ADAPTIVE).save("palette.png")
for n in range(1, 9):
    turned(c, n).save(f"orientation-{n}.jpg", quality=95, subsampling=0, exif=exif(n))
turned(c, 6).save("orientation-6.png", exif=exif(6))
turned(c, 6).save("orientation-6.webp", lossless=True, exif=exif(6))
ifd = TiffImagePlugin.ImageFileDirectory_v2()
ifd[274] = 8
turned(c, 8).save("orientation-8.tiff", tiffinfo=ifd)

c.save("420.jpg", quality=95, subsampling=2)
c.save("422.jpg", quality=95, subsampling=1)
c.save("progressive.jpg", quality=95, progressive=True)
grey.save("grey.jpg", quality=95)
c.convert("CMYK").save("cmyk.jpg", quality=95)
b = open("cmyk.jpg", "rb").read()
i = b.index(b"\xff\xee")  # the same without Adobe's marker
open("cmyk-bare.jpg", "wb").write(b[:i] + b[i + 2 + int.from_bytes(b[i + 2:i + 4], "big"):])

c.save("card.gif")
frames = [c.convert("P", palette=Image.Palette.ADAPTIVE), Image.new("P", (W, H))]
frames[0].save("animated.gif", save_all=True, append_images=frames[1:], duration=100)
c.save("card.bmp")
grey.save("grey.bmp")
c.convert("1", dither=Image.Dither.NONE).save("bilevel.bmp")
c.save("lossy.webp", quality=95)
c.save("lossless.webp", lossless=True)
c.save("animated.webp", save_all=True, append_images=[Image.new("RGB", (W, H))], lossless=True)
a = c.copy()
a.putalpha(Image.new("L", (W, H), 255))
a.putpixel((0, 0), (255, 255, 255, 254))
a.save("alpha.webp", quality=95)
a.save("alpha.png")

bw = c.convert("1", dither=Image.Dither.NONE)
bw.save("bilevel.png")
bw.save("g4.tiff", compression="group4")
bw.save("g3.tiff", compression="group3")
ifd = TiffImagePlugin.ImageFileDirectory_v2()
ifd[262] = 0  # white is zero; Pillow says black is
bw.save("g4-white-is-zero.tiff", compression="group4", tiffinfo=ifd)
bw.save("g3-white-is-zero.tiff", compression="group3", tiffinfo=ifd)
for name in ("lzw", "adobe_deflate", "packbits", "jpeg"):
    c.save(f"{name.removeprefix('tiff_')}.tiff", compression="tiff_" + name)
grey.save("jpeg-grey.tiff", compression="jpeg")
TiffImagePlugin.STRIP_SIZE = 61 * 3 * 16  # 16 rows
c.convert("YCbCr").save("jpeg-strips.tiff", compression="jpeg", quality=95)
TiffImagePlugin.STRIP_SIZE = 65536
Image.frombytes("I;16", (W, H), b"".join(bytes((v, v)) for v in grey.tobytes())).save("grey16.tiff")
c.save("pages.tiff", save_all=True, append_images=[grey, bw], compression="tiff_lzw")

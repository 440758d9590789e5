"""Draws the lines that the tests of package linenet read. usage: samples.py FOLDER"""
import os, sys

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

FONTS = {
    'zenhei': ('wqy/wqy-zenhei.ttc', 0), 'sharp': ('wqy/wqy-zenhei.ttc', 2), 'uming': ('arphic/uming.ttc', 0),
    'kai': ('lxgw-wenkai/LXGWWenKai-Regular.ttf', 0), 'serif': ('liberation/LiberationSerif-Regular.ttf', 0),
    'sans': ('liberation/LiberationSans-Regular.ttf', 0), 'carlito': ('crosextra/Carlito-Regular.ttf', 0),
}
# name, text, Chinese font, Latin font, em drawn, em of the picture, JPEG quality or none
LINES = (
    ('zero', '0', 'zenhei', 'serif', 14, 14, None), ('one', '1', 'zenhei', 'sans', 16, 16, None),
    ('integer', '312385', 'zenhei', 'serif', 14, 14, 80), ('elevens', '1111', 'zenhei', 'sans', 16, 16, None),
    ('decimal', '8952.6928', 'zenhei', 'carlito', 16, 16, None), ('thousands', '1,591,249', 'uming', 'serif', 16, 16, 85),
    ('minus', '-12', 'zenhei', 'sans', 15, 15, None), ('plus', '+8', 'zenhei', 'serif', 15, 15, None),
    ('more', '增24', 'zenhei', 'serif', 15, 15, None), ('amount', '43138万元', 'zenhei', 'sans', 15, 15, None),
    ('slash', '/', 'zenhei', 'serif', 16, 16, None), ('none', '无', 'uming', None, 16, 16, None),
    ('shrunk', '19286', 'zenhei', 'serif', 16, 10, 75), ('shrunk-words', '本年收费金额', 'zenhei', 'serif', 20, 12, 85),
    ('label', '行政规范性文件', 'zenhei', 'serif', 16, 16, 85), ('sharp', '处理决定数量', 'sharp', None, 12, 12, None),
    ('wrapped-1', '(二)部分公开(区分处理的,', 'zenhei', 'serif', 16, 16, None), ('wrapped-2', '只计这一情形)', 'zenhei', 'serif', 16, 16, None),
    ('kai', '其他对外管理服务事项', 'kai', 'serif', 18, 18, 85),
)


def draw(text, cjk, latin, size):
    img = Image.new('L', (size * (len(text) + 2), size * 3), 255)
    d, x = ImageDraw.Draw(img), size
    for c in text:
        file, face = FONTS[latin if latin and ord(c) < 0x80 else cjk]
        font = ImageFont.truetype('/usr/share/fonts/truetype/' + file, size, index=face)
        d.text((x, 2 * size), c, font=font, fill=0, anchor='ls')
        x += font.getlength(c)
    return np.asarray(img)


index = []
for name, text, cjk, latin, size, em, quality in LINES:
    img = draw(text, cjk, latin, size)
    if em != size:
        img = cv2.resize(img, None, fx=em / size, fy=em / size, interpolation=cv2.INTER_AREA)
    if quality:
        img = cv2.imdecode(cv2.imencode('.jpg', img, (cv2.IMWRITE_JPEG_QUALITY, quality))[1], cv2.IMREAD_GRAYSCALE)
    ys, xs = np.nonzero(img < 160)
    pad = max(2, (ys.max() + 1 - ys.min()) // 5)
    img = img[ys.min() - pad:ys.max() + 1 + pad, xs.min() - pad:xs.max() + 1 + pad]
    cv2.imwrite(os.path.join(sys.argv[1], name + '.png'), img, (cv2.IMWRITE_PNG_COMPRESSION, 9))
    index.append(f'{name}.png\t{pad}\t{img.shape[0] - pad}\t{em * .55:g}\t{text}\n')
open(os.path.join(sys.argv[1], 'lines.tsv'), 'w').write('file\ttop\tbottom\tfloor\ttext\n' + ''.join(index))

"""Draws the lines that the tests of packages linenet and textnet read. usage: samples.py lines|text|glyphs FOLDER"""
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
LINES = {'lines': (
    ('zero', '0', 'zenhei', 'serif', 14, 14, None), ('one', '1', 'zenhei', 'sans', 16, 16, None),
    ('integer', '312385', 'zenhei', 'serif', 14, 14, 80), ('elevens', '1111', 'zenhei', 'sans', 16, 16, None),
    ('decimal', '8952.6928', 'zenhei', 'carlito', 16, 16, None), ('thousands', '1,591,249', 'uming', 'serif', 16, 16, 85),
    ('minus', '-12', 'zenhei', 'sans', 15, 15, None), ('plus', '+8', 'zenhei', 'serif', 15, 15, None),
    ('more', '增24', 'zenhei', 'serif', 15, 15, None), ('amount', '43138万元', 'zenhei', 'sans', 15, 15, None),
    ('slash', '/', 'zenhei', 'serif', 16, 16, None), ('none', '无', 'uming', None, 16, 16, None),
    ('shrunk', '19286', 'zenhei', 'serif', 16, 10, 75), ('shrunk-words', '本年收费金额', 'zenhei', 'serif', 20, 12, 85),
    ('label', '行政规范性文件', 'zenhei', 'serif', 16, 16, 85), ('sharp', '处理决定数量', 'sharp', None, 12, 12, None),
    ('wrapped-1', '(二)部分公开(区分处理的,', 'zenhei', 'serif', 16, 16, None), ('wrapped-2', '只计这一情形)', 'zenhei', 'serif', 16, 16, None),
    ('kai', '其他对外管理服务事项', 'kai', 'serif', 18, 18, 85)), 'text': (
    ('words', '财政拨款收入', 'zenhei', None, 16, 16, None), ('sentence', '深圳市华阳旭日资产管理企业（有限合伙），系发行人之股东', 'uming', None, 16, 16, None),
    ('small', '一般公共预算', 'zenhei', None, 20, 12, 85), ('name', '王堃、李昇', 'uming', None, 20, 20, None), ('letters', 'BSOD', 'zenhei', 'sans', 18, 18, None),
    ('latin', 'Merged Cells', 'zenhei', 'sans', 16, 16, None), ('serif', 'Total Revenue 2021', 'zenhei', 'serif', 16, 16, 85), ('code', 'ZL2017206', 'zenhei', 'sans', 16, 16, None),
    ('number', '1,591,249.06', 'zenhei', 'sans', 16, 16, None), ('negative', '-391.58%', 'zenhei', 'serif', 16, 16, None), ('shrunk', '860.21', 'zenhei', 'sans', 16, 11, 80),
    ('brackets', '《规划》〈附件〉【注】', 'zenhei', None, 18, 18, None), ('currency', '￥1,397.41', 'zenhei', 'sans', 18, 18, None), ('euro', '€728.51', 'zenhei', 'sans', 18, 18, None),
    ('unit', '25km', 'zenhei', 'sans', 18, 18, None), ('signs', '±0.5', 'zenhei', 'sans', 18, 18, None), ('numeral', '①办公室', 'zenhei', None, 18, 18, None),
    ('quotes', '（曾用名“肌”），“甲”', 'uming', None, 16, 16, None), ('star', '★', 'zenhei', None, 18, 18, None), ('box', '□是', 'zenhei', None, 20, 20, None),
    ('kai', '项目支出绩效目标', 'kai', None, 20, 20, 85), ('ten', '中国银行股份有限公司', 'zenhei', None, 20, 20, None),
), 'glyphs': (
    ('box', '中央箱子', 'zenhei', None, 18, 18, None), ('misprinted', '中央箱孑', 'zenhei', None, 18, 18, None), ('already', '已经', 'uming', None, 18, 18, None),
    ('self', '己经', 'zenhei', None, 18, 18, None), ('simplified', '预算执行', 'zenhei', None, 18, 18, None), ('traditional', '預算執行', 'zenhei', None, 18, 18, None),
    ('small', '公共预算', 'zenhei', None, 20, 12, 85), ('number', '1591249', 'zenhei', 'serif', 16, 16, 85),
)}


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
for name, text, cjk, latin, size, em, quality in LINES[sys.argv[1]]:
    img = draw(text, cjk, latin, size)
    if em != size:
        img = cv2.resize(img, None, fx=em / size, fy=em / size, interpolation=cv2.INTER_AREA)
    if quality:
        img = cv2.imdecode(cv2.imencode('.jpg', img, (cv2.IMWRITE_JPEG_QUALITY, quality))[1], cv2.IMREAD_GRAYSCALE)
    ys, xs = np.nonzero(img < 160)
    pad = max(2, (ys.max() + 1 - ys.min()) // 5)
    img = img[ys.min() - pad:ys.max() + 1 + pad, xs.min() - pad:xs.max() + 1 + pad]
    cv2.imwrite(os.path.join(sys.argv[2], name + '.png'), img, (cv2.IMWRITE_PNG_COMPRESSION, 9))
    index.append(f'{name}.png\t{pad}\t{img.shape[0] - pad}\t{em * .55:g}\t{text}\n')
open(os.path.join(sys.argv[2], 'lines.tsv'), 'w').write('file\ttop\tbottom\tfloor\ttext\n' + ''.join(index))

"""Wears pictures of tables out: shrinks, blurs, grains and compresses them. usage: worn.py [--seed N] FOLDER OUT

FOLDER holds pictures and their truth.jsonl, as `biaoge synth` writes them; OUT gets both."""
import argparse, json, os, random

import cv2
import numpy as np

def wear(picture, r):
    scale = r.choice([1, 1, 0.9, 0.8, 0.7, 0.6, 0.5]) if max(picture.shape) < 1200 else r.choice([1, 0.8, 0.6, 0.5, 0.4, 0.33])
    if scale != 1:
        picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=r.choice([cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_CUBIC]))
    blur = r.choice([0, 0, 0.4, 0.6, 0.9])
    if blur:
        picture = cv2.GaussianBlur(picture, (0, 0), blur)
    if r.random() < 0.25:
        grain = np.random.default_rng(r.randrange(1 << 30)).normal(0, r.uniform(2, 9), picture.shape)
        picture = np.clip(picture + grain, 0, 255).astype(np.uint8)
    return picture, r.choice([25, 35, 50, 65, 80])


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('folder')
    p.add_argument('out')
    p.add_argument('--seed', type=int, default=1)
    a = p.parse_args()
    r = random.Random(a.seed)
    os.makedirs(a.out, exist_ok=True)
    with open(os.path.join(a.folder, 'truth.jsonl'), encoding='utf-8') as truth, open(os.path.join(a.out, 'truth.jsonl'), 'w', encoding='utf-8') as out:
        for line in truth:
            t = json.loads(line)
            picture = cv2.imread(os.path.join(a.folder, t['file']))
            if picture is None:
                continue  # some are of formats that OpenCV does not read
            picture, quality = wear(picture, r)
            t['file'] = os.path.splitext(t['file'])[0] + '.jpg'
            cv2.imwrite(os.path.join(a.out, t['file']), picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
            out.write(json.dumps(t, ensure_ascii=False) + '\n')


if __name__ == '__main__':
    main()

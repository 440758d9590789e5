"""Trains the net that says where on a page rules run.

usage: rulemap.py --minutes M [--init FILE] [--seed S] --out FILE --drawn FOLDER [--pages FOLDER] [--hold FOLDER]...

Each FOLDER holds pictures of pages, and pages.jsonl, a line for each: {"file", "h": [{"Pos", "Lo", "Hi"}, …], "v": […]}. Drawn
pages are those of rulemap_pages.py; pages are those that programs set, which `go run ./internal/fitrules -of pages -o FOLDER`
writes. On those held nothing is fitted: the loss on them is printed.

The net is a small U-Net (Ronneberger et al. 2015): places 2, 4, 8 and 16 pixels wide are looked at one after the other, and what
the wider ones tell goes back to the narrower. At 16 pixels, convolutions along and across by turns (strip pooling: Hou et al.
2020) see as far as a rule goes on. A layer that keeps its size adds its input to what it makes (He et al. 2016), before
what is below 0 is cut; so its weights can do that by themselves, and the quantized net (rulemap_quantize.py) has no other
additions than two, on the way back. Batch normalisation (Ioffe & Szegedy 2015) is folded into the weights there."""
import argparse, copy, json, math, os, random, time

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

PLACE = 2   # pixels, how wide and high a place of the map is
BLOCK = 2   # places, how wide and high those are that the last layer speaks of at once
STRIP = 9   # places of 16 pixels that a convolution along or across sees
STRIPS = 3  # of each
CROP = 320  # pixels, of a page that is looked at
BATCH = 16  # crops of a step
EACH = 2    # crops of a page, which takes long to unpack
AVERAGED = .998  # share of the average of the weights that a step leaves as it is
SET = .55   # share of the crops that are of pages of programs, where there are such
PEAK = 3e-3  # the longest steps
LEAST = .005  # of the longest, how long the last ones are
WARM = 100  # steps until they are so long
RULED = 4   # how much more a place counts on which a rule is than one on which none is
DOUBT = -3.  # what the net says before it has learnt: rules are rare
HELD, HELD_SEED = 96, 5  # crops that the loss is measured on, of each folder
EVERY = 400  # steps after which it is
FINE = 4    # bits of a pixel to which ends of rules are drawn


class Layer(nn.Module):
    """A convolution and its normalisation. What is below 0 is cut, once its input is added where it is to be."""

    def __init__(self, channels_in, channels_out, kernel=3, stride=1, adds=False):
        super().__init__()
        kernel = (kernel, kernel) if isinstance(kernel, int) else kernel
        self.adds = adds
        self.conv = nn.Conv2d(channels_in, channels_out, kernel, stride, (kernel[0] // 2, kernel[1] // 2), bias=False)
        self.norm = nn.BatchNorm2d(channels_out)

    def forward(self, x):
        y = self.norm(self.conv(x))
        return F.relu(y + x if self.adds else y)


class Net(nn.Module):
    def __init__(self, two=16, four=32, eight=64, sixteen=64):
        """Channels of places so many pixels wide."""
        super().__init__()
        self.stem = Layer(1, two, 5, 2)
        self.down4, self.same4 = Layer(two, four, 3, 2), Layer(four, four, adds=True)
        self.down8, self.same8 = Layer(four, eight, 3, 2), Layer(eight, eight, adds=True)
        self.down16 = Layer(eight, sixteen, 3, 2)
        self.strips = nn.Sequential(*(Layer(sixteen, sixteen, kernel, adds=True) for kernel in ((1, STRIP), (STRIP, 1)) * STRIPS))
        self.up8, self.mix8 = Layer(sixteen, eight, 1), Layer(eight, eight, adds=True)
        self.up4, self.mix4 = Layer(eight, four, 1), Layer(four, four, adds=True)
        self.head = nn.Conv2d(four, 2 * BLOCK * BLOCK, 1)
        nn.init.constant_(self.head.bias, DOUBT)

    def forward(self, ink):
        """Pages N×1×H×W, paper 0 and ink 1, to logits of rules level and plumb, N×2×H/2×W/2. Sides are multiples of 16."""
        four = self.same4(self.down4(self.stem(ink)))
        eight = self.same8(self.down8(four))
        sixteen = self.strips(self.down16(eight))
        eight = self.mix8(eight + twice(self.up8(sixteen)))
        four = self.mix4(four + twice(self.up4(eight)))
        return F.pixel_shuffle(self.head(four), BLOCK)


def twice(x):
    """Twice as wide and high."""
    return F.interpolate(x, scale_factor=2., mode='nearest')


def pages(folder):
    """[(the picture's bytes, ends of level rules, ends of plumb ones)], the ends N×2×2, x before y."""
    with open(os.path.join(folder, 'pages.jsonl'), encoding='utf-8') as f:
        of = [json.loads(line) for line in f]
    return [(np.fromfile(os.path.join(folder, p['file']), np.uint8), ends(p['h']), ends(p['v'])[..., ::-1]) for p in of]


def ends(rules):
    """Of rules as pages.jsonl has them: N×2×(along, across)."""
    both = ((r['Lo'], r['Pos'] - r.get('Rise', 0) / 2, r['Hi'], r['Pos'] + r.get('Rise', 0) / 2) for r in rules)
    return np.array(list(both), np.float32).reshape(-1, 2, 2)


# Crops.

def truth(rules, left, top):
    """Which places of a crop rules run through, 0 to 255."""
    out = np.zeros((CROP // PLACE,) * 2, np.uint8)
    # Places are drawn as pixels are: at their middles, which lie half a place from their sides. Rules are given by the pixels they lie on.
    at = np.rint(((rules - (left, top) + .5) / PLACE - .5) * 2 ** FINE).astype(int)
    far = 10 * 2 ** FINE  # drawing ends a little way beyond
    near = (at.max(1) >= -far).all(1) & (at.min(1) <= (CROP // PLACE << FINE) + far).all(1)
    for a, b in at[near]:
        cv2.line(out, tuple(map(int, a)), tuple(map(int, b)), 255, 1, cv2.LINE_AA, FINE)
    return out


def scaled(rng, picture, rules):
    by = rng.uniform(.65, 1.35)
    how = rng.choice((cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_CUBIC) if by < 1 else (cv2.INTER_LINEAR, cv2.INTER_CUBIC))
    return cv2.resize(picture, None, fx=by, fy=by, interpolation=how), [r * by for r in rules]


def worn(rng, picture):
    """Blurred, grained and compressed, or some of it."""
    if rng.random() < .5:
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(.3, .8))
    if rng.random() < .5:
        grain = np.random.default_rng(rng.randrange(1 << 30)).normal(0, rng.uniform(1, 8), picture.shape[:2] + (1,))
        picture = np.clip(picture + grain, 0, 255).astype(np.uint8)
    if rng.random() < .7:
        quality = rng.choice((15, 25, 40, 60, 80))
        picture = cv2.imdecode(cv2.imencode('.jpg', picture, (cv2.IMWRITE_JPEG_QUALITY, quality))[1], cv2.IMREAD_COLOR)
    return picture


def place(rng, size, rules):
    """Where a crop begins, (left, top): mostly so that it shows a rule, and at most so far beyond the page."""
    beyond = 30  # pixels
    rules = np.concatenate(rules)
    if len(rules) and rng.random() < .9:
        at = [int(v - rng.uniform(0, CROP)) for v in rules[rng.randrange(len(rules))].mean(0)]
    else:
        at = [rng.randint(-20, max(0, n - CROP)) for n in size]
    return [max(-beyond, min(v, max(0, n - CROP + beyond))) for v, n in zip(at, size)]


def crops(page, rng, n=1):
    """Some of a page, scaled and worn at times."""
    picture, rules = cv2.imdecode(page[0], cv2.IMREAD_COLOR), page[1:]
    if rng.random() < .3:
        picture, rules = scaled(rng, picture, rules)
    if rng.random() < .25:
        picture = worn(rng, picture)
    return [crop(picture, rules, rng) for _ in range(n)]


def crop(picture, rules, rng):
    """(grey pixels, rules level and plumb): of a page somewhere, lit otherwise at times. Beyond the page is paper."""
    h, w = picture.shape[:2]
    left, top = place(rng, (w, h), rules)
    out = np.empty((CROP, CROP, 3), np.uint8)
    out[:] = picture[[0, 0, -1, -1], [0, -1, 0, -1]].max(0)
    seen = picture[max(0, top):top + CROP, max(0, left):left + CROP]
    out[max(0, -top):, max(0, -left):][:seen.shape[0], :seen.shape[1]] = seen
    if rng.random() < .02:
        out = 255 - out
    if rng.random() < .15:
        out = np.clip(out * np.float32(rng.uniform(.6, 1.05)) + rng.uniform(-20, 20), 0, 255).astype(np.uint8)
    if rng.random() < .15:  # red and blue change places
        out = out[..., ::-1]
    return cv2.cvtColor(out, cv2.COLOR_BGR2GRAY), np.stack([truth(r, left, top) for r in rules])


def held(folder):
    """The same crops of a folder each time."""
    of, rng = pages(folder), random.Random(HELD_SEED)
    return [one for _ in range(HELD) for one in crops(rng.choice(of), rng)]


# Training.

def loss(net, crops):
    """The mean log loss of places; those on which a rule is count for more."""
    grey, rules = (np.stack(of) for of in zip(*crops))
    ink = (255 - torch.from_numpy(grey)[:, None].float()) / 255
    with torch.autocast('cpu', dtype=torch.bfloat16):
        said = net(ink.contiguous(memory_format=torch.channels_last))
    rules = torch.from_numpy(rules).float() / 255
    each = F.binary_cross_entropy_with_logits(said.float(), rules, reduction='none')
    return (each * (1 + (RULED - 1) * rules)).mean()


@torch.no_grad()
def held_loss(net, crops):
    return np.mean([loss(net, crops[k:k + BATCH]).item() for k in range(0, len(crops), BATCH)])


@torch.no_grad()
def average(mean, net, step):
    """Takes the weights after a step into their average; that of the first steps is of few."""
    keep = min(AVERAGED, (step + 1) / (step + 10))
    for m, p in zip(mean.state_dict().values(), net.state_dict().values()):
        m.mul_(keep).add_(p, alpha=1 - keep) if m.is_floating_point() else m.copy_(p)


def rate(step, part):
    """How long a step is, when such a part of the time is over: they grow, then get shorter by half a cosine."""
    return PEAK * min(1, (step + 1) / WARM) * (.5 + .5 * math.cos(math.pi * part) + LEAST)


def save(net, path):
    torch.save(net.state_dict(), path + '.tmp')
    os.replace(path + '.tmp', path)


def train(net, drawn, of_programs, held, minutes, out, rng):
    """Trains a net; the average of its weights is what is written and measured (Polyak & Juditsky 1992)."""
    steps = torch.optim.AdamW(net.parameters(), PEAK, weight_decay=1e-3)
    mean = copy.deepcopy(net).eval()
    began, step, lately = time.time(), 0, None
    while (part := (time.time() - began) / 60 / minutes) < 1:
        for group in steps.param_groups:
            group['lr'] = rate(step, part)
        batch = []
        while len(batch) < BATCH:
            of = of_programs if of_programs and rng.random() < SET else drawn
            batch += crops(rng.choice(of), rng, EACH)
        now = loss(net, batch)
        steps.zero_grad()
        now.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5.)
        steps.step()
        step, lately = step + 1, now.item() if lately is None else .98 * lately + .02 * now.item()
        average(mean, net, step)
        if step % EVERY == 0:
            save(mean, out)
            report(mean, held, step, began, lately)
    save(mean, out)
    report(mean, held, step, began, lately)


def report(net, held, step, began, lately):
    losses = ', '.join(f'{name} {held_loss(net, crops):.4f}' for name, crops in held.items())
    print(f'{step} steps, {time.time() - began:.0f} s, loss {lately:.4f}; of those held: {losses}', flush=True)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--minutes', type=float, required=True)
    p.add_argument('--init', help='the net to begin with; otherwise random weights')
    p.add_argument('--out', required=True)
    p.add_argument('--drawn', action='append', required=True)
    p.add_argument('--pages', action='append', default=[])
    p.add_argument('--hold', action='append', default=[])
    p.add_argument('--seed', type=int, default=1)
    p.add_argument('--threads', type=int, default=1)
    a = p.parse_args()
    torch.manual_seed(a.seed)
    torch.set_num_threads(a.threads)
    net = Net()
    if a.init:
        net.load_state_dict(torch.load(a.init))
    net = net.to(memory_format=torch.channels_last)
    holding = {os.path.basename(folder): held(folder) for folder in a.hold}
    drawn, of_programs = ([page for folder in folders for page in pages(folder)] for folders in (a.drawn, a.pages))
    print(f'{len(drawn)} drawn pages, {len(of_programs)} of programs', flush=True)
    train(net, drawn, of_programs, holding, a.minutes, a.out, random.Random(a.seed))


if __name__ == '__main__':
    main()

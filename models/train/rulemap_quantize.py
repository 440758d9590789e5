"""Makes models/rulemap.q8 of a net that rulemap.py trained: weights of 8 bits, one scale a channel, and activations of 8 bits, one
scale a layer. usage: rulemap_quantize.py [--crops 40] [--seed 3] [--out FILE] --drawn FOLDER [--hold FOLDER]... CHECKPOINT

Nothing is trained: crops of drawn pages show what values each layer has. Batch normalisations go into the weights (Ioffe & Szegedy
2015), and so does the input that a layer adds to what it makes: a 1 in the middle. Then, layer by layer as in quantize.py: the
range with the least mean square error, weights rounded one after the other (Frantar et al. 2023, GPTQ), the mean error taken off
the bias (Nagel et al. 2019). What is added on the way back has the unit of what it is added to, so that bytes are added;
that unit goes by the sum. Of crops held, the loss of both nets is printed, and on how many places they agree.

The file is as train/q8.py describes it: the layers in the order in which package layout/rulemap names them."""
import argparse, collections, os, random

import numpy as np
import torch

import q8
import rulemap
from quantize import one_sign, output_range, pairs, rounded

HERE = os.path.dirname(os.path.abspath(__file__))
SOME = 4    # crops that are looked at together
FEW = 3     # of so many places one is counted in the second moments
FEWER = 29  # and one of so many values in the choice of a range

# A folded layer: weights O×(H·W·I), bias, kernel, stride and padding.
Folded = collections.namedtuple('Folded', 'weights bias kernel stride pad')
# What a layer gives: exactly, as the quantized layers give it, in bytes, and what a step of these stands for. N×H×W×channels.
Values = collections.namedtuple('Values', 'exact seen unit')


def flat(weights):
    """O×I×H×W to O×(H·W·I), as taps are."""
    return weights.permute(0, 2, 3, 1).reshape(len(weights), -1).numpy()


def folded(layer):
    """A layer with its normalisation, and the input that it adds, in its weights."""
    conv, norm = layer.conv, layer.norm
    gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    weights = conv.weight * gain[:, None, None, None]
    if layer.adds:
        row, col = (k // 2 for k in conv.kernel_size)
        for channel in range(len(weights)):
            weights[channel, channel, row, col] += 1
    return Folded(flat(weights), (norm.bias - norm.running_mean * gain).numpy(), conv.kernel_size, conv.stride, conv.padding)


def layers_of(net):
    """In the order of the file."""
    body = (net.stem, net.down4, net.same4, net.down8, net.same8, net.down16, *net.strips, net.up8, net.mix8, net.up4, net.mix4)
    head = net.head
    return [*map(folded, body), Folded(flat(head.weight), head.bias.numpy(), head.kernel_size, head.stride, head.padding)]


def twice(x):
    """Twice as wide and high."""
    return x.repeat(2, 1).repeat(2, 2)


def added(wide, narrow):
    """Values of places twice as wide added to others; both have one unit."""
    assert wide.unit == narrow.unit
    return Values(narrow.exact + twice(wide.exact), np.minimum(255, narrow.seen + twice(wide.seen)), narrow.unit)


def few_at_a_time(f, x):
    return np.concatenate([f(x[k:k + SOME]) for k in range(0, len(x), SOME)])


class Quantizer:
    """Quantizes layers one after the other, in the order of the file."""

    def __init__(self, folded_layers):
        self.left, self.layers = list(folded_layers), []

    def next(self, x, unit=None, joined=0):
        """The values that the next layer makes of others, in a unit that is given or that suits them and what joins them."""
        l, last = self.left.pop(0), not self.left
        taps = lambda v: q8.taps(v, l.kernel, l.stride, l.pad)
        row = l.weights.shape[1] // l.kernel[0]
        scale = np.maximum(abs(l.weights).max(1) / 127, one_sign(pairs(l.weights, row)).max(1) / q8.PAIR)
        weights = rounded(l.weights.astype(np.float64), scale, row, second_moments(taps, x.seen))
        assert one_sign(pairs(weights, row)).max() <= q8.PAIR
        # What the layer should give and what it gives.
        want = few_at_a_time(lambda v: taps(v) @ l.weights.T, x.exact) + l.bias
        got = few_at_a_time(lambda v: taps(v) @ (weights * (x.unit * scale)[:, None]).T.astype(np.float32), x.seen) + l.bias
        counts = np.ones(want.shape, bool) if last else want > 0
        error = ((got - want) * counts).sum((0, 1, 2)) / np.maximum(1, counts.sum((0, 1, 2)))
        bias = np.round((l.bias - error) / (x.unit * scale))
        exact = want if last else np.maximum(want, 0)
        if unit is None:
            unit = 1 if last else suits(exact + joined)
        layer = q8.Layer(l.kernel, l.stride, l.pad, 1, weights, bias, (x.unit * scale / unit).astype(np.float32))
        self.layers.append(layer)
        seen = few_at_a_time(lambda v: layer(v, last), x.seen)
        noise = 10 * np.log10(((seen * unit - exact) ** 2).sum() / (exact ** 2).sum())
        print(f'layer {len(self.layers)}: output up to {255 * unit:.2f}, noise {noise:.1f} dB', flush=True)
        return Values(exact, seen, unit)


def second_moments(taps, seen):
    out = 0
    for k in range(0, len(seen), SOME):
        some = taps(seen[k:k + SOME])
        some = some.reshape(-1, some.shape[-1])[::FEW]
        out = out + (some.T @ some).astype(np.float64)
    return out


def suits(values):
    """What a step should stand for."""
    return output_range(values[values > 0][::FEWER]) / 255


@torch.no_grad()
def joined(net, ink):
    """What is added on the way back to places of 8 and of 4 pixels, as the net has it before it is quantized."""
    four = net.same4(net.down4(net.stem(ink)))
    eight = net.same8(net.down8(four))
    to_eight = rulemap.twice(net.up8(net.strips(net.down16(eight))))
    to_four = rulemap.twice(net.up4(net.mix8(eight + to_eight)))
    return [x.permute(0, 2, 3, 1).numpy() for x in (to_eight, to_four)]


def quantized(net, ink):
    """The layers of a net, given what it looks at: bytes N×H×W×1, ink 255."""
    to_eight, to_four = joined(net, torch.from_numpy(ink)[..., 0][:, None] / 255)
    with torch.no_grad():
        q = Quantizer(layers_of(net))
    four = q.next(q.next(q.next(Values(ink / 255, ink, 1 / 255))), joined=to_four)
    eight = q.next(q.next(four), joined=to_eight)
    sixteen = q.next(eight)
    for _ in net.strips:
        sixteen = q.next(sixteen)
    eight = q.next(added(q.next(sixteen, eight.unit), eight))
    q.next(q.next(added(q.next(eight, four.unit), four)))
    return q.layers


def run(layers, ink):
    """Bytes N×H×W×1 to logits N×2×H/2×W/2, as package layout/rulemap computes them."""
    stem, down4, same4, down8, same8, down16, *strips, up8, mix8, up4, mix4, head = layers
    four = same4(down4(stem(ink, False), False), False)
    eight = same8(down8(four, False), False)
    sixteen = down16(eight, False)
    for strip in strips:
        sixteen = strip(sixteen, False)
    eight = mix8(np.minimum(255, eight + twice(up8(sixteen, False))), False)
    four = mix4(np.minimum(255, four + twice(up4(eight, False))), False)
    said = torch.from_numpy(head(four, True)).permute(0, 3, 1, 2)
    return torch.nn.functional.pixel_shuffle(said, rulemap.BLOCK)


def compare(net, layers, name, crops):
    """Prints what both nets make of crops."""
    losses, alike, places = [], 0, 0
    for k in range(0, len(crops), SOME):
        some = crops[k:k + SOME]
        said = []

        def noted(f):
            def made(ink):
                said.append(f(ink))
                return said[-1]
            return made

        in_bytes = lambda ink: run(layers, np.round(ink.permute(0, 2, 3, 1).numpy() * 255))
        losses.append([rulemap.loss(noted(f), some).item() for f in (net, in_bytes)])
        before, after = (s > 0 for s in said)
        alike, places = alike + (before == after).sum().item(), places + before.numel()
    before, after = np.mean(losses, 0)
    print(f'{name}: loss {before:.4f}, quantized {after:.4f}; {100 * alike / places:.3f} % of the places the same', flush=True)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('checkpoint')
    p.add_argument('--drawn', required=True)
    p.add_argument('--hold', action='append', default=[])
    p.add_argument('--crops', type=int, default=40)
    p.add_argument('--seed', type=int, default=3)
    p.add_argument('--out', default=os.path.join(HERE, '..', 'rulemap.q8'))
    a = p.parse_args()
    net = rulemap.Net()
    net.load_state_dict(torch.load(a.checkpoint))
    net.eval()
    rng, pages = random.Random(a.seed), rulemap.pages(a.drawn)
    grey = np.stack([grey for _ in range(a.crops) for grey, _ in rulemap.crops(rng.choice(pages), rng)])
    layers = quantized(net, (255 - grey).astype(np.float32)[..., None])
    q8.write(a.out, layers)
    print(os.path.getsize(a.out), 'bytes')
    for folder in a.hold:
        compare(net, layers, os.path.basename(folder), rulemap.held(folder))


if __name__ == '__main__':
    main()

"""Trains the reader of glyphs. usage: glyph_train.py --steps N [--spikes N] [--rate R] [--seed N] [--threads N] [--on] [--checkpoint FILE]
Its first layers begin with the weights of the line reader (lines.onnx). With --on it begins with those of
models/glyphs.npz. Where there is the checkpoint already, it stops: name another.

For the first steps each column near the middle of a character is to say which it is, and each between two that none is there:
where characters stand is known, since the lines are drawn. The loss is the logarithm of the probability of what is so. For as
many steps as --spikes says only the surest column of a character is to say it, and the others that none is there, as
connectionist temporal classification (Graves et al. 2006) would have it, whose sums over thousands of classes cost far more."""
import argparse, copy, math, multiprocessing as mp, os, time

import cv2
import numpy as np
import onnx
import torch
from onnx import numpy_helper

import glyph_lines, glyph_net, net
from glyph_lines import STRIDE, Glyphs
from lines import HEIGHT

LINES = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lines.onnx')
ROW, EDGE, GAP, ROWS = 704, 32, 32, 14  # pixels; lines lie side by side on so many rows
PER, BETWEEN = .3, .07                  # shares of the columns on and between characters that are learnt from each time


def batch(w, rng):
    """(rows, columns on characters, columns between): a column is its row, its place there, and, where it is on one, the class
    and the number of the character; columns of one character follow one another."""
    used, lines = [], []
    while True:
        s, where = w.sample()
        n = -(-s.shape[1] // STRIDE) * STRIDE
        k = 0
        while k < len(used) and used[k] + n > ROW - EDGE:
            k += 1
        if k == len(used):
            if k == ROWS:
                break
            used.append(EDGE)
        lines.append((k, used[k], s, where))
        used[k] += n + GAP
    x = np.zeros((ROWS, 1, HEIGHT, ROW), np.uint8)
    on, between, count = [], [], 0
    for k, at, s, where in lines:
        x[k, 0, :, at:at + s.shape[1]] = s * 255 + .5
        of = glyph_lines.columns(s.shape[1], where)
        on += [(k, at // STRIDE + c, where[of[c]][0], count + of[c]) for c in np.nonzero(of >= 0)[0]]
        between += [(k, at // STRIDE + c) for c in np.nonzero((of == -1) & (rng.random(len(of)) < BETWEEN))[0]]
        count += len(where)
    return x, np.array(on, np.int64), np.array(between, np.int64).reshape(-1, 2)


def produce(seed, queue):
    cv2.setNumThreads(1)  # the other cores train
    w, rng = Glyphs(seed), np.random.default_rng(seed)
    while True:
        queue.put(batch(w, rng))


def begin(model, x):
    """Gives the first layers the weights of the line reader's, so that their normalisations leave pictures like x as they are."""
    graph = onnx.load(LINES).graph
    values = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    with torch.no_grad():
        for (name, *_), node in zip(glyph_net.SHARED, (n for n in graph.node if n.op_type == 'Conv')):
            w, b = (torch.from_numpy(np.array(values[i])) for i in node.input[1:])
            conv, norm, *rest = getattr(model, name)
            conv.weight.copy_(w)
            y = conv(x)
            m, v = y.mean((0, 2, 3)), y.var((0, 2, 3))
            norm.weight.copy_((v + net.EPS).sqrt())
            norm.bias.copy_(b + m)
            norm.running_mean.copy_(m)
            norm.running_var.copy_(v)
            x = torch.relu(y + b[:, None, None])
            for layer in rest[1:]:
                x = layer(x)


def pixels(x):
    return torch.from_numpy(x).float().div(255).contiguous(memory_format=torch.channels_last)


def surest(model, features, on):
    """Which of the columns on each character says it most surely."""
    with torch.no_grad():
        seen, of = features[on[:, 0], on[:, 1]], torch.from_numpy(on[:, 2])
        odds = (seen * (model.out.weight[of] - model.out.weight[0])).sum(1) + model.out.bias[of]
    first = np.nonzero(np.diff(on[:, 3], prepend=-1))[0]
    best = np.repeat(np.maximum.reduceat(odds.numpy(), first), np.diff(first, append=len(on)))
    return odds.numpy() == best


def loss_of(model, features, on, between, spiky, rng):
    some = rng.random(len(on)) < PER
    of = on[:, 2]
    if spiky:
        spikes = surest(model, features, on)
        of, some = np.where(spikes, of, 0), some | spikes
    places = np.concatenate([on[some, :2], between])
    of = torch.from_numpy(np.concatenate([of[some], np.zeros(len(between), np.int64)]))
    logits = model.out(features[places[:, 0], places[:, 1]])
    return torch.nn.functional.cross_entropy(logits, of), (logits.argmax(1) == of)[of > 0].float().mean()


def save(model, mean, steps, path):
    torch.save({'model': model.state_dict(), 'mean': mean.state_dict(), 'steps': steps}, path + '.tmp')
    os.replace(path + '.tmp', path)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--steps', type=int, required=True)
    p.add_argument('--spikes', type=int, default=0)
    p.add_argument('--rate', type=float, default=3e-3, help='at the top; it falls along half a cosine')
    p.add_argument('--seed', type=int, default=1)
    p.add_argument('--threads', type=int, default=2)
    p.add_argument('--on', action='store_true')
    p.add_argument('--checkpoint', default='/tmp/glyphs.pt')
    a = p.parse_args()
    if os.path.exists(a.checkpoint):
        p.error(f'{a.checkpoint} is there already: name another file, or begin with what it was exported to (--on)')
    torch.manual_seed(a.seed)
    torch.set_num_threads(a.threads)
    model = glyph_net.Net(len(glyph_lines.classes()[0]) + 1).to(memory_format=torch.channels_last)
    queue = mp.Queue(8)
    mp.Process(target=produce, args=(1000 * a.seed, queue), daemon=True).start()
    if a.on:
        glyph_net.go_on(model, os.path.dirname(LINES))
    else:
        begin(model, pixels(queue.get()[0]))
    mean = copy.deepcopy(model)  # the average of the weights, which is what is exported
    opt = torch.optim.AdamW(model.parameters(), a.rate, weight_decay=1e-4)
    start, losses, rng = time.time(), [], np.random.default_rng(a.seed)
    for i in range(1, a.steps + a.spikes + 1):
        x, on, between = queue.get()
        spiky = i > a.steps
        top, k, n = (a.rate / 3, i - a.steps, a.spikes) if spiky else (a.rate, i, a.steps)
        for g in opt.param_groups:
            g['lr'] = top * min(1, k / 200) * (.01 + .99 * (.5 + .5 * math.cos(math.pi * k / n)))
        loss, right = loss_of(model, model(pixels(x)), on, between, spiky, rng)
        opt.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5)
        opt.step()
        net.follow(mean, model, i)
        losses.append((loss.item(), right.item()))
        if i % 100 == 0:
            lost, right = np.mean(losses[-100:], 0)
            print(f'{(time.time() - start) / 60:.1f} min, {i} steps, loss {lost:.3f}, right {right:.3f}', flush=True)
        if i % 500 == 0 or i in (a.steps, a.steps + a.spikes):
            save(model, mean, i, a.checkpoint)


if __name__ == '__main__':
    main()

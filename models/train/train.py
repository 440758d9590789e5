"""Trains the line reader. usage: train.py --steps N [N ...] [--seed 1] [--checkpoint FILE]
Where there is the checkpoint of a run, it goes on from there."""
import argparse, copy, math, multiprocessing as mp, os, time

import numpy as np
import torch

import net
from charset import OTHER, charset
from lines import HEIGHT, Writer

CLASSES = [''] + charset() + [OTHER]
INDEX = {c: i for i, c in enumerate(CLASSES)}
KINDS = ('number',) * 40 + ('words',) * 26  # the lines of a step
ROW, EDGE, GAP = 512, 20, 12  # pixels; lines lie side by side on rows as linenet packs them


def batch(w):
    """(rows, places, texts): a place is a row, the first column of the line and how many columns it has."""
    lines = []
    for kind in KINDS:
        while True:
            s, t = w.sample(kind)
            if s.shape[1] <= 400 and len(t) <= 24:
                break
        lines.append((s, [INDEX[c] for c in t]))
    used, at = [], []
    for s, _ in lines:
        n = -(-s.shape[1] // 4) * 4
        k = 0
        while k < len(used) and used[k] + n > ROW - EDGE:
            k += 1
        if k == len(used):
            used.append(EDGE)
        at.append((k, used[k] // 4, n // 4))
        used[k] += n + GAP
    x = np.zeros((len(used), 1, HEIGHT, ROW), np.float32)
    for (k, col, _), (s, _) in zip(at, lines):
        x[k, 0, :, 4 * col:4 * col + s.shape[1]] = s
    return x, at, [t for _, t in lines]


def produce(seed, queue):
    os.sched_setaffinity(0, range(os.cpu_count()))  # not only where the trainer is pinned
    w = Writer(seed)
    while True:
        queue.put(batch(w))


def main():
    a = argparse.ArgumentParser()
    a.add_argument('--steps', type=int, nargs='+', required=True, help='of each cycle; the rate falls along half a cosine in each')
    a.add_argument('--rates', type=float, nargs='+', default=[2e-3], help='at the top of each cycle')
    a.add_argument('--seed', type=int, default=1)
    a.add_argument('--checkpoint', default='/tmp/lines.pt')
    a = a.parse_args()
    torch.manual_seed(a.seed)
    torch.set_num_threads(1)
    model = net.Net(len(CLASSES)).to(memory_format=torch.channels_last)
    opt = torch.optim.AdamW(model.parameters(), weight_decay=1e-4)
    mean, first = copy.deepcopy(model), 0  # the average of the weights, which is what is exported
    if os.path.exists(a.checkpoint):
        ckpt = torch.load(a.checkpoint)
        model.load_state_dict(ckpt['model'])
        mean.load_state_dict(ckpt['mean'])
        opt.load_state_dict(ckpt['opt'])
        first = ckpt['about']['steps']
    queue = mp.Queue(16)
    mp.Process(target=produce, args=(1000 * a.seed + first, queue), daemon=True).start()

    def rate(i):
        """Of a step: it rises for the first hundred of a cycle."""
        for k, n in enumerate(a.steps):
            if i < n:
                top = a.rates[min(k, len(a.rates) - 1)]
                return top * min(1, (i + 1) / 100) * (.01 + .99 * (.5 + .5 * math.cos(math.pi * i / n)))
            i -= n

    def step(i, x, places, texts):
        for g in opt.param_groups:
            g['lr'] = rate(i)
        with torch.autocast('cpu', torch.bfloat16):
            y = model(torch.from_numpy(x).contiguous(memory_format=torch.channels_last))
        row, col, cols = torch.tensor(places).T
        at = (col + torch.arange(int(cols.max()))[:, None]).clamp(max=y.shape[2] - 1)
        logp = y.permute(0, 2, 1)[row.expand_as(at), at].float().log_softmax(2)
        n = torch.tensor([len(t) for t in texts])
        l = torch.nn.functional.ctc_loss(logp, torch.tensor(sum(texts, [])), cols, n, reduction='none', zero_infinity=True)
        each = l / n ** .5
        l = each.mean()
        opt.zero_grad(set_to_none=True)
        l.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5)
        opt.step()
        net.follow(mean, model, i)
        return each[:KINDS.count('number')].mean().item(), each[KINDS.count('number'):].mean().item()

    start, wait, losses = time.time(), 0., []
    for i in range(first, sum(a.steps)):
        t = time.time()
        b = queue.get()
        wait += time.time() - t
        losses.append(step(i, *b))
        if (i + 1) % 100 == 0:
            numbers, words = np.mean(losses[-200:], 0)
            print(f'{i + 1} steps, {time.time() - start:.0f} s, {wait:.0f} s waiting for lines, loss numbers {numbers:.4f} words {words:.4f}', flush=True)
        if (i + 1) % 250 == 0 or i + 1 == sum(a.steps):
            about = {'steps': i + 1, 'seed': a.seed}
            torch.save({'model': model.state_dict(), 'mean': mean.state_dict(), 'opt': opt.state_dict(), 'classes': CLASSES, 'about': about}, a.checkpoint + '.tmp')
            os.replace(a.checkpoint + '.tmp', a.checkpoint)


if __name__ == '__main__':
    main()

"""Trains the line reader. usage: train.py --steps N [--seed 1] [--checkpoint FILE] [--resume]"""
import argparse, functools, multiprocessing as mp, os, pickle, time

os.environ.setdefault('XLA_FLAGS', '--xla_cpu_multi_thread_eigen=false')
import jax
import jax.numpy as jnp
import numpy as np
import optax

import net
from charset import OTHER, charset
from lines import HEIGHT, Writer

CLASSES = [''] + charset() + [OTHER]
INDEX = {c: i for i, c in enumerate(CLASSES)}
# Numbers and words are batched apart: (kind, lines, strip width in pixels).
BATCHES = (('number', 64, 160), ('words', 40, 384))


def batch(w, kind, n, width):
    x = np.zeros((n, HEIGHT, width, 1), np.float32)
    y = np.zeros((n, 24), np.int32)
    pad = np.ones((n, 24), np.float32)
    for i in range(n):
        while True:
            s, t = w.sample(kind)
            if s.shape[1] <= width and len(t) <= 24:
                break
        o = w.r.randint(0, min(12, width - s.shape[1]))
        x[i, :, o:o + s.shape[1], 0] = s
        y[i, :len(t)] = [INDEX[c] for c in t]
        pad[i, :len(t)] = 0
    return x, y, pad


def produce(seed, queue):
    os.sched_setaffinity(0, range(os.cpu_count()))  # not only where the trainer is pinned
    w = Writer(seed)
    while True:
        queue.put([batch(w, *b) for b in BATCHES])


def main():
    a = argparse.ArgumentParser()
    a.add_argument('--steps', type=int, required=True)
    a.add_argument('--seed', type=int, default=1)
    a.add_argument('--rate', type=float, default=2e-3)
    a.add_argument('--checkpoint', default='/tmp/lines.ckpt')
    a.add_argument('--resume', action='store_true')
    a = a.parse_args()
    queue = mp.Queue(8)
    for i in range(2):
        mp.Process(target=produce, args=(1000 * a.seed + i + (500 if a.resume else 0), queue), daemon=True).start()

    p, s = net.init(len(CLASSES), a.seed)
    if a.resume:
        p, s = pickle.load(open(a.checkpoint, 'rb'))[:2]
    rate = optax.warmup_cosine_decay_schedule(0, a.rate, 200, a.steps, a.rate * .01)
    opt = optax.chain(optax.clip_by_global_norm(5.), optax.adamw(rate, weight_decay=1e-4))
    state = opt.init(p)
    ema = jax.tree.map(jnp.asarray, p)

    def loss(p, s, x, y, pad):
        logits, new = net.apply(p, s, x, True)
        n = logits.shape[1]
        l = optax.ctc_loss(logits, jnp.zeros((x.shape[0], n)), y, pad)
        return (l / jnp.maximum(1, (1 - pad).sum(1)) ** .5).mean(), new

    @jax.jit
    def step(p, s, ema, state, x, y, pad, k):
        (l, s), g = jax.value_and_grad(loss, has_aux=True)(p, s, x, y, pad)
        u, state = opt.update(g, state, p)
        p = optax.apply_updates(p, u)
        ema = jax.tree.map(lambda e, q: k * e + (1 - k) * q, ema, p)
        return p, s, ema, state, l

    t0, mean = time.time(), [0., 0.]
    for i in range(a.steps // 2):
        for j, (x, y, pad) in enumerate(queue.get()):
            p, s, ema, state, l = step(p, s, ema, state, x, y, pad, min(.999, i / (i + 10)))
            mean[j] += .02 * (float(l) - mean[j]) if i > 50 else (float(l) - mean[j]) / (i + 1)
        if i % 50 == 49:
            print(f'{2 * i + 2} steps, {time.time() - t0:.0f} s, loss numbers {mean[0]:.4f} words {mean[1]:.4f}', flush=True)
        if i % 250 == 249 or i == a.steps // 2 - 1:
            tmp = a.checkpoint + '.tmp'
            pickle.dump((jax.tree.map(np.asarray, ema), jax.tree.map(np.asarray, s), CLASSES, {'steps': 2 * i + 2, 'seed': a.seed}), open(tmp, 'wb'))
            os.replace(tmp, a.checkpoint)


if __name__ == '__main__':
    main()

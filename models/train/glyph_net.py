"""The reader of glyphs: as the line reader, a fully convolutional net with one output column per 4 pixels, but wider, for
thousands of characters. A column sees 23 pixels to either side: its character, and half of its neighbours."""
import json, os

import numpy as np
import torch
from torch import nn

import glyph_lines, net

# name, kernel (h, w), stride (h, w), padding (h, w), channels, max pool (h, w) after it
SHARED = net.LAYERS[:5]  # those of the line reader
LAYERS = SHARED + (
    ('c6', (2, 3), (1, 1), (0, 1), 256, None),
    ('t1', (1, 3), (1, 1), (0, 1), 192, None),
)


class Net(net.Trunk):
    def __init__(self, classes):
        super().__init__(LAYERS)
        self.out = self.end(nn.Linear(self.width, classes))

    def forward(self, x):
        """Strips N×1×32×W → features N×(W/4)×192, of which out makes logits."""
        return self.features(x)[:, :, 0].permute(0, 2, 1)


def go_on(model, folder):
    """Gives the model the weights of a folder's glyphs.npz, whose classes are those of glyphs.json; classes that these do not have
    begin as improbable as the average of the others."""
    with np.load(os.path.join(folder, 'glyphs.npz')) as f:
        weights = {k: torch.from_numpy(v.astype(np.float32)) for k, v in f.items()}
    with open(os.path.join(folder, 'glyphs.json'), encoding='utf-8') as f:
        before = json.load(f)['classes']
    now = glyph_lines.classes()[0]
    if before == glyph_lines.names():
        before = now  # of which two are read as one
    at = {c: i + 1 for i, c in enumerate(before)}
    to, of = zip((0, 0), *((i + 1, at[c]) for i, c in enumerate(now) if c in at))
    for name in 'out.weight', 'out.bias':
        mean = weights[name][1:].mean(0)
        grown = mean.expand(model.state_dict()[name].shape).clone()
        grown[list(to)] = weights[name][list(of)]
        weights[name] = grown
    model.load_state_dict(weights, strict=False)

"""The reader of glyphs: as the line reader, a fully convolutional net with one output column per 4 pixels, but wider, for
thousands of characters. A column sees 23 pixels to either side: its character, and half of its neighbours."""
import torch
from torch import nn

# name, kernel (h, w), stride (h, w), padding (h, w), channels, max pool (h, w) after it
LAYERS = (
    ('c1', (3, 3), (2, 2), (1, 1), 24, None),
    ('c2', (3, 3), (2, 2), (1, 1), 48, None),
    ('c3', (3, 3), (1, 1), (1, 1), 48, (2, 1)),
    ('c4', (3, 3), (1, 1), (1, 1), 80, (2, 1)),
    ('c5', (3, 3), (1, 1), (1, 1), 112, None),
    ('c6', (2, 3), (1, 1), (0, 1), 256, None),
    ('t1', (1, 3), (1, 1), (0, 1), 192, None),
)
EPS = 1e-3


class Net(nn.Module):
    def __init__(self, classes):
        super().__init__()
        cin = 1
        for name, kernel, stride, pad, cout, pool in LAYERS:
            conv = nn.Conv2d(cin, cout, kernel, stride, pad, bias=False)
            nn.init.kaiming_normal_(conv.weight)
            layer = [conv, nn.BatchNorm2d(cout, EPS, .02), nn.ReLU(inplace=True)]
            if pool:
                layer.append(nn.MaxPool2d(pool))
            self.add_module(name, nn.Sequential(*layer))
            cin = cout
        self.out = nn.Linear(cin, classes)
        nn.init.normal_(self.out.weight, 0, cin ** -.5)
        nn.init.zeros_(self.out.bias)

    def forward(self, x):
        """Strips N×1×32×W → features N×(W/4)×192."""
        for name, *_ in LAYERS:
            x = getattr(self, name)(x)
        return x[:, :, 0].permute(0, 2, 1)

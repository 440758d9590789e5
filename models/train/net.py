"""The line reader: a fully convolutional net, one output column per 4 pixels, trained with CTC (Graves et al. 2006).
Convolutions with batch normalisation (Ioffe & Szegedy 2015), folded into them on export."""
import torch
from torch import nn

# name, kernel (h, w), stride (h, w), padding (h, w), channels, max pool (h, w) after it
LAYERS = (
    ('c1', (3, 3), (2, 2), (1, 1), 24, None),
    ('c2', (3, 3), (2, 2), (1, 1), 48, None),
    ('c3', (3, 3), (1, 1), (1, 1), 48, (2, 1)),
    ('c4', (3, 3), (1, 1), (1, 1), 80, (2, 1)),
    ('c5', (3, 3), (1, 1), (1, 1), 112, None),
    ('c6', (2, 1), (1, 1), (0, 0), 144, None),
    ('t1', (1, 3), (1, 1), (0, 1), 144, None),
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
        self.out = nn.Conv2d(cin, classes, 1)
        nn.init.normal_(self.out.weight, 0, cin ** -.5)
        nn.init.zeros_(self.out.bias)

    def forward(self, x):
        """Strips N×1×32×W → logits N×classes×(W/4)."""
        for name, *_ in LAYERS:
            x = getattr(self, name)(x)
        return self.out(x)[:, :, 0]


def folded(weights):
    """[(name, weights OIHW, bias)] with the normalisation folded in, of a state dict."""
    w = {k: v.float().numpy() for k, v in weights.items()}
    out = []
    for name, *_ in LAYERS:
        k = w[f'{name}.1.weight'] / (w[f'{name}.1.running_var'] + EPS) ** .5
        out.append((name, w[f'{name}.0.weight'] * k[:, None, None, None], w[f'{name}.1.bias'] - w[f'{name}.1.running_mean'] * k))
    return out + [('out', w['out.weight'], w['out.bias'])]

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


class Trunk(nn.Module):
    """All layers of a net but the last, which makes classes of the channels that width tells."""

    def __init__(self, layers):
        super().__init__()
        self.layers, cin = layers, 1
        for name, kernel, stride, pad, cout, pool in layers:
            conv = nn.Conv2d(cin, cout, kernel, stride, pad, bias=False)
            nn.init.kaiming_normal_(conv.weight)
            layer = [conv, nn.BatchNorm2d(cout, EPS, .02), nn.ReLU(inplace=True)]
            if pool:
                layer.append(nn.MaxPool2d(pool))
            self.add_module(name, nn.Sequential(*layer))
            cin = cout
        self.width = cin

    def end(self, last):
        nn.init.normal_(last.weight, 0, self.width ** -.5)
        nn.init.zeros_(last.bias)
        return last

    def features(self, x):
        """Strips N×1×32×W → N×channels×1×(W/4)."""
        for name, *_ in self.layers:
            x = getattr(self, name)(x)
        return x


class Net(Trunk):
    def __init__(self, classes):
        super().__init__(LAYERS)
        self.out = self.end(nn.Conv2d(self.width, classes, 1))

    def forward(self, x):
        """Strips N×1×32×W → logits N×classes×(W/4)."""
        return self.out(self.features(x))[:, :, 0]


def follow(mean, model, steps):
    """Moves the average of the weights of so many steps towards those of a model."""
    k = min(.999, steps / (steps + 20))
    with torch.no_grad():
        for m, v in zip(mean.state_dict().values(), model.state_dict().values()):
            m.mul_(k).add_(v, alpha=1 - k) if m.is_floating_point() else m.copy_(v)


def folded(weights, layers=LAYERS):
    """[(name, weights OIHW, bias)] with the normalisation folded in, of a state dict."""
    w = {k: v.float().numpy() for k, v in weights.items()}
    out = []
    for name, *_ in layers:
        k = w[f'{name}.1.weight'] / (w[f'{name}.1.running_var'] + EPS) ** .5
        out.append((name, w[f'{name}.0.weight'] * k[:, None, None, None], w[f'{name}.1.bias'] - w[f'{name}.1.running_mean'] * k))
    return out + [('out', w['out.weight'], w['out.bias'])]

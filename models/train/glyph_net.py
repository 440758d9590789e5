"""The reader of glyphs: as the line reader, a fully convolutional net with one output column per 4 pixels, but wider, for
thousands of characters. A column sees 23 pixels to either side: its character, and half of its neighbours."""
from torch import nn

import net

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

"""Writes a checkpoint as models/lines.onnx and models/lines.json. usage: export.py CHECKPOINT [FOLDER]"""
import json, os, sys

import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

import net
from lines import HEIGHT, INK, MARGIN

OUT = sys.argv[2] if len(sys.argv) > 2 else os.path.join(os.path.dirname(os.path.abspath(__file__)), '..')
ckpt = torch.load(sys.argv[1])
classes, about = ckpt['classes'], ckpt['about']
nodes, weights, x = [], [], 'strip'
layers = {l[0]: l for l in net.LAYERS}
for name, w, b in net.folded(ckpt['mean']):
    weights += [numpy_helper.from_array(w, name + '.w'), numpy_helper.from_array(b, name + '.b')]
    _, kernel, stride, pad, _, pool = layers.get(name, (name, (1, 1), (1, 1), (0, 0), 0, None))
    last = name == 'out'
    nodes.append(helper.make_node('Conv', [x, name + '.w', name + '.b'], ['logits' if last else name], kernel_shape=kernel, strides=stride, pads=pad * 2))
    x = name
    if not last:
        nodes.append(helper.make_node('Relu', [x], [name + '.relu']))
        x = name + '.relu'
    if pool:
        nodes.append(helper.make_node('MaxPool', [x], [name + '.pool'], kernel_shape=pool, strides=pool))
        x = name + '.pool'
g = helper.make_graph(nodes, 'lines', [helper.make_tensor_value_info('strip', TensorProto.FLOAT, [1, 1, HEIGHT, 1024])],
                      [helper.make_tensor_value_info('logits', TensorProto.FLOAT, [1, len(classes), 1, 256])], weights)
m = helper.make_model(g, opset_imports=[helper.make_opsetid('', 11)])
m.ir_version = 7
onnx.checker.check_model(m)
onnx.save(m, os.path.join(OUT, 'lines.onnx'))
json.dump({'classes': classes[1:], 'height': HEIGHT, 'ink': INK, 'margin': MARGIN, 'stride': 4, **about}, open(os.path.join(OUT, 'lines.json'), 'w'), ensure_ascii=False)
print(os.path.getsize(os.path.join(OUT, 'lines.onnx')), 'bytes,', len(classes), 'classes,', about)

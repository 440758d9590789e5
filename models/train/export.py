"""Writes a checkpoint as models/lines.onnx and models/lines.json. usage: export.py [CHECKPOINT]"""
import json, os, pickle, sys

import onnx
from onnx import TensorProto, helper, numpy_helper

import net
from lines import HEIGHT, INK, MARGIN

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..')
ckpt = sys.argv[1] if len(sys.argv) > 1 else '/tmp/lines.ckpt'
p, s, classes, about = pickle.load(open(ckpt, 'rb'))
nodes, weights, x = [], [], 'strip'
layers = {l[0]: l for l in net.LAYERS}
for name, w, b in net.folded(p, s):
    weights += [numpy_helper.from_array(w.astype('float32'), name + '.w'), numpy_helper.from_array(b.astype('float32'), name + '.b')]
    _, k, stride, _, pool = layers.get(name, (name, (1, 1), (1, 1), 0, None))
    (t, bo), (l, r) = net.pads(k, name)
    last = name == 'out'
    nodes.append(helper.make_node('Conv', [x, name + '.w', name + '.b'], ['logits' if last else name], kernel_shape=k, strides=stride, pads=[t, l, bo, r]))
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

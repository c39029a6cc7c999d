"""tests/data/onnx: what the ONNX reader must understand, with onnxruntime's answers.

python -m tests.record.onnx_models [NAME ...]

Operators and their options are put together by hand, a family a file and an option an output; networks come from both
exporters of PyTorch and from tf2onnx. Inputs and outputs are recorded as the converter's network has them: pictures
as NHWC.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

from tests.record import onnx_networks as networks
from tests.record.onnx_networks import Array

FOLDER = Path("tests/data/onnx")


class Sheet:
    """A graph in the making: constants become initialisers, every node gets a name."""

    def __init__(self, opset: int, seed: int = 0, **inputs: Sequence[int | str]) -> None:
        self.opset = opset
        self.rng = np.random.default_rng(seed)
        self.inputs = [helper.make_tensor_value_info(k, TensorProto.FLOAT, v) for k, v in inputs.items()]
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []
        self.outputs: list[str] = []
        self.functions: list[onnx.FunctionProto] = []

    def constant(self, value: Any, dtype: Any = np.float32) -> str:
        name = f"c{len(self.initializers)}"
        self.initializers.append(numpy_helper.from_array(np.asarray(value, dtype), name))
        return name

    def ints(self, *values: int) -> str:
        return self.constant(values, np.int64)

    def random(self, *shape: int, scale: float = 0.4) -> str:
        return self.constant(self.rng.normal(0, scale, shape))

    def node(self, op: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        """Appends a node; `output` makes it an output of the graph."""
        name = output or f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, list(inputs), [name], name=f"/{name}", **attributes))
        if output:
            self.outputs.append(output)
        return name

    def model(self) -> onnx.ModelProto:
        outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in self.outputs]
        graph = helper.make_graph(self.nodes, "sheet", self.inputs, outputs, self.initializers)
        imports = [helper.make_opsetid("", self.opset)]
        if self.functions:
            imports.append(helper.make_opsetid("local", 1))
        return helper.make_model(graph, opset_imports=imports, functions=self.functions, ir_version=8)


def conv_11() -> onnx.ModelProto:
    s = Sheet(11, x=[1, 4, 9, 10])
    w = s.random(6, 4, 3, 3)
    s.node("Conv", "x", w, s.random(6), output="plain")
    s.node("Conv", "x", s.random(6, 2, 3, 3), s.random(6), output="groups", group=2, pads=[1, 1, 1, 1])
    s.node("Conv", "x", s.random(8, 1, 3, 3), output="depthwise", group=4, pads=[1, 1, 1, 1], strides=[2, 1])
    s.node("Conv", "x", w, output="same_upper", auto_pad="SAME_UPPER", strides=[2, 2])
    s.node("Conv", "x", s.random(3, 4, 4, 2), output="same_lower", auto_pad="SAME_LOWER")
    s.node("Conv", "x", w, output="valid", auto_pad="VALID", strides=[1, 2])
    s.node("Conv", "x", w, output="dilated", dilations=[2, 3], pads=[2, 3, 2, 3], kernel_shape=[3, 3])
    s.node("Conv", "x", w, output="asymmetric", pads=[0, 1, 2, 0], strides=[2, 2])
    return s.model()


def pool_11() -> onnx.ModelProto:
    s = Sheet(11, x=[1, 3, 9, 10])
    s.node("MaxPool", "x", output="max", kernel_shape=[3, 2], strides=[2, 2], pads=[1, 0, 1, 1])
    s.node("MaxPool", "x", output="max_ceil", kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)
    s.node("MaxPool", "x", output="max_ceil_edge", kernel_shape=[2, 2], strides=[3, 3], pads=[1, 1, 1, 1], ceil_mode=1)
    s.node("MaxPool", "x", output="max_same", kernel_shape=[2, 2], strides=[2, 2], auto_pad="SAME_UPPER")
    s.node("AveragePool", "x", output="average", kernel_shape=[3, 3], pads=[1, 1, 1, 1])
    s.node("AveragePool", "x", output="average_border", kernel_shape=[3, 3], pads=[1, 1, 1, 1], count_include_pad=1)
    s.node("AveragePool", "x", output="average_lower", kernel_shape=[2, 2], strides=[2, 3], auto_pad="SAME_LOWER")
    s.node("AveragePool", "x", output="average_ceil", kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1)
    s.node("GlobalAveragePool", "x", output="global_average")
    s.node("GlobalMaxPool", "x", output="global_max")
    return s.model()


def dense_13() -> onnx.ModelProto:
    s = Sheet(13, x=["batch", 7], column=[1, 1, 7, 1])
    s.node("Gemm", "x", s.random(7, 5), s.random(5), output="gemm")
    s.node("Gemm", "x", s.random(5, 7), s.random(1, 5), output="scaled", transB=1, alpha=0.5, beta=2.0)
    s.node("Gemm", "x", s.random(7, 5), s.constant(0.25), output="one_bias")
    s.node("Gemm", "x", s.random(7, 5), output="no_bias")
    column = s.node("Squeeze", "column", s.ints(0, 1))
    s.node("Gemm", column, s.random(7, 4), output="transposed", transA=1)
    s.node("Add", s.node("MatMul", "x", s.random(7, 3)), s.random(3), output="matmul_add")
    return s.model()


def matmul_map_17() -> onnx.ModelProto:
    """Over the last axis of a map, which is not its channels."""
    s = Sheet(17, x=[1, 3, 5, 6])
    s.node("MatMul", "x", s.random(6, 4), output="width")
    return s.model()


def activations_20() -> onnx.ModelProto:
    s = Sheet(20, x=[1, 3, 5, 4])
    wide = s.node("Mul", "x", s.constant(4.0))
    for op in ("Relu", "Sigmoid", "Tanh", "HardSwish", "HardSigmoid", "Neg"):
        s.node(op, wide, output=op.lower())
    s.node("HardSigmoid", wide, output="hard_sigmoid_torch", alpha=1 / 6)
    s.node("Clip", wide, s.constant(0.0), s.constant(6.0), output="relu6")
    s.node("Clip", wide, s.constant(-1.5), output="clip_below")
    s.node("Clip", wide, "", s.constant(2.5), output="clip_above")
    s.node("Max", wide, s.constant(-0.5), output="max")
    s.node("Min", s.constant([0.5]), wide, output="min")
    s.node("Mul", wide, s.node("Sigmoid", wide), output="silu")
    shifted = s.node("Clip", s.node("Add", wide, s.constant(3.0)), s.constant(0.0), s.constant(6.0))
    s.node("Mul", wide, s.node("Div", shifted, s.constant(6.0)), output="hard_swish_by_hand")
    s.node("Identity", s.node("Dropout", wide), output="identity")
    return s.model()


def softmax(opset: int) -> Callable[[], onnx.ModelProto]:
    def build() -> onnx.ModelProto:
        s = Sheet(opset, x=[1, 3, 4, 5], y=[1, 6])
        s.node("Softmax", "y", output="vector")
        s.node("Softmax", "x", output="otherwise")
        s.node("Softmax", "x", output="channels", axis=1)
        s.node("Softmax", "x", output="height", axis=-2)
        s.node("Softmax", "x", output="width", axis=3)
        return s.model()

    return build


def batch_norm_15() -> onnx.ModelProto:
    s = Sheet(15, x=[1, 4, 3, 5], y=[1, 4])
    parts = [s.random(4), s.random(4), s.random(4), s.constant(s.rng.uniform(0.1, 2, 4))]
    s.node("BatchNormalization", "x", *parts, output="map")
    s.node("BatchNormalization", "y", *parts, output="vector", epsilon=0.01)
    return s.model()


def arithmetic_17() -> onnx.ModelProto:
    s = Sheet(17, x=[1, 4, 3, 5], y=[1, 4, 3, 5], gate=[1, 4, 1, 1], row=[1, 5])
    for op in ("Add", "Sub", "Mul"):
        s.node(op, "x", "y", output=f"{op.lower()}_maps")
        s.node(op, "x", s.random(4, 1, 1), output=f"{op.lower()}_channels")
        s.node(op, s.random(1, 4, 1, 1), "x", output=f"{op.lower()}_channels_first")
        s.node(op, s.constant(0.3), "x", output=f"{op.lower()}_number_first")
        s.node(op, "x", s.random(5), output=f"{op.lower()}_width")
        s.node(op, s.random(1, 4, 3, 5), "x", output=f"{op.lower()}_full")
        s.node(op, "gate", "x", output=f"{op.lower()}_gate")
        s.node(op, "x", "row", output=f"{op.lower()}_row")
    s.node("Add", "gate", s.random(4, 3, 5), output="add_larger")
    s.node("Mul", "row", s.random(1, 4, 3, 1), output="mul_more_axes")
    s.node("Div", "x", s.constant([2.5]), output="div_number")
    s.node("Div", "x", s.constant(s.rng.uniform(1, 2, (4, 1, 1))), output="div_channels")
    s.node("Div", "x", s.constant(s.rng.uniform(1, 2, (3, 5))), output="div_full")
    return s.model()


def concat_17() -> onnx.ModelProto:
    s = Sheet(17, x=[1, 4, 3, 5], y=[1, 2, 3, 5])
    s.node("Concat", "x", "y", output="channels", axis=1)
    s.node("Concat", "x", "x", output="height", axis=2)
    s.node("Concat", "x", "x", "x", output="width", axis=-1)
    s.node("Concat", s.random(1, 1, 3, 5), "x", output="constant", axis=1)
    flat = [s.node("Flatten", name) for name in ("x", "y")]
    s.node("Concat", *flat, output="vectors", axis=1)
    return s.model()


def shapes_13() -> onnx.ModelProto:
    s = Sheet(13, x=["batch", 4, 3, 5], vector=["batch", 6, 1, 1])
    s.node("Flatten", "x", output="flatten")
    s.node("Flatten", "vector", output="flatten_vector")
    s.node("Reshape", "x", s.ints(0, -1), output="reshape")
    s.node("Reshape", "x", s.ints(-1, 4, 15), output="rows")
    s.node("Squeeze", "vector", s.ints(2, 3), output="squeeze")
    flat = s.node("Reshape", "vector", s.ints(1, 6))
    s.node("Mul", "vector", s.node("Unsqueeze", flat, s.ints(2, 3)), output="unsqueeze")
    shuffled = s.node("Transpose", s.node("Reshape", "x", s.ints(0, 2, 2, 3, 5)), perm=[0, 2, 1, 3, 4])
    s.node("Flatten", s.node("Reshape", shuffled, s.ints(0, 4, 3, 5)), output="shuffle")
    s.node("Expand", "x", s.ints(4, 1, 1), output="expand")
    return s.model()


def shapes_11() -> onnx.ModelProto:
    s = Sheet(11, x=[1, 4, 1, 1])
    s.node("Squeeze", "x", output="squeeze", axes=[2, -1])
    s.node("Unsqueeze", s.node("Squeeze", "x"), output="unsqueeze", axes=[0])
    return s.model()


def resize(opset: int) -> Callable[[], onnx.ModelProto]:
    def build() -> onnx.ModelProto:
        s = Sheet(opset, x=[1, 2, 4, 6])
        sizes, scales = s.ints(1, 2, 7, 9), s.constant([1, 1, 2, 1.5])
        none = s.constant(np.zeros(0))

        def node(output: str, how: str, corners: str, extent: str, **attributes: Any) -> None:
            given = (extent,) if extent in (scales, twice) else ("" if opset > 11 else none, extent)
            s.node("Resize", "x", none, *given, output=output, mode=how,
                   coordinate_transformation_mode=corners, **attributes)  # fmt: skip

        twice = s.constant([1, 1, 2, 3])
        node("half_pixel", "linear", "half_pixel", sizes)
        node("pytorch_half_pixel", "linear", "pytorch_half_pixel", scales)
        node("align_corners", "linear", "align_corners", sizes)
        node("asymmetric", "linear", "asymmetric", scales)
        node("smaller", "linear", "half_pixel", s.ints(1, 2, 3, 3))
        node("nearest", "nearest", "asymmetric", twice, nearest_mode="floor")
        node("nearest_half_pixel", "nearest", "half_pixel", twice)
        if opset >= 18:
            s.node("Resize", "x", "", "", s.ints(8, 12), output="axes", mode="linear", axes=[2, 3])
        return s.model()

    return build


def pad_13() -> onnx.ModelProto:
    s = Sheet(13, x=[1, 3, 4, 5])
    s.node("Pad", "x", s.ints(0, 0, 1, 2, 0, 0, 3, 0), output="zeros")
    s.node("Pad", "x", s.ints(0, 1, 0, 0, 0, 2, 1, 1), s.constant(-1.5), output="channels", mode="constant")
    return s.model()


def split(opset: int) -> Callable[[], onnx.ModelProto]:
    """Slice and Split along every axis; where the sizes stand depends on the opset."""

    def build() -> onnx.ModelProto:
        s = Sheet(opset, x=[1, 6, 7, 5])

        def node(outputs: Sequence[str], axis: int, sizes: Sequence[int], **attributes: Any) -> None:
            given = [s.ints(*sizes)] if sizes and opset >= 13 else []
            if sizes and opset < 13:
                attributes["split"] = sizes
            s.nodes.append(helper.make_node("Split", ["x", *given], outputs, name=f"/{outputs[-1]}", axis=axis,
                                            **attributes))  # fmt: skip
            s.outputs.extend(name for name in outputs if not name.startswith("unread"))

        node(["channels_0", "channels_1"], 1, [2, 4])
        node(["unread", "height"], -2, [3, 4])
        equal = {"num_outputs": 3} if opset >= 18 else {}
        node(["equal_0", "equal_1", "equal_2"], 1, [], **equal)
        if opset >= 18:
            node(["unequal_0", "unequal_1"], 3, [], num_outputs=2)
        s.node("Slice", "x", s.ints(1), s.ints(4), s.ints(1), output="channels")
        s.node("Slice", "x", s.ints(1, -4), s.ints(-1, 99), s.ints(2, -1), s.ints(1, 1), output="middle")
        s.node("Slice", "x", s.ints(0, 0, 0, 0), s.ints(1, 9, 2, 5), output="rows")
        s.node("Slice", s.node("Flatten", "x"), s.ints(100), s.ints(2**62), s.ints(1), output="flat")
        return s.model()

    return build


def turned_13() -> onnx.ModelProto:
    """Transposes that nothing undoes."""
    s = Sheet(13, x=[1, 3, 4, 5])
    y = s.node("Relu", s.node("Transpose", "x", perm=[0, 1, 3, 2]))
    s.node("Conv", y, s.random(2, 3, 2, 2), output="conv")
    s.node("Add", "x", s.node("Transpose", s.node("Conv", y, s.random(3, 3, 1, 1)), perm=[0, 1, 3, 2]), output="sum")
    s.node("Flatten", s.node("Transpose", s.node("Sigmoid", "x"), perm=[0, 3, 1, 2]), output="flat")
    return s.model()


def reduce(opset: int) -> Callable[[], onnx.ModelProto]:
    def build() -> onnx.ModelProto:
        s = Sheet(opset, x=[1, 3, 4, 5], one=[1, 3, 1, 4])

        def node(op: str, value: str, axes: list[int], output: str, keepdims: int) -> None:
            if opset < 18:
                s.node(op, value, output=output, axes=axes, keepdims=keepdims)
            else:
                s.node(op, value, s.ints(*axes), output=output, keepdims=keepdims)

        node("ReduceMean", "x", [2, 3], "mean", 0)
        node("ReduceMean", "x", [-1, -2], "mean_keep", 1)
        node("ReduceMean", "x", [3], "mean_width", 0)
        node("ReduceMean", "x", [2], "mean_height", 1)
        node("ReduceMean", "one", [2, 3], "mean_one_row", 0)
        node("ReduceMax", "x", [2, 3], "max", 0)
        return s.model()

    return build


def pad_18() -> onnx.ModelProto:
    s = Sheet(18, x=[1, 3, 4, 5])
    s.node("Pad", "x", s.ints(1, 2, 3, 0), "", s.ints(-1, 2), output="axes")
    return s.model()


def constants_17() -> onnx.ModelProto:
    """Shapes computed in the graph, as exporters leave them."""
    s = Sheet(17, x=["batch", 4, 6, 5])
    shape = s.node("Shape", "x")
    batch = s.node("Gather", shape, s.constant(0, np.int64), axis=0)
    size = s.node("Slice", shape, s.ints(1), s.ints(9), s.ints(0), s.ints(1))
    halves = s.node("Div", size, s.ints(2, 2, 1))
    swapped = s.node("Slice", halves, s.ints(-1), s.ints(-9), s.ints(0), s.ints(-1))
    one = s.node("Squeeze", s.node("Mul", s.node("Gather", swapped, s.ints(-1)), s.ints(2)))
    rows = s.node("Unsqueeze", s.node("Sub", s.node("Add", one, one), one), s.ints(0))
    target = s.node("Concat", s.node("Unsqueeze", batch, s.ints(0)), rows, s.ints(-1), axis=0)
    s.node("Reshape", "x", target, output="reshaped")

    ramp = s.node("Cast", s.node("Range", s.constant(0, np.int64), one, s.constant(1, np.int64)), to=TensorProto.FLOAT)
    ones = s.node("ConstantOfShape", s.ints(4, 1, 1), value=numpy_helper.from_array(np.ones(1, np.float32)))
    column = s.node("Reshape", s.node("Sqrt", ramp), s.ints(-1, 1, 1))
    grid = s.node("Expand", s.node("Neg", column), s.ints(4, 1, 5))
    flipped = s.node("Transpose", s.node("Flatten", grid, axis=2), perm=[1, 0])
    same = s.node("Equal", s.ints(0, 1, 2, 3), s.constant(2, np.int64))
    where = s.node("Where", s.node("Reshape", same, s.ints(4, 1, 1)), ones, column)
    s.node("Add", "x", where, output="where")
    s.node("Mul", "x", s.node("Reshape", flipped, s.ints(4, 1, 5)), output="expanded")
    scale = s.node("Cast", s.node("Size", "x"), to=TensorProto.FLOAT)
    near = s.node("Div", s.node("Floor", s.node("Sqrt", scale)), s.node("Ceil", s.node("Constant", value_float=7.5)))
    s.node("Mul", "x", s.node("Min", near, s.node("Max", near, s.constant(0.5))), output="scaled")
    s.node("Add", "x", s.node("CastLike", s.node("Constant", value_int=3), "x"), output="cast_like")
    s.node("Relu", s.node("Reshape", "x", s.node("Constant", value_ints=[1, -1])), output="ints")
    s.node("Mul", "x", s.node("Constant", value_floats=[1.0, 2.0, 3.0, 4.0, 5.0]), output="floats")
    return s.model()


def transposed_13() -> onnx.ModelProto:
    """As from TensorFlow: NHWC outside, NCHW inside; nothing must move."""
    s = Sheet(13, x=["batch", 6, 8, 3])
    scaled = s.node("Sub", s.node("Mul", "x", s.constant(2.0)), s.constant([0.1, 0.2, 0.3]))
    y = s.node("Conv", s.node("Transpose", scaled, perm=[0, 3, 1, 2]), s.random(4, 3, 3, 3))
    y = s.node("Relu", y)
    s.node("Transpose", y, output="map", perm=[0, 2, 3, 1])
    s.node("Flatten", s.node("Transpose", y, perm=[0, 2, 3, 1]), output="flat")
    s.node("ReduceMean", s.node("Transpose", y, perm=[0, 2, 3, 1]), output="mean", axes=[1, 2], keepdims=0)
    return s.model()


def functions_18() -> onnx.ModelProto:
    """A function of the model's own, called twice, one inside another, with an attribute handed on."""
    s = Sheet(18, x=[1, 3, 4, 4])
    standard = [helper.make_opsetid("", 18)]

    def handed(name: str) -> onnx.AttributeProto:
        return onnx.AttributeProto(name=name, ref_attr_name="slope", type=onnx.AttributeProto.FLOAT)

    clipped = helper.make_node("HardSigmoid", ["a"], ["b"])
    clipped.attribute.append(handed("alpha"))
    gate = helper.make_function("local", "Gate", ["a"], ["c"], [clipped, helper.make_node("Mul", ["a", "b"], ["c"])],
                                standard, attributes=["slope"])  # fmt: skip
    inner = helper.make_node("Gate", ["p"], ["q"], domain="local")
    inner.attribute.append(handed("slope"))
    block = helper.make_function("local", "Block", ["p", "skip"], ["r"], [inner, helper.make_node("Add", ["q", "skip"],
                                 ["r"])], [*standard, helper.make_opsetid("local", 1)],
                                 attribute_protos=[helper.make_attribute("slope", 0.2)])  # fmt: skip
    s.functions = [gate, block]
    y = s.node("Block", "x", s.random(3, 1, 1), domain="local")
    s.node("Block", y, "x", output="y", domain="local", slope=0.5)
    return s.model()


def types_17() -> onnx.ModelProto:
    """Initialisers in every representation."""
    s = Sheet(17, x=[1, 4, 3, 3])
    values = np.array([[[0.5]], [[-1.25]], [[65504]], [[6e-8]]])
    numbers = np.array([[[1]], [[0]], [[100]], [[7]]])

    def both(name: str, kind: int, array: Array, op: str) -> None:
        raw = numpy_helper.from_array(array, f"{name}_raw")
        typed = helper.make_tensor(f"{name}_typed", kind, array.shape, array.ravel())
        s.initializers.extend((raw, typed))
        for tensor in (raw, typed):
            cast = s.node("Cast", tensor.name, to=TensorProto.FLOAT)
            s.node(op, "x", cast, output=tensor.name.replace("_", "-"))

    both("float", TensorProto.FLOAT, values.astype(np.float32), "Mul")
    both("half", TensorProto.FLOAT16, values.astype(np.float16), "Mul")
    both("double", TensorProto.DOUBLE, values, "Mul")
    both("int8", TensorProto.INT8, numbers.astype(np.int8), "Add")
    both("uint8", TensorProto.UINT8, numbers.astype(np.uint8), "Add")
    both("int32", TensorProto.INT32, numbers.astype(np.int32), "Add")
    both("int64", TensorProto.INT64, numbers.astype(np.int64), "Add")
    both("bool", TensorProto.BOOL, numbers.astype(np.bool_), "Add")
    return s.model()


def tidy(model: onnx.ModelProto) -> onnx.ModelProto:
    """Without traces of the machine that exported it."""

    def clear(message: Any) -> None:
        for field in ("doc_string", "metadata_props"):
            if field in message.DESCRIPTOR.fields_by_name:
                message.ClearField(field)

    for holder in (model.graph, *model.functions):
        clear(holder)
        for node in holder.node:
            clear(node)
    for value in (*model.graph.input, *model.graph.output, *model.graph.initializer):
        clear(value)
    clear(model)
    del model.graph.value_info[:]
    return model


def answer(path: Path, feeds: dict[str, Array]) -> list[Array]:
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    return ort.InferenceSession(path, options, providers=["CPUExecutionProvider"]).run(None, feeds)


def nhwc(array: Array) -> Array:
    return np.ascontiguousarray(array.transpose(0, 2, 3, 1)) if array.ndim == 4 else array


@dataclass(frozen=True)
class Case:
    """`build` returns the model; `channels_last` says that it is NHWC outside."""

    name: str
    build: Callable[[], onnx.ModelProto]
    channels_last: bool = False
    external: bool = False


def record(case: Case) -> None:
    model = tidy(case.build())
    path = FOLDER / f"{case.name}.onnx"
    if case.external:
        onnx.save(model, path, save_as_external_data=True, location=f"{case.name}.data", size_threshold=64)
    else:
        onnx.save(model, path)
    rng = np.random.default_rng(1)
    known = {tensor.name for tensor in model.graph.initializer}
    feeds: dict[str, Array] = {}
    for value in model.graph.input:
        if value.name not in known:
            shape = [dim.dim_value or 1 for dim in value.type.tensor_type.shape.dim]
            feeds[value.name] = rng.uniform(-1, 1, shape).astype(np.float32)
    lay = (lambda array: array) if case.channels_last else nhwc
    for kind, arrays in (("input", list(feeds.values())), ("output", answer(path, feeds))):
        for i, array in enumerate(arrays):
            np.save(FOLDER / f"{case.name}.{kind}-{i}.npy", lay(array).astype(np.float32))
    print(f"{case.name}: {path.stat().st_size} bytes, {len(model.graph.output)} outputs")


def cases() -> list[Case]:
    return [
        Case("conv-11", conv_11),
        Case("pool-11", pool_11),
        Case("dense-13", dense_13),
        Case("matmul-map-17", matmul_map_17),
        Case("activations-20", activations_20),
        Case("softmax-11", softmax(11)),
        Case("softmax-13", softmax(13)),
        Case("batch-norm-15", batch_norm_15),
        Case("arithmetic-17", arithmetic_17),
        Case("concat-17", concat_17),
        Case("shapes-11", shapes_11),
        Case("shapes-13", shapes_13),
        Case("resize-11", resize(11)),
        Case("resize-13", resize(13)),
        Case("resize-18", resize(18)),
        Case("pad-13", pad_13),
        Case("pad-18", pad_18),
        *(Case(f"split-{n}", split(n)) for n in (11, 13, 18)),
        Case("turned-13", turned_13),
        Case("reduce-13", reduce(13)),
        Case("reduce-18", reduce(18)),
        Case("constants-17", constants_17),
        Case("transposed-13", transposed_13, channels_last=True),
        Case("functions-18", functions_18),
        Case("types-17", types_17),
        Case("external-17", networks.torch_script(networks.classifier, 17), external=True),
        *(Case(f"torch-script-{n}", networks.torch_script(networks.classifier, n)) for n in (11, 13, 17, 20)),
        Case("torch-script-training-13", networks.torch_script(networks.classifier, 13, fold=False)),
        *(Case(f"torch-dynamo-{n}", networks.torch_dynamo(networks.classifier, n)) for n in (18, 20)),
        Case("torch-script-unet-17", networks.torch_script(networks.unet, 17)),
        Case(
            "torch-script-lesion-17",
            networks.torch_script(networks.lesion_classifier, 17, outputs=("logits", "lesion")),
        ),
        Case("torch-dynamo-unet-18", networks.torch_dynamo(networks.unet, 18)),
        Case("torch-script-parts-17", networks.torch_script(networks.parts, 17)),
        Case("torch-dynamo-parts-18", networks.torch_dynamo(networks.parts, 18)),
        *(
            Case(f"tf2onnx-{n}", networks.tensorflow(networks.keras_classifier, n), channels_last=True)
            for n in (13, 18)
        ),
        Case("tf2onnx-map-17", networks.tensorflow(networks.keras_map, 17), channels_last=True),
        Case("qdq-int8", networks.quantised(per_channel=True, unsigned=False)),
        Case("qdq-uint8", networks.quantised(per_channel=False, unsigned=True)),
        Case("qdq-mixed", networks.quantised(per_channel=True, unsigned=True)),
    ]


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[1:]
    everything = cases()
    for case in everything:
        if not wanted or case.name in wanted:
            record(case)
    (FOLDER / "index.txt").write_text("".join(f"{case.name}\n" for case in everything))


if __name__ == "__main__":
    main()

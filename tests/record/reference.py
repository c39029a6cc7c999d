"""One reference: a .tflite file by TensorFlow's converter, inputs, and LiteRT's outputs to them.

NAME.tflite, NAME.input-0.npy, …, NAME.output-0.npy, … in the order of the model's own inputs and outputs;
index.txt lists the names, one a line.
"""

import os
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from numpy.typing import NDArray

DATA = Path(__file__).resolve().parents[1] / "data"

Precision = Literal["f32", "int8", "int8-float-io"]
Shape = tuple[int, ...]


def generator(name: str) -> np.random.Generator:
    """The random numbers of a case depend on its name alone, so that adding one changes no other."""
    return np.random.default_rng(zlib.crc32(name.encode()))


def convert(
    function: Callable[..., Any],
    shapes: Sequence[Shape],
    precision: Precision,
    samples: Callable[[], Iterator[list[NDArray[np.float32]]]],
    *,
    dense_per_channel: bool = True,
) -> bytes:
    """The .tflite file of a TensorFlow function whose inputs are float32 tensors of these shapes.

    int8 is full-integer quantisation calibrated on `samples`, with int8 inputs and outputs, or float ones
    behind QUANTIZE and DEQUANTIZE for "int8-float-io".
    """
    specs = [tf.TensorSpec(shape, tf.float32, name=f"input_{i}") for i, shape in enumerate(shapes)]
    concrete = tf.function(function).get_concrete_function(*specs)
    converter = tf.lite.TFLiteConverter.from_concrete_functions([concrete], None)
    if precision != "f32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = samples
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter._experimental_disable_per_channel_quantization_for_dense_layers = not dense_per_channel
        if precision == "int8":
            converter.inference_input_type = tf.int8
            converter.inference_output_type = tf.int8
    return bytes(converter.convert())


def run(model: bytes, inputs: Sequence[NDArray[Any]]) -> list[NDArray[Any]]:
    """What LiteRT's default interpreter answers on one thread."""
    interpreter = Interpreter(model_content=model, num_threads=1)
    interpreter.allocate_tensors()
    for detail, value in zip(interpreter.get_input_details(), inputs, strict=True):
        interpreter.set_tensor(detail["index"], value)
    interpreter.invoke()
    return [interpreter.get_tensor(detail["index"]).copy() for detail in interpreter.get_output_details()]


def input_details(model: bytes) -> list[dict[str, Any]]:
    """LiteRT's description of the inputs: shape, dtype, quantization, …"""
    return list(Interpreter(model_content=model).get_input_details())


def operators(model: bytes) -> list[str]:
    """The operators of the file, in order."""
    details = Interpreter(
        model_content=model,
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
    )._get_ops_details()
    return [detail["op_name"] for detail in details]


class Recorder:
    """Writes references into one folder of tests/data, in the place of all others or, with `keep`, beside them."""

    def __init__(self, folder: str, *, keep: bool = False) -> None:
        self.folder = DATA / folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self.names = (self.folder / "index.txt").read_text().split() if keep else []
        for old in self.folder.iterdir():
            if not keep:
                old.unlink()

    def write(self, name: str, model: bytes, inputs: Sequence[NDArray[Any]]) -> None:
        outputs = run(model, inputs)
        for output in outputs:
            assert np.unique(output).size > 1, f"{name}: a constant answer tests nothing"
        (self.folder / f"{name}.tflite").write_bytes(model)
        for kind, values in (("input", inputs), ("output", outputs)):
            for i, value in enumerate(values):
                np.save(self.folder / f"{name}.{kind}-{i}.npy", value)
        if name not in self.names:
            self.names.append(name)
        print(f"{name}: {' '.join(operators(model))}")

    def finish(self) -> None:
        (self.folder / "index.txt").write_text("".join(f"{name}\n" for name in sorted(self.names)))
        total = sum(file.stat().st_size for file in self.folder.iterdir())
        print(f"{len(self.names)} references, {total / 1000:.0f} kB in {self.folder}")

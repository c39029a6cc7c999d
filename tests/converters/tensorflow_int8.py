"""python -m tests.converters.tensorflow_int8 SOURCE.keras OUT.tflite [SAMPLES.npy]

TensorFlow's own way: a Keras file to .tflite, float32, or int8 throughout when it gets calibration inputs (NHWC).
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray


def main() -> None:
    converter = tf.lite.TFLiteConverter.from_keras_model(tf.keras.models.load_model(sys.argv[1]))
    if len(sys.argv) > 3:
        inputs = np.load(sys.argv[3])

        def samples() -> Iterator[list[NDArray[np.float32]]]:
            for row in inputs:
                yield [row[None]]

        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = samples
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = converter.inference_output_type = tf.int8
    Path(sys.argv[2]).write_bytes(converter.convert())


if __name__ == "__main__":
    main()

"""tests/data/keras: every layer and option that the converter reads, with Keras's own answers.

python -m tests.record.keras_models           Keras 3: .keras and .h5
python -m tests.record.keras_models NAME …    of these the .keras files alone
python -m tests.record.keras_models keras2    Keras 2 (tf_keras), the same
python -m tests.record.keras_models tf2.12    the first .keras archives, by requirements-tensorflow-2.12.txt
python -m tests.record.keras_models damaged   HDF5 files that the converter must refuse
python -m tests.record.keras_models corpus    seeds of the fuzzer

NAME.keras or NAME.h5, NAME.input-0.npy, …, NAME.output-0.npy, … in the order of the model's inputs and outputs.
"""

import io
import json
import os
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import h5py
import numpy as np

from tests.record.reference import DATA, generator

Build = Callable[[Any], Any]
FOLDER = DATA / "keras"
IMAGE = (9, 8, 4)
STORED = ("convolution", "residual-2")  # left as Keras writes them


def convolution(k: Any) -> Any:
    layers = k.layers
    return k.Sequential(
        [
            k.Input(IMAGE, name="image"),
            layers.Conv2D(6, (3, 2), strides=(2, 1), padding="same", activation="relu", name="conv_a"),
            layers.Conv2D(4, 3, dilation_rate=(1, 2), groups=2, use_bias=False, name="conv_b"),
            layers.Conv2D(5, 1, activation="tanh", name="conv_c"),
            layers.Flatten(),
            layers.Dense(3, activation="softmax", name="scores"),
        ],
        name="convolution",
    )


def depthwise(k: Any) -> Any:
    layers = k.layers
    return k.Sequential(
        [
            k.Input(IMAGE),
            layers.DepthwiseConv2D(3, strides=2, padding="same", depth_multiplier=2, activation="relu6"),
            layers.DepthwiseConv2D(2, dilation_rate=2, use_bias=False),
            layers.SeparableConv2D(5, (3, 2), padding="same", depth_multiplier=2, activation="sigmoid"),
            layers.SeparableConv2D(2, 1, use_bias=False),
        ]
    )


def normalisation(k: Any) -> Any:
    layers = k.layers
    adapted = layers.Normalization(name="adapted")
    adapted.adapt(generator("adapt").normal(3, 5, (7, *IMAGE)).astype(np.float32))
    whole = layers.Normalization(axis=None, mean=0.5, variance=4.0, name="whole")
    return k.Sequential(
        [
            k.Input(IMAGE),
            layers.Rescaling(1 / 127.5, -1),
            adapted,
            whole,
            layers.BatchNormalization(),
            layers.BatchNormalization(center=False, epsilon=0.1),
            layers.BatchNormalization(scale=False, axis=3),
            layers.Normalization(mean=[1.0, 2.0, 3.0, 4.0], variance=[1.0, 0.25, 9.0, 0.0625]),
            layers.Rescaling([1.0, 2.0, 0.5, 4.0], [0.0, 0.5, -1.0, 2.0]),
            layers.GlobalAveragePooling2D(),
            layers.BatchNormalization(trainable=False),
        ]
    )


def activations(k: Any) -> Any:
    layers = k.layers
    names = ["relu", "sigmoid", "softmax", "swish", "hard_sigmoid", "tanh", "linear", "relu6"]
    if k.__version__.startswith("3"):
        names += ["silu", "hard_silu", "hard_swish"]
    image = k.Input((4, 4, 3))
    results = [layers.Activation(name, name=f"{name}_alone")(image) for name in names]
    results += [layers.ReLU()(image), layers.ReLU(1.5)(image), layers.Softmax()(image)]
    results.append(layers.Conv2D(2, 1, activation=k.activations.relu)(image))
    return k.Model(image, layers.Concatenate()(results))


def pooling(k: Any) -> Any:
    layers = k.layers
    image = k.Input(IMAGE)
    results = [
        layers.MaxPooling2D((3, 2), strides=(2, 3), padding="same"),
        layers.MaxPooling2D(3),
        layers.AveragePooling2D(3, strides=2, padding="same"),
        layers.AveragePooling2D((2, 3)),
        layers.GlobalMaxPooling2D(),
        layers.GlobalAveragePooling2D(keepdims=True),
        layers.GlobalMaxPooling2D(keepdims=True),
    ]
    flat = [layers.Flatten()(layer(image)) for layer in results]
    return k.Model(image, layers.Concatenate(axis=1)(flat))


def merging(k: Any) -> Any:
    layers = k.layers
    left, right, gate = k.Input(IMAGE, name="left"), k.Input(IMAGE, name="right"), k.Input((1, 1, 4), name="gate")
    total = layers.Add()([left, right, left])
    difference = layers.Subtract()([total, right])
    gated = layers.Multiply()([difference, gate])
    rows = layers.Concatenate(axis=1)([gated, left])
    columns = layers.Concatenate(axis=-2)([gated, right])
    return k.Model([left, right, gate], [rows, columns, layers.Concatenate()([total, gated, left])])


def geometry(k: Any) -> Any:
    layers = k.layers
    image = k.Input(IMAGE)
    padded = layers.ZeroPadding2D(((1, 2), (0, 3)))(layers.ZeroPadding2D(1)(image))
    outputs = [
        layers.Cropping2D(0)(padded),
        layers.Reshape((-1, 8))(image),
        layers.Flatten()(layers.Flatten()(image)),
        layers.Reshape((6, 6, 8))(image),
    ]
    return k.Model(image, outputs)


def cropping(k: Any) -> Any:
    layers = k.layers
    image = k.Input(IMAGE)
    narrow = layers.Conv2D(3, 3)(layers.Cropping2D(((1, 2), (0, 1)))(image))
    turned = layers.Conv2D(2, 2)(layers.Permute((2, 1, 3))(image))
    outputs = [narrow, layers.Cropping2D(2)(image), turned, layers.Flatten()(layers.Permute((3, 1, 2))(image))]
    return k.Model(image, outputs)


def resizing(k: Any) -> Any:
    layers = k.layers
    image = k.Input((5, 4, 2))
    outputs = [
        layers.UpSampling2D((2, 3))(image),
        layers.UpSampling2D(2, interpolation="bilinear")(image),
        layers.Resizing(7, 3)(image),
        layers.Resizing(10, 8, interpolation="nearest")(image),
    ]
    return k.Model(image, outputs)


def training_only(k: Any) -> Any:
    layers = k.layers
    return k.Sequential(
        [
            k.Input(IMAGE),
            layers.RandomFlip(),
            layers.RandomRotation(0.1),
            layers.RandomZoom(0.1),
            layers.RandomTranslation(0.1, 0.1),
            layers.RandomContrast(0.1),
            layers.RandomBrightness(0.1),
            layers.GaussianNoise(0.1),
            layers.Conv2D(3, 3),
            layers.SpatialDropout2D(0.2),
            layers.GaussianDropout(0.2),
            layers.AlphaDropout(0.2),
            layers.Dropout(0.5),
            layers.ActivityRegularization(0.1),
            layers.Conv2D(2, 2),
        ]
    )


def nested(k: Any) -> Any:
    """Inner models, one inside another, called twice, frozen in part; a shared layer; an inner model's output."""
    layers = k.layers
    deep = k.Sequential([k.Input((8, 8, 2)), layers.Conv2D(2, 1), layers.BatchNormalization()], name="deep")
    inner_in = k.Input((8, 8, 2), name="inner_in")
    x = layers.Conv2D(3, 3, padding="same", name="frozen", trainable=False)(inner_in)
    x = layers.BatchNormalization()(x)
    x = layers.Conv2D(2, 1)(x)
    inner = k.Model(inner_in, [deep(x), layers.ReLU()(x)], name="inner")
    image = k.Input((8, 8, 2), name="image")
    shared = layers.Conv2D(2, 3, padding="same", name="shared")
    a, b = inner(shared(image))
    c, d = inner(shared(shared(a)))
    head = k.Sequential([k.Input((8, 8, 2)), layers.GlobalAveragePooling2D(), layers.Dense(3)], name="head")
    return k.Model(image, [head(layers.Add()([a, b, c])), d, c, head(b)], name="nested")


def frozen(k: Any) -> Any:
    """A frozen body under a trained head, as transfer learning leaves it."""
    layers = k.layers
    body = k.Sequential(
        [k.Input(IMAGE), layers.Conv2D(4, 3), layers.BatchNormalization(), layers.Conv2D(4, 2)], name="body"
    )
    body.trainable = False
    head = [layers.GlobalAveragePooling2D(), layers.Dense(2, activation="softmax")]
    return k.Sequential([k.Input(IMAGE), body, *head], name="transfer")


def residual(k: Any) -> Any:
    """The blocks of MobileNet and EfficientNet: expansion, depthwise, squeeze and excitation, shortcut."""
    layers = k.layers
    image = k.Input((12, 12, 3), name="image")
    x = layers.Rescaling(1 / 255)(image)
    x = layers.ZeroPadding2D(((0, 1), (0, 1)))(x)
    x = short = layers.Conv2D(4, 3, strides=2, use_bias=False, name="stem")(x)
    x = layers.Conv2D(8, 1, use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    x = layers.Activation("swish")(x)
    x = layers.DepthwiseConv2D(3, padding="same", use_bias=False)(x)
    squeezed = layers.Reshape((1, 1, 8))(layers.GlobalAveragePooling2D()(x))
    squeezed = layers.Conv2D(2, 1, activation="relu")(squeezed)
    x = layers.Multiply()([x, layers.Conv2D(8, 1, activation="sigmoid")(squeezed)])
    x = layers.Add()([layers.Conv2D(4, 1)(x), short])
    x = layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(x))
    return k.Model(image, layers.Dense(3, activation="softmax", name="scores")(x), name="residual")


def mixed_precision(k: Any) -> Any:
    policy = "mixed_float16"
    layers = k.layers
    return k.Sequential(
        [k.Input(IMAGE), layers.Conv2D(3, 3, activation="relu", dtype=policy), layers.Conv2D(2, 2, dtype=policy)]
    )


CASES: list[Build] = [
    convolution,
    depthwise,
    normalisation,
    activations,
    pooling,
    merging,
    geometry,
    cropping,
    resizing,
    training_only,
    nested,
    frozen,
    residual,
]


def randomise(model: Any, rng: np.random.Generator) -> None:
    """Fresh weights of a sensible size; every variance and count stays positive."""
    for layer in model.layers:
        if hasattr(layer, "layers"):
            randomise(layer, rng)
            continue
        if type(layer).__name__ == "Normalization":
            continue  # learnt, or given
        values = []
        for weight in layer.weights:
            shape = tuple(weight.shape)
            if "variance" in weight.name or "gamma" in weight.name:
                values.append(rng.uniform(0.5, 1.5, shape))
            else:
                values.append(rng.normal(0, 1 / np.sqrt(max(np.prod(shape[:-1]), 4)), shape))
        layer.set_weights(values)


def save(k: Any, model: Any, name: str, ending: str, answering: Any = None, **saving: str) -> Path:
    rng = generator(name)
    randomise(model, rng)
    if answering is not None:
        answering.set_weights(model.get_weights())
    path = FOLDER / f"{name}.{ending}"
    model.save(path, **saving)
    if ending == "keras" and name not in STORED:
        pack(path)
    scale = 100 if any(type(layer).__name__ == "Rescaling" for layer in model.layers) else 1
    inputs = [rng.normal(0, scale, (1, *tensor.shape[1:])).astype(np.float32) for tensor in model.inputs]
    outputs = (answering or model)(inputs if len(inputs) > 1 else inputs[0], training=False)
    outputs = outputs if isinstance(outputs, list | tuple) else [outputs]
    for kind, values in (("input", inputs), ("output", outputs)):
        for i, value in enumerate(values):
            np.save(FOLDER / f"{name}.{kind}-{i}.npy", np.asarray(value, dtype=np.float32))
    k.backend.clear_session()
    return path


def pack(path: Path) -> None:
    """The same archive, compressed: Keras stores its files as they are."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def split_attributes(path: Path) -> None:
    """Lists in parts and texts of a fixed length, as Keras writes what is too long for one attribute."""
    with h5py.File(path, "r+") as file:
        config = file.attrs["model_config"]
        text = config.encode() if isinstance(config, str) else config
        del file.attrs["model_config"]
        file.attrs.create("model_config", np.bytes_(text))
        for group in file["model_weights"].values():
            names = list(group.attrs["weight_names"])
            if len(names) < 3:
                continue
            del group.attrs["weight_names"]
            for part in range(0, len(names), 3):
                group.attrs[f"weight_names{part // 3}"] = names[part : part + 3]


def seed() -> None:
    """Twenty inputs and answers of the network that the project began with."""
    import keras

    model = keras.models.load_model(DATA.parents[1] / "model/seed/seed.keras")
    coarse = generator("seed").integers(0, 256, (20, 12, 12, 1)).astype(np.uint8)
    np.save(FOLDER / "seed.input-0.npy", coarse)  # each pixel stands for a square of 8
    images = coarse.repeat(8, axis=1).repeat(8, axis=2).astype(np.float32)
    np.save(FOLDER / "seed.output-0.npy", np.asarray(model(images, training=False)))


def keras3_of(names: list[str]) -> None:
    import keras

    for build in CASES:
        if build.__name__ in names:
            save(keras, build(keras), build.__name__, "keras")


def keras3() -> None:
    import keras

    for build in CASES:
        save(keras, build(keras), build.__name__, "keras")
    for build in (frozen, residual, normalisation):
        save(keras, build(keras), f"{build.__name__}-3", "h5")
    split_attributes(save(keras, nested(keras), "split-3", "h5"))
    mixed = mixed_precision(keras)
    config = mixed.get_config()
    for layer in config["layers"]:
        layer["config"]["dtype"] = "float32"
    save(keras, mixed, "mixed_precision", "keras", answering=keras.Sequential.from_config(config))
    seed()


def keras2() -> None:
    import tf_keras

    for build in (activations, nested, residual):
        save(tf_keras, build(tf_keras), f"{build.__name__}-2", "keras")
    for build in (activations, merging, training_only, nested, frozen, residual, normalisation):
        save(tf_keras, build(tf_keras), f"{build.__name__}-2", "h5")


def tensorflow_2_12() -> None:
    from tensorflow import keras

    for build in (nested, residual):
        save(keras, build(keras), f"{build.__name__}-tf2_12", "keras", save_format="keras_v3")


def weights_file(name: str, kernel: Callable[[h5py.Group], None]) -> None:
    """Weights of one convolution, 1 by 1 from 2 channels to 3; `kernel` makes the dataset "0"."""
    folder = FOLDER / "weights"
    folder.mkdir(exist_ok=True)
    with h5py.File(folder / f"{name}.h5", "w") as file:
        group = file.create_group("layers/conv2d/vars")
        kernel(group)
        group["1"] = np.array([1, 2, 3], np.float32)


def damaged() -> None:
    values = np.arange(6, dtype=np.float32).reshape(1, 1, 2, 3)
    nan = values.copy()
    nan[0, 0, 1, 0] = np.nan

    def linked(group: h5py.Group, link: Any) -> None:
        group.file["elsewhere"] = values
        group["0"] = link

    def virtual(group: h5py.Group) -> None:
        layout = h5py.VirtualLayout(values.shape, np.float32)
        layout[:] = h5py.VirtualSource("other.h5", "kernel", values.shape)
        group.create_virtual_dataset("0", layout)

    def external(group: h5py.Group) -> None:
        group.create_dataset("0", values.shape, np.float32, external=[("other.bin", 0, values.nbytes)])

    def loop(group: h5py.Group) -> None:
        group["0"] = h5py.SoftLink("/layers/conv2d/vars/0")

    cases: dict[str, Callable[[h5py.Group], Any]] = {
        "good": lambda group: group.create_dataset("0", data=values),
        "missing": lambda _: None,
        "shape": lambda group: group.create_dataset("0", data=values.reshape(1, 1, 3, 2)),
        "nan": lambda group: group.create_dataset("0", data=nan),
        "float64": lambda group: group.create_dataset("0", data=values.astype(np.float64)),
        "float16": lambda group: group.create_dataset("0", data=values.astype(np.float16)),
        "group": lambda group: group.create_group("0"),
        "soft_link": lambda group: linked(group, h5py.SoftLink("/elsewhere")),
        "loop": loop,
        "external_link": lambda group: linked(group, h5py.ExternalLink("other.h5", "/kernel")),
        "external_storage": external,
        "virtual": virtual,
        "compressed": lambda group: group.create_dataset("0", (1, 1, 1 << 14, 1 << 14), np.float32, compression=9),
        "empty": lambda group: group.create_dataset("0", (0, 1, 2, 3), np.float32),
        "huge": lambda group: group.create_dataset("0", (1 << 15, 1 << 15, 1 << 15, 1 << 15), np.float32),
        "unwritten": lambda group: group.create_dataset("0", values.shape, np.float32),
    }
    for name, kernel in cases.items():
        weights_file(name, kernel)


def stripped(value: Any) -> Any:
    """A configuration without what no reader looks at."""
    if isinstance(value, list):
        return [stripped(item) for item in value]
    if not isinstance(value, dict):
        return value
    unread = ("initializer", "regularizer", "constraint", "build_config", "compile_config", "registered_name", "seed")
    kept = {key: item for key, item in value.items() if not key.endswith(unread) and item is not None}
    return {key: stripped(item) for key, item in kept.items()}


def datasets(weights: bytes) -> bytes:
    """The same file without its empty groups; nothing when it has no datasets."""
    packed = io.BytesIO()
    with h5py.File(io.BytesIO(weights)) as file, h5py.File(packed, "w") as copy:
        found: dict[str, Any] = {}
        file.visititems(lambda path, item: found.update({path: item[()]}) if hasattr(item, "shape") else None)
        for path, value in found.items():
            copy[path] = value
    return packed.getvalue() if found else b""


def corpus() -> None:
    """Seeds of fuzz_keras, from the files recorded above."""
    folder = DATA / "corpus/fuzz_keras"
    folder.mkdir(parents=True, exist_ok=True)
    small = (FOLDER / "weights/good.h5").read_bytes()
    for name in ("convolution", "depthwise", "normalisation", "activations", "pooling", "merging", "geometry",
                 "cropping", "resizing", "training_only", "nested-2"):  # fmt: skip
        with zipfile.ZipFile(FOLDER / f"{name}.keras") as archive:
            config = json.dumps(stripped(json.loads(archive.read("config.json"))), separators=(",", ":")).encode()
            weights = archive.read("model.weights.h5")
        (folder / f"{name}.parts").write_bytes(config + b"\0" + (datasets(weights) or small))
    with zipfile.ZipFile(folder / "sample.keras", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("metadata.json", '{"keras_version": "3.15.1"}')
        archive.writestr("config.json", "{}")
        archive.writestr("model.weights.h5", small)
    for name in ("split-3.h5", "frozen-2.h5"):
        (folder / name).write_bytes((FOLDER / name).read_bytes())


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    parts = {"keras2": keras2, "tf2.12": tensorflow_2_12, "damaged": damaged, "corpus": corpus}
    names = sys.argv[1:]
    if names and names[0] not in parts:
        keras3_of(names)
    else:
        parts.get(" ".join(names), keras3)()

"""python -m tests.converters.check ECHOLENS FOLDER [--write PAGE] [--busbra IMAGES] [NAME...]

Converts real networks with the program ECHOLENS, float32 and int8, runs them, and compares with what the networks' own
libraries and LiteRT say. Prints a table, and what missed its limit; --write puts the table into PAGE, between the two
lines that mark its place. Exit status 1 when anything missed.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from numpy.typing import NDArray

from tests.converters.networks import NETWORKS, NOISE, PICTURES, ROOT, Array, Network, lite0, pictures

EXACT = 1e-5  # probabilities in float32
COSINE = 0.99  # int8 logits of EfficientNet-Lite0 to float32
IMAGES = ROOT / "tests/data/images"
MARKS = ("<!-- npm run test:converters -->", "<!-- end -->")
HEADER = """\
| Network | Source | f32 to library | f32 to LiteRT | int8: cosine | int8: SNR | int8 to LiteRT | Seconds | MB |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |"""


@dataclass
class Result:
    network: Network
    source: str
    library: float = np.nan  # largest difference of a probability in float32
    litert: float = np.nan
    cosine: float = np.nan  # of int8 logits to the library's: mean over the pictures
    snr: float = np.nan  # dB
    equal: float = np.nan  # share of int8 outputs that are LiteRT's
    steps: int = -1  # largest difference in steps of the output's scale
    seconds: float = np.nan
    megabytes: float = np.nan
    problems: list[str] = field(default_factory=list)

    def row(self) -> str:
        cells = [self.network.title, self.source, f"{self.library:.1e}", f"{self.litert:.1e}", f"{self.cosine:.4f}"]
        cells += [f"{self.snr:.1f} dB", "—" if self.steps < 0 else f"±{self.steps}, {100 * self.equal:.1f} % equal"]
        cells += [f"{self.seconds:.1f}", f"{self.megabytes:.0f}"]
        return "| " + " | ".join("—" if "nan" in cell else cell for cell in cells) + " |"


class ProgramError(Exception):
    """What a program printed."""


def command(*arguments: str | Path) -> str:
    done = subprocess.run([str(argument) for argument in arguments], capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        raise ProgramError((done.stderr.strip() or done.stdout.strip())[-1000:])
    return done.stdout


def probabilities(logits: Array) -> NDArray[np.float64]:
    y = np.exp(logits.astype(np.float64) - logits.max(-1, keepdims=True))
    return y / y.sum(-1, keepdims=True)


def centred(logits: Array) -> NDArray[np.float64]:
    """A row for each picture. What is added to all logits of a pixel or picture changes no probability."""
    y = logits.astype(np.float64)
    return (y - y.mean(-1, keepdims=True)).reshape(len(y), -1)


class LiteRt:
    """The same file in Google's interpreter."""

    def __init__(self, model: Path, kernels: OpResolverType = OpResolverType.AUTO) -> None:
        self.interpreter = Interpreter(str(model), experimental_op_resolver_type=kernels)
        self.interpreter.allocate_tensors()
        self.input = self.interpreter.get_input_details()[0]
        self.output = self.interpreter.get_output_details()[0]

    def run(self, x: NDArray[np.generic]) -> NDArray[np.generic]:
        def rows() -> Iterator[NDArray[np.generic]]:
            for row in x:
                self.interpreter.set_tensor(self.input["index"], row[None])
                self.interpreter.invoke()
                yield self.interpreter.get_tensor(self.output["index"])

        return np.concatenate(list(rows()))


def ours(program: Path, model: Path, x: NDArray[np.generic]) -> NDArray[np.generic]:
    np.save(model.with_suffix(".x.npy"), x)
    y = model.with_suffix(".y.npy")
    arrays: list[str | Path] = ["--input", model.with_suffix(".x.npy"), "--output", y]
    command(program, "run", model, *arrays, "--memory-limit", "2048")  # MiB; VGG16's weights are large
    return np.asarray(np.load(y))


def float32(result: Result, program: Path, source: Path, x: Array, expected: Array) -> None:
    model = source.with_suffix(".f32.tflite")
    measure = (sys.executable, "-m", "tests.converters.measure")
    last = command(*measure, program, "convert", source, "-o", model, "--cam", "off").splitlines()[-1]
    result.seconds, result.megabytes = (float(number) for number in last.split())
    as_is = result.network.softmax
    want, got, other = (
        y.astype(np.float64) if as_is else probabilities(np.asarray(y, np.float32))
        for y in (expected, ours(program, model, x), LiteRt(model).run(x))
    )
    result.library = float(np.abs(got - want).max())
    result.litert = float(np.abs(got - other).max())
    if not result.library <= EXACT:
        result.problems.append(f"float32 is {result.library:.1e} from the library, limit {EXACT:.0e}")
    if not result.litert <= EXACT:
        result.problems.append(f"float32 is {result.litert:.1e} from LiteRT, limit {EXACT:.0e}")


def judge(result: Result, peer: LiteRt, got: NDArray[np.int32], logits: Array) -> NDArray[np.float64]:
    """What int8 answers against the library's float32; the cosines, a picture."""
    scale, zero = peer.output["quantization"]
    a = centred(((got - zero) * scale).astype(np.float32))
    b = centred(logits)
    cosines: NDArray[np.float64] = (a * b).sum(1) / (np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1))
    result.cosine = float(cosines.mean())
    result.snr = 10 * float(np.log10((b**2).sum() / ((a - b) ** 2).sum()))
    return cosines


def stored(peer: LiteRt, x: Array) -> NDArray[np.int8]:
    scale, zero = peer.input["quantization"]
    return np.clip(np.round(x / scale) + zero, -128, 127).astype(np.int8)


def int8(result: Result, program: Path, source: Path, calibration: Path, x: Array, logits: Array) -> None:
    network, model = result.network, source.with_suffix(".int8.tflite")
    pixels = {"channels": network.channels, "mean": network.mean, "scale": network.scale}
    labels = ["--labels", ",".join(f"c{i}" for i in range(network.labels))] if network.labels else []
    quantise = ("--quantize", "int8", "--calibrate", calibration, "--preprocess", json.dumps(pixels))
    command(program, "convert", source, "-o", model, "--cam", "off", *labels, *quantise)
    peer = LiteRt(model)
    q = stored(peer, x)
    got = ours(program, model, q).astype(np.int32)
    expected = peer.run(q).astype(np.int32)
    difference = np.abs(got - expected)
    result.steps, result.equal = int(difference.max()), float((difference == 0).mean())
    if result.steps > 1:  # where its own kernels agree no better, there is no one answer
        builtin = LiteRt(model, OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES).run(q).astype(np.int32)
        own = int(np.abs(builtin - expected).max())
        if result.steps > own:
            result.problems.append(f"int8 is {result.steps} steps from LiteRT, whose own kernels differ by {own}")
    cosines = judge(result, peer, got, logits)
    if network.make is lite0 and not cosines.min() >= COSINE:
        result.problems.append(f"int8: the cosine of the logits falls to {cosines.min():.4f}, limit {COSINE}")


def tensorflow_int8(rival: Result, source: Path, calibration: list[Path], x: Array, logits: Array) -> Result:
    """The same file by TensorFlow's full-integer converter on the same pictures. `rival` should be no worse."""
    result = Result(rival.network, "keras, by TensorFlow")
    model, samples = source.with_suffix(".tensorflow.tflite"), source.with_suffix(".samples.npy")
    np.save(samples, pictures(rival.network, calibration))
    command(sys.executable, "-m", "tests.converters.tensorflow_int8", source, model, samples)
    peer = LiteRt(model)
    judge(result, peer, peer.run(stored(peer, x)).astype(np.int32), logits)
    if not rival.snr >= result.snr:
        rival.problems.append(f"int8 has {rival.snr:.1f} dB, TensorFlow's {result.snr:.1f}")
    return result


def check(name: str, program: Path, folder: Path, calibration: list[Path], judged: list[Path]) -> Iterator[Result]:
    """One result for each file that the network's library wrote."""
    network = NETWORKS[name]
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    command(sys.executable, "-m", "tests.converters.networks", name, folder, *judged)
    listed = folder / "calibration.csv"
    listed.write_text("file\n" + "".join(f"{path}\n" for path in calibration))
    x = np.load(folder / "inputs.npy")
    for source in sorted([*folder.glob("*.keras"), *folder.glob("*.onnx")]):
        result = Result(network, source.stem)
        logits = np.load(source.with_suffix(".logits.npy"))
        rows = [result]
        try:
            float32(result, program, source, x[:NOISE], np.load(source.with_suffix(".answers.npy")))
            int8(result, program, source, listed, x[NOISE:], logits)
            if network.make is lite0 and source.suffix == ".keras":
                rows.append(tensorflow_int8(result, source, calibration, x[NOISE:], logits))
        except (ProgramError, RuntimeError) as error:  # LiteRT's are RuntimeErrors
            result.problems.append(str(error))
        yield from rows


def sets(name: str, busbra: Path | None) -> tuple[list[Path], list[Path]]:
    """The pictures that int8 is calibrated on, and those that it is judged on."""
    if name != "lite0" or busbra is None:
        return sorted(path for path in IMAGES.iterdir() if path.suffix in (".bmp", ".gif", ".jpg", ".png")), PICTURES
    all_of_them = sorted(busbra.glob("*.png"))
    chosen = [all_of_them[i] for i in np.linspace(0, len(all_of_them) - 1, 150).astype(int)]
    return [path for i, path in enumerate(chosen) if i % 3], chosen[::3]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", type=Path, metavar="PAGE")
    parser.add_argument("--busbra", type=Path, metavar="IMAGES")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NETWORKS))
    options = parser.parse_intermixed_args()
    if options.write and options.names:
        parser.error("--write is for the whole table")
    options.folder.mkdir(parents=True, exist_ok=True)

    print(HEADER, flush=True)
    rows, problems = [], []
    for name in options.names or NETWORKS:
        calibration, judged = sets(name, options.busbra)
        for result in check(name, options.program, options.folder / name, calibration, judged):
            rows.append(result.row())
            problems += [f"{result.network.title}, {result.source}: {problem}" for problem in result.problems]
            print(rows[-1], flush=True)
    for problem in problems:
        print(problem)
    if options.write:
        before, rest = options.write.read_text().split(MARKS[0] + "\n")
        table = "\n".join([HEADER, *rows, ""])
        options.write.write_text(f"{before}{MARKS[0]}\n{table}{MARKS[1]}{rest.split(MARKS[1])[1]}")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()

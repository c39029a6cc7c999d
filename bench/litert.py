"""Times LiteRT natively, one thread, round by round: each line read from standard input is a number of runs, and each
line written is the milliseconds of every run as JSON. So the caller can take turns with another runtime.

    echo 20 | python bench/litert.py MODEL.tflite
"""

import json
import sys
from time import perf_counter

import numpy as np
from ai_edge_litert.interpreter import Interpreter


def main() -> None:
    interpreter = Interpreter(sys.argv[1], num_threads=1)
    interpreter.allocate_tensors()
    detail = interpreter.get_input_details()[0]
    rng = np.random.default_rng(0)
    interpreter.set_tensor(detail["index"], rng.normal(0, 1, detail["shape"]).astype(np.float32))
    for line in sys.stdin:
        times = []
        for _ in range(int(line)):
            start = perf_counter()
            interpreter.invoke()
            times.append((perf_counter() - start) * 1000)
        print(json.dumps(times), flush=True)


if __name__ == "__main__":
    main()

"""python -m model COMMAND: how the shipped network is made, one command a stage.

Run from the root of the checkout, after `npm run build`; model/README.md has the whole way.
"""

import argparse
import sys
from pathlib import Path

from model.cache import cache_folder
from model.config import load_config, read_run_config


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m model", description="Make the network of echolens.")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="change a setting")
    parser.add_argument("--cache", type=Path, default=cache_folder(), help="folder of prepared data and runs")
    commands = parser.add_subparsers(dest="command", required=True)

    prepare = commands.add_parser("prepare", help="images as the engine prepares them, groups, folds, hashes")
    prepare.add_argument("--data", type=Path, required=True, help="folder that holds Dataset_BUSI_with_GT and BUSBRA")
    prepare.add_argument("--program", type=Path, default=Path("build/native/echolens"))

    train = commands.add_parser("train", help="a network a fold; goes on where it was stopped")
    train.add_argument("--jobs", type=int, default=1, help="folds at the same time, a core each")
    predict = commands.add_parser("predict", help="out-of-fold predictions, and their figures")
    for command in (train, predict):
        command.add_argument("--run", required=True, metavar="NAME", help="of the folder that the run is kept in")
        command.add_argument("--folds", type=int, nargs="+", metavar="N", help="otherwise all")
    return parser.parse_args()


def main() -> None:
    options = parse()
    config = load_config(options.set)
    data = options.cache / "data"
    if options.command == "prepare":
        from model.prepare import prepare

        prepare(config, options.data, options.program, data)
        return
    run = options.cache / "runs" / options.run
    if options.command == "predict":
        config = read_run_config(run / "config.json")
    folds = options.folds or ([0] if config.data.hold_out else list(range(config.data.folds)))
    if options.command == "train":
        from model.train import train

        train(config, data, run, folds, options.jobs)
    if options.command == "predict":
        from model.predict import predict
        from model.summary import read_predictions, summary

        path = predict(config, data, run, folds)
        for name, value in summary(read_predictions(path)).items():
            print(f"{name:<45} {value}")
        print(path)


if __name__ == "__main__":
    try:
        main()
    except ValueError as error:
        sys.exit(f"model: {error}")
    except KeyboardInterrupt:
        sys.exit(130)

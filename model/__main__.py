"""python -m model COMMAND: how the shipped network is made, one command a stage.

Run from the root of the checkout, after `npm run build`; model/README.md has the whole way.
"""

import argparse
import json
import sys
from pathlib import Path

from model.cache import cache_folder
from model.config import Config, load_config, read_run_config

PROGRAM = Path("build/native/echolens")
HERE = Path(__file__).parent


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m model", description="Make the network of echolens.")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="change a setting")
    parser.add_argument("--cache", type=Path, default=cache_folder(), help="folder of prepared data and runs")
    commands = parser.add_subparsers(dest="command", required=True)

    prepare = commands.add_parser("prepare", help="images as the engine prepares them, groups, folds, hashes")
    train = commands.add_parser("train", help="a network a fold; goes on where it was stopped")
    predict = commands.add_parser("predict", help="out-of-fold predictions, and their figures")
    export = commands.add_parser("export", help="ONNX, float32 and int8 files of every network that is trained")
    evaluate = commands.add_parser("evaluate", help="every figure, of the int8 files by the native program")
    evaluate.add_argument("--held-out", nargs="+", default=[], metavar="NAME", help="runs with data.hold_out")
    report = commands.add_parser("report", help="report, card, pictures and, where it is trained, the model file")
    report.add_argument("--output", type=Path, default=HERE, help="folder that they are written to")
    figures = commands.add_parser("figures", help="every figure again, from the predictions alone")
    figures.add_argument("--predictions", type=Path, default=HERE / "out_of_fold.csv")

    for command in (prepare, evaluate):
        command.add_argument("--data", type=Path, required=True, help="folder of Dataset_BUSI_with_GT and BUSBRA")
    for command in (train, evaluate):
        command.add_argument("--jobs", type=int, default=1, help="folds at the same time, a core each")
    for command in (train, predict, export, evaluate, report):
        command.add_argument("--run", required=True, metavar="NAME", help="of the folder that the run is kept in")
    for command in (train, predict, export):
        command.add_argument("--folds", nargs="+", metavar="N", help="`all`: one network, trained on every image")
    for command in (prepare, export, evaluate, report):
        command.add_argument("--program", type=lambda path: Path(path).absolute(), default=PROGRAM)
    return parser.parse_args()


def chosen_folds(names: list[str] | None, config: Config) -> list[int]:
    """Of the command line; otherwise those that are judged."""
    numbers = {str(fold): fold for fold in config.parts}
    if not config.data.hold_out:
        numbers["all"] = config.everything
    for name in names or []:
        if name not in numbers:
            raise ValueError(f"--folds {name}: expected some of {', '.join(numbers)}")
    return [numbers[name] for name in names] if names else config.parts


def main() -> None:
    options = parse()
    data, runs = options.cache / "data", options.cache / "runs"
    if options.command == "prepare":
        from model.prepare import prepare

        prepare(load_config(options.set), options.data, options.program, data)
        return
    if options.command == "figures":
        from model.measure import measure
        from model.summary import read_predictions

        print(json.dumps(measure(read_predictions(options.predictions)), indent=1))
        return
    run = runs / options.run
    if options.command == "train":
        from model.train import train

        config = load_config(options.set)
        train(config, data, run, chosen_folds(options.folds, config), options.jobs)
        return
    config = read_run_config(run / "config.json")
    if options.command == "predict":
        from model.predict import predict
        from model.summary import read_predictions, summary

        path = predict(config, data, run, chosen_folds(options.folds, config))
        for name, value in summary(read_predictions(path)).items():
            print(f"{name:<45} {value}")
        print(path)
    if options.command == "export":
        from model.export import export

        folds = chosen_folds(options.folds, config) if options.folds else None
        export(config, data, run, options.program, folds)
    if options.command == "evaluate":
        from model.evaluate import evaluate

        held_out = [runs / name for name in options.held_out]
        evaluate(data, run, held_out, options.program, options.data, options.jobs)
    if options.command == "report":
        from model.report import report

        report(config, data, run, options.program, options.output)


if __name__ == "__main__":
    try:
        main()
    except ValueError as error:
        sys.exit(f"model: {error}")
    except KeyboardInterrupt:
        sys.exit(130)

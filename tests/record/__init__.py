"""Records the reference files in tests/data: models and answers of TensorFlow and LiteRT, images by Pillow,
figures by scikit-learn.

Not run by the tests, which need none of these programs. To record again, from the repository's root:

    python3.11 -m venv .venv && .venv/bin/pip install -r tests/record/requirements.txt
    .venv/bin/python -m tests.record.operators
    .venv/bin/python -m tests.record.keras_models
    .venv/bin/python -m tests.record.models
    .venv/bin/python -m tests.record.seed
    .venv/bin/python -m tests.record.evaluation
    .venv/bin/python -m tests.record.images BUSBRA    (the folder of that data set)

PyTorch and the ONNX libraries are gigabytes, so they have an environment of their own:

    python3.11 -m venv .venv-onnx && .venv-onnx/bin/pip install -r tests/record/requirements-onnx.txt
    .venv-onnx/bin/pip install --no-deps tf2onnx==1.17.0
    .venv-onnx/bin/python -m tests.record.onnx_models
"""

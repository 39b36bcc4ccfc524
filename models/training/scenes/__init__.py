"""Rendered pictures with exact labels: for training the detector, and as base pictures of the sample visits.

Blender as a Python module needs an environment of its own (`make render-env`):

    .venv-render/bin/python -m models.training.scenes --help
"""

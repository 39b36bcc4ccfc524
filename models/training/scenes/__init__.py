"""Rendered pictures with exact labels: training pictures for the detector, base pictures for the sample visits.

Blender as a Python module needs an environment of its own (`make render-env`):

    .venv-render/bin/python -m models.training.scenes --help
"""

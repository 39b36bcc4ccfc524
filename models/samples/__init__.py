"""Sample visits with known truth, made from rendered scenes, a plan and a seed.

    for sample in build_sample_visits(Path("samples"), seed=7):
        sample.folder            # visit.json and its media, ready to be uploaded
        sample.expected          # item id -> outcomes that tell the truth about this visit

Everything in them is made up: rooms and people are rendered, names and places don't exist.
"""

from models.samples.build import DEFAULT_DAY, SampleVisit, build_sample_visits

__all__ = ["DEFAULT_DAY", "SampleVisit", "build_sample_visits"]

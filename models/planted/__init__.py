"""Made visits for tuning on: what is true is known by construction, and the detector's errors are planted.

Nobody detects anything here: confidences are drawn from known distributions, so the best threshold is known.

The pictures only illustrate. Used for the worked example of docs/tuning.md and its tests, never for a figure
about the shipped detector.
"""

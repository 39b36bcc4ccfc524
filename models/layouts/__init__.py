"""Photos of tools laid out on a work cloth, drawn with exact truth: a plan from a seed, a camera, a renderer.

For tests and `make eval-layout` only. Everything is the project's own drawing, but for the cut-outs of real
tools and the rooms that the evaluation may be given from outside.
"""

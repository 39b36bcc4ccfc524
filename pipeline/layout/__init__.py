"""The tool layout: what was seen of cloth and tools, measured in the cloth's plane, and judged.

`values` what is passed around · `rectify` the cloth's plane from one photo · `measuring` tools in
centimetres · `judgement` rows, order, angles, gaps · `from_boxes` the estimate where no outline was found.
"""

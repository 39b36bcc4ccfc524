"""The time watermark: from lines of OCR text with boxes to one wall clock, or to the reason why not."""

from pipeline.watermark.fields import with_fields
from pipeline.watermark.interpret import Interpretation, interpret
from pipeline.watermark.lines import SeenLine

__all__ = ["Interpretation", "SeenLine", "interpret", "with_fields"]

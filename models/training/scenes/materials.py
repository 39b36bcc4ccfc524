"""Surfaces: shader nodes kept small, because every node costs render time on a processor."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import bpy
import numpy as np
from PIL import Image

Rgb = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Finish:
    """How light leaves a surface; `bump` is the depth of the relief, `grain` its size in metres."""

    roughness: float = 0.6
    metallic: float = 0.0
    sheen: float = 0.0
    coat: float = 0.0
    transmission: float = 0.0
    bump: float = 0.0
    grain_m: float = 0.01
    stretch: tuple[float, float, float] = (1.0, 1.0, 1.0)
    blotch: float = 0.0
    blotch_m: float = 0.1


STEEL = Finish(roughness=0.28, metallic=1.0, bump=0.08, grain_m=0.004, blotch=0.25, blotch_m=0.03)
CHROME = Finish(roughness=0.14, metallic=1.0, blotch=0.1, blotch_m=0.02)
PLASTIC = Finish(roughness=0.38)
RUBBER = Finish(roughness=0.7, bump=0.1, grain_m=0.002)
LACQUER = Finish(roughness=0.25, coat=0.4)
WORKWEAR = Finish(roughness=0.92, sheen=0.15, bump=0.25, grain_m=0.0025, blotch=0.12, blotch_m=0.12)
LEATHER = Finish(roughness=0.45, bump=0.2, grain_m=0.002, blotch=0.12, blotch_m=0.04)
SKIN = Finish(roughness=0.5, bump=0.08, grain_m=0.002, blotch=0.12, blotch_m=0.03)
PAINT = Finish(roughness=0.8, bump=0.05, grain_m=0.004, blotch=0.05, blotch_m=0.8)


def rgb(code: str) -> Rgb:
    """Linear light from an sRGB code such as `1f4e8c`."""
    r, g, b = (int(code[i : i + 2], 16) / 255 for i in (0, 2, 4))
    return (r**2.2, g**2.2, b**2.2)


def shade(color: Rgb, factor: float) -> Rgb:
    return (min(color[0] * factor, 1.0), min(color[1] * factor, 1.0), min(color[2] * factor, 1.0))


def vary(color: Rgb, rng: Random, amount: float = 0.12) -> Rgb:
    """The colour, lighter or darker and a little off in hue."""
    light = 1 + rng.uniform(-amount, amount)
    r, g, b = (min(max(c * light * (1 + rng.uniform(-amount, amount) / 3), 0.0), 1.0) for c in color)
    return (r, g, b)


class _Graph:
    """A material's node tree with its principled shader at hand."""

    def __init__(self, name: str) -> None:
        self.material = bpy.data.materials.new(name)
        self.material.use_nodes = True
        self.nodes = self.material.node_tree.nodes
        self.links = self.material.node_tree.links
        self.shader = self.nodes["Principled BSDF"]

    def finish(self, finish: Finish) -> None:
        values = {
            "Roughness": finish.roughness,
            "Metallic": finish.metallic,
            "Sheen Weight": finish.sheen,
            "Coat Weight": finish.coat,
            "Transmission Weight": finish.transmission,
        }
        for name, value in values.items():
            self.shader.inputs[name].default_value = value

    def noise(self, size_m: float, stretch: Sequence[float], detail: float = 2.0) -> bpy.types.Node:
        """Noise in object space with features of `size_m`, stretched per axis."""
        where = self.nodes.new("ShaderNodeTexCoord")
        mapping = self.nodes.new("ShaderNodeMapping")
        mapping.inputs["Scale"].default_value = [s / size_m for s in stretch]
        noise = self.nodes.new("ShaderNodeTexNoise")
        noise.inputs["Scale"].default_value = 1.0
        noise.inputs["Detail"].default_value = detail
        self.links.new(where.outputs["Object"], mapping.inputs["Vector"])
        self.links.new(mapping.outputs["Vector"], noise.inputs["Vector"])
        return noise

    def ramp(self, source: bpy.types.NodeSocket, stops: Sequence[tuple[float, Rgb]]) -> bpy.types.NodeSocket:
        ramp = self.nodes.new("ShaderNodeValToRGB")
        elements = ramp.color_ramp.elements
        while len(elements) < len(stops):
            elements.new(0.5)
        for element, (position, color) in zip(elements, stops, strict=True):
            element.position, element.color = position, (*color, 1.0)
        self.links.new(source, ramp.inputs["Fac"])
        return ramp.outputs["Color"]

    def color(self, socket: bpy.types.NodeSocket) -> None:
        self.links.new(socket, self.shader.inputs["Base Color"])

    def relief(self, height: bpy.types.NodeSocket, strength: float, distance_m: float) -> None:
        bump = self.nodes.new("ShaderNodeBump")
        bump.inputs["Strength"].default_value = strength
        bump.inputs["Distance"].default_value = distance_m
        self.links.new(height, bump.inputs["Height"])
        self.links.new(bump.outputs["Normal"], self.shader.inputs["Normal"])


def plain(name: str, color: Rgb, finish: Finish = PLASTIC) -> bpy.types.Material:
    """One colour, with blotches and relief where the finish has them."""
    graph = _Graph(name)
    graph.finish(finish)
    graph.shader.inputs["Base Color"].default_value = (*color, 1.0)
    if finish.blotch > 0:
        noise = graph.noise(finish.blotch_m, (1, 1, 1))
        stops = [(0.3, shade(color, 1 - finish.blotch)), (0.7, shade(color, 1 + finish.blotch))]
        graph.color(graph.ramp(noise.outputs["Fac"], stops))
    if finish.bump > 0:
        noise = graph.noise(finish.grain_m, finish.stretch)
        graph.relief(noise.outputs["Fac"], finish.bump, finish.grain_m)
    return graph.material


def printed(
    name: str, picture: Image.Image, finish: Finish = PLASTIC, *, repeat: float = 1.0
) -> bpy.types.Material:
    """A picture laid over the sheet's texture coordinates `repeat` times."""
    graph = _Graph(name)
    graph.finish(finish)
    node = graph.nodes.new("ShaderNodeTexImage")
    node.image = to_blender(name, picture)
    where = graph.nodes.new("ShaderNodeTexCoord")
    mapping = graph.nodes.new("ShaderNodeMapping")
    mapping.inputs["Scale"].default_value = (repeat, repeat, 1)
    graph.links.new(where.outputs["UV"], mapping.inputs["Vector"])
    graph.links.new(mapping.outputs["Vector"], node.inputs["Vector"])
    graph.color(node.outputs["Color"])
    if finish.bump > 0:
        graph.relief(graph.noise(finish.grain_m, finish.stretch).outputs["Fac"], finish.bump, finish.grain_m)
    return graph.material


def to_blender(name: str, picture: Image.Image) -> bpy.types.Image:
    """The same pixels as a packed Blender image (Blender's rows run upwards)."""
    flipped = picture.convert("RGBA").transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    image = bpy.data.images.new(name, width=flipped.width, height=flipped.height)
    image.pixels.foreach_set(np.asarray(flipped, dtype=np.float32).ravel() / 255)
    image.pack()
    return image


def wood(name: str, light: Rgb, dark: Rgb, rng: Random, *, planks: bool = False) -> bpy.types.Material:
    """Grain along x: noise, long in one direction."""
    graph = _Graph(name)
    graph.finish(Finish(roughness=rng.uniform(0.25, 0.6), coat=rng.choice((0.0, 0.3))))
    noise = graph.noise(0.02, (0.06, 1.0, 1.0), detail=4.0)
    noise.inputs["Distortion"].default_value = rng.uniform(0.3, 1.5)
    stops = [(0.3, dark), (0.48, light), (0.6, shade(light, 0.9)), (0.75, shade(dark, 1.1))]
    color = graph.ramp(noise.outputs["Fac"], stops)
    graph.color(_gaps(graph, color, (0.9, 0.13), 0.002, shade(dark, 0.35)) if planks else color)
    return graph.material


def tiles(
    name: str, color: Rgb, rng: Random, *, size_m: tuple[float, float], gap_m: float = 0.004
) -> bpy.types.Material:
    """Glazed or matt tiles with grout, in the object's x and y."""
    graph = _Graph(name)
    graph.finish(Finish(roughness=rng.choice((0.12, 0.25, 0.5))))
    noise = graph.noise(rng.uniform(0.05, 0.4), (1, 1, 1), detail=3.0)
    spread = rng.uniform(0.02, 0.16)
    base = graph.ramp(
        noise.outputs["Fac"], [(0.3, shade(color, 1 - spread)), (0.7, shade(color, 1 + spread))]
    )
    grout = shade((0.75, 0.73, 0.7), rng.uniform(0.35, 1.0))
    graph.color(_gaps(graph, base, size_m, gap_m, grout))
    return graph.material


def _gaps(
    graph: _Graph, color: bpy.types.NodeSocket, size_m: tuple[float, float], gap_m: float, grout: Rgb
) -> bpy.types.NodeSocket:
    where = graph.nodes.new("ShaderNodeTexCoord")
    brick = graph.nodes.new("ShaderNodeTexBrick")
    brick.offset = 0.0 if size_m[0] < 2 * size_m[1] else 0.5
    brick.inputs["Scale"].default_value = 1.0
    brick.inputs["Brick Width"].default_value, brick.inputs["Row Height"].default_value = size_m
    brick.inputs["Mortar Size"].default_value = gap_m
    brick.inputs["Mortar"].default_value = (*grout, 1.0)
    graph.links.new(where.outputs["Object"], brick.inputs["Vector"])
    graph.links.new(color, brick.inputs["Color1"])
    graph.links.new(color, brick.inputs["Color2"])
    return brick.outputs["Color"]


def stone(name: str, color: Rgb, rng: Random) -> bpy.types.Material:
    """Speckled counter stone: fine grains over soft clouds."""
    graph = _Graph(name)
    graph.finish(Finish(roughness=rng.uniform(0.12, 0.35)))
    noise = graph.noise(rng.choice((0.002, 0.004, 0.007)), (1, 1, 1), detail=5.0)
    stops = [(0.35, shade(color, 0.45)), (0.5, color), (0.62, shade(color, 1.15)), (0.72, shade(color, 1.8))]
    graph.color(graph.ramp(noise.outputs["Fac"], stops))
    return graph.material


def film(name: str, color: Rgb, rng: Random, *, opacity: float) -> bpy.types.Material:
    """Thin crinkled plastic: glossy, light shines through, and a share of it is simply seen through."""
    graph = _Graph(name)
    graph.finish(Finish(roughness=rng.uniform(0.22, 0.42)))
    graph.shader.inputs["Base Color"].default_value = (*color, 1.0)
    graph.shader.inputs["Alpha"].default_value = opacity
    graph.shader.inputs["Specular IOR Level"].default_value = 0.7
    crinkle = graph.noise(rng.uniform(0.008, 0.016), (1, 1, 1.6), detail=3.0)
    graph.relief(crinkle.outputs["Fac"], 0.9, 0.008)
    return graph.material


def glow(name: str, color: Rgb, strength: float) -> bpy.types.Material:
    """A surface that gives light."""
    graph = _Graph(name)
    graph.shader.inputs["Emission Color"].default_value = (*color, 1.0)
    graph.shader.inputs["Emission Strength"].default_value = strength
    return graph.material

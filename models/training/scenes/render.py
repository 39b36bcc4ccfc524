"""From a staged scene to pixels: Cycles with few samples and a denoiser, then a phone's flaws."""

import tempfile
from dataclasses import dataclass
from math import radians
from pathlib import Path
from random import Random

import bpy
import numpy as np
from mathutils import Vector
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Vec3 = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Shot:
    """Where the camera stands, what it looks at, and how the picture is taken."""

    eye: Vec3
    target: Vec3
    width: int = 480
    height: int = 360
    lens_mm: float = 26.0
    roll_deg: float = 0.0
    samples: int = 5
    exposure: float = 0.0


def aim(shot: Shot) -> bpy.types.Object:
    """The scene's camera, set by the shot; a phone's main camera is about 26 mm on a 36 mm wide picture."""
    scene = bpy.context.scene
    camera = scene.camera or bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    if scene.camera is None:
        scene.collection.objects.link(camera)
        scene.camera = camera
    camera.location = shot.eye
    direction = Vector(shot.target) - Vector(shot.eye)
    turn = direction.to_track_quat("-Z", "Y").to_euler()
    camera.rotation_euler = turn
    camera.rotation_euler.rotate_axis("Z", radians(shot.roll_deg))
    camera.data.lens, camera.data.sensor_fit, camera.data.sensor_width = shot.lens_mm, "AUTO", 36.0
    camera.data.clip_start = 0.01
    scene.render.resolution_x, scene.render.resolution_y = shot.width, shot.height
    scene.render.resolution_percentage = 100
    return camera


def set_quality(shot: Shot, threads: int) -> None:
    """Cheap settings: short light paths, clamped, denoised."""
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.render.threads_mode, scene.render.threads = "FIXED", threads
    cycles = scene.cycles
    cycles.device, cycles.samples, cycles.use_adaptive_sampling = "CPU", shot.samples, False
    cycles.use_denoising, cycles.denoiser = True, "OPENIMAGEDENOISE"
    # Measured at 480 x 360: the accurate denoiser with prefiltered guides takes longer than the rendering.
    cycles.denoising_quality, cycles.denoising_prefilter = "FAST", "NONE"
    cycles.use_light_tree = False
    cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces = 4, 1, 2
    cycles.transmission_bounces, cycles.transparent_max_bounces = 2, 4
    cycles.sample_clamp_indirect, cycles.sample_clamp_direct = 4.0, 12.0
    cycles.caustics_reflective = cycles.caustics_refractive = False
    scene.view_settings.view_transform, scene.view_settings.look = "Filmic", "High Contrast"
    scene.view_settings.exposure = shot.exposure


def _write_passes(folder: Path) -> None:
    """Let the compositor write the index pass as a float picture beside the render."""
    scene = bpy.context.scene
    layer = bpy.context.view_layer
    layer.use_pass_object_index = True
    layer.pass_alpha_threshold = 0.0
    scene.use_nodes = True
    tree = scene.node_tree
    tree.nodes.clear()
    source = tree.nodes.new("CompositorNodeRLayers")
    shown = tree.nodes.new("CompositorNodeComposite")
    tree.links.new(source.outputs["Image"], shown.inputs["Image"])
    out = tree.nodes.new("CompositorNodeOutputFile")
    out.base_path = str(folder)
    out.format.file_format, out.format.color_depth, out.format.color_mode = "OPEN_EXR", "32", "RGB"
    out.file_slots[0].path = "index_"
    tree.links.new(source.outputs["IndexOB"], out.inputs[0])


def render(shot: Shot, threads: int = 1) -> tuple[Image.Image, NDArray[np.int32]]:
    """The picture, and for every pixel the index of the labelled thing seen there (0: none), shape (h, w)."""
    aim(shot)
    set_quality(shot, threads)
    scene = bpy.context.scene
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_passes(folder)
        scene.render.image_settings.file_format = "PNG"
        scene.render.filepath = str(folder / "picture.png")
        bpy.ops.render.render(write_still=True)
        picture = Image.open(folder / "picture.png").convert("RGB")
        picture.load()
        return picture, _read_index(next(folder.glob("index_*.exr")))


def _read_index(path: Path) -> NDArray[np.int32]:
    image = bpy.data.images.load(str(path))
    image.colorspace_settings.name = "Non-Color"
    width, height = image.size
    values = np.empty(width * height * 4, dtype=np.float32)
    image.pixels.foreach_get(values)
    bpy.data.images.remove(image)
    return np.rint(values.reshape(height, width, 4)[::-1, :, 0]).astype(np.int32)


def phone_flaws(picture: Image.Image, rng: Random) -> Image.Image:
    """Automatic exposure, white balance a little off, a soft lens, falling-off corners and sensor noise."""
    soft = picture.filter(ImageFilter.GaussianBlur(rng.choice((0.0, 0.3, 0.6)) * picture.width / 640))
    pixels = np.asarray(soft, dtype=np.float32)
    noise = np.random.default_rng(rng.getrandbits(32))
    gain = np.clip(rng.uniform(100, 140) / max(float(pixels.mean()), 1.0), 0.75, 1.6)
    balance = gain * (1 + noise.uniform(-0.04, 0.04, size=3))
    rows, columns = np.mgrid[-1 : 1 : pixels.shape[0] * 1j, -1 : 1 : pixels.shape[1] * 1j]
    falloff = 1 - rng.uniform(0, 0.14) * (rows**2 + columns**2)[..., None]
    grain = noise.normal(0, rng.uniform(0.6, 2.8), size=pixels.shape)
    grain += noise.normal(0, 0.8, size=(*pixels.shape[:2], 1))
    out = pixels * balance * falloff + grain
    return Image.fromarray(np.clip(out, 0, 255).astype(np.uint8))

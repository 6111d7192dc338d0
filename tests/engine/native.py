"""The same request through the pipelines of diffusers, alone: what the engine has to equal."""

from inspect import signature
from typing import Any

import torch
from diffusers import AutoPipelineForImage2Image
from PIL import Image

from imagegen.engine.contract import Spec
from imagegen.engine.schedules import SAMPLERS


def run(pipeline: Any, spec: Spec, on_step_end: Any = None, output_type: str = "latent") -> Any:
    """Return the finished latents, (1, channels, h, w), or pictures.

    A pipeline with an adapter is shown the request's face, at its scale.
    """
    own = pipeline.scheduler
    make = SAMPLERS[spec.sampler].from_config if spec.sampler else type(own).from_config
    scheduler = make(own.config)
    arguments: dict[str, Any] = {
        "prompt": spec.prompt,
        "num_inference_steps": spec.steps,
        "guidance_scale": spec.guidance,
        "generator": torch.Generator().manual_seed(spec.seed),
        "output_type": output_type,
    }
    if getattr(pipeline, "image_encoder", None) is not None:
        pipeline.set_ip_adapter_scale(spec.identity_scale if spec.face else 0.0)
        arguments["ip_adapter_image"] = spec.face or Image.new("RGB", spec.size)
    if on_step_end is not None:
        arguments["callback_on_step_end"] = on_step_end
    if spec.reference is None:
        chosen = type(pipeline)(**(pipeline.components | {"scheduler": scheduler}), **_options(pipeline))
        arguments |= {"width": spec.width, "height": spec.height}
    else:
        chosen = AutoPipelineForImage2Image.from_pipe(pipeline, scheduler=scheduler)
        arguments |= {"image": spec.reference, "strength": spec.strength}
        if "height" in signature(type(chosen).__call__).parameters:
            arguments |= {"width": spec.width, "height": spec.height}
    chosen.set_progress_bar_config(disable=True)
    with torch.inference_mode():
        return chosen(**arguments).images


def _options(pipeline: Any) -> dict[str, Any]:
    return {"requires_safety_checker": False} if "safety_checker" in pipeline.components else {}

"""Keeping a face: an IP-Adapter (arXiv 2308.06721) beside a model, for requests that have a face to keep."""

import hashlib
from collections import OrderedDict
from pathlib import Path
from typing import Any

import torch
from PIL import Image

from imagegen.engine import faces
from imagegen.engine.description import ADAPTER_FOLDER, ADAPTER_WEIGHTS, FACE_ENCODER_FOLDER

# People ask for several photos of one portrait in a row.
_KEPT_FACES = 16


def load_adapter(pipeline: Any, folder: Path) -> None:
    """Load the adapter of a model folder into a pipeline, with the encoder it was trained with.

    That is CLIP's in `image_encoder`, or a face encoder of ours in `face_encoder` (see `faces`).
    """
    faces_folder = folder / ADAPTER_FOLDER / FACE_ENCODER_FOLDER
    pipeline.load_ip_adapter(
        str(folder),
        subfolder=ADAPTER_FOLDER,
        weight_name=ADAPTER_WEIGHTS,
        image_encoder_folder=None if faces_folder.is_dir() else "image_encoder",
        local_files_only=True,
    )
    if faces_folder.is_dir():
        # Its weights are few: float32 costs nothing, and it is called once for a face.
        encoder = faces.load(faces_folder).to(pipeline.device)
        pipeline.register_modules(image_encoder=encoder, feature_extractor=faces.FaceProcessor())
    pipeline.image_encoder.eval()


class IdentityCondition:
    """The adapter of one pipeline and of every other pipeline over the same weights.

    It belongs to the thread that owns the pipelines: the scale is set inside the denoiser they share.
    """

    def __init__(self, pipeline: Any, model: str) -> None:
        """Load the adapter of a model folder into `pipeline`, from disk only."""
        load_adapter(pipeline, Path(model))
        self._pipeline = pipeline
        self._known: OrderedDict[bytes, list[torch.Tensor]] = OrderedDict()
        with torch.inference_mode():
            blank = self._embed(Image.new("RGB", (64, 64)))
        self._nobody = [torch.zeros_like(embedding) for embedding in blank]

    def arguments(self, face: Image.Image | None, *, scale: float, is_guided: bool) -> dict[str, Any]:
        """Set the scale for the next call of a pipeline, and return what that call must be given.

        Without a face the picture is the one that the model draws without an adapter, to the bit.
        is_guided: whether the call computes a row without the prompt as well; there nobody is shown.
        """
        self._pipeline.set_ip_adapter_scale(0.0 if face is None else scale)
        embeddings = self._nobody if face is None else self._embeddings_of(face)
        if not is_guided:
            embeddings = [embedding.chunk(2)[1] for embedding in embeddings]
        return {"ip_adapter_image_embeds": embeddings}

    def _embeddings_of(self, face: Image.Image) -> list[torch.Tensor]:
        key = hashlib.sha256(repr(face.size).encode() + face.tobytes()).digest()
        if key not in self._known:
            self._known[key] = self._embed(face)
            if len(self._known) > _KEPT_FACES:
                self._known.popitem(last=False)
        self._known.move_to_end(key)
        return self._known[key]

    def _embed(self, face: Image.Image) -> list[torch.Tensor]:
        """Return for each adapter what is shown without the prompt and with it, (2, 1, width)."""
        embeddings: list[torch.Tensor] = self._pipeline.prepare_ip_adapter_image_embeds(
            ip_adapter_image=face,
            ip_adapter_image_embeds=None,
            device=self._pipeline.device,
            num_images_per_prompt=1,
            do_classifier_free_guidance=True,
        )
        return embeddings

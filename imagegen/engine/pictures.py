"""Between PIL's pictures and the sizes that are drawn."""

from PIL import Image, ImageOps
from torch import Tensor

from imagegen.engine.contract import BadSpecError

# What is kept of a reference of another shape, across and down: faces are above the middle.
_CENTRE = (0.5, 0.35)


def fit(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return a picture in another size, (width, height), cropped where it has another shape.

    Raises BadSpecError for a picture whose data cannot be read.
    """
    try:
        picture = picture.convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise BadSpecError(f"the picture cannot be read: {error}") from error
    return ImageOps.fit(picture, size, Image.Resampling.LANCZOS, centering=_CENTRE)


def to_images(pixels: Tensor) -> list[Image.Image]:
    """Turn (B, height, width, 3) uint8 into pictures."""
    return [Image.fromarray(one) for one in pixels.cpu().numpy()]

"""How much two pictures show the same person, by what comes with a model.

A classifier of ours names what can be seen (skin, hair, eyes, ...); its folder says what it names and which
of that belongs to a person rather than to a moment. Other models bring an encoder, see `embeddings`.
"""

from dataclasses import asdict
from pathlib import Path
from typing import Protocol

import torch
from PIL import Image
from torch import Tensor, nn

from imagegen.engine import convolutions, description, embeddings
from imagegen.engine.portraits import PortraitReader, Widths, widths_of


class Likeness(Protocol):
    """Compares pictures of people."""

    def likeness(self, reference: Image.Image, picture: Image.Image) -> float:
        """Return 0 to 1: how far both pictures show the same person."""


class AttributeClassifier(nn.Module):
    """Reads every field of a portrait from its picture.

    fields: the words of each field, in the order of the output. identity: the fields that stay when the same
    person is drawn again. widths: see `portraits.Widths`.
    """

    def __init__(self, fields: dict[str, list[str]], identity: list[str], widths: Widths) -> None:
        super().__init__()
        self.fields, self.identity, self.widths = fields, identity, widths
        self.reader = PortraitReader(widths)
        self.head = nn.Linear(self.reader.features, sum(map(len, fields.values())))

    def forward(self, pictures: Tensor, places: Tensor | None = None) -> dict[str, Tensor]:
        """Turn (B, 3, 256, 256) in -1..1 into logits, (B, words) for each field.

        places: where the faces are, see `PortraitReader`.
        """
        logits = self.head(self.reader(pictures, places))
        parts = logits.split([len(words) for words in self.fields.values()], dim=1)
        return dict(zip(self.fields, parts, strict=True))

    @torch.inference_mode()
    def probabilities(self, pictures: list[Image.Image]) -> dict[str, Tensor]:
        """Return for each field the probability of each word, (pictures, words)."""
        batch = torch.stack([convolutions.as_tensor(picture) for picture in pictures])
        return {field: logits.float().softmax(dim=1) for field, logits in self(batch).items()}

    def read(self, picture: Image.Image) -> dict[str, str]:
        """Return the likeliest word of each field."""
        shares = self.probabilities([picture])
        return {field: words[int(shares[field].argmax())] for field, words in self.fields.items()}

    def likeness(self, reference: Image.Image, picture: Image.Image) -> float:
        """Return 0 to 1: how far both pictures agree in what belongs to the person.

        For each field of identity, the probability mass both give to the same words; the mean over fields.
        """
        shares = self.probabilities([reference, picture])
        common = [torch.minimum(*shares[field]).sum() for field in self.identity]
        # Sums of probabilities may end a rounding error above 1.
        return min(float(torch.stack(common).mean()), 1.0)

    def save(self, folder: Path) -> None:
        """Write configuration and weights, these in half precision."""
        config = {"fields": self.fields, "identity": self.identity, "widths": asdict(self.widths)}
        convolutions.save(self, config, folder)


def load_for(model_folder: Path, *, device: str | torch.device = "cpu") -> Likeness | None:
    """Load what tells how alike the people of a model's pictures are; None for a model that cannot tell.

    Where there are both, the classifier counts: it was made for the model's own pictures. It computes on the
    CPU; an encoder, which is larger, on `device`. Raises UnsupportedModelError for an encoder without
    embeddings of pictures.
    """
    if description.has_classifier(model_folder):
        return load(model_folder / description.CLASSIFIER_FOLDER)
    if description.has_likeness_encoder(model_folder):
        return embeddings.load(model_folder / description.LIKENESS_ENCODER_FOLDER, device=device)
    return None


def load(folder: Path) -> AttributeClassifier:
    """Read a classifier that `save` wrote; it computes in float32 on the CPU, where it takes milliseconds."""
    config = convolutions.read_config(folder)
    classifier = AttributeClassifier(config["fields"], config["identity"], widths_of(config))
    convolutions.restore(classifier, folder)
    return classifier

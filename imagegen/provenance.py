"""Every picture that we make says that a model made it. Its prompt is nobody's business."""

from io import BytesIO

from PIL import Image

DIGITAL_SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
CONTENT_TYPE = "image/webp"
EXTENSION = "webp"
_QUALITY = 92

_XMP = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
    xmp:CreatorTool="StoryChat"
    Iptc4xmpExt:DigitalSourceType="{DIGITAL_SOURCE_TYPE}"/>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>""".encode()


def encode(image: Image.Image) -> bytes:
    """Return the picture as WebP with its mark in XMP and nothing else beside the pixels."""
    plain = image.convert("RGB")
    plain.info.clear()
    out = BytesIO()
    plain.save(out, "WEBP", quality=_QUALITY, method=4, xmp=_XMP)
    return out.getvalue()

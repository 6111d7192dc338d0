"""People whom several tests draw or ask about."""

from tools.embedded_model.attributes import Portrait

PLAIN = Portrait(
    kind="woman",
    age="young",
    face_shape="oval",
    skin="pale",
    eyes="green",
    eye_shape="round",
    brows="thin",
    nose="small",
    lips="thin",
    hair_colour="red",
    hair_style="short",
    facial_hair="none",
    glasses="none",
    earrings="none",
    headwear="none",
    expression="smiling",
    garment="t-shirt",
    clothes_colour="blue",
    background="white",
    framing="bust",
    turn="front",
    light="soft",
    face_seed=3,
)

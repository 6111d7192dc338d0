"""The mix of requests: steps, each as likely as the others, and the strength of image-to-image."""

STEPS = (8, 12, 16)
STRENGTH = 0.75

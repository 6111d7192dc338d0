"""Serving one model to many people at once: four ways, the same requests, the same machine."""

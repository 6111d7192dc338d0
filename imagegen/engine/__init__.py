"""The engine: torch and diffusers, nothing of Django."""

import os

# Before anything of Hugging Face is imported: weights come from disk, never from the network.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

#!/usr/bin/env python
"""Entry point of StoryChat's management commands."""

import os
import sys

from django.core.management import execute_from_command_line

# Commands for people who change the code: they look at models, not at an installation and its secrets.
_CODE_COMMANDS = {"makemigrations", "makemessages"}

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "storychat.settings")
    if _CODE_COMMANDS.intersection(sys.argv[1:2]):
        os.environ.setdefault("DEBUG", "1")
    execute_from_command_line(sys.argv)

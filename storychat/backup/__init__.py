"""Backup and restore of what an installation knows: its database and its media files."""

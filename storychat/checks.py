"""System checks of the installation as a whole."""

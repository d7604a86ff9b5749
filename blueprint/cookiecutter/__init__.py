"""Templates in the format of cookiecutter, rendered by cookiecutter itself, and contained."""

"""One topic on a screen."""

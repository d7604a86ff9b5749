"""Backend Blueprint: one description of services, three running architectures."""

__version__ = "0.1.0"

"""Tells whether an image-generation request, answer or stream keeps what the provider's document promises."""

__version__ = "0.1.0"

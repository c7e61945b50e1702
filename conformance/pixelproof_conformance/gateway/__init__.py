"""The reference gateway: an image endpoint that does what the documents say, unless a fault is switched on."""

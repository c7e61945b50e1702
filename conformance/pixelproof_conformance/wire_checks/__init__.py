"""The wire checks: what goes wrong on the wire of an image endpoint whatever its document says.

``schemas/wire.yaml`` says what each check wants and why. A family of checks is a module here: ``cases`` makes the
requests of its own, which have to be refused and cost nothing, and ``judge`` says what the exchanges of a run show.
"""

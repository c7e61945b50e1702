"""The settings file (``pixelproof.toml``): found, read, checked, and merged with the environment and the command line.

find     -> is there anything that sets a value: a file above, a variable, a flag?
keys     -> what can be set: every flag of a configured verb, derived from its parser
schema   -> the same as JSON Schema, written to ``schemas/meta/config.json``
file     -> the file that holds here, as values with the line of each
check    -> what is wrong in it
settings -> the value of every key of one call, and where it comes from
"""

VERBS = ("run", "plan", "limits", "validate", "judge", "audit", "waive")
"""The verbs that read the settings."""

from collections.abc import Callable
from pathlib import Path

import pytest

DIALECT = """\
dialect: acme
title: Acme
document: {file: acme.txt, title: Acme images}
base-url: https://acme.example
authentication: {header: Authorization}
models:
  small: {}
  large: {}
  large-preview: {pattern: '^large-20[0-9][0-9]$', sample: large-2026}
absent-model:
  - {name: large by its parameter, when-any-of: [style]}
  - {name: small by default}
operations: [generations]
account: {verified: The caller has shown a passport.}
refusal: {message: /message, parameter: /param}
"""

GENERATIONS = """\
$schema: https://json-schema.org/draft/2020-12/schema
$id: tag:acme.example,2026:generations
title: Make images
x-operation: {method: POST, path: /images, content-type: application/json}
$defs:
  large:
    x-family: true
    anyOf:
      - {required: [model], properties: {model: {enum: [large]}}}
      - {required: [model], properties: {model: {type: string, pattern: '^large-20[0-9][0-9]$'}}}
      - {not: {required: [model]}, required: [style]}
  request:
    type: object
    required: [prompt]
    additionalProperties: false
    x-requirement:
      - keyword: [type, required]
        id: acme/generations/prompt-missing
        says: A prompt is required.
        source: acme.txt#prompt
        outcome: INVALID
      - keyword: additionalProperties
        id: acme/generations/parameter-not-listed
        says: Only listed parameters are described.
        source: acme.txt#body
        outcome: UNSTATED
    properties:
      prompt:
        type: string
        x-requirement:
          id: acme/generations/prompt-not-a-string
          says: The prompt is a string.
          source: acme.txt#prompt
          outcome: R400
      model: {}
      n:
        type: integer
        maximum: 8
        x-requirement:
          id: acme/generations/n-above-8
          says: At most 8 images can be asked for.
          source: acme.txt#n
          outcome: INVALID
          hint: Ask twice.
        x-accepts:
          id: acme/generations/documented-n-refused
          says: Each listed number of images is accepted.
          source: acme.txt#n
      style:
        enum: [flat, deep]
        x-requirement:
          id: acme/generations/style-not-listed
          says: The style is flat or deep.
          source: acme.txt#style
          outcome: PRECOND
          account: verified
    x-rules:
      - rule: duplicate-key
        id: acme/generations/parameter-twice
        says: No parameter stands twice.
        source: acme.txt#body
        outcome: INVALID
    allOf:
      - if: {$ref: '#/$defs/large'}
        then:
          properties:
            n:
              maximum: 2
              x-requirement:
                id: acme/generations/n-above-2
                says: The large model makes two images at most.
                source: acme.txt#n
                outcome: INVALID
      - if: {required: [style], properties: {style: {const: deep}}}
        then:
          properties:
            n:
              maximum: 1
              x-requirement:
                id: acme/generations/deep-style-of-several
                says: The deep style is for one image.
                source: acme-observed#style
                outcome: INVALID
                observed: true
  answer:
    properties:
      answer:
        type: object
        x-requirement:
          id: acme/generations/answer-not-an-object
          says: The answer is an object.
          source: acme.txt#answer
          outcome: INVALID
        properties:
          images:
            type: array
            x-requirement:
              id: acme/generations/images-not-an-array
              says: The images are an array.
              source: acme.txt#answer
              outcome: INVALID
            items:
              $ref: '#/$defs/image'
  image:
    type: string
    x-requirement:
      id: acme/generations/image-not-a-string
      says: An image is a string.
      source: acme.txt#answer
      outcome: INVALID
x-not-checkable:
  - id: acme/generations/images-are-nice
    says: The images are nice.
    source: acme.txt#about
    reason: Nobody can measure it.
"""

Acme = Callable[..., Path]
"""``acme(old, new, file="generations.yaml")`` writes the dialect with one text replaced and returns its folder."""


@pytest.fixture
def acme(tmp_path: Path) -> Acme:
    """A small dialect in a folder of its own, in which a test changes one thing."""

    def write(old: str = "", new: str = "", file: str = "generations.yaml") -> Path:
        folder = tmp_path / "acme"
        folder.mkdir(exist_ok=True)
        for name, text in (("dialect.yaml", DIALECT), ("generations.yaml", GENERATIONS)):
            if name == file and old:
                assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
                text = text.replace(old, new)  # noqa: PLW2901
            (folder / name).write_text(text, encoding="utf-8")
        return folder

    return write

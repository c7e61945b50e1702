import base64
from collections.abc import Iterator

import openai
import pytest
from pixelproof._picture import read_picture
from pixelproof_conformance.gateway.running import running_gateway


@pytest.fixture(scope="module")
def client() -> Iterator[openai.OpenAI]:
    """The official client, pointed at a clean gateway."""
    with (
        running_gateway() as gateway,
        openai.OpenAI(api_key="any", base_url=f"{gateway.url}/v1", max_retries=0) as client,
    ):
        yield client


def test_it_generates(client: openai.OpenAI) -> None:
    """The official client reads the answer: pictures of the asked size, settings and usage."""
    answer = client.images.generate(
        model="gpt-image-1", prompt="A fox", n=2, size="1536x1024", quality="high", output_format="webp"
    )
    assert (answer.size, answer.quality, answer.output_format) == ("1536x1024", "high", "webp")
    assert answer.usage is not None
    assert answer.usage.total_tokens == answer.usage.input_tokens + answer.usage.output_tokens
    assert answer.data is not None
    pictures = [read_picture(base64.b64decode(image.b64_json or "")) for image in answer.data]
    found = [(picture.format, picture.width, picture.height) for picture in pictures if picture]
    assert found == [("webp", 1536, 1024)] * 2


def test_it_reads_a_stream(client: openai.OpenAI) -> None:
    """The official client reads each event as its own type, in order."""
    with client.images.generate(model="gpt-image-1", prompt="A fox", stream=True, partial_images=2) as stream:
        events = list(stream)
    assert [event.type for event in events] == ["image_generation.partial_image"] * 2 + ["image_generation.completed"]
    final = events[-1]
    assert final.type == "image_generation.completed"
    assert (final.size, final.quality, final.background, final.output_format) == ("1024x1024", "low", "opaque", "png")
    assert read_picture(base64.b64decode(final.b64_json)) is not None
    assert final.usage.output_tokens > 0


def test_it_gets_an_address(client: openai.OpenAI) -> None:
    """A dall-e model answers with an address and a revised prompt."""
    answer = client.images.generate(model="dall-e-3", prompt="A fox")
    assert answer.data is not None
    assert answer.data[0].url is not None
    assert answer.data[0].url.startswith(str(client.base_url).removesuffix("v1/"))
    assert answer.data[0].revised_prompt


def test_it_understands_a_refusal(client: openai.OpenAI) -> None:
    """The official client raises its own error, with parameter, code and message."""
    with pytest.raises(openai.BadRequestError) as caught:
        client.images.generate(model="gpt-image-1", prompt="A fox", n=11)
    assert (caught.value.param, caught.value.code) == ("n", "integer_above_max_value")
    assert "Expected a value <= 10" in str(caught.value)


def test_it_understands_a_missing_key(client: openai.OpenAI) -> None:
    """A key that is refused is an authentication error for the official client."""
    with running_gateway(key="another") as gateway:
        stranger = openai.OpenAI(api_key="any", base_url=f"{gateway.url}/v1", max_retries=0)
        with stranger, pytest.raises(openai.AuthenticationError):
            stranger.images.generate(prompt="A fox")


def test_it_lists_the_models(client: openai.OpenAI) -> None:
    """The official client reads the list of models."""
    assert "gpt-image-1-mini" in {model.id for model in client.models.list()}

"""The official OpenAI client for Python against a running gateway.

Without a model's name everything is asked of the built-in one, which needs no key: models, chat whole, streamed and
through the stream helper, the asynchronous client, text completions, errors, a stream left in the middle.

With --model, that model is asked through the gateway too: usage, calls of tools, structured outputs, a picture, an
error, a stream left in the middle; with --responses, the Responses API; with --embedding-model, embeddings. The key is taken from OPENAI_API_KEY, or from
API_TOKEN where the server pays.

Exits with 1 at the first wrong answer, and with 0 without having tried anything where the package `openai` is not
installed (pip install openai).
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import os
import struct
import sys
import zlib
from typing import Any

try:
    import openai
    import pydantic
except ModuleNotFoundError:
    openai = None  # type: ignore[assignment]

HERE = "http://localhost:8000/v1"
BUILT_IN = "nexcode"
QUESTION: Any = [{"role": "user", "content": "How do I require a token?"}]


def main() -> None:
    options = arguments()
    if openai is None:
        print("skipped: the package `openai` is not installed (pip install openai). Nothing was tried.")
        return
    key = os.environ.get("OPENAI_API_KEY") or os.environ.get("API_TOKEN") or "dummy"
    client = openai.OpenAI(base_url=options.base_url, api_key=key)
    ask_built_in(client)
    asyncio.run(ask_asynchronously(options.base_url, key))
    if options.model is not None:
        ask_model(client, options.model)
        ask_for_tools(client, options.model)
        ask_for_object(client, options.model)
        if not options.no_images:
            ask_about_picture(client, options.model)
        if options.responses:
            ask_on_responses(client, options.model)
    if options.embedding_model is not None:
        ask_for_embeddings(client, options.embedding_model)
    print(f"openai {openai.__version__} for Python: every answer was right.")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("base_url", metavar="BASE_URL", nargs="?", default=HERE, help=f"the gateway; {HERE} unless given")
    add("--model", metavar="NAME", help="a chat model that has tools and structured outputs")
    add("--no-images", action="store_true", help="show that model no picture")
    add("--responses", action="store_true", help="ask that model on the Responses API too")
    add("--embedding-model", metavar="NAME", help="a model for embeddings")
    return parser.parse_args()


def ask_built_in(client: openai.OpenAI) -> None:
    expect("models", BUILT_IN in [model.id for model in client.models.list()])
    expect("one model", client.models.retrieve(BUILT_IN).id == BUILT_IN)

    whole = client.chat.completions.create(model=BUILT_IN, messages=QUESTION)
    expect("chat", bool(whole.choices[0].message.content) and whole.choices[0].finish_reason == "stop")
    expect("the id of a request", bool(whole._request_id))

    text, reason = "", None
    for chunk in client.chat.completions.create(model=BUILT_IN, messages=QUESTION, stream=True):
        for choice in chunk.choices:
            text += choice.delta.content or ""
            reason = choice.finish_reason or reason
    expect("chat, streamed", bool(text) and reason == "stop")

    with client.chat.completions.stream(model=BUILT_IN, messages=QUESTION) as stream:
        text = "".join(event.delta for event in stream if event.type == "content.delta")
        final = stream.get_final_completion().choices[0]
    expect("chat, the stream helper", bool(text) and final.message.content == text)

    completed = client.completions.create(model=BUILT_IN, prompt=QUESTION[0]["content"])
    expect("text completion", bool(completed.choices[0].text))

    text = ""
    for piece in client.completions.create(model=BUILT_IN, prompt=QUESTION[0]["content"], stream=True):
        text += "".join(choice.text for choice in piece.choices)
    expect("text completion, streamed", bool(text))

    expect("a stream left in the middle", leave_stream(client, BUILT_IN))

    try:
        client.chat.completions.create(model=BUILT_IN, messages="none")  # type: ignore[arg-type]
    except openai.BadRequestError as error:
        expect("an error as its class", error.param == "messages" and error.code == "invalid_type")
    else:
        expect("an error as its class", False)


async def ask_asynchronously(base_url: str, key: str) -> None:
    async with openai.AsyncOpenAI(base_url=base_url, api_key=key) as client:
        whole = await client.chat.completions.create(model=BUILT_IN, messages=QUESTION)
        text = ""
        async for chunk in await client.chat.completions.create(
            model=BUILT_IN, messages=QUESTION, stream=True
        ):
            text += "".join(choice.delta.content or "" for choice in chunk.choices)
        expect("chat, asynchronously", bool(text) and bool(whole.choices[0].message.content))


def ask_model(client: openai.OpenAI, model: str) -> None:
    question: Any = [{"role": "user", "content": "Say hello."}]
    whole = client.chat.completions.create(model=model, messages=question)
    expect("a model: chat", bool(whole.choices[0].message.content))
    expect("a model: usage", is_sum(whole.usage))

    text, usage = "", None
    for chunk in client.chat.completions.create(
        model=model, messages=question, stream=True, stream_options={"include_usage": True}
    ):
        text += "".join(choice.delta.content or "" for choice in chunk.choices)
        usage = chunk.usage or usage
    expect("a model: chat, streamed", bool(text))
    expect("a model: usage, streamed", is_sum(usage))
    expect("a model: a stream left in the middle", leave_stream(client, model))

    try:
        client.chat.completions.create(model="no-such-model-anywhere", messages=question)
    except openai.APIStatusError as error:
        expect("a model: an error as its class", error.status_code >= 400 and bool(error.message))
    else:
        expect("a model: an error as its class", False)


def ask_for_tools(client: openai.OpenAI, model: str) -> None:
    class Add(pydantic.BaseModel):
        """Adds two whole numbers."""

        a: int
        b: int

    messages: Any = [{"role": "user", "content": "Call the tool: 1836281973 + 19973286?"}]
    offered: Any = {"tools": [openai.pydantic_function_tool(Add)], "tool_choice": "required"}
    answer = client.chat.completions.parse(model=model, messages=messages, **offered).choices[0].message
    call = (answer.tool_calls or [None])[0]
    numbers = call and call.function.parsed_arguments
    expect("a model: a call of a tool", isinstance(numbers, Add))

    with client.chat.completions.stream(model=model, messages=messages, **offered) as stream:
        streamed = stream.get_final_completion().choices[0].message.tool_calls or [None]
    expect(
        "a model: a call of a tool, streamed",
        streamed[0] is not None and isinstance(streamed[0].function.parsed_arguments, Add),
    )

    function = {"name": call.function.name, "arguments": call.function.arguments}
    messages += [
        {"role": "assistant", "tool_calls": [{"id": call.id, "type": "function", "function": function}]},
        {"role": "tool", "tool_call_id": call.id, "content": str(numbers.a + numbers.b)},
    ]
    told = client.chat.completions.create(model=model, messages=messages, tools=offered["tools"])
    expect("a model: the result of a tool", bool(told.choices[0].message.content))


def ask_for_object(client: openai.OpenAI, model: str) -> None:
    class City(pydantic.BaseModel):
        name: str
        population: int

    question: Any = [{"role": "user", "content": "Which is the capital of Japan?"}]
    parsed = client.chat.completions.parse(model=model, messages=question, response_format=City)
    expect("a model: structured output", isinstance(parsed.choices[0].message.parsed, City))

    with client.chat.completions.stream(model=model, messages=question, response_format=City) as stream:
        final = stream.get_final_completion()
    expect("a model: structured output, streamed", isinstance(final.choices[0].message.parsed, City))


def ask_about_picture(client: openai.OpenAI, model: str) -> None:
    url = "data:image/png;base64," + base64.b64encode(red_square(64)).decode()
    content = [
        {"type": "text", "text": "Which colour is this?"},
        {"type": "image_url", "image_url": {"url": url}},
    ]
    question: Any = [{"role": "user", "content": content}]
    answer = client.chat.completions.create(model=model, messages=question)
    expect("a model: a picture", bool(answer.choices[0].message.content))


def ask_on_responses(client: openai.OpenAI, model: str) -> None:
    whole = client.responses.create(model=model, input="Say hello.")
    expect("a model: responses", bool(whole.output_text) and whole.status == "completed")

    text, final = "", None
    for event in client.responses.create(model=model, input="Say hello.", stream=True):
        if event.type == "response.output_text.delta":
            text += event.delta
        if event.type == "response.completed":
            final = event.response.output_text
    expect("a model: responses, streamed", bool(text) and final == text)

    with client.responses.stream(model=model, input="Say hello.") as stream:
        stream.until_done()
        expect("a model: responses, the stream helper", bool(stream.get_final_response().output_text))


def ask_for_embeddings(client: openai.OpenAI, model: str) -> None:
    answer = client.embeddings.create(model=model, input=["hello", "你好"])
    lengths = {len(item.embedding) for item in answer.data}
    expect("embeddings", len(answer.data) == 2 and len(lengths) == 1 and 0 not in lengths)
    numbers = answer.data[0].embedding
    expect("embeddings: numbers", all(isinstance(number, (int, float)) for number in numbers))


def leave_stream(client: openai.OpenAI, model: str) -> bool:
    """Whether a stream can be left after its first event, and the client asks on as if nothing had been."""
    with client.chat.completions.create(model=model, messages=QUESTION, stream=True) as stream:
        begun = next(iter(stream)) is not None
    return begun and bool(client.models.list().data)


def is_sum(usage: Any) -> bool:
    """Whether the tokens of a usage add up."""
    return usage is not None and usage.total_tokens == usage.prompt_tokens + usage.completion_tokens > 0


def red_square(side: int) -> bytes:
    """A PNG (https://www.w3.org/TR/png-3/): 8 bits a channel, red, green and blue."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = (b"\0" + b"\xff\0\0" * side) * side
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def expect(what: str, right: bool) -> None:
    print(f"{'ok  ' if right else 'FAIL'}  {what}")
    if not right:
        sys.exit(1)


if __name__ == "__main__":
    main()

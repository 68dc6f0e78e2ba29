"""LangChain for Python against a running gateway: what the model NAME answers on chat, and with --responses on the
Responses API too: whole, streamed, asynchronously, in a batch, with usage, a tool and its result, structured output, a
picture, an error; with --embedding-model, embeddings. The key is taken from OPENAI_API_KEY.

Exits with 1 at the first wrong answer.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import importlib.metadata
import os

import openai
import pydantic
from langchain_core.messages import HumanMessage, SystemMessage, ToolMessage
from langchain_openai import ChatOpenAI, OpenAIEmbeddings

from python_client import expect, red_square

HELLO = "Say hello."


def main() -> None:
    options = arguments()
    key = os.environ.get("OPENAI_API_KEY") or os.environ.get("API_TOKEN") or "dummy"
    # LangChain keeps one asynchronous client for all its models: they share one loop.
    runner = asyncio.Runner()
    for on_responses in [False, True] if options.responses else [False]:
        api = "responses" if on_responses else "chat"

        def model(name: str = options.model) -> ChatOpenAI:
            return ChatOpenAI(
                model=name,
                base_url=options.base_url,
                api_key=key,
                use_responses_api=on_responses,
                stream_usage=True,
            )

        ask(api, model())
        runner.run(ask_asynchronously(api, model()))
        ask_for_tool(api, model())
        ask_for_object(api, model())
        ask_about_picture(api, model())
        ask_wrongly(api, model("no-such-model-anywhere"))
    if options.embedding_model is not None:
        # With its check of lengths it fetches a table of tokens from elsewhere.
        embeddings = OpenAIEmbeddings(
            model=options.embedding_model,
            base_url=options.base_url,
            api_key=key,
            check_embedding_ctx_length=False,
        )
        ask_for_embeddings(embeddings)
    version = importlib.metadata.version("langchain-openai")
    print(f"langchain-openai {version} for Python: every answer was right.")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("base_url", metavar="BASE_URL", help="the gateway, as http://localhost:8000/v1")
    add("--model", metavar="NAME", required=True, help="a chat model that has tools and structured outputs")
    add("--responses", action="store_true", help="ask it on the Responses API too")
    add("--embedding-model", metavar="NAME", help="a model for embeddings")
    return parser.parse_args()


def ask(api: str, model: ChatOpenAI) -> None:
    whole = model.invoke([SystemMessage("Be kind."), HumanMessage(HELLO)])
    expect(f"{api}: whole", bool(whole.text))
    expect(f"{api}: usage", is_sum(whole.usage_metadata))

    gathered = None
    for chunk in model.stream(HELLO):
        gathered = chunk if gathered is None else gathered + chunk
    expect(f"{api}: streamed", gathered is not None and bool(gathered.text))
    expect(f"{api}: usage, streamed", gathered is not None and is_sum(gathered.usage_metadata))

    answers = model.batch([HELLO, HELLO, HELLO])
    expect(f"{api}: a batch", len(answers) == 3 and all(answer.text for answer in answers))

    left = model.stream(HELLO)
    begun = next(iter(left)) is not None
    left.close()
    expect(f"{api}: a stream left in the middle", begun and bool(model.invoke(HELLO).text))


async def ask_asynchronously(api: str, model: ChatOpenAI) -> None:
    text = "".join([chunk.text async for chunk in model.astream(HELLO)])
    expect(f"{api}: asynchronously", bool(text) and bool((await model.ainvoke(HELLO)).text))


def ask_for_tool(api: str, model: ChatOpenAI) -> None:
    class Add(pydantic.BaseModel):
        """Adds two whole numbers."""

        a: int
        b: int

    offered = model.bind_tools([Add], tool_choice="Add")
    question = HumanMessage("Call the tool: 1836281973 + 19973286?")
    answer = offered.invoke([question])
    numbers = Add.model_validate(answer.tool_calls[0]["args"])
    expect(f"{api}: a call of a tool", len(answer.tool_calls) == 1 and answer.tool_calls[0]["name"] == "Add")

    streamed = None
    for chunk in offered.stream([question]):
        streamed = chunk if streamed is None else streamed + chunk
    expect(
        f"{api}: a call of a tool, streamed",
        streamed is not None and streamed.tool_calls == answer.tool_calls,
    )

    result = ToolMessage(str(numbers.a + numbers.b), tool_call_id=answer.tool_calls[0]["id"])
    told = model.bind_tools([Add]).invoke([question, answer, result])
    expect(f"{api}: the result of a tool", bool(told.text))


def ask_for_object(api: str, model: ChatOpenAI) -> None:
    class City(pydantic.BaseModel):
        name: str
        population: int

    parsed = model.with_structured_output(City, method="json_schema").invoke("Which is the capital of Japan?")
    expect(f"{api}: structured output", isinstance(parsed, City))


def ask_about_picture(api: str, model: ChatOpenAI) -> None:
    url = "data:image/png;base64," + base64.b64encode(red_square(64)).decode()
    content = [
        {"type": "text", "text": "Which colour is this?"},
        {"type": "image_url", "image_url": {"url": url}},
    ]
    expect(f"{api}: a picture", bool(model.invoke([HumanMessage(content=content)]).text))


def ask_wrongly(api: str, model: ChatOpenAI) -> None:
    try:
        model.invoke(HELLO)
    except openai.APIStatusError as error:
        expect(f"{api}: an error as its class", error.status_code >= 400 and bool(error.message))
    else:
        expect(f"{api}: an error as its class", False)


def ask_for_embeddings(embeddings: OpenAIEmbeddings) -> None:
    expect("embeddings: a question", len(embeddings.embed_query("你好")) > 0)
    lengths = {len(numbers) for numbers in embeddings.embed_documents(["a", "b"])}
    expect("embeddings: documents", len(lengths) == 1 and 0 not in lengths)


def is_sum(usage: dict | None) -> bool:
    """Whether the tokens of a usage add up."""
    return usage is not None and usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"] > 0


if __name__ == "__main__":
    main()

"""The official OpenAI client for Python against a running gateway.

    python3 proof/python_client.py [BASE_URL]

BASE_URL is http://localhost:8000/v1 unless given. Everything is asked of the built-in model, so no key is needed;
where the server asks for a token, it is taken from API_TOKEN. Exits with 1 at the first wrong answer, and with 0
without having tried anything where the package `openai` is not installed.
"""

import os
import sys

try:
    import openai
except ModuleNotFoundError:
    print("skipped: the package `openai` is not installed (pip install openai). Nothing was tried.")
    sys.exit(0)

MODEL = "nexcode"
QUESTION = [{"role": "user", "content": "How do I require a token?"}]


def main() -> None:
    base_url = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000/v1"
    client = openai.OpenAI(
        base_url=base_url, api_key=os.environ.get("API_TOKEN", "dummy"), max_retries=0
    )

    expect("models", MODEL in [model.id for model in client.models.list()])

    whole = client.chat.completions.create(model=MODEL, messages=QUESTION)
    text = whole.choices[0].message.content
    expect("chat", bool(text) and whole.choices[0].finish_reason == "stop")

    streamed, reason = "", None
    for chunk in client.chat.completions.create(model=MODEL, messages=QUESTION, stream=True):
        for choice in chunk.choices:
            streamed += choice.delta.content or ""
            reason = choice.finish_reason or reason
    expect("chat, streamed", bool(streamed) and reason == "stop")

    completed = client.completions.create(model=MODEL, prompt=QUESTION[0]["content"])
    expect("text completion", bool(completed.choices[0].text))

    try:
        client.chat.completions.create(model=MODEL, messages="none")  # type: ignore[arg-type]
    except openai.BadRequestError as error:
        expect("an error as its class", error.param == "messages" and error.code == "invalid_type")
    else:
        expect("an error as its class", False)

    print(f"openai {openai.__version__} for Python: every answer was right.")


def expect(what: str, right: bool) -> None:
    print(f"{'ok  ' if right else 'FAIL'}  {what}")
    if not right:
        sys.exit(1)


if __name__ == "__main__":
    main()

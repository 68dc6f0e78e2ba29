"""The official clients for Python: reads jobs, one JSON object a line, and prints what each came to, with its number."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import openai
from langchain_openai import ChatOpenAI

QUESTION = "What is the sum?"
KEY = "sk-client-Jb9-of-somebody"
SCHEMA: Any = {
    "type": "object",
    "properties": {"a": {"type": "number"}, "b": {"type": "number"}},
    "required": ["a", "b"],
    "additionalProperties": False,
}
CHAT_TOOLS: Any = [{"type": "function", "function": {"name": "add", "parameters": SCHEMA}}]
RESPONSES_TOOLS: Any = [{"type": "function", "name": "add", "parameters": SCHEMA, "strict": False}]
MESSAGES: Any = [{"role": "user", "content": QUESTION}]


def ask_chat(job: dict, said: list[str]) -> dict:
    more: Any = {"tools": CHAT_TOOLS} if job["offersTool"] else {}
    with client_for(job) as client:
        if not job["streamed"]:
            whole = client.chat.completions.create(model=job["model"], messages=MESSAGES, **more)
            message = whole.choices[0].message
            calls = [
                {"id": call.id, "name": call.function.name, "args": call.function.arguments}
                for call in message.tool_calls or []
            ]
            finish = whole.choices[0].finish_reason
            return value(message.content or message.refusal, calls, finish, plain(whole.usage))
        finish, usage, calls = None, None, []
        for chunk in client.chat.completions.create(
            model=job["model"],
            messages=MESSAGES,
            stream=True,
            stream_options={"include_usage": True},
            **more,
        ):
            for choice in chunk.choices:
                said.append(choice.delta.content or choice.delta.refusal or "")
                calls += [{"args": plain(call)} for call in choice.delta.tool_calls or []]
                finish = choice.finish_reason or finish
            usage = chunk.usage or usage
        return value("".join(said), calls, finish, plain(usage))


def ask_responses(job: dict, said: list[str]) -> dict:
    more: Any = {"tools": RESPONSES_TOOLS} if job["offersTool"] else {}
    with client_for(job) as client:
        response = None
        if job["streamed"]:
            for event in client.responses.create(model=job["model"], input=QUESTION, stream=True, **more):
                if event.type == "response.output_text.delta":
                    said.append(event.delta)
                if event.type == "response.completed":
                    response = event.response
        else:
            response = client.responses.create(model=job["model"], input=QUESTION, **more)
            said.append(response.output_text)
        if response is None:
            return value("".join(said), [], None, None)
        calls = [
            {"id": item.call_id, "name": item.name, "args": item.arguments}
            for item in response.output
            if item.type == "function_call"
        ]
        return value("".join(said), calls, response.status, plain(response.usage))


def ask_text(job: dict, said: list[str]) -> dict:
    with client_for(job) as client:
        if not job["streamed"]:
            whole = client.completions.create(model=job["model"], prompt=QUESTION)
            return value(whole.choices[0].text, [], whole.choices[0].finish_reason, plain(whole.usage))
        finish, usage = None, None
        for chunk in client.completions.create(model=job["model"], prompt=QUESTION, stream=True):
            for choice in chunk.choices:
                said.append(choice.text)
                finish = choice.finish_reason or finish
            usage = chunk.usage or usage
        return value("".join(said), [], finish, plain(usage))


def ask_langchain(job: dict, said: list[str]) -> dict:
    model: Any = ChatOpenAI(
        model=job["model"],
        base_url=job["base"],
        api_key=KEY,
        max_retries=job["retries"],
        timeout=job["timeoutMs"] / 1000,
        use_responses_api=job["api"] == "responses",
        stream_usage=True,
    )
    if job["offersTool"]:
        model = model.bind_tools(CHAT_TOOLS)
    if job["streamed"]:
        answer = None
        for chunk in model.stream(QUESTION):
            said.append(chunk.text)
            answer = chunk if answer is None else answer + chunk
        if answer is None:
            raise ValueError("The stream was empty.")
    else:
        answer = model.invoke(QUESTION)
    calls = [{"id": call["id"], "name": call["name"], "args": call["args"]} for call in answer.tool_calls]
    metadata = answer.response_metadata
    finish = metadata.get("finish_reason") or metadata.get("status")
    return value(str(answer.text), calls, finish, answer.usage_metadata)


def client_for(job: dict) -> openai.OpenAI:
    return openai.OpenAI(
        base_url=job["base"], api_key=KEY, max_retries=job["retries"], timeout=job["timeoutMs"] / 1000
    )


def value(text: str | None, tools: list, finish: str | None, usage: Any) -> dict:
    return {"kind": "value", "text": text, "tools": tools, "finish": finish, "usage": usage}


def plain(model: Any) -> Any:
    return None if model is None else model.model_dump(mode="json", exclude_unset=True, warnings=False)


def text_or_none(field: Any) -> str | None:
    return field if isinstance(field, str) else None


def outcome(job: dict) -> dict:
    asks = {"chat": ask_chat, "responses": ask_responses, "text": ask_text}
    ask = ask_langchain if job["client"] == "LangChain (Python)" else asks[job["api"]]
    said: list[str] = []
    try:
        return ask(job, said)
    except Exception as error:
        code = getattr(error, "code", None)
        return {
            "kind": "error",
            "name": type(error).__name__,
            "status": getattr(error, "status_code", None),
            "code": code if isinstance(code, (str, int)) else None,
            "type": text_or_none(getattr(error, "type", None)),
            "param": text_or_none(getattr(error, "param", None)),
            "message": str(error),
            "text": "".join(said),
        }


def main() -> None:
    def work(line: str) -> None:
        job = json.loads(line)
        sys.stdout.write(json.dumps({"id": job["id"], "outcome": outcome(job)}) + "\n")
        sys.stdout.flush()

    print(json.dumps({"ready": openai.__version__}), flush=True)
    with ThreadPoolExecutor(8) as pool:
        for line in sys.stdin:
            pool.submit(work, line)


if __name__ == "__main__":
    main()

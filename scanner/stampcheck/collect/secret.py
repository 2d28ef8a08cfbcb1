"""Fetch a secret from where the inventory says that it is. No message ever holds one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from stampcheck.errors import UsageError

Prompt = Callable[[str], str]
"""Asks a person for a secret, without showing what is typed; gets what to ask."""


def resolve(
    reference: str, environment: Mapping[str, str], prompt: Prompt | None, what: str
) -> str:
    """The secret behind ``env:NAME``, ``keyring:SERVICE/USER`` or ``prompt``.

    ``what`` says whose it is, such as "the secret of the sign-in audit"; ``prompt`` is ``None``
    where there is no terminal. ``UsageError`` says what is missing and how to mend it.
    """
    kind, _, rest = reference.partition(":")
    if kind == "env" and rest:
        return _of_environment(rest, environment, what)
    if kind == "keyring" and "/" in rest:
        service, _, user = rest.partition("/")
        return _of_keyring(service, user, what)
    if reference == "prompt":
        return _of_person(prompt, what)
    raise UsageError(
        f"{what}: its reference is not understood; allowed are env:NAME, keyring:SERVICE/USER and"
        " prompt."
    )


def _of_environment(name: str, environment: Mapping[str, str], what: str) -> str:
    value = environment.get(name, "")
    if value:
        return value
    state = "is empty" if name in environment else "is not set"
    raise UsageError(f"{what}: the environment variable {name} {state}.")


def _of_person(prompt: Prompt | None, what: str) -> str:
    if prompt is None:
        raise UsageError(
            f"{what} is to be typed in, but there is no terminal; use env:NAME or"
            " keyring:SERVICE/USER."
        )
    value = prompt(what)
    if value:
        return value
    raise UsageError(f"{what}: nothing was typed in.")


def _of_keyring(service: str, user: str, what: str) -> str:
    value, fault = _read_keyring(service, user)
    if value:
        return value
    raise UsageError(f"{what}: {fault}.")


def _read_keyring(service: str, user: str) -> tuple[str, str]:
    """The entry, or what is wrong. What a backend says is left out, for it may hold anything."""
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return "", "keyring is not installed; run pip install 'stampcheck[keyring]'"
    store = f"keyring set {_quoted(service)} {_quoted(user)}"
    try:
        value = keyring.get_password(service, user)
    except (KeyringError, OSError, RuntimeError, ValueError) as error:
        kind = type(error).__name__
        return "", f"the keyring cannot be read ({kind}); see keyring diagnose, or use env:NAME"
    return value or "", f"the keyring has no such entry; store it with {store}"


def _quoted(word: str) -> str:
    return word if word.replace("-", "").replace("_", "").isalnum() else f'"{word}"'

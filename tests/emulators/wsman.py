"""Hand-made envelopes of WSMan: what a shell of PowerShell needs, and faults."""

from __future__ import annotations

import base64
import uuid
from typing import Any
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

import msgspec

SOAP = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
FAULT = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
POWERSHELL = "http://schemas.microsoft.com/powershell"
_NAMES = {"s": SOAP, "a": ADDRESSING, "w": WSMAN, "rsp": SHELL, "p": POWERSHELL}


class Message(msgspec.Struct, frozen=True):
    """A request: its action (``Create``), what it is about, and the data in it."""

    action: str
    id: str
    resource: str
    shell: str
    command: str
    data: bytes
    idle: str


def read(body: bytes) -> Message:
    """Read an envelope of a client."""
    root = ET.fromstring(body)

    def text(path: str) -> str:
        return root.findtext(path, "", _NAMES)

    command = ""
    for path in (".//rsp:CommandLine", ".//rsp:DesiredStream", ".//rsp:Signal"):
        found = root.find(path, _NAMES)
        command = command or (found.get("CommandId", "") if found is not None else "")
    data = text(".//p:creationXml") or text(".//rsp:Arguments") or text(".//rsp:Send/rsp:Stream")
    return Message(
        action=text(".//a:Action").rpartition("/")[2],
        id=text(".//a:MessageID"),
        resource=text(".//w:ResourceURI"),
        shell=text(".//w:Selector[@Name='ShellId']"),
        command=command,
        data=base64.b64decode(data),
        idle=text(".//rsp:IdleTimeOut"),
    )


def envelope(relates_to: str, body: str) -> bytes:
    """An answer to a message."""
    return (
        f'<s:Envelope xmlns:s="{SOAP}" xmlns:a="{ADDRESSING}" xmlns:w="{WSMAN}" '
        f'xmlns:rsp="{SHELL}" xmlns:x="{TRANSFER}"><s:Header>'
        f"<a:MessageID>uuid:{uuid.uuid4()}</a:MessageID><a:RelatesTo>{escape(relates_to)}"
        f"</a:RelatesTo></s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def created(message: Message, shell: str) -> bytes:
    return envelope(
        message.id,
        f"<x:ResourceCreated><a:ReferenceParameters><w:SelectorSet>"
        f'<w:Selector Name="ShellId">{shell}</w:Selector></w:SelectorSet></a:ReferenceParameters>'
        f"</x:ResourceCreated><rsp:Shell><rsp:ShellId>{shell}</rsp:ShellId></rsp:Shell>",
    )


def started(message: Message) -> bytes:
    return envelope(
        message.id,
        f"<rsp:CommandResponse><rsp:CommandId>{message.command}</rsp:CommandId>"
        "</rsp:CommandResponse>",
    )


def received(message: Message, pieces: list[bytes], *, is_done: bool = False) -> bytes:
    about = f' CommandId="{message.command}"' if message.command else ""
    streams = "".join(
        f'<rsp:Stream Name="stdout"{about}>{base64.b64encode(piece).decode()}</rsp:Stream>'
        for piece in pieces
    )
    state = f'<rsp:CommandState{about} State="{SHELL}/CommandState/Done"/>' if is_done else ""
    return envelope(message.id, f"<rsp:ReceiveResponse>{streams}{state}</rsp:ReceiveResponse>")


def empty(message: Message) -> bytes:
    name = "SignalResponse" if message.action == "Signal" else "SendResponse"
    return envelope(message.id, "" if message.action == "Delete" else f"<rsp:{name}/>")


def fault(message: Message, code: int, text: str, **_: Any) -> bytes:
    return envelope(
        message.id,
        "<s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>w:InternalError"
        "</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang='en-US'>"
        f"{escape(text)}</s:Text></s:Reason><s:Detail><f:WSManFault xmlns:f='{FAULT}' "
        f"Code='{code}' Machine='ercs'><f:Message>{escape(text)}</f:Message></f:WSManFault>"
        "</s:Detail></s:Fault>",
    )

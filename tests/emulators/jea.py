"""The PowerShell side of a shell: psrpcore's server with the rules of a JEA session."""

from __future__ import annotations

import uuid
from typing import Any

import msgspec
from psrpcore import (
    CreatePipelineEvent,
    PSRPPayload,
    ServerPipeline,
    ServerRunspacePool,
    StreamType,
)
from psrpcore.types import (
    ErrorCategory,
    ErrorCategoryInfo,
    ErrorRecord,
    NETException,
    PSInvocationState,
    PSRPMessageType,
)

from tests.emulators.stamp_objects import Shape, outputs


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What comes beside the objects: warnings, an error that lets the pipeline go on, one that ends
    it (its category by number), a stop by the server; ``raw`` is CLIXML in place of the objects.
    """

    warnings: tuple[str, ...] = ()
    error: str = ""
    failure: str = ""
    failure_category: int = 7
    is_stopped: bool = False
    raw: str = ""


class Pipelines:
    """One shell. Scripts and cmdlets that are not visible fail as they do under NoLanguage."""

    def __init__(
        self,
        opening: bytes,
        information: dict[str, Any],
        shape: Shape,
        cmdlets: tuple[str, ...],
        reply: Reply,
    ) -> None:
        self._information = information
        self._shape = shape
        self._cmdlets = cmdlets
        self._reply = reply
        self._pool = ServerRunspacePool()
        self._waiting: dict[str, list[bytes]] = {}
        self._read(opening, None)

    def start(self, command: str, data: bytes) -> list[str]:
        """Run what a client asks for; the names of the commands."""
        name = uuid.UUID(command)
        pipeline = ServerPipeline(self._pool, name)
        names = []
        for event in self._read(data, name):
            if isinstance(event, CreatePipelineEvent):
                commands: Any = event.pipeline.commands
                names += [str(one.command_text) for one in commands]
                self._run(pipeline, commands)
        return names

    def pieces(self, command: str) -> list[bytes]:
        """What there is to receive for a command, or for the shell."""
        while (payload := self._pool.data_to_send()) is not None:
            owner = str(payload.pipeline_id or "").upper()
            self._waiting.setdefault(owner, []).append(payload.data)
        return self._waiting.pop(command.upper(), [])

    def _read(self, data: bytes, pipeline: uuid.UUID | None) -> list[Any]:
        self._pool.receive_data(PSRPPayload(data, StreamType.default, pipeline))
        events = []
        while (event := self._pool.next_event()) is not None:
            events.append(event)
        return events

    def _run(self, pipeline: ServerPipeline, commands: Any) -> None:
        pipeline.start()
        for command in commands:
            if command.is_script:
                _fail(pipeline, "The syntax is not supported by this runspace.",
                      "ScriptsNotAllowed", 17)  # fmt: skip
                return
            if command.command_text not in self._cmdlets:
                text = (
                    f"The term '{command.command_text}' is not recognized as the name of a cmdlet"
                )
                _fail(pipeline, text, "CommandNotFoundException", 13)
                return
        self._write(pipeline)

    def _write(self, pipeline: ServerPipeline) -> None:
        reply = self._reply
        for text in reply.warnings:
            pipeline.write_warning(text)
        if reply.raw:
            _write_raw(self._pool, pipeline, reply.raw)
        else:
            for value in outputs(self._information, self._shape):
                pipeline.write_output(value)
        if reply.error:
            pipeline.write_error(
                NETException(Message=reply.error),
                ErrorCategoryInfo(Category=ErrorCategory.InvalidOperation),
                fully_qualified_error_id="StampInformation",
            )
        if reply.failure:
            _fail(pipeline, reply.failure, "StampInformationFailed", reply.failure_category)
        elif reply.is_stopped:
            pipeline.stop()
        else:
            pipeline.complete()


def _fail(pipeline: ServerPipeline, text: str, name: str, category: int) -> None:
    error = ErrorRecord(
        Exception=NETException(Message=text),
        CategoryInfo=ErrorCategoryInfo(Category=ErrorCategory(category)),
        FullyQualifiedErrorId=name,
    )
    pipeline._change_state(PSInvocationState.Failed, error=error)


def _write_raw(pool: ServerRunspacePool, pipeline: ServerPipeline, xml: str) -> None:
    """Write CLIXML as it stands, of kinds that psrpcore itself would not write."""
    from psrpcore._payload import PSRPMessage, create_message

    kind = PSRPMessageType.PipelineOutput
    data = create_message(False, kind, xml.encode(), pool.runspace_pool_id, pipeline.pipeline_id)
    pool._send_buffer.append(
        PSRPMessage(
            kind,
            bytearray(data),
            pool.runspace_pool_id,
            pipeline.pipeline_id,
            pool._fragment_counter,
            StreamType.default,
        )
    )

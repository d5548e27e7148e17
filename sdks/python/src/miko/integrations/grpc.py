"""gRPC through Miko: one channel for a service; each call goes to an endpoint that is picked for it.

    channel = miko.integrations.grpc.channel(client, "orders", idempotent={"/shop.Orders/Get"})
    stub = OrdersStub(channel)

Nothing is resolved by gRPC: the channel holds one real channel for each endpoint that was picked, and lets go of it when
the endpoint has left the list and its last call is over. A unary call that was never sent is tried elsewhere at once;
one that ended UNAVAILABLE or RESOURCE_EXHAUSTED only if it is `idempotent`, within the policy's attempts and budget.
A call that streams goes to one endpoint, the first picked one to which there is a connection.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

import grpc

from miko.integrations._grpc_calls import CallFailed, Streaming, StreamUnary, Unary
from miko.integrations._grpc_channels import Channels

if TYPE_CHECKING:
    from miko._client import Client

__all__ = ["CallFailed", "channel"]

#: True: all methods; else the full names of those that may be repeated, as "/shop.Orders/Get".
Idempotent = bool | Collection[str]


def channel(
    client: Client,
    service: str,
    *,
    credentials: grpc.ChannelCredentials | None = None,
    options: Sequence[tuple[str, Any]] = (),
    idempotent: Idempotent = False,
) -> grpc.Channel:
    """A channel to the service; close it before the client. Without `credentials` the connections are plain text.

    `options` are those of grpc.insecure_channel. What fails is a grpc.RpcError; without a status from the other side it is a
    CallFailed, whose `error` is the MikoError.
    """
    return _MikoChannel(client, service, Channels(client, service, credentials, options), idempotent)


class _MikoChannel(grpc.Channel):
    def __init__(self, client: Client, service: str, channels: Channels, idempotent: Idempotent) -> None:
        self._client = client
        self._service = service
        self._channels = channels
        self._idempotent = idempotent

    def unary_unary(self, method: str, *serializers: Any, **more: Any) -> Any:
        may_repeat = self._idempotent if isinstance(self._idempotent, bool) else method in self._idempotent
        return Unary(self._client, self._service, self._channels, lambda real: real.unary_unary(method, *serializers, **more), may_repeat)

    def unary_stream(self, method: str, *serializers: Any, **more: Any) -> Any:
        return self._streaming(lambda real: real.unary_stream(method, *serializers, **more))

    def stream_unary(self, method: str, *serializers: Any, **more: Any) -> Any:
        return StreamUnary(self._client, self._service, self._channels, lambda real: real.stream_unary(method, *serializers, **more))

    def stream_stream(self, method: str, *serializers: Any, **more: Any) -> Any:
        return self._streaming(lambda real: real.stream_stream(method, *serializers, **more))

    def _streaming(self, stub: Callable[[grpc.Channel], Any]) -> Streaming:
        return Streaming(self._client, self._service, self._channels, stub)

    def subscribe(self, callback: Callable[[grpc.ChannelConnectivity], None], try_to_connect: bool | None = False) -> None:
        """There is no one connection whose state this could be; READY is told, for picking is always possible."""
        callback(grpc.ChannelConnectivity.READY)

    def unsubscribe(self, callback: Callable[[grpc.ChannelConnectivity], None]) -> None:
        pass

    def close(self) -> None:
        self._channels.close()

    def __enter__(self) -> grpc.Channel:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

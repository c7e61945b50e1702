"""Sends cases to the endpoint under test, politely and within limits, and keeps what came back as records.

What goes wrong on the way is part of the record: `Client.send` raises only for what the user has to repair.
"""

import random
import threading
from collections import deque
from dataclasses import replace
from types import TracebackType
from urllib.parse import urljoin

import httpcore
from pixelproof import UsageError

from pixelproof_conformance.activity import Activity
from pixelproof_conformance.endpoint import Address, read_url
from pixelproof_conformance.exchange import Answer, Bounds, exchange
from pixelproof_conformance.large_body import FileBody, PackedBody
from pixelproof_conformance.model import Case, Record
from pixelproof_conformance.pacing import AGAIN, Clock, Pace, asked_wait, wait_before_retry
from pixelproof_conformance.patience import Patience, Road, road_of
from pixelproof_conformance.redact import redact_bytes, redact_headers, redact_text, redact_url
from pixelproof_conformance.request import Message, encode_case
from pixelproof_conformance.target import Limits, Target, common_headers, plain_headers, proxy_for
from pixelproof_conformance.transport import address_of, headers_of, transport_of
from pixelproof_conformance.trouble import Trouble
from pixelproof_conformance.trust import trusting_context
from pixelproof_conformance.wire import Network

__all__ = ["Client", "Limits", "Target"]

_KEEP_ALIVE_SECONDS = 2.0  # less than the 5 s of common servers: a connection that they close in this moment is lost

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 5
_PICTURES = Road("a picture by its address", streams=False)


class Client:
    """Sends cases to one target; a context manager, and safe to use from several threads.

    At most ``limits.concurrency`` requests are under way at once; a further `send` waits for its turn. ``patience``
    knows what is not worth asking any more, ``activity`` what is under way.
    """

    def __init__(
        self,
        target: Target,
        limits: Limits | None = None,
        *,
        clock: Clock | None = None,
        chance: random.Random | None = None,
    ) -> None:
        self._target = target
        self._limits = limits or Limits()
        self._clock = clock or Clock()
        self._chance = chance or random.Random()
        self._address = read_url(target.url)
        self._secrets = target.secrets
        self._headers = common_headers(target, self._address)
        self._network = Network(self._clock.monotonic)
        self._pools = self._open_pools()
        self._pace = Pace(self._limits.rate, self._clock.monotonic)
        self.patience = Patience(self._limits.total_seconds, self._limits.longest_wait, self._limits.retries)
        self.activity = Activity(self._clock.monotonic)
        self._turns = threading.BoundedSemaphore(self._limits.concurrency)
        self._stopped = threading.Event()
        self._bounds = Bounds(
            self._limits.connect_seconds,
            self._limits.first_byte_seconds or self._limits.read_seconds,
            self._limits.read_seconds,
            self._limits.total_seconds,
            self._limits.max_answer_bytes,
            self._limits.max_arrivals,
        )

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End what is still under way, as `abort` does, and close all connections."""
        self.abort()
        for pool in self._pools:
            pool.close()

    def stop(self) -> None:
        """Begin nothing more: every wait ends at once, and answers that are under way are still taken."""
        self._stopped.set()

    def abort(self) -> None:
        """End every exchange and every wait of other threads at once; their records fail as ``interrupted``."""
        self._stopped.set()
        self._network.abort()

    def pause(self, tries: int) -> None:
        """Wait before one more look at an endpoint that fell silent: 1, 2, 4 ... seconds after so many tries."""
        self._wait(min(2.0 ** (tries - 1), self._limits.longest_wait))

    def send(self, case: Case, *, path: str, content_type: str) -> Record:
        """Send a case, again after a busy answer, and return what was sent and what came back.

        ``path`` and ``content_type`` are those of the operation. Raises ``UsageError`` when the case cannot be written.
        """
        transport = transport_of(case)
        if transport.fetch is not None:
            return replace(self.fetch_picture(transport.fetch, allow_hosts=self._target.fetch_hosts), case=case.id)
        address = address_of(case, self._target, path)
        if transport.key != "given" and self._target.key is None:
            return self._not_sent(case.id, address.url, "the run has no key, so that it can leave none out")
        message = encode_case(case, content_type, self._target.aliases, model_parameter=self._target.model_parameter)
        facts = (self._target, address, len(message.body), message.content_type)
        headers = headers_of(case, self._headers, *facts)
        road = road_of(case)
        return self._record(case.id, transport.method, address, headers, message, road=road, model=case.model)

    def fetch_picture(self, url: str, *, allow_hosts: tuple[str, ...] = ()) -> Record:
        """Fetch a picture that an answer names, without the key; the record's ``case`` is the URL.

        Only the target's own ``host:port`` is asked, and the hosts (or ``host:port``) in ``allow_hosts``. Any other
        URL, a redirect to one included, gives a record that failed as ``connection`` and was not sent.
        """
        name = redact_url(url, self._secrets)
        allowed = {self._address.origin, *allow_hosts}
        for _ in range(_MOST_REDIRECTS):
            try:
                address = read_url(url)
            except UsageError as error:
                return self._not_sent(name, url, str(error))
            if address.origin not in allowed and address.host not in allowed:
                return self._not_sent(
                    name, url, f"{address.origin} is another host than the endpoint's; allow it first"
                )
            record = self._record(name, "GET", address, list(plain_headers(address).items()), Message("", b""))
            if record.status not in _REDIRECTS or "location" not in record.headers:
                return record
            url = urljoin(url, record.headers["location"])
        return self._not_sent(name, url, f"the picture was moved {_MOST_REDIRECTS} times; the last place was not asked")

    def _not_sent(self, name: str, url: str, text: str) -> Record:
        now = self._clock.now().isoformat(timespec="milliseconds")
        shown = redact_url(url, self._secrets)
        return Record(name, shown, b"", "", now, 0.0, failure="connection", failure_text=text, attempts=0)

    def _record(
        self,
        name: str,
        method: str,
        address: Address,
        headers: list[tuple[str, str]],
        message: Message,
        *,
        road: Road = _PICTURES,
        model: str = "",
    ) -> Record:
        tries = 0
        note = ""
        while True:
            tries += 1
            with self._turns:
                self._wait(self._pace.reserve())
                self._wait(self._pace.held())  # another thread may have got a busy answer meanwhile
                started = self._clock.now().isoformat(timespec="milliseconds")
                with self.activity.request():
                    answer = self._try((method, address, headers, message.body), road)
            self.patience.came(road, answer)
            asked = asked_wait(answer.headers, self._clock.now())
            wait = wait_before_retry(tries, asked, self._limits.longest_wait, self._chance)
            self._pace.learn(answer.status if answer.trouble is None else None, wait)
            if not self._may_repeat(answer):
                break
            if asked is not None and asked > self._limits.longest_wait:
                note = f"the answer asks to wait {asked:.0f} s, longer than this run waits; it was not asked again"
                self.patience.told_to_wait(model, asked)
                break
            if tries > self._limits.retries or self._stopped.is_set():
                break
            self._wait(wait)
        trouble = answer.trouble
        return Record(
            case=name,
            url=redact_url(address.url, self._secrets),
            sent=self._kept(message.body),
            sent_content_type=redact_text(message.content_type, self._secrets),
            started=started,
            seconds=answer.seconds,
            status=answer.status,
            headers=redact_headers(answer.headers, self._secrets),
            body=redact_bytes(answer.body, self._secrets),
            failure=None if trouble is None else trouble.kind,
            failure_text="" if trouble is None else redact_text(trouble.text, self._secrets),
            attempts=tries,
            first_byte_seconds=answer.first_byte_seconds,
            arrivals=tuple(answer.arrivals),
            note=note,
            arrived=tuple(answer.arrived),
        )

    def _kept(self, body: bytes | FileBody) -> bytes | PackedBody:
        if isinstance(body, bytes):
            return redact_bytes(body, self._secrets)
        return body.packed(lambda part: redact_bytes(part, self._secrets))

    def _try(self, request: tuple[str, Address, list[tuple[str, str]], bytes | FileBody], road: Road) -> Answer:
        total_seconds = self.patience.total_seconds(road)
        bounds = self._bounds
        if total_seconds != bounds.total_seconds:
            bounds = replace(bounds, total_seconds=total_seconds)
        pool = self._pools.pop()  # the one that was used last: its connection is the least likely to be closed
        try:
            for _ in range(2):  # the server may have closed a connection that waited; then a new one is made
                if self._stopped.is_set():
                    return Answer(trouble=Trouble("interrupted", "the run was interrupted before the request was sent"))
                answer = exchange(pool, self._network, request, bounds, self._clock.monotonic, streams=road.streams)
                if not answer.stale:
                    break
        finally:
            self._pools.append(pool)
        if self._stopped.is_set() and answer.trouble is not None:
            answer.trouble = Trouble("interrupted", "the run was interrupted before the answer was complete")
        return answer

    def _may_repeat(self, answer: Answer) -> bool:
        if answer.trouble is None:
            return answer.status in AGAIN
        if answer.status is not None or answer.trouble.kind not in {"connection", "dropped", "timeout"}:
            return False
        return not answer.left or self._limits.retry_unanswered

    def _wait(self, seconds: float) -> None:
        if seconds <= 0:
            return
        with self.activity.wait(seconds):
            if self._clock.sleep is None:
                self._stopped.wait(seconds)
            else:
                self._clock.sleep(seconds)

    def _open_pools(self) -> deque[httpcore.ConnectionPool]:
        """As many pools of one connection as may be in use at once: a shared one asks each of them every time."""
        # Trusted certificates take 20 ms to load, so they are loaded where they are needed.
        context = trusting_context() if self._address.scheme == "https" else None
        proxy = proxy_for(self._address)
        return deque(
            httpcore.ConnectionPool(
                ssl_context=context,
                proxy=proxy,
                max_connections=1,
                keepalive_expiry=_KEEP_ALIVE_SECONDS,
                network_backend=self._network,
            )
            for _ in range(self._limits.concurrency)
        )

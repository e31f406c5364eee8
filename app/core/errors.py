"""Every error that a reply can have, as a hierarchy of exceptions.

LensError               status, and one or more Problems
|- Invalid              422   not legal: a shape, a value, a combination
|- NotFound             404   no such trace
|- TooLarge             413   legal, and over a limit
|- ClientDisconnected   499   the client has disconnected, and reads no reply
|- TooManyRuns          503   as many runs wait as may wait
|- DeadlineExceeded     503   the run took longer than it may
|- NotReady             503   the server starts, or ends
|- WorkerDied           503   the process that computed the run is gone, and others go on
|- StoreUnavailable     503   the store does not answer, or refuses
|- BrokerUnavailable    503   the broker does not answer, and it alone knows
`- StoreFull            507   the data folder has no room for what must be kept
"""

from collections.abc import Iterable
from http import HTTPStatus

from ..lstm.errors import InvalidCall, Problem


class LensError(Exception):
    """An answer other than success. `problems` have the path from the request's root: ("body", "config", ...)."""

    status: int = HTTPStatus.INTERNAL_SERVER_ERROR

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__(*(problem.message for problem in problems))

    def __reduce__(self) -> tuple[type["LensError"], tuple[Problem, ...]]:
        """How it comes from the process that it was raised in."""
        return type(self), self.problems


class Invalid(LensError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY

    @classmethod
    def of(cls, error: InvalidCall, *root: str) -> "Invalid":
        """The domain's complaint, under the part of the request that it is about."""
        return cls(*(problem._replace(path=(*root, *problem.path)) for problem in error.problems))


class NotFound(LensError):
    status = HTTPStatus.NOT_FOUND


class TooLarge(LensError):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class ClientDisconnected(LensError):
    status = 499  # as nginx says it; HTTP has no word for it


class TooManyRuns(LensError):
    status = HTTPStatus.SERVICE_UNAVAILABLE


class DeadlineExceeded(LensError):
    status = HTTPStatus.SERVICE_UNAVAILABLE


class NotReady(LensError):
    status = HTTPStatus.SERVICE_UNAVAILABLE


class WorkerDied(LensError):
    status = HTTPStatus.SERVICE_UNAVAILABLE


class StoreUnavailable(LensError):
    status = HTTPStatus.SERVICE_UNAVAILABLE


class BrokerUnavailable(LensError):
    status = HTTPStatus.SERVICE_UNAVAILABLE


class StoreFull(LensError):
    status = HTTPStatus.INSUFFICIENT_STORAGE


def named_error(name: str, problems: Iterable[Problem]) -> LensError:
    """The error of a class, by the name of the class, as it comes from another process."""
    kinds = {kind.__name__: kind for kind in LensError.__subclasses__()}
    return kinds.get(name, LensError)(*problems)

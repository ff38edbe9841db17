"""A process that has imported everything, and from which services are forked: one that dies is back in no time.

Called with a file that says which services there are, with which settings, on which inherited sockets.
"""

import ctypes
import gc
import json
import os
import signal
import socket
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from deploy.serve import serve
from shared.kit.house import House
from shared.kit.service import Service
from tests.faults.mortal import Ledger, Mortality, NamesRequests

SET_PDEATHSIG = 1


def build(name: str, told: dict[str, Any]) -> None:
    """Make a service ready to be served, over and over: nothing is opened yet."""
    module = import_module(f"services.{name}.app")
    service: Service = module.service
    module.app, module.internal = service.build(service.settings(**told["settings"][name]))  # type: ignore[attr-defined]
    module.app.add_middleware(NamesRequests)


def make_mortal(told: dict[str, Any]) -> None:
    """Whichever house is opened from now on is one whose service may die."""
    written = told["ledger"]
    ledger = Ledger(Path(written["folder"]), written["seed"], Path(written["data"]), is_full=written["is_full"])
    open_house = Service.open_house

    def opened(self: Service, *given: Any, **named: Any) -> House:
        house = open_house(self, *given, **named)
        if self.name in told["mortals"]:
            Mortality(self.name, ledger).afflict(house)
        return house

    Service.open_house = opened  # type: ignore[method-assign]


def child(name: str, told: dict[str, Any]) -> int:
    """Be one service until the end."""
    ctypes.CDLL(None).prctl(SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    public, internal = (socket.socket(fileno=descriptor) for descriptor in told["sockets"][name])
    return serve(name, public, internal)


def fork(name: str, told: dict[str, Any]) -> int:
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            status = child(name, told)
        finally:
            os._exit(status)
    return pid


def main() -> None:
    told = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    make_mortal(told)
    for name in told["settings"]:
        build(name, told)
    gc.freeze()
    names = {fork(name, told): name for name in told["settings"]}
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    print("born", flush=True)
    while True:
        pid, _ = os.wait()
        name = names.pop(pid)
        names[fork(name, told)] = name


if __name__ == "__main__":
    main()

"""Anonymous network namespaces, held by a descriptor: nothing has a name, and the kernel clears up after a crash."""

import ctypes
import os
from contextlib import contextmanager

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
PR_SET_PDEATHSIG = 1
SIGKILL = 9

_libc = ctypes.CDLL(None, use_errno=True)


def _call(name, *arguments):
    if getattr(_libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def become_root():
    """An ordinary user becomes root in a user namespace of this process (which must have one thread)."""
    user, group = os.geteuid(), os.getegid()
    if user == 0:
        return
    # With a network of its own: to the one it came from such a root may not return.
    _call("unshare", CLONE_NEWUSER | CLONE_NEWNET)
    for path, text in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
        with open(f"/proc/self/{path}", "w") as file:
            file.write(text)


def die_with_parent():
    """Has the kernel kill this process when its parent ends, however it ends."""
    _call("prctl", PR_SET_PDEATHSIG, SIGKILL)


class Namespace:
    """One network namespace, gone with its last process, socket and descriptor."""

    def __init__(self):
        home = os.open("/proc/self/ns/net", os.O_RDONLY)
        try:
            _call("unshare", CLONE_NEWNET)
            self.descriptor = os.open("/proc/self/ns/net", os.O_RDONLY)
            _call("setns", home, CLONE_NEWNET)
        finally:
            os.close(home)
        # Neither router solicitations nor multicast reports: every packet on the wire is one of the connection's.
        self.write("net/ipv6/conf/all/disable_ipv6", 1)
        self.write("net/ipv6/conf/default/disable_ipv6", 1)

    def enter(self):
        _call("setns", self.descriptor, CLONE_NEWNET)

    @contextmanager
    def entered(self):
        """The calling process is in this namespace meanwhile; sockets that it makes stay there."""
        home = os.open("/proc/self/ns/net", os.O_RDONLY)
        self.enter()
        try:
            yield
        finally:
            _call("setns", home, CLONE_NEWNET)
            os.close(home)

    def write(self, sysctl, value):
        with self.entered(), open(f"/proc/sys/{sysctl}", "w") as file:
            file.write(str(value))

    def close(self):
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None

"""Debian's own ip(8) and nft(8), run inside a namespace."""

import subprocess


class ToolError(Exception):
    pass


def _run(namespace, command, text, passing=()):
    done = subprocess.run(
        command, input=text, text=True, capture_output=True, preexec_fn=namespace.enter,
        pass_fds=[namespace.descriptor, *passing])
    if done.returncode != 0:
        raise ToolError(f"{' '.join(command)}: {done.stderr.strip()}\n{text}")
    return done.stdout


def ip(namespace, lines, passing=()):
    """Runs lines of `ip -batch`; they may name the namespaces `passing` as /proc/self/fd/N."""
    return _run(namespace, ["ip", "-batch", "-"], "\n".join(lines) + "\n", passing)


def nft(namespace, rules):
    return _run(namespace, ["nft", "-f", "-"], rules)


def destroy_connections(namespace):
    """All TCP sockets of a namespace, orphans too; where the kernel does not, they end by themselves in two minutes."""
    subprocess.run(
        ["ss", "-K", "-t", "state", "all"], capture_output=True, preexec_fn=namespace.enter, pass_fds=[namespace.descriptor])


class PreparedRules:
    """Rules that an nft process, already started, has in hand: they are in force within a millisecond or two."""

    def __init__(self, namespace, rules):
        self.process = subprocess.Popen(
            ["nft", "-f", "-"], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=namespace.enter, pass_fds=[namespace.descriptor])
        self.process.stdin.write(rules)
        self.process.stdin.flush()

    def apply(self):
        _, errors = self.process.communicate()
        if self.process.returncode != 0:
            raise ToolError(f"nft: {errors.strip()}")

    def discard(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()

"""The faults, each made ready beforehand and then done at once."""

import signal

from lab.clock import now
from lab.netlink import Links, Tracking
from lab.tools import PreparedRules, ip
from .units import seconds

REJECTIONS = {"tcp-reset": "tcp reset"}


class Fault:
    #: The peer is alive and reachable all the time: to declare it dead is a false alarm.
    harmless = False
    #: The connection is gone for good, whatever is healed.
    fatal = False

    #: It kills a process, whose kernel may be left with its connections.
    kills = False

    def __init__(self, trial, settings):
        self.trial, self.network, self.settings = trial, trial.network, settings

    def prepare(self):
        pass

    def follow(self):
        """What belongs to the injection, but comes after its instant."""

    def heal(self):
        raise NotImplementedError

    def discard(self):
        pass


def cable_ports(fault):
    cable = fault.settings.get("cable", "server")[0]
    return fault.network.ports("s" if fault.network.path == "direct" else cable)


class Rules(Fault):
    """Something that nftables does at a place."""

    def place(self):
        return self.network.hosts["router"]

    def prepare(self):
        self.table = f"fault{id(self) % 1000000}"
        self.on = PreparedRules(self.place(), self.rules())
        self.off = PreparedRules(self.place(), f"delete table {self.family} {self.table}\n")

    family = "ip"

    def inject(self):
        self.on.apply()

    def heal(self):
        self.off.apply()

    def discard(self):
        self.on.discard()
        self.off.discard()


class FirewallDrop(Rules):
    def rules(self):
        return f"table ip {self.table} {{ chain through {{ type filter hook forward priority 10; drop; }}; }}\n"


class FirewallReject(Rules):
    def __init__(self, trial, settings):
        super().__init__(trial, settings)
        self.kind = settings.get("with", "tcp-reset")
        self.fatal = self.kind == "tcp-reset"

    def rules(self):
        what = "tcp reset" if self.fatal else f"icmp type {self.kind}"
        return (
            f"table ip {self.table} {{ chain through {{ type filter hook forward priority 10; "
            f"meta l4proto tcp reject with {what}; }}; }}\n")


class Blackhole(Rules):
    """Frames vanish on the cable, in its bridge."""

    family = "bridge"

    def place(self):
        return self.network.wiring

    def rules(self):
        ports = ", ".join(f'"p{port}"' for port in cable_ports(self))
        return (
            f"table bridge {self.table} {{ chain through {{ type filter hook forward priority 0; "
            f"iifname {{ {ports} }} drop; }}; }}\n")


class CablePull(Fault):
    def inject(self):
        self.network.links.set_up(False, *cable_ports(self))

    def heal(self):
        self.network.links.set_up(True, *cable_ports(self))


class InterfaceDown(Fault):
    def prepare(self):
        host = self.settings.get("host", "server")
        self.links = Links(self.network.hosts[host])
        self.index = self.network.end(host).index

    def inject(self):
        self.links.set_up(False, self.index)


class ProcessKill(Fault):
    fatal = kills = True

    def inject(self):
        self.trial.processes[self.settings.get("host", "server")].signal(signal.SIGKILL)


class ProcessStop(Fault):
    def inject(self):
        self.trial.processes[self.settings.get("host", "server")].signal(signal.SIGSTOP)

    def heal(self):
        self.trial.processes[self.settings.get("host", "server")].signal(signal.SIGCONT)


class SlowReader(Fault):
    harmless = True

    def inject(self):
        self.trial.processes["server"].order("stop-reading")
        self.trial.wait_for("server", "stopped-reading", now() + 2)

    def heal(self):
        self.trial.processes["server"].order("start-reading")


class HostOutage(Fault):
    """The host's cable is dead first; then its process is killed, and its namespace with its connections is gone."""

    fatal = kills = True

    def host(self):
        return self.settings.get("host", "server")

    def prepare(self):
        if "downtime" in self.settings:
            self.reborn = self.trial.spawn(self.host(), self.network.spare[self.host()][0])

    def inject(self):
        self.network.power_off(self.host())

    def follow(self):
        self.trial.processes[self.host()].signal(signal.SIGKILL)

    def heal(self):
        self.network.power_on(self.host())

    def discard(self):
        if "downtime" in self.settings:
            self.reborn.reap()


class NATFlush(Fault):
    def __init__(self, trial, settings):
        super().__init__(trial, settings)
        self.fatal = not trial.scenario.stealthy or not settings.get("loose", True)

    def prepare(self):
        self.tracking = Tracking(self.network.hosts["router"])

    def inject(self):
        if not self.settings.get("loose", True):
            self.network.hosts["router"].write("net/netfilter/nf_conntrack_tcp_loose", 0)
        self.tracking.flush()


class NATTimeout(Fault):
    """The router forgets a connection over which nothing has passed for so long, and adopts none."""

    def prepare(self):
        self.after = seconds(self.settings["after"])
        self.tracking = Tracking(self.network.hosts["router"])

    def inject(self):
        router = self.network.hosts["router"]
        router.write("net/netfilter/nf_conntrack_tcp_loose", 0)
        # The kernel counts this time from the next segment on; what it knows already is forgotten by hand.
        router.write("net/netfilter/nf_conntrack_tcp_timeout_established", round(self.after))
        self.passed = self.trial.capture.last_passed(self.trial.port)
        self.trial.later.append((self.passed + self.after, self.expire))

    def expire(self):
        self.trial.capture.read()
        if self.trial.capture.last_passed(self.trial.port) == self.passed:
            self.tracking.flush()


class AddressChange(Fault):
    def inject(self):
        end = self.network.end("client")
        lines = [
            f"address delete {end.address}/24 dev {end.device}", f"address add {end.address[:-1]}77/24 dev {end.device}"]
        if self.network.path != "direct":
            lines.append("route replace default via 10.77.1.254")
        ip(self.network.hosts["client"], lines)


FAULTS = {
    "firewall-drop": FirewallDrop, "firewall-reject": FirewallReject, "blackhole": Blackhole, "cable-pull": CablePull,
    "interface-down": InterfaceDown, "process-kill": ProcessKill, "process-stop": ProcessStop, "slow-reader": SlowReader,
    "host-crash": HostOutage, "host-reboot": HostOutage, "nat-flush": NATFlush, "nat-timeout": NATTimeout,
    "address-change": AddressChange,
}

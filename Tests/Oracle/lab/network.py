"""One private network for one trial.

    client ==c== router ==s== server        routed, nat
    client ==s== server                     direct

A cable is a bridge in a wiring namespace with a port for each end, so that it can be pulled: both ports down, and both
hosts lose carrier. Where a scenario sets an interface down, its cable is one plain veth pair instead, whose other end
loses carrier as a partner on a real cable does. A host that is to lose power has a second life prepared on the same
bridge, with the same addresses.
"""

from .namespace import Namespace
from .netlink import Links
from .tools import destroy_connections, ip, nft

CLIENT_SIDE = {"client": "10.77.1.1", "router": "10.77.1.254"}
SERVER_SIDE = {"server": "10.77.2.1", "router": "10.77.2.254"}
DIRECT = {"client": "10.77.2.7", "server": "10.77.2.1"}
MACS = {
    ("c", "client"): 0x11, ("c", "router"): 0x1F, ("s", "server"): 0x21, ("s", "router"): 0x2F, ("s", "client"): 0x22}


class End:
    """Where a cable meets a host."""

    def __init__(self, host, device, index, address, port=None):
        self.host, self.device, self.index, self.address, self.port = host, device, index, address, port


class Network:
    """Built, with everything up, when it is made. Moves the calling process between namespaces meanwhile."""

    def __init__(self, path, plain=(), lives=()):
        self.path = path
        self._number = 0
        names = ("client", "server") if path == "direct" else ("client", "router", "server")
        self.hosts = {name: Namespace() for name in names}
        self.spare, self.former = {}, []
        self.wiring = Namespace()
        self.ends = {}
        if path == "direct":
            self._cable("s", DIRECT, "s" in plain)
        else:
            self._cable("c", CLIENT_SIDE, "c" in plain)
            self._cable("s", SERVER_SIDE, "s" in plain)
            self.hosts["router"].write("net/ipv4/ip_forward", 1)
        for host in self.hosts:
            self._address(host)
        self.links = Links(self.wiring)
        for host in lives:
            self._prepare_second_life(host)

    @property
    def server_address(self):
        return "10.77.2.1"

    def cable_of(self, host):
        return "c" if host == "client" and self.path != "direct" else "s"

    def end(self, host, cable=None):
        """A host's end of a cable; by default the one that its traffic takes."""
        return self.ends[(cable or self.cable_of(host), host)]

    def ports(self, cable):
        return [end.port for (name, _), end in self.ends.items() if name == cable]

    def _next(self):
        self._number += 1
        return self._number

    def _cable(self, cable, addresses, plain):
        hosts = list(addresses)
        if plain:
            (a, b) = (self._new_end(cable, host, addresses[host], None) for host in hosts)
            lines = [
                f"link add dev {a.device} index {a.index} address {self._mac(cable, hosts[0])} "
                f"netns {self._path(self.hosts[hosts[0]])} type veth peer name {b.device} index {b.index} "
                f"address {self._mac(cable, hosts[1])} netns {self._path(self.hosts[hosts[1]])}"]
        else:
            lines = [
                f"link add dev bridge-{cable} type bridge forward_delay 0 mcast_snooping 0 stp_state 0",
                f"link set dev bridge-{cable} up"]
            for host in hosts:
                lines += self._attach(cable, host, self.hosts[host], addresses[host], up=True)
        ip(self.wiring, lines, [self.hosts[host].descriptor for host in hosts])

    def _new_end(self, cable, host, address, port):
        # Indexes differ between a pair's two sides, or the kernel holds back carrier changes (linkwatch_urgent_event).
        end = End(host, f"eth-{cable}", 10 + self._next(), address, port)
        self.ends[(cable, host)] = end
        return end

    def _attach(self, cable, host, namespace, address, up):
        port = 1000 + self._next()
        end = self._new_end(cable, host, address, port)
        return [
            f"link add dev p{port} index {port} type veth peer name {end.device} index {end.index} "
            f"address {self._mac(cable, host)} netns {self._path(namespace)}",
            f"link set dev p{port} master bridge-{cable}",
        ] + ([f"link set dev p{port} up"] if up else [])

    @staticmethod
    def _mac(cable, host):
        return f"02:77:00:00:00:{MACS[(cable, host)]:02x}"

    @staticmethod
    def _path(namespace):
        return f"/proc/self/fd/{namespace.descriptor}"

    def _address(self, host, namespace=None):
        lines = ["link set dev lo up"]
        for (cable, name), end in self.ends.items():
            if name == host:
                lines += [f"address add {end.address}/24 dev {end.device}", f"link set dev {end.device} up"]
        if self.path != "direct" and host != "router":
            side = CLIENT_SIDE if host == "client" else SERVER_SIDE
            lines.append(f"route add default via {side['router']}")
        ip(namespace or self.hosts[host], lines)

    def has_connection(self, host, port):
        """Whether a host's kernel still has a TCP socket at this port, orphans included."""
        with self.hosts[host].entered(), open("/proc/net/tcp") as file:
            return any(line.split()[1].endswith(f":{port:04X}") for line in file.readlines()[1:])

    # Power

    def _prepare_second_life(self, host):
        cable = self.cable_of(host)
        first = self.ends[(cable, host)]
        namespace = Namespace()
        ip(self.wiring, self._attach(cable, host, namespace, first.address, up=False), [namespace.descriptor])
        self._address(host, namespace)
        second = self.ends[(cable, host)]
        self.ends[(cable, host)] = first
        self.spare[host] = (namespace, second)

    def power_off(self, host):
        """All at once, before its process dies: nothing that its kernel still sends gets out."""
        cable = self.cable_of(host)
        self.links.set_up(False, *self.ports(cable))

    def power_on(self, host):
        """The prepared second life takes over: same addresses, none of the connections."""
        cable = self.cable_of(host)
        self.former.append(self.hosts[host])
        namespace, end = self.spare.pop(host)
        self.hosts[host] = namespace
        self.ends[(cable, host)] = end
        self.links.set_up(True, *self.ports(cable))

    def destroy_connections(self):
        """Those of killed processes would keep their namespaces for minutes."""
        for namespace in [*self.hosts.values(), *self.former]:
            destroy_connections(namespace)

    # Address translation

    def translate(self, stealthy):
        """The router masquerades. A stealthy one says nothing to what comes in unasked, nor of what it does not know."""
        router = self.hosts["router"]
        out = self.end("router", "s").device
        rules = (
            f'table ip nat {{ chain post {{ type nat hook postrouting priority 100; '
            f'oifname "{out}" masquerade; }}; }}\n')
        if stealthy:
            rules += (
                f'table ip stealth {{ chain in {{ type filter hook input priority 0; iifname "{out}" drop; }}; '
                f'chain through {{ type filter hook forward priority 0; ct state invalid drop; }}; }}\n')
        nft(router, rules)

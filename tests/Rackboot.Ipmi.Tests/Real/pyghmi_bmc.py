"""A BMC that misbehaves on demand, on pyghmi's server session (python3-pyghmi): pyghmi_bmc.py ADDRESS PORT [KG as hex].

It adds to pyghmi: cipher suite 17 beside 3, RAKP status codes, privilege limits, raw boot option bytes, DCMI power. One line of JSON
answers each line of standard input, and its end ends the BMC:
  mode normal|frozen|garbage|noise|replay|slow SECONDS|strict15|transient|mute|refuses-17|silent-to-17|
       ignores-suite|lossy (a tenth of the packets is lost, each way)
  sessions N     so many sessions may be open      forget    it forgets its sessions      status    what happened so far
"""
import hashlib, hmac, heapq, json, os, random, select, socket, struct, sys, time, uuid

from pyghmi.ipmi.private import serversession

SUITES = {3: (1, 1, 1), 17: (3, 4, 1)}  # authentication, integrity, confidentiality
HASHES = {1: (hashlib.sha1, 12), 3: (hashlib.sha256, 16)}
USERS = {b"admin": (b"secret", 4), b"operator": (b"opsecret", 3), b"viewer": (b"viewsecret", 2)}
POWER = {0: "off", 1: "on", 2: "cycle", 3: "reset", 4: "diag", 5: "soft"}


class Session(serversession.ServerSession):
    k1 = localsid = None
    alive = False

    def create_open_session_response(self, request):
        self.clientsessionid = request[4:8]
        asked = tuple(request[i] & 0x3F for i in (12, 20, 28))
        suite = next((s for s, algorithms in SUITES.items() if algorithms == asked), None)
        if self.bmc.mode == "ignores-suite":
            suite = 3
        if suite is None or (suite == 17 and self.bmc.mode == "refuses-17"):
            return bytearray([request[0], 0x11 if suite is None else 0x04, 0, 0]) + self.clientsessionid
        if len([s for s in self.bmc.sessions.values() if s.alive]) >= self.bmc.most_sessions:
            return bytearray([request[0], 0x01, 0, 0]) + self.clientsessionid
        self.algorithms = SUITES[suite]
        self.currhashlib, self.currhashlen = HASHES[self.algorithms[0]]
        self.managedsessionid = os.urandom(4)
        self.bmc.sessions[self.managedsessionid] = self
        self.bmc.suites.append(suite)
        response = bytearray([request[0], 0, request[1] & 0x0F or 4, 0]) + self.clientsessionid + self.managedsessionid
        for kind, algorithm in enumerate(self.algorithms):
            response += bytearray([kind, 0, 0, 8, algorithm, 0, 0, 0])
        return response

    def hash(self, key, *parts):
        return hmac.new(key, b"".join(bytes(p) for p in parts), self.currhashlib).digest()

    def refuse(self, tag, status, kind):
        self.send_payload(bytearray([tag, status, 0, 0]) + self.clientsessionid, kind, retry=False)

    def _got_rakp1(self, data):
        self.Rm, self.rolem, self.username = bytes(data[8:24]), data[24], bytes(data[28:28 + data[27]])
        if self.bmc.mode == "mute":
            return
        if self.bmc.mode == "transient":
            self.bmc.mode = "normal"
            return self.refuse(data[0], 0x08, 0x13)
        if self.username not in USERS:
            return self.refuse(data[0], 0x0D, 0x13)
        self.kuid, limit = USERS[self.username]
        self.maxpriv = self.rolem & 0x0F
        if self.maxpriv > limit:
            return self.refuse(data[0], 0x0A, 0x13)
        self.kg = self.bmc.kg or self.kuid
        self.Rc, self.uuiddata = os.urandom(16), self.bmc.uuid.bytes
        code = self.hash(self.kuid, self.clientsessionid, self.managedsessionid, self.Rm, self.Rc, self.uuiddata,
                         [self.rolem, len(self.username)], self.username)
        self.send_payload(bytearray([data[0], 0, 0, 0]) + self.clientsessionid + self.Rc + self.uuiddata + code, 0x13, retry=False)

    def _got_rakp3(self, data):
        if data[1] != 0:
            self.bmc.refusals.append(data[1])
            return
        role = [self.rolem, len(self.username)]
        if not hmac.compare_digest(bytes(data[8:]), self.hash(self.kuid, self.Rc, self.clientsessionid, role, self.username)):
            return self.refuse(data[0], 0x0F, 0x15)
        self.sik = self.hash(self.kg, self.Rm, self.Rc, role, self.username)
        self.k1, self.k2 = self.hash(self.sik, b"\x01" * 20), self.hash(self.sik, b"\x02" * 20)
        self.aeskey = self.k2[:16]
        self.localsid = struct.unpack("<I", self.managedsessionid)[0]
        self.ipmicallback = self.handle_client_request
        self.clientpriv = 2
        code = self.hash(self.sik, self.Rm, self.managedsessionid, self.uuiddata)[:self.currhashlen]
        self.send_payload(bytearray([data[0], 0, 0, 0]) + self.clientsessionid + code, 0x15, retry=False)
        self.confalgo, self.integrityalgo, self.sequencenumber, self.alive = "aes", "on", 1, True
        self.sessionid = struct.unpack("<I", self.clientsessionid)[0]

    def handle_client_request(self, request):
        if not self.alive:
            return
        code, data = self.bmc.answer(self, request["netfn"], request["command"], bytes(request["data"]))
        self.send_ipmi_response(code=code, data=data)

    def _xmit_packet(self, retry=True, delay_xmit=None, timeout=None):
        if self.sequencenumber:
            self.sequencenumber += 1
        self.bmc.send(bytes(self.netpacket), self.sockaddr)


class Bmc:
    def __init__(self, address, port, kg):
        self.uuid, self.port, self.kg = uuid.UUID("6f3f1a52-8c34-4f0e-9d57-0102030405aa"), port, kg
        self.socket = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, port))
        self.mode, self.delay, self.most_sessions, self.dice = "normal", 0.0, 16, random.Random(7)
        self.sessions, self.suites, self.refusals, self.late, self.last = {}, [], [], [], []
        self.power, self.actions, self.booted, self.commands, self.packets, self.opened = 0, [], [], 0, 0, 0
        self.boot = {0: b"\0", 3: b"\0", 4: b"\0\0", 5: b"\0\0\0\0\0"}

    def answer(self, session, netfn, command, data):
        """One request of a session: completion code and data."""
        self.commands += 1
        if netfn == 6 and command == 0x3B:
            if data[0] > session.maxpriv:
                return 0x81, b""
            session.clientpriv = data[0] or session.clientpriv
            return 0, [session.clientpriv]
        if netfn == 6 and command == 0x3C:
            self.sessions.pop(session.managedsessionid, None)
            return 0, b""
        if netfn == 6 and command == 0x01:
            return 0, bytes.fromhex("20 81 02 47 02 bf 57 01 00 34 12")
        if netfn == 6 and command == 0x37:
            return 0, self.uuid.bytes_le
        if netfn == 0 and command == 0x01:
            return 0, [self.power, 0, 0, 0]
        if netfn == 0 and command == 0x02:
            return self.control(session, data[0] & 0x0F)
        if netfn == 0 and command == 0x08:
            return self.set_boot(data[0] & 0x7F, data[1:])
        if netfn == 0 and command == 0x09:
            known = data[0] & 0x7F in self.boot
            return (0, bytes([1, data[0] & 0x7F]) + self.boot[data[0] & 0x7F]) if known else (0x80, b"")
        if netfn == 0x2C and command == 0x01 and data[:1] == b"\xdc":
            return 0, bytes.fromhex("dc 01 05 02 00 01 07")
        if netfn == 0x2C and command == 0x02 and data[:1] == b"\xdc":
            watts = 187 if self.power else 9
            return 0, b"\xdc" + struct.pack("<HHHHIIB", watts, 8, 412, 160, int(time.time()), 1000, 0x40)
        return 0xC1, b""

    def control(self, session, what):
        if session.clientpriv < 3:
            return 0xD4, b""
        if what not in POWER or (what in (2, 3, 4, 5) and not self.power):
            return 0xD5 if what in POWER else 0xCC, b""
        self.actions.append(POWER[what])
        self.power = {0: 0, 5: 0}.get(what, 1)
        if what in (1, 2, 3):
            flags = self.boot[5]
            self.booted.append(flags[1] >> 2 & 0x0F if flags[0] & 0x80 else 0)
            if not flags[0] & 0x40:  # once: used up
                self.boot[5] = bytes([flags[0] & 0x7F]) + flags[1:]
        return 0, b""

    def set_boot(self, parameter, value):
        if parameter not in self.boot:
            return 0x80, b""
        if parameter != 5:
            self.boot[parameter] = value
        elif len(value) != 5:
            return 0xC7, b""
        else:
            self.boot[5] = value
        return 0, b""

    def send(self, packet, to):
        if self.mode == "lossy" and self.dice.random() < 0.1:
            return
        if self.mode == "slow" and packet[5] & 0x3F == 0 and packet[4] == 6:
            return heapq.heappush(self.late, (time.monotonic() + self.delay, packet, to))
        if self.mode in ("garbage", "noise"):
            flipped = packet[:-1] + bytes([packet[-1] ^ 1]) if packet[5] & 0x40 else b"\6"  # nothing protects the login's packets but UDP
            for junk in (os.urandom(40), packet[:len(packet) // 2], flipped, packet[:9] + os.urandom(30), b""):
                self.socket.sendto(junk, to)
        if self.mode == "replay":
            for old in self.last[-20:] + [packet]:
                self.socket.sendto(old, to)
            self.last.append(packet)
        if self.mode != "garbage":
            self.socket.sendto(packet, to)

    def capabilities(self, data, to):
        """Get Channel Authentication Capabilities, in an IPMI 1.5 frame."""
        plus = data[20] & 0x80
        body = bytes([0xCC]) if plus and self.mode == "strict15" else bytes([0, 1, 0x80 if plus else 0x04, 0x24 if self.kg else 0x04, 2 if plus else 0, 0, 0, 0, 0])
        checksum = lambda part: bytes([-sum(part) & 0xFF])
        head, rest = bytes([data[17], 0x1C]), bytes([0x20, data[18], 0x38]) + body
        message = head + checksum(head) + rest + checksum(rest)
        self.send(bytes.fromhex("0600ff07 00 00000000 00000000") + bytes([len(message)]) + message, to)

    def take(self, data, sender):
        self.packets += 1
        if self.mode == "lossy" and self.dice.random() < 0.1:
            return
        if self.mode == "frozen" or len(data) < 20 or data[0] != 6 or data[3] != 7:
            return
        if data[4] == 0 and len(data) > 21 and data[14:16] == b"\x20\x18" and data[19] == 0x38:
            return self.capabilities(data, sender)
        if data[4] != 6:
            return
        kind = data[5] & 0x3F
        if kind == 0x10:
            self.opened += 1
            if self.mode == "silent-to-17" and data[28] & 0x3F == 3:
                return
            return Session(None, self.kg, sender, self.socket, bytearray(data[16:]), self.uuid, self)
        session = self.sessions.get(bytes(data[20:24] if kind in (0x12, 0x14) else data[6:10]))
        if session is not None:
            session._handle_ipmi2_packet(bytearray(data))

    def told(self, line):
        verb, *rest = line.split() or [""]
        if verb == "mode":
            self.mode, self.delay = rest[0], float(rest[1]) if rest[1:] else 0.0
        elif verb == "sessions":
            self.most_sessions = int(rest[0])
        elif verb == "forget":
            self.sessions.clear()
        return {"power": self.power, "actions": self.actions, "booted": self.booted, "suites": self.suites, "refusals": self.refusals, "packets": self.packets,
                "opened": self.opened, "commands": self.commands, "sessions": len([s for s in self.sessions.values() if s.alive]),
                "boot": {str(n): v.hex() for n, v in self.boot.items()}}

    def run(self):
        while True:
            wait = max(0, self.late[0][0] - time.monotonic()) if self.late else None
            ready, _, _ = select.select([self.socket, sys.stdin], [], [], wait)
            while self.late and self.late[0][0] <= time.monotonic():
                _, packet, to = heapq.heappop(self.late)
                self.socket.sendto(packet, to)
            if sys.stdin in ready:
                line = sys.stdin.readline()
                if not line:
                    return
                print(json.dumps(self.told(line)), flush=True)
            if self.socket in ready:
                self.take(*self.socket.recvfrom(2048))


Bmc(sys.argv[1], int(sys.argv[2]), bytes.fromhex(sys.argv[3]) if sys.argv[3:] else None).run()

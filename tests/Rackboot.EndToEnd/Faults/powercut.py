"""Power cuts, replayed from what a process wrote: powercut.py TRACE BEFORE WORK CUTS.
TRACE is of strace -f -y -xx: pwrite64, ftruncate and fdatasync of the store's files, and the sends in which DHCPACKs leave (RFC 2131).
BEFORE has the files as they were when the trace began. For each cut at a random moment, WORK/N has what a disk could then hold: all that was
synced, and of the rest some writes, some sectors of writes, or nothing. Each is opened by SQLite and compared with what had been acknowledged.
Prints one line of JSON; ends with 1 when a lease is lost, given twice, or a database damaged."""
import json, os, random, re, shutil, sqlite3, sys

SECTOR = 512
trace, before, work, cuts = sys.argv[1:4] + [int(sys.argv[4])]
BEGIN = re.compile(r"^(\d+) +(pwrite64|ftruncate|fdatasync|sendto|sendmsg|sendmmsg)\((\d+)(?:<([^>]*)>)?(.*)$")
RESUMED = re.compile(r"^(\d+) +<\.\.\. (\w+) resumed>")
STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
chance = random.Random(int(os.environ.get("RACKBOOT_SEED", "1")))


def octets(text):
    return bytes.fromhex(text.replace("\\x", ""))


def acknowledged(packets):
    """The address and card of each DHCPACK; packets that leave together are one behind the other (UDP_SEGMENT)."""
    for cookie in (m.start() for m in re.finditer(b"\x63\x82\x53\x63", packets)):
        if cookie < 236 or packets[cookie - 236] != 2:
            continue
        message, at = packets[cookie - 236:], 240
        while at + 2 < len(message) and message[at] not in (53, 255):
            at += 1 if message[at] == 0 else 2 + message[at + 1]
        if message[at:at + 3] == b"\x35\x01\x05":
            yield ".".join(map(str, message[16:20])), message[28:34].hex(":")


def read(path):
    """The events in order: ("write", file, offset, bytes), ("truncate", file, length), ("synced", file, event at its begin), ("ack", lease)."""
    events, syncing = [], {}
    for line in open(path, errors="replace"):
        if (r := RESUMED.match(line)) and r[2] == "fdatasync" and r[1] in syncing:
            events.append(("synced", *syncing.pop(r[1])))
        if not (m := BEGIN.match(line)):
            continue
        thread, call, name, rest = m[1], m[2], os.path.basename(octets(m[4]).decode() if m[4] and "\\x" in m[4] else m[4] or ""), m[5]
        if call.startswith("send"):
            events += [("ack", lease) for s in STRING.finditer(rest) for lease in acknowledged(octets(s[1]))]
        elif not name.startswith("rackboot.db") or name.endswith("-shm"):
            continue
        elif call == "pwrite64":
            text = STRING.search(rest)
            offset = int(re.match(r".*?, \d+, (\d+)", rest[text.end():]).group(1))
            events.append(("write", name, offset, octets(text[1])))
        elif call == "ftruncate":
            events.append(("truncate", name, int(re.match(r", (\d+)", rest).group(1))))
        elif "unfinished" in rest:
            syncing[thread] = (name, len(events))
        else:
            events.append(("synced", name, len(events)))
    return events


def put(content, offset, data):
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset:offset + len(data)] = data


def cut(events, at, files):
    """What the files may hold when the power goes before events[at]."""
    durable = {name: max((e[2] for e in events[:at] if e[0] == "synced" and e[1] == name), default=0) for name in files}
    mood = chance.choice(["nothing", "some", "torn", "most"])
    for i, e in enumerate(events[:at]):
        if e[0] not in ("write", "truncate"):
            continue
        content, kept = files[e[1]], i < durable[e[1]]
        if e[0] == "truncate":
            if kept or mood == "most":
                del content[e[2]:]
                put(content, e[2], b"")
        elif kept or mood in ("some", "most") and chance.random() < (0.5 if mood == "some" else 0.9):
            put(content, e[2], e[3])
        elif mood == "torn":
            for start in range(0, len(e[3]), SECTOR):
                if chance.random() < 0.5:
                    put(content, e[2] + start, e[3][start:start + SECTOR])


def main():
    events = read(trace)
    names = {e[1] for e in events if e[0] in ("write", "truncate")} | {"rackboot.db", "rackboot.db-wal"}
    acks = [i for i, e in enumerate(events) if e[0] == "ack"]
    if len(acks) < 10 or not any(e[0] == "synced" for e in events):
        sys.exit(f"the trace has {len(acks)} acknowledgements and {len(events)} events: too few")
    lost, damaged, most = [], [], 0
    for number in range(cuts):
        at = chance.randrange(acks[0] + 1, len(events) + 1)
        files = {n: bytearray(open(p, "rb").read() if os.path.exists(p := os.path.join(before, n)) else b"") for n in names}
        cut(events, at, files)
        folder = os.path.join(work, str(number))
        os.makedirs(folder)
        for name, content in files.items():
            if content:
                with open(os.path.join(folder, name), "wb") as file:
                    file.write(content)
        given = dict(e[1] for e in events[:at] if e[0] == "ack")
        most = max(most, len(given))
        with open(os.path.join(folder, "acknowledged"), "w") as file:
            file.writelines(f"{a} {m}\n" for a, m in given.items())
        try:
            with sqlite3.connect(os.path.join(folder, "rackboot.db")) as store:
                if (found := store.execute("PRAGMA integrity_check").fetchall()) != [("ok",)]:
                    damaged.append(f"cut {number}: {found[0][0]}")
                kept = {key: json.loads(body)["hardwareAddress"] for key, body in store.execute("SELECT key, body FROM leases")}
            store.close()
        except sqlite3.DatabaseError as e:
            damaged.append(f"cut {number}: {e}")
            continue
        lost += [f"cut {number}: {a} of {m}, stored: {kept.get(a)}" for a, m in given.items() if kept.get(a) != m]
        if number >= 3:
            shutil.rmtree(folder)  # the first ones are started from
    doubled = len([e for e in events if e[0] == "ack"]) - len({e[1] for e in events if e[0] == "ack"})
    print(json.dumps(dict(cuts=cuts, events=len(events), acknowledged=len(acks), most_at_a_cut=most, again=doubled, lost=lost[:5],
                          damaged=damaged[:5])))
    sys.exit(1 if lost or damaged else 0)


main()

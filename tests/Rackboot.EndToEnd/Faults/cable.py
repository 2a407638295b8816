"""A bad cable: passes Ethernet frames between two interfaces, and loses, doubles and holds back some of them.
cable.py A B LOST DOUBLED HELD FILE: shares of all frames; FILE gets the counts when it is ended (SIGTERM)."""
import json, random, select, signal, socket, sys

ETH_P_ALL, SOL_PACKET, PACKET_VNET_HDR, OUTGOING = 3, 263, 15, 4
names, lost, doubled, held = sys.argv[1:3], *map(float, sys.argv[3:6])
counts = dict(passed=0, lost=0, doubled=0, held=0)
chance = random.Random(7)


def end(*_):
    with open(sys.argv[6], "w") as file:
        json.dump(counts, file)
    sys.exit(0)


def open_(name):
    # With its offload header a frame passes on as it came: checksums that a card would fill in stay to be filled in.
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    s.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
    s.bind((name, ETH_P_ALL))
    return s


signal.signal(signal.SIGTERM, end)
ends = [open_(name) for name in names]
waiting = {}
while True:
    ready, _, _ = select.select(ends, [], [], 0.02)
    for other in [o for o in waiting if not ready]:
        other.send(waiting.pop(other))  # nothing came that could overtake it
    for one in ready:
        frame, address = one.recvfrom(1 << 17)
        if address[2] == OUTGOING:
            continue
        other = ends[1 - ends.index(one)]
        luck = chance.random()
        if luck < lost:
            counts["lost"] += 1
        elif luck < lost + held and other not in waiting:
            counts["held"] += 1
            waiting[other] = frame
        else:
            counts["passed"] += 1
            other.send(frame)
            if chance.random() < doubled:
                counts["doubled"] += 1
                other.send(frame)
            if other in waiting:
                other.send(waiting.pop(other))

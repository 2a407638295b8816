"""A disk that does not answer: slow_file.py FOLDER CONTENT GO mounts a file system on FOLDER with one file, "slow", of which CONTENT is the
content, and answers no read of it before the file GO exists (FUSE, linux/fuse.h)."""
import ctypes, os, select, stat, struct, sys

folder, content, go = sys.argv[1], open(sys.argv[2], "rb").read(), sys.argv[3]
LOOKUP, FORGET, GETATTR, OPEN, READ, RELEASE, FLUSH, INIT = 1, 2, 3, 14, 15, 18, 25, 26
ENOENT, ENOSYS, FILE = 2, 38, 2
fuse = os.open("/dev/fuse", os.O_RDWR)
options = f"fd={fuse},rootmode=40000,user_id=0,group_id=0,allow_other".encode()
libc = ctypes.CDLL("libc.so.6", use_errno=True)
if libc.mount(b"slow", folder.encode(), b"fuse", 0, options):
    sys.exit(os.strerror(ctypes.get_errno()))


def attributes(node):
    size, mode = (len(content), stat.S_IFREG | 0o600) if node == FILE else (0, stat.S_IFDIR | 0o700)
    return struct.pack("<6Q10I", node, size, (size + 511) // 512, 0, 0, 0, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)


def answer(unique, data=b"", error=0):
    os.write(fuse, struct.pack("<IiQ", 16 + len(data), -error, unique) + data)


print("mounted", flush=True)
waiting = []
while True:
    ready, _, _ = select.select([fuse], [], [], 0.02)
    if waiting and os.path.exists(go):
        for unique, offset, size in waiting:
            answer(unique, content[offset:offset + size])
        waiting = []
    if not ready:
        continue
    try:
        request = os.read(fuse, 1 << 20)
    except OSError:
        break  # unmounted
    _, kind, unique, node = struct.unpack_from("<IIQQ", request)
    body = request[40:]
    if kind == INIT:
        _, minor, ahead, _ = struct.unpack_from("<4I", body)
        answer(unique, struct.pack("<4IHHII", 7, min(minor, 31), ahead, 0, 16, 12, 1 << 17, 1) + bytes(36))
    elif kind == LOOKUP and body.rstrip(b"\0") == b"slow":
        answer(unique, struct.pack("<4QII", FILE, 0, 3600, 3600, 0, 0) + attributes(FILE))
    elif kind == LOOKUP:
        answer(unique, error=ENOENT)
    elif kind == GETATTR:
        answer(unique, struct.pack("<QII", 3600, 0, 0) + attributes(node))
    elif kind == OPEN:
        answer(unique, struct.pack("<QII", 0, 0, 0))
    elif kind == READ:
        _, offset, size = struct.unpack_from("<QQI", body)
        waiting.append((unique, offset, size))
    elif kind in (RELEASE, FLUSH):
        answer(unique)
    elif kind != FORGET:
        answer(unique, error=ENOSYS)

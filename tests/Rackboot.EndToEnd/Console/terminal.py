"""Runs a program on a terminal of its own. Lines on standard input: "send BASE64", "signal NUMBER", "mode". Lines on standard output:
"out BASE64", "mode cooked|raw", and at the end "exit CODE cooked|raw", where the mode is what the program left behind."""
import base64, fcntl, os, select, signal, sys, termios

master, slave = os.openpty()
before = termios.tcgetattr(slave)
child = os.fork()
if child == 0:
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for descriptor in (0, 1, 2):
        os.dup2(slave, descriptor)
    os.closerange(3, 256)
    for ignored in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):  # as nohup and shells' background jobs leave them
        signal.signal(ignored, signal.SIG_DFL)
    os.execvp(sys.argv[1], sys.argv[1:])


def mode():
    return "cooked" if termios.tcgetattr(slave) == before else "raw"


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def drain(patience):
    while select.select([master], [], [], patience)[0]:
        say("out " + base64.b64encode(os.read(master, 65536)).decode())


pending = b""
while True:
    ready, _, _ = select.select([master, 0], [], [], 0.02)
    if master in ready:
        drain(0)
    if 0 in ready:
        read = os.read(0, 65536)
        if not read:
            os.kill(child, 9)
            break
        *lines, pending = (pending + read).split(b"\n")
        for line in lines:
            verb, _, argument = line.partition(b" ")
            if verb == b"send":
                os.write(master, base64.b64decode(argument))
            elif verb == b"signal":
                os.kill(child, int(argument))
            else:
                say("mode " + mode())
    ended, status = os.waitpid(child, os.WNOHANG)
    if ended:
        drain(0.05)
        say("exit %d %s" % (os.waitstatus_to_exitcode(status), mode()))
        break

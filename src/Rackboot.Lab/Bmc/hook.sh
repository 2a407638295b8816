#!/bin/bash
# ipmi_sim calls this for its chassis (ipmi_lan(5), chassis_control): "get power boot" is answered with a line NAME:VALUE each,
# "set power 1 boot pxe" is done. It must be quick: the BMC is deaf meanwhile, and its client asks again.
# Beside it lie: arguments (QEMU's, one a line), monitor.in (QEMU's monitor, a pipe), pid, boot (what to boot from, at the next start only),
# and output, a link to where what QEMU prints goes.
cd "${0%/*}" || exit 1

alive() { # a process that has ended and was not waited for is not
    read -r _ _ state _ 2>/dev/null <"/proc/$pid/stat" && [[ $state != [ZX] ]]
}

running() { # whether process $pid is this machine's QEMU: the path of this folder is in its arguments
    pid=
    [[ -s pid ]] && read -r pid <pid && alive && grep -qsF "$PWD/" "/proc/$pid/cmdline"
}

tell() { # a command for QEMU's monitor; opened for both ways, the pipe never makes us wait
    printf '%s\n' "$1" 1<>monitor.in
}

start() {
    running && return
    local arguments boot
    mapfile -t arguments <arguments
    read -r boot <boot
    if [[ $boot == pxe ]]; then
        arguments+=(-set device.net0.bootindex=0 -set device.disk0.bootindex=1)
    else
        arguments+=(-set device.disk0.bootindex=0)
    fi
    echo none >boot
    (
        # Nothing of ipmi_sim's may live on in QEMU: its port would stay taken after its end.
        for descriptor in /proc/self/fd/*; do
            descriptor=${descriptor##*/}
            ((descriptor > 2)) && eval "exec $descriptor>&-"
        done
        exec 3<>monitor.in </dev/null >output 2>&1 || exit 1
        # The firmware was told already; from the next reset on it finds its usual order again.
        [[ $boot == pxe ]] && printf 'qom-set /machine/peripheral/net0 bootindex -1\n' >&3
        exec qemu-system-x86_64 "${arguments[@]}"
    ) &
    echo $! >pid
}

stop() {
    running || return 0
    kill -KILL "$pid"
    for ((i = 0; i < 200; i++)); do
        alive || return 0
        sleep 0.01
    done
    return 1
}

reset() {
    running || return 1
    # Another boot device takes a start of its own: QEMU's firmware learns it no other way.
    if [[ $(<boot) == none ]]; then tell system_reset; else stop && start; fi
}

setting() { # NAME VALUE
    case "$1 $2" in
    "power 1") start ;;
    "power 0") stop ;;
    reset*) reset ;;
    shutdown*) running && tell system_powerdown ;;
    "boot none" | "boot pxe" | "boot default") echo "$2" >boot ;;
    identify*) ;;
    *) return 1 ;; # to boot from a disc, or into the firmware's setup
    esac
}

verb=$1
shift
if [[ $verb == get ]]; then
    for name; do
        case $name in
        power) running && echo power:1 || echo power:0 ;;
        boot) echo "boot:$(<boot)" ;;
        esac
    done
else
    while (($# > 1)); do
        setting "$1" "$2" || exit 1
        shift 2
    done
fi

#!/bin/sh
# The stand-in for Talos: a machine boots, fetches its configuration, installs and restarts as Talos does. What a Talos node decides and answers,
# rackboot-lab does for it (StandIn/Nodes): the machine carries its connections, and does what it is told on a line that it opens.
export PATH=/bin
/bin/busybox mkdir -p /proc /sys /dev /tmp /etc
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
[ -c /dev/ttyS0 ] && exec >/dev/ttyS0 2>&1

for module in $(cat /modules/order); do insmod "/modules/$module"; done

disk=/dev/vda
state=64 # MiB: where the configuration lies on the disk, behind the image
lab=50080
api=50000
events=4515

argument() { # the value of a kernel argument
    for word in $(cat /proc/cmdline); do
        case "$word" in "$1="*) echo "${word#*=}" ;; esac
    done
}

config=$(argument talos.config)
log=$(argument talos.logging.kernel)
seq=0

say() { # on the console, and as Talos sends its kernel log
    echo "[stand-in] $1"
    seq=$((seq + 1))
    [ -n "$logging" ] && printf '{"msg":"[stand-in] %s","talos-time":"%s","talos-level":"info","facility":"user","seq":%d,"clock":%d,"priority":"info"}\n' \
        "$1" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$seq" "$(cut -d. -f1 /proc/uptime)000000" >&3
}

fetch() { # url, file; wget of a static busybox crashes where there is no resolver
    rest=${1#http://}
    server=${rest%%/*}
    port=80
    case "$server" in *:*) port=${server##*:} ;; esac
    rm -f /tmp/request
    mkfifo /tmp/request
    nc -w 10 "${server%:*}" "$port" </tmp/request >/tmp/response &
    exec 4>/tmp/request
    printf 'GET /%s HTTP/1.0\r\nHost: %s\r\n\r\n' "${rest#*/}" "$server" >&4
    wait $!
    exec 4>&-
    case "$(head -n 1 /tmp/response)" in *" 200 "* | *" 204 "*) ;; *) return 1 ;; esac
    awk 'body { print } /^\r?$/ { body = 1 }' /tmp/response >"$2"
}

install() { # the bytes of the disk image, the configuration in base64
    say "installs on $disk"
    rm -f /tmp/counted
    mkfifo /tmp/counted
    wc -c </tmp/counted >/tmp/written &
    echo image | nc "$rack" "$lab" | tee /tmp/counted | dd of="$disk" bs=64k 2>/dev/null
    wait $!
    if [ "$(cat /tmp/written)" != "$1" ]; then
        echo "failed the disk image was not written: $(cat /tmp/written) of $1 bytes" >/tmp/line
        return
    fi
    echo "$2" | base64 -d >/tmp/config
    tar -cf - -C /tmp config | dd of="$disk" bs=1M seek="$state" 2>/dev/null
    sync
    echo installed >/tmp/line
}

leave() { # reboot or poweroff
    say "$1"
    sync
    sleep 1 # for what is on its way
    killall nc
    sleep 1
    "$1" -f
}

obey() { # what rackboot-lab says, a line each
    while read -r order first rest; do
        case "$order" in
        api) nc -ll -p "$api" -e /bin/busybox nc "$rack" "$first" & ;;
        install) install "$first" "$rest" ;;
        reboot | poweroff) leave "$order" ;;
        wipe) dd if=/dev/zero of="$disk" bs=1M count=$((state + 1)) 2>/dev/null && say "wiped $disk" ;;
        esac
    done
}

interface=
for path in /sys/class/net/*; do
    [ -e "$path/device" ] && interface=${path##*/} && break
done
mac=$(cat "/sys/class/net/$interface/address")
uuid=$(cat /sys/class/dmi/id/product_uuid)
ip link set lo up
ip link set "$interface" up
echo "[stand-in] $interface, $mac"

cat >/etc/dhcp.sh <<'SCRIPT'
#!/bin/sh
[ "$1" = bound ] || [ "$1" = renew ] || exit 0
ip address flush dev "$interface"
ip address add "$ip/$mask" dev "$interface"
[ -n "$router" ] && ip route replace default via "${router%% *}"
echo "$hostname" >/tmp/hostname
echo "$serverid" >/tmp/rack
exit 0
SCRIPT
chmod +x /etc/dhcp.sh
# Talos, too, shows an identifier of its own here, not the firmware's.
until udhcpc -i "$interface" -s /etc/dhcp.sh -V stand-in -x "0x3d:ff$(echo "$mac" | tr -d :)0001" -q -n -t 5 -T 2; do sleep 1; done
hostname=$(cat /tmp/hostname)
rack=$(cat /tmp/rack)

# A configuration on the disk goes before every other, from wherever the machine was started (siderolabs/talos
# internal/app/machined/pkg/controllers/config/acquire.go).
origin=network
if dd if="$disk" bs=1M skip="$state" count=1 2>/dev/null | tar -xf - -C /tmp config 2>/dev/null; then
    origin=disk
    [ -n "$log" ] || log=$(awk '/^kind: KmsgLogConfig/ { of = 1 } /^---/ { of = 0 } of && $1 == "url:" { print $2 }' /tmp/config)
fi

log=${log#tcp://}
log=${log%/}
if [ -n "$log" ]; then
    mkfifo /tmp/log
    nc "${log%:*}" "${log##*:}" </tmp/log &
    exec 3>/tmp/log
    logging=yes
fi
say "up, $(ip -4 -o address show dev "$interface" | awk '{print $4}')"

if [ "$origin" = disk ]; then
    if [ "$(argument standin.booted)" = disk ]; then
        say "started from $disk with the configuration there"
    else
        say "started from the network; $disk has an installation, so its configuration is taken and nothing is installed"
    fi
elif [ -z "$config" ]; then
    say "no talos.config: maintenance mode"
else
    # Talos decodes the query, puts the values in, and encodes it again.
    serial=$(cat /sys/class/dmi/id/product_serial)
    url=$(echo "$config" | sed -e "s/%24%7Buuid%7D/$uuid/Ig" -e "s/%24%7Bserial%7D/$serial/Ig" \
        -e "s/%24%7Bmac%7D/$(echo "$mac" | sed 's/:/%3A/g')/Ig" -e "s/%24%7Bhostname%7D/$hostname/Ig")
    until fetch "$url" /tmp/config; do
        say "the machine configuration was not given; trying again in 3 seconds"
        sleep 3
    done
    if [ -s /tmp/config ]; then
        say "machine configuration fetched: $(wc -c </tmp/config) bytes, SHA-256 $(sha256sum /tmp/config | cut -c1-16)"
    else
        say "the machine configuration is empty: maintenance mode"
    fi
fi

# Where rackboot-lab answers for this machine, its Talos API is at its own address, and events come from there.
mkfifo /tmp/line
nc "$rack" "$lab" </tmp/line 2>/dev/null | obey &
exec 5>/tmp/line
nc -ll -p "$events" -e /bin/busybox nc "$rack" "$events" &
[ -f /tmp/config ] || : >/tmp/config
echo "node $uuid $origin $(base64 /tmp/config | tr -d '\n')" >&5 2>/dev/null
say "machine is running"

# Shut down when the power button is pressed; an input event has 24 bytes (linux/input.h).
for path in /sys/class/input/event*; do
    [ "$(cat "$path/device/name")" = "Power Button" ] || continue
    dd if="/dev/input/${path##*/}" of=/dev/null bs=24 count=1 2>/dev/null || continue
    say "the power button was pressed: shutting down"
    poweroff -f
done
while :; do sleep 3600; done

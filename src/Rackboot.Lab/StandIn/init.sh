#!/bin/sh
# The stand-in for Talos: what Talos does at this stage of a boot, and no more.
export PATH=/bin
/bin/busybox mkdir -p /proc /sys /dev /tmp /etc
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev

for module in $(cat /modules/order); do insmod "/modules/$module"; done

argument() { # the value of a kernel argument
    for word in $(cat /proc/cmdline); do
        case "$word" in "$1="*) echo "${word#*=}" ;; esac
    done
}

config=$(argument talos.config)
log=$(argument talos.logging.kernel)
log=${log#tcp://}
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

interface=
for path in /sys/class/net/*; do
    [ -e "$path/device" ] && interface=${path##*/} && break
done
mac=$(cat "/sys/class/net/$interface/address")
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
exit 0
SCRIPT
chmod +x /etc/dhcp.sh
# Talos, too, shows an identifier of its own here, not the firmware's.
until udhcpc -i "$interface" -s /etc/dhcp.sh -V stand-in -x "0x3d:ff$(echo "$mac" | tr -d :)0001" -q -n -t 5 -T 2; do sleep 1; done
hostname=$(cat /tmp/hostname)

if [ -n "$log" ]; then
    mkfifo /tmp/log
    nc "${log%:*}" "${log##*:}" </tmp/log &
    exec 3>/tmp/log
    logging=yes
fi
say "up, $(ip -4 -o address show dev "$interface" | awk '{print $4}')"

if [ -z "$config" ]; then
    say "no talos.config: maintenance mode"
else
    # Talos decodes the query, puts the values in, and encodes it again.
    uuid=$(cat /sys/class/dmi/id/product_uuid)
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
say "machine is running"

# Shut down when the power button is pressed; an input event has 24 bytes (linux/input.h).
for path in /sys/class/input/event*; do
    [ "$(cat "$path/device/name")" = "Power Button" ] || continue
    dd if="/dev/input/${path##*/}" of=/dev/null bs=24 count=1 2>/dev/null || continue
    say "the power button was pressed: shutting down"
    poweroff -f
done
while :; do sleep 3600; done

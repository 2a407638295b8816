#!/bin/sh
# A rescue system: a root in memory with this host's programs, disks that are files, and Debian's sshd on a loopback port. Runs in mount and process
# namespaces of its own (unshare), so nothing of the host changes and everything ends with it.
# Arguments: a directory with authorized_keys, hostkey and disks/; the port; "installed" for a system whose root is on a disk.
set -eu
given=$1 port=$2 kind=${3:-rescue}
mount --make-rprivate /
root=$given/root
mkdir -p "$root"
if [ "$kind" = installed ]; then mount --bind "$root" "$root"; else mount -t tmpfs -o mode=755 tmpfs "$root"; fi
cd "$root"
mkdir -p usr etc dev proc tmp run/sshd root/.ssh disks
for link in bin sbin lib lib64; do
    if [ -L "/$link" ]; then cp -P "/$link" .; elif [ -d "/$link" ]; then mkdir "$link" && mount --bind "/$link" "$link"; fi
done
mount --bind /usr usr
mount --bind "$given/disks" disks
mount -t proc proc proc
cp -a /etc/alternatives /etc/ld.so.cache etc/
printf 'root:x:0:0::/root:/bin/sh\nsshd:x:100:65534::/run/sshd:/usr/sbin/nologin\nnobody:x:65534:65534::/:/usr/sbin/nologin\n' > etc/passwd
printf 'root:x:0:\nnogroup:x:65534:\n' > etc/group
# Its own devices: none of the host's disks is among them.
for node in 'null 1 3' 'zero 1 5' 'full 1 7' 'random 1 8' 'urandom 1 9' 'tty 5 0'; do
    # shellcheck disable=SC2086
    set -- $node && mknod -m 666 "dev/$1" c "$2" "$3"
done
ln -s /proc/self/fd dev/fd
cp "$given/authorized_keys" root/.ssh/authorized_keys
cp "$given/hostkey" etc/hostkey
chmod 600 etc/hostkey root/.ssh/authorized_keys
# What the rescue system's disks are: those of the host are not to be seen.
if [ -e "$given/lsblk" ]; then
    mkdir -p tmp/programs
    cp "$given/lsblk" tmp/programs/lsblk
    chmod 755 tmp/programs/lsblk
fi
cat > etc/sshd_config <<CONFIG
Port $port
ListenAddress 127.0.0.1
HostKey /etc/hostkey
PidFile none
UsePAM no
StrictModes no
PermitRootLogin prohibit-password
PasswordAuthentication no
SetEnv PATH=/tmp/programs:/usr/local/bin:/usr/bin:/bin
CONFIG
exec chroot "$root" /usr/sbin/sshd -D -e -f /etc/sshd_config

#!/bin/sh
# Run by sandbox.py as the first process of new namespaces: build a root that holds nothing but the paths named,
# read-only, and a small /scratch; leave some of these folders empty; move into it; give up every right; run a
# command there.
#   sandbox.sh NEW_ROOT PATH... -- EMPTY... -- nobody|myself COMMAND...
set -eu
root=$1
shift
mount -t tmpfs -o size=64m,mode=755,nosuid,nodev tmpfs "$root"
mkdir "$root/scratch" "$root/dev" "$root/proc" "$root/.old"
chmod 1777 "$root/scratch"
mount -t proc -o ro,nosuid,nodev,noexec proc "$root/proc"
for device in null urandom; do
    : >"$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
done
while [ "$1" != -- ]; do
    mkdir -p "$root$1"
    mount --bind "$1" "$root$1"
    mount -o remount,bind,ro,nosuid,nodev "$root$1"
    shift
done
shift
while [ "$1" != -- ]; do
    mount -t tmpfs -o ro,size=4k,mode=755,nosuid,nodev tmpfs "$root$1"
    shift
done
shift
cd "$root"
pivot_root . .old
cd /scratch
umount -l /.old
rmdir /.old
# Who is truly root becomes nobody; who is root of a user namespace only has nobody else to become.
if [ "$1" = nobody ]; then
    shift
    exec setpriv --reuid 65534 --regid 65534 --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all "$@"
fi
shift
exec setpriv --no-new-privs --bounding-set=-all --inh-caps=-all "$@"

#!/bin/sh
# Run by inside/warm.py in new namespaces: build a root that holds nothing but the paths named, read-only, and a
# small /scratch; leave some folders empty; move what runs here into it.
#   sandbox.sh NEW_ROOT PATH... -- EMPTY...
set -eu
root=$1
shift
mount --make-rprivate /
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
while [ $# -gt 0 ]; do
    mount -t tmpfs -o ro,size=4k,mode=755,nosuid,nodev tmpfs "$root$1"
    shift
done
cd "$root"
pivot_root . .old
cd /scratch
umount -l /.old
rmdir /.old

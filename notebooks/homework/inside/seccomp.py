"""Forbid this process, and all that it starts, to make namespaces: in one of its own it would be root.

A filter of system calls, as ``man 2 seccomp`` describes it; numbers are those of the kernel's headers.
"""

import ctypes
import errno
import os
import struct
import sys

MACHINES = {"x86_64": (0xC000003E, 56, 272), "aarch64": (0xC00000B7, 220, 97)}
"""AUDIT_ARCH, and the numbers of clone and unshare; that of clone3 is the same everywhere."""
CLONE3, OTHER_NUMBERS, CLONE_NEWUSER = 435, 0x40000000, 0x10000000
NO_NEW_PRIVS, SECCOMP, FILTER = 38, 22, 2  # of prctl
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, MACHINE, FLAGS = 0, 4, 16  # where they stand in struct seccomp_data
ALLOW, FAIL = 0x7FFF0000, 0x00050000


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def forbid_namespaces():
    """Let clone and unshare fail where they ask for a user namespace; does nothing on systems not known here.

    ``clone3``, whose flags a filter cannot see, is answered as by a kernel without it: libraries then use clone.
    """
    known = MACHINES.get(os.uname().machine) if sys.platform == "linux" else None
    if known is None:
        return
    machine, clone, unshare = known
    program = [
        (LOAD, 0, 0, MACHINE),
        (EQUAL, 0, 7, machine),  # else, as for 32-bit calls: fail
        (LOAD, 0, 0, NUMBER),
        (AT_LEAST, 5, 0, OTHER_NUMBERS),
        (EQUAL, 6, 0, CLONE3),
        (EQUAL, 1, 0, clone),
        (EQUAL, 0, 3, unshare),
        (LOAD, 0, 0, FLAGS),
        (ANY_BIT, 0, 1, CLONE_NEWUSER),
        (RETURN, 0, 0, FAIL | errno.EPERM),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, FAIL | errno.ENOSYS),
    ]
    packed = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in program))
    call = ctypes.CDLL(None, use_errno=True).prctl
    call(NO_NEW_PRIVS, 1, 0, 0, 0)
    call(SECCOMP, FILTER, ctypes.byref(_Program(len(program), ctypes.addressof(packed))), 0, 0)

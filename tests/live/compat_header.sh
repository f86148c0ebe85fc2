#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# One source compiled against our seccomp.h and against the system's behaves the same on our library and on the system's.
. "$top_srcdir/tests/live/live.sh"

compat=$top_builddir/compat
source=$top_srcdir/tests/live/compat_probe.c
[ -e /usr/include/seccomp.h ] || skip "no header of libseccomp (libseccomp-dev)"

claim "a program compiles against our header as against libseccomp's"
cc -Wall -Werror -D_GNU_SOURCE -I"$compat" -o ours "$source" -L"$compat" -lseccomp -lpthread || fail "ours"
cc -Wall -Werror -D_GNU_SOURCE -o theirs "$source" -lseccomp -lpthread || fail "theirs"
! command -v c++ >/dev/null || echo '#include <seccomp.h>' | c++ -Wall -Werror -I"$compat" -x c++ -fsyntax-only - || fail "C++"

claim "it does the same whatever the header and the library"
run expected ./theirs
grep -q '^status 0' expected || fail "$(cat expected)"
for program in ours theirs; do
	run got "./$program"
	same expected got
	run got env LD_LIBRARY_PATH="$compat" "./$program"
	same expected got
done

claim "the hook leaves rules and filters that are equal"
mkdir -m 777 dump
LD_LIBRARY_PATH=$compat WONT_SECCOMP_DUMP=dump ./ours filter >said || fail "$(cat said)"
set -- dump/*.wont
[ $# -eq 2 ] || fail "$# files for two loads"
for rules; do
	wont check --filter "${rules%.wont}.bpf" "./$rules" >proof 2>&1 || fail "$(cat proof)"
done
grep -q '(arg1 & 0xf0) == 0x50 -> errno(EDOM)' "$1" || fail "$(cat "$1")"

claim "the hook is deaf in programs with other rights than their caller's"
[ "$(id -u)" -eq 0 ] || exit 0
chmod 755 "$work"
cc -D_GNU_SOURCE -I"$compat" -o other "$source" -L"$compat" -lseccomp -lpthread -Wl,-rpath,"$compat" || fail "no program"
rm -f dump/*
WONT_SECCOMP_DUMP=$work/dump ./other filter >said || fail "$(cat said)"
set -- dump/*.wont
[ $# -eq 2 ] || fail "nothing was left without other rights, either"
rm -f dump/*
chown 65534 other
chmod u+s other
WONT_SECCOMP_DUMP=$work/dump ./other filter >said || fail "$(cat said)"
set -- dump/*
[ "$1" = 'dump/*' ] || fail "it left $*"

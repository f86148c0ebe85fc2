#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# wont syscalls: its numbers are those of the kernel headers on this machine; questions without an answer are told.
set -u

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

fail()
{
	echo "FAIL: $*"
	failures=$((failures + 1))
}

# The headers' names and numbers of one architecture: "NUMBER NAME", sorted; fails where the compiler cannot tell.
header_numbers()
{
	echo '#include <asm/unistd.h>' | ${CC:-cc} "$1" -E -dM - >"$work/macros" 2>/dev/null || return 1
	awk '$1 == "#define" && $2 ~ /^__NR_/ { print substr($2, 6) }' "$work/macros" >"$work/names"
	{
		echo '#include <asm/unistd.h>'
		awk '{ print "@ " $1 " __NR_" $1 }' "$work/names"
	} | ${CC:-cc} "$1" -E -P - | sed -n 's/^@ //p' | tr -d '()' | while read -r name number; do
		eval "echo \$(($number)) $name"
	done | LC_ALL=C sort
}

# Every call of the headers stands in our table, which may know newer ones.
compare()
{
	header_numbers "$2" >"$work/theirs" || return 0
	wont syscalls --arch "$1" | awk '{ print $1, $2 }' | LC_ALL=C sort >"$work/ours"
	[ "$(wc -l <"$work/theirs")" -gt 250 ] || fail "$1: the headers tell too little"
	missing=$(LC_ALL=C comm -23 "$work/theirs" "$work/ours")
	[ -z "$missing" ] || fail "$1: not as in the headers: $missing"
}

case $(uname -m) in
x86_64)
	compare x86_64 -m64
	compare i386 -m32
	compare x32 -mx32
	;;
esac

out=$(wont syscalls --arch x86_64 openat 0x101 '#257')
[ "$(echo "$out" | sort -u | wc -l)" = 1 ] || fail "a number and a name tell different things: $out"
echo "$out" | grep -q '^257 *openat .*int dirfd: fd, const char \*pathname: path, int flags: flags, mode_t mode: mode' ||
	fail "openat: $out"
wont syscalls --arch x32 514 | grep -q '^1073742338 *ioctl ' || fail "x32 numbers are counted from the base, too"

out=$(wont syscalls --arch x86_64 read opneat nonsense_call write 2>"$work/err")
[ $? = 2 ] || fail "an unknown name is no error"
[ "$(echo "$out" | awk '{ print $2 }' | tr '\n' ' ')" = "read write " ] || fail "the known ones are not shown: $out"
grep -q 'no syscall "opneat"; nearest: openat' "$work/err" || fail "no suggestion: $(cat "$work/err")"
grep -q 'no syscall "nonsense_call"$' "$work/err" || fail "the second unknown name is not told: $(cat "$work/err")"
wont syscalls --arch x86_64 socketcall 2>&1 | grep -q 'i386 has it' || fail "not told which architecture has a call"
wont syscalls --arch pdp11 >/dev/null 2>&1
[ $? = 2 ] || fail "an unknown architecture is no error"
wont syscalls --nonsense >/dev/null 2>&1
[ $? = 2 ] || fail "an unknown option is no error"
for word in '' '#' '0x' 99999999999 -1 4294967295 "$(printf 'r\033ead')"; do
	wont syscalls -- "$word" >"$work/out" 2>"$work/err"
	[ $? = 2 ] || fail "\"$word\" is no error"
	! grep -q "$(printf '\033')" "$work/err" || fail "a control byte reached the terminal"
done

wont syscalls --arch i386 --json pread64 >"$work/json"
for want in '"arch": "i386"' '"syscall": "pread64"' '"nr": 180' '"name": "offset_hi"' '"class": "offset"'; do
	grep -q "$want" "$work/json" || fail "JSON lacks $want"
done
wont syscalls >/dev/full 2>/dev/null && fail "a full disk goes unnoticed"

exit $((failures > 0))

#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# compile, check and simulate as a person meets them: answers, exit statuses, and raw programs that the kernel takes.
. "${top_srcdir:?}/tests/live/expect.sh"

cd "$here" || exit 2
cat >good.wont <<'TXT'
wont 1
default      errno(EPERM)
foreign-arch kill_process
arch x86_64 {
	read weight 10
	openat: (flags & ~O_CLOEXEC) == O_RDONLY
	lseek:  offset < 0 && whence == SEEK_CUR
}
arch i386 {
	read
}
TXT
sed 's/offset < 0/offset < 1/' good.wont >wider.wont

# --- compile
run wont compile -o good.bpf ./good.wont
expect_status 0
expect_output ""
check "whole instructions" [ $(($(wc -c <good.bpf) % 8)) -eq 0 ]
run wont compile ./good.wont
expect_status 0
check "standard output has the same program" cmp -s out good.bpf
run wont compile -o wider.bpf wider.wont
expect_status 0
run wont compile --arch i386 -o i386.bpf good.wont
expect_status 0
check "one arch is less than two" [ "$(wc -c <i386.bpf)" -lt "$(wc -c <good.bpf)" ]
for format in asm pfc c; do
	run wont compile --format $format good.wont
	expect_status 0
	check "$format names a call" grep -q openat out
done
run wont compile --format elf good.wont
expect_status 2
expect_error "known are bpf, asm, pfc, c"
run wont compile --arch vax good.wont
expect_status 2
expect_error 'unknown arch "vax"'
run wont compile --arch x32 good.wont
expect_status 2
expect_error "nothing for x32"
run wont compile -o /nonexistent/x good.wont
expect_status 2
if command -v script >/dev/null; then
	run script -qec "wont compile good.wont" /dev/null
	check "no raw program to a terminal" grep -q "nothing for a terminal" out
fi

# The C array compiles, and its program is loaded and judges: errno for what the profile does not name.
cat >load.c <<'TXT'
#include "filter.c"
#include <errno.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/seccomp.h>
int main(void)
{
	struct sock_fprog p = { sizeof(filter) / sizeof(filter[0]), filter };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &p))
		return 1;
	return syscall(SYS_setsid) == -1 && errno == EPERM ? 0 : 2;
}
TXT
sed 's/errno(EPERM)/allow/; s/^}$/	setsid: -> errno(EPERM)\n}/' good.wont | sed '/^arch i386/,$d' >mild.wont
run wont compile --format c -o filter.c mild.wont
expect_status 0
if [ "$(uname -m)" = x86_64 ]; then
	run cc -Wall -Werror -o load load.c
	expect_status 0
	run ./load
	expect_status 0
fi

# --- check
run wont check good.wont
expect_status 0
expect_line 'proof       the filter is exactly the profile .*'
run wont check --json good.wont
expect_status 0
check "JSON says proved" grep -q '"proved": true' out
run wont check --filter good.bpf good.wont
expect_status 0
expect_output "good.bpf is exactly the profile"
run wont check --filter good.bpf wider.wont
expect_status 1
check "the difference is shown" grep -q "lseek(0x0, 0x0, 0x1" out
run wont check --filter good.bpf --at-most wider.wont
expect_status 0
run wont check --filter wider.bpf --at-most good.wont
expect_status 1
run wont check --filter i386.bpf --at-most good.wont
expect_status 0
run wont check --filter good.wont good.wont
expect_status 2
expect_error "good.wont: "
run wont check --at-most good.wont
expect_status 2
run wont check
expect_status 2
printf 'wont 1\nnonsense\n' >bad.wont
run wont check bad.wont
expect_status 2
expect_error "bad.wont:2:"
awk 'BEGIN {
	print "wont 1\ndefault kill_process\nforeign-arch kill_process\narch x86_64 {"
	for (i = 0; i < 6000; i++)
		printf "\tioctl: arg1 == %d\n", i * 7919 % 1000003 * 2
	print "}"
}' >large.wont
run wont check large.wont
expect_status 1
expect_error "ioctl on x86_64"
expect_error "4096"

# --- more than one filter holds
awk 'BEGIN {
	print "wont 1\ndefault allow\nforeign-arch kill_process\narch x86_64 {"
	for (i = 0; i < 1400; i++)
		printf "\t#%d: arg%d == %d -> errno(EPERM)\n", 2000 + i, i % 6, i * 7919 % 1000003
	print "\tgetpriority: which == PRIO_PGRP -> errno(EXDEV)\n}"
}' >wide.wont
run wont compile -o wide.bpf wide.wont
expect_status 1
run wont compile --split -o wide.bpf wide.wont
expect_status 0
expect_error "to be loaded in this order"
[ -s wide.bpf.1 ] && [ -s wide.bpf.2 ] || fail "no second filter"
run wont compile --split wide.wont
expect_status 2
run wont compile --split -o good.bpf.split good.wont
expect_status 0
[ -s good.bpf.split ] || fail "one filter is not written to where it was asked for"
run wont enforce wide.wont -- true
expect_status 125
run wont enforce --split wide.wont -- grep Seccomp_filters /proc/self/status
expect_status 0
expect_line "Seccomp_filters:	$(($(awk '/^Seccomp_filters/ { print $2 }' /proc/self/status) + $(find . -name 'wide.bpf.*' | wc -l)))"
run wont enforce --split --explain wide.wont -- true
expect_status 125

# --- simulate
run wont simulate good.wont x86_64 openat AT_FDCWD 0 'O_RDONLY|O_CLOEXEC'
expect_status 0
expect_line 'verdict  allow'
expect_line 'by       openat: (flags & ~O_CLOEXEC) == O_RDONLY'
run wont simulate good.wont x86_64 openat -100 0 O_RDWR
expect_line 'verdict  errno(EPERM)'
expect_line 'by       default'
run wont simulate good.wont x86_64 lseek 3 -1 SEEK_CUR
expect_line 'verdict  allow'
run wont simulate good.wont x86_64 8 3 0x7fffffffffffffff 1
expect_line 'verdict  errno(EPERM)'
run wont simulate good.wont x32 read
expect_line 'verdict  kill_process'
expect_line 'by       foreign-arch'
run wont simulate good.wont x86_64 -1
expect_line 'verdict  errno(EPERM)'
run wont simulate good.bpf i386 read
expect_line 'verdict  allow'
run wont simulate --json good.wont i386 '#3'
check "JSON has the verdict" grep -q '"verdict": "allow"' out
run wont simulate good.wont x86_64 opennat
expect_status 2
expect_error "did you mean openat"
run wont simulate good.wont x86_64 lseek 0 0 SEEK_CURR
expect_status 2
expect_error "SEEK_CUR"
run wont simulate good.wont x86_64 read 0 '/etc/passwd'
expect_status 2
run wont simulate good.wont vax read
expect_status 2
run wont simulate good.wont x86_64 read 1 2 3 4 5 6 7
expect_status 2
printf '12345678' >broken.bpf
run wont simulate broken.bpf x86_64 read
expect_status 2
expect_error "broken.bpf: "
finish

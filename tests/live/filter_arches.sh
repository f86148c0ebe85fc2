#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Profiles for other machines: every architecture is compiled, checked and simulated, in its own byte order.
. "${top_srcdir:?}/tests/live/expect.sh"

# The output has this text somewhere.
expect_text()
{
	check "no \"$1\" in the output" grep -qF "$1" out
}

cd "$here" || exit 2

# --- each by itself
archs="x86_64 i386 x32 arm aarch64 mips mipsel mips64 mipsel64 mips64n32 mipsel64n32 parisc parisc64 ppc ppc64 ppc64le
	s390 s390x riscv64 loongarch64 m68k sh sheb"
for arch in $archs; do
	cat >one.wont <<-TXT
		wont 1
		arch $arch {
			read
			openat: (flags & ~O_CLOEXEC) == O_RDONLY
			ioctl:  request == TCGETS
		}
	TXT
	run wont check one.wont
	expect_status 0
	expect_text "exactly the profile"
	run wont compile -o one.bpf one.wont
	expect_status 0
	run wont check --filter one.bpf one.wont
	expect_status 0
	run wont simulate one.bpf "$arch" openat -100 0 O_CLOEXEC
	expect_text "verdict  allow"
	run wont simulate one.wont "$arch" openat -100 0 O_CREAT
	expect_text "verdict  kill_process"
	run wont syscalls --arch "$arch" openat
	expect_status 0
done
for alias in x86 arm64 riscv loongarch powerpc64le mips64el hppa; do
	run wont syscalls --arch $alias read
	expect_status 0
done

# --- both byte orders in one profile
cat >both.wont <<'TXT'
wont 1
newer 6.18 errno(ENOSYS)
arch x86_64, aarch64, s390x, mips {
	read
	lseek: offset < 0
}
TXT
run wont check both.wont
expect_status 0
expect_text "for x86_64, aarch64"
expect_text "for s390x, mips"
run wont check --json both.wont
check "two objects" [ "$(grep -c '"proved": true' out)" = 2 ]
run wont compile -o both.bpf both.wont
expect_status 2
expect_error "differ in byte order"
run wont compile --arch s390x -o big.bpf both.wont
expect_status 0
run wont compile --arch aarch64 -o little.bpf both.wont
expect_status 0
check "ld [4] in big-endian order" [ "$(od -An -tx1 -N8 big.bpf | tr -d ' ')" = 0020000000000004 ]
check "ld [4] in little-endian order" [ "$(od -An -tx1 -N8 little.bpf | tr -d ' ')" = 2000000004000000 ]
run wont simulate big.bpf s390x lseek 3 -1
expect_text "verdict  allow"
run wont simulate big.bpf x86_64 read
expect_status 2
expect_error "other byte order"
run wont simulate both.wont s390x lseek 3 -1
expect_text "verdict  allow"
run wont simulate both.wont aarch64 lseek 3 1
expect_text "verdict  kill_process"

# An error above the blocks is meant by its name, whose number is the architecture's own.
run wont simulate both.wont mips 1000
expect_text "verdict  errno(ENOSYS)"
expect_text "#0x50059"
run wont simulate both.wont s390x 1000
expect_text "#0x50026"

# --- enforced is what this machine can show
if [ "$(uname -m)" = x86_64 ]; then
	sed -e 's/lseek.*/#1000/' -e 's/^newer.*/default allow/' both.wont >here.wont
	run wont enforce here.wont -- true
	expect_status 0
	sed 's/x86_64, aarch64, //' here.wont >elsewhere.wont
	run wont enforce elsewhere.wont -- true
	expect_status 125
fi

finish

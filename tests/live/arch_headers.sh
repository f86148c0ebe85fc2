#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Names and numbers of every architecture are those of its kernel headers (Debian's linux-libc-dev-ARCH-cross), which are
# preprocessed here as its compiler would. What we have beyond them is newer than they are.
set -u

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0 compared=0 missing=

fail()
{
	echo "FAIL: $*"
	failures=$((failures + 1))
}

# "NUMBER NAME" of every number in the header, sorted. Two names of one number are two lines.
header_numbers()
{
	include=$1
	shift
	echo '#include <asm/unistd.h>' | ${CC:-cc} -undef -nostdinc -isystem "$include" "$@" -E -dM - |
		sed -n 's/^#define __\(\(ARM_\)\{0,1\}NR_\)\([A-Za-z_0-9]*\) .*/\1 \3/p' |
		grep -Ev ' ((OABI_)?SYSCALL_BASE|SYSCALL_MASK|arch_specific_syscall|BASE|syscalls|([ON0-9]*_)?Linux(_syscalls)?)$' >"$work/names"
	{
		echo '#include <asm/unistd.h>'
		sed 's/\(.*\) \(.*\)/@ @\2 __\1\2/' "$work/names"
	} | ${CC:-cc} -undef -nostdinc -isystem "$include" "$@" -E -P - | sed -n 's/^@ @//p' |
		tr -d '()' | while read -r name number; do
		echo "$(($number)) $name"
	done | LC_ALL=C sort
}

# compare ARCH FOLDER HIGHEST DEFINE...: every call of the headers is in our table, and what is not theirs is either above
# their HIGHEST or on the list of those that came later.
compare()
{
	arch=$1 include=/usr/$2/include highest=$3
	shift 3
	if [ ! -e "$include/asm/unistd.h" ]; then
		missing="$missing $arch"
		return 0
	fi
	# Not the second name that arm has for sync_file_range2.
	header_numbers "$include" "$@" | grep -v ' arm_sync_file_range$' >"$work/theirs"
	wont syscalls --arch "$arch" | awk '{ print $1, $2 }' | LC_ALL=C sort >"$work/ours"
	[ "$(wc -l <"$work/theirs")" -gt 280 ] || fail "$arch: the headers tell too little"
	lacking=$(LC_ALL=C comm -23 "$work/theirs" "$work/ours" | head -20 | tr '\n' ';')
	[ -z "$lacking" ] || fail "$arch: not as in the headers: $lacking"
	beyond=$(LC_ALL=C comm -13 "$work/theirs" "$work/ours" |
		awk -v highest="$highest" '$1 <= highest && $2 !~ /^(riscv_hwprobe|cacheflush|memfd_secret)$/' |
		head -20 | tr '\n' ';')
	[ -z "$beyond" ] || fail "$arch: the headers do not know: $beyond"
	compared=$((compared + 1))
}

compare arm arm-linux-gnueabihf 450 -D__arm__ -D__ARM_EABI__ -D__ARMEL__
compare aarch64 aarch64-linux-gnu 450 -D__aarch64__ -D__LP64__
compare mips mips-linux-gnu 4450 -D__mips__ -D_MIPS_SIM=_MIPS_SIM_ABI32
compare mipsel mipsel-linux-gnu 4450 -D__mips__ -D_MIPS_SIM=_MIPS_SIM_ABI32
compare mips64 mips64-linux-gnuabi64 5450 -D__mips__ -D_MIPS_SIM=_MIPS_SIM_ABI64
compare mipsel64 mips64el-linux-gnuabi64 5450 -D__mips__ -D_MIPS_SIM=_MIPS_SIM_ABI64
compare mips64n32 mips64-linux-gnuabin32 6450 -D__mips__ -D_MIPS_SIM=_MIPS_SIM_NABI32
compare mipsel64n32 mips64el-linux-gnuabin32 6450 -D__mips__ -D_MIPS_SIM=_MIPS_SIM_NABI32
compare parisc hppa-linux-gnu 450 -D__hppa__
compare parisc64 hppa-linux-gnu 450 -D__hppa__ -D__LP64__
compare ppc powerpc-linux-gnu 450 -D__powerpc__
compare ppc64 powerpc64-linux-gnu 450 -D__powerpc__ -D__powerpc64__
compare ppc64le powerpc64le-linux-gnu 450 -D__powerpc__ -D__powerpc64__
compare s390 s390x-linux-gnu 450 -D__s390__
compare s390x s390x-linux-gnu 450 -D__s390__ -D__s390x__
compare riscv64 riscv64-linux-gnu 450 -D__riscv -D__riscv_xlen=64 -D__LP64__ -D__SIZEOF_POINTER__=8
compare m68k m68k-linux-gnu 450 -D__m68k__
compare sh sh4-linux-gnu 450 -D__sh__
compare sheb sh4-linux-gnu 450 -D__sh__

# loongarch64 has the generic table but for three calls that new architectures do without.
wont syscalls --arch aarch64 | awk '$2 !~ /^(renameat|getrlimit|setrlimit|memfd_secret)$/ { print $1, $2 }' >"$work/generic"
wont syscalls --arch loongarch64 | awk '{ print $1, $2 }' | cmp -s - "$work/generic" ||
	fail "loongarch64 has not the generic table: $(wont syscalls --arch loongarch64 |
		awk '{ print $1, $2 }' | diff - "$work/generic")"

if [ "$compared" = 0 ]; then
	echo "no linux-libc-dev-ARCH-cross is installed"
	exit 77
fi
[ -z "$missing" ] || echo "no headers of$missing: not compared"
exit $((failures > 0))

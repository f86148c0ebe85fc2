#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Writes arch/data/ARCH.txt: the syscall numbers of an architecture, from its kernel headers.
# usage: tools/gen-syscalls.sh ARCH...       (in the root of the sources; without ARCH: all that are known here)
#
# The headers come from linux-libc-dev (x86) and Debian's linux-libc-dev-ARCH-cross; what is newer than they are, from
# tools/newer.txt; when each call came, from tools/since.txt. The preprocessor is told what the architecture's compiler
# would define, so that no cross compiler is needed. The constants that already stand in a file stay; those are
# tools/gen-constants.sh's. Review the difference before you commit it.
set -eu
cd "$(dirname "$0")/.."

all="x86_64 i386 x32 arm aarch64 mips mipsel mips64 mipsel64 mips64n32 mipsel64n32 parisc parisc64 ppc ppc64 ppc64le s390
	s390x riscv64 loongarch64 m68k sh sheb"

# ARCH: token (linux/audit.h), register bits, byte order, base, other names, what the compiler defines when it builds for
# it; the words under which signatures.txt spells calls apart; whether 64-bit values begin at an even register; then
# where the header lies and what the preprocessor is told.
describe()
{
	endian=little base=0 aliases='' traits='' pairs='' header=asm/unistd.h root=/usr/include defines=''
	case $1 in
	x86_64)
		token=0xc000003e bits=64 aliases="amd64 x86-64" defines="-D__x86_64__ -D__LP64__"
		built="defined(__x86_64__) && !defined(__ILP32__)"
		;;
	i386)
		token=0x40000003 bits=32 aliases="x86 i486 i586 i686" defines=-D__i386__
		traits="ids16 clone-backwards mmap-by-struct select-by-struct"
		built="defined(__i386__)"
		;;
	x32)
		token=0xc000003e bits=64 base=0x40000000 traits="ilp32" defines="-D__x86_64__ -D__ILP32__"
		built="defined(__x86_64__) && defined(__ILP32__)"
		;;
	arm)
		token=0x40000028 bits=32 aliases="armhf armel armv7 armv7l" traits="ids16 clone-backwards" pairs=aligned
		built="defined(__arm__) && defined(__ARMEL__)"
		root=/usr/arm-linux-gnueabihf/include defines="-D__arm__ -D__ARM_EABI__ -D__ARMEL__"
		;;
	aarch64)
		token=0xc00000b7 bits=64 aliases="arm64" traits="clone-backwards"
		built="defined(__aarch64__) && defined(__AARCH64EL__)"
		root=/usr/aarch64-linux-gnu/include defines="-D__aarch64__ -D__LP64__"
		;;
	mips | mipsel)
		token=0x8 bits=32 base=4000 aliases="mipso32" traits="o32 mips clone-backwards" pairs=aligned endian=big
		built="defined(__mips__) && _MIPS_SIM == _ABIO32 && defined(__MIPSEB__)"
		root=/usr/$1-linux-gnu/include defines="-D__mips__ -D_MIPS_SIM=_MIPS_SIM_ABI32"
		;;
	mips64 | mipsel64)
		token=0x80000008 bits=64 base=5000 aliases="mips64n64" traits="mips clone-backwards" endian=big
		built="defined(__mips__) && _MIPS_SIM == _ABI64 && defined(__MIPSEB__)"
		root=/usr/mips64-linux-gnuabi64/include defines="-D__mips__ -D_MIPS_SIM=_MIPS_SIM_ABI64"
		;;
	mips64n32 | mipsel64n32)
		token=0xa0000008 bits=64 base=6000 aliases="mipsn32" traits="n32 ilp32 mips clone-backwards" endian=big
		built="defined(__mips__) && _MIPS_SIM == _ABIN32 && defined(__MIPSEB__)"
		root=/usr/mips64-linux-gnuabin32/include defines="-D__mips__ -D_MIPS_SIM=_MIPS_SIM_NABI32"
		;;
	parisc)
		token=0xf bits=32 endian=big aliases="hppa" traits="clone-backwards"
		built="defined(__hppa__) && !defined(__LP64__)"
		root=/usr/hppa-linux-gnu/include defines="-D__hppa__"
		;;
	parisc64)
		token=0x8000000f bits=64 endian=big aliases="hppa64" traits="clone-backwards"
		built="defined(__hppa__) && defined(__LP64__)"
		root=/usr/hppa-linux-gnu/include defines="-D__hppa__ -D__LP64__"
		;;
	ppc)
		token=0x14 bits=32 endian=big aliases="powerpc ppc32" traits="clone-backwards select-by-struct" pairs=aligned
		built="defined(__powerpc__) && !defined(__powerpc64__)"
		root=/usr/powerpc-linux-gnu/include defines="-D__powerpc__"
		;;
	ppc64)
		token=0x80000015 bits=64 endian=big aliases="powerpc64" traits="clone-backwards"
		built="defined(__powerpc64__) && defined(__BIG_ENDIAN__)"
		root=/usr/powerpc64-linux-gnu/include defines="-D__powerpc__ -D__powerpc64__"
		;;
	ppc64le)
		token=0xc0000015 bits=64 aliases="ppc64el powerpc64le" traits="clone-backwards"
		built="defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)"
		root=/usr/powerpc64le-linux-gnu/include defines="-D__powerpc__ -D__powerpc64__"
		;;
	s390)
		token=0x16 bits=32 endian=big traits="s390 ids16 clone-backwards2 mmap-by-struct"
		built="defined(__s390__) && !defined(__s390x__)"
		root=/usr/s390x-linux-gnu/include defines="-D__s390__"
		;;
	s390x)
		token=0x80000016 bits=64 endian=big traits="s390 clone-backwards2 mmap-by-struct"
		built="defined(__s390x__)"
		root=/usr/s390x-linux-gnu/include defines="-D__s390__ -D__s390x__"
		;;
	riscv64)
		token=0xc00000f3 bits=64 aliases="riscv" traits="clone-backwards"
		built="defined(__riscv) && __riscv_xlen == 64"
		root=/usr/riscv64-linux-gnu/include defines="-D__riscv -D__riscv_xlen=64 -D__LP64__ -D__SIZEOF_POINTER__=8"
		;;
	loongarch64)
		# Debian 12 has no headers of it. It takes the generic table and wants clone3, but neither renameat nor
		# the two rlimit calls; riscv64's headers serve for what that table includes.
		token=0xc0000102 bits=64 aliases="loong64 loongarch"
		built="defined(__loongarch__) && __loongarch_grlen == 64"
		root=/usr/riscv64-linux-gnu/include header=asm-generic/unistd.h
		defines="-D__riscv -D__riscv_xlen=64 -D__LP64__ -D__SIZEOF_POINTER__=8 -D__ARCH_WANT_SYS_CLONE3"
		;;
	m68k)
		token=0x4 bits=32 endian=big traits="ids16 mmap-by-struct select-by-struct"
		built="defined(__m68k__)"
		root=/usr/m68k-linux-gnu/include defines=-D__m68k__
		;;
	sh | sheb)
		token=0x2a bits=32 endian=big aliases="sh4eb" traits="sh ids16 select-by-struct"
		built="defined(__sh__) && defined(__BIG_ENDIAN__)"
		root=/usr/sh4-linux-gnu/include defines=-D__sh__
		;;
	*)
		echo "$0: unknown architecture \"$1\"" >&2
		exit 2
		;;
	esac
	case $1 in
	mipsel* | sh) make_little "$1" ;;
	esac
}

# What differs between the two byte orders of one architecture.
make_little()
{
	endian=little
	token=$(printf '0x%x' $((token | 0x40000000)))
	case $1 in
	mipsel) aliases="mipsle mipselo32" ;;
	mipsel64) aliases="mips64el mips64le mipsel64n64" root=/usr/mips64el-linux-gnuabi64/include ;;
	mipsel64n32) aliases="mips64eln32 mipsn32el" root=/usr/mips64el-linux-gnuabin32/include ;;
	sh) aliases="sh4 superh" ;;
	esac
	built=$(echo "$built" | sed -e 's/__MIPSEB__/__MIPSEL__/' -e 's/__BIG_ENDIAN__/__LITTLE_ENDIAN__/')
}

preprocess()
{
	# shellcheck disable=SC2086
	${CC:-gcc} -undef -nostdinc $defines -isystem "$root" -isystem /usr/include/x86_64-linux-gnu -E "$@" -
}

# The numbers and the names that programs call them by; on arm also the calls of its own, whose numbers are far off.
names()
{
	echo "#include <$header>" | preprocess -dM | awk '
		$1 != "#define" || $2 !~ /^__(ARM_)?NR_/ { next }
		$2 ~ /^__NR_(syscalls|Linux|O32_Linux|64_Linux|N32_Linux)|^__NR_(Linux|O32_Linux|64_Linux|N32_Linux)_syscalls$/ { next }
		$2 ~ /^__NR_(arch_specific_syscall|(OABI_)?SYSCALL_(BASE|MASK))$|^__ARM_NR_BASE$/ { next }
		$2 == "__NR_arm_sync_file_range" { next } # sync_file_range2 in what the calls do and by its other name
		{ print $2 }' | LC_ALL=C sort
}

write()
{
	arch=$1
	describe "$arch"
	[ -e "$root/$header" ] || [ -e "/usr/include/x86_64-linux-gnu/$header" ] || {
		echo "$0: no $root/$header; see above which package has it" >&2
		exit 1
	}
	echo "# Syscall numbers of $arch: NUMBER NAME [SINCE], the number relative to base. Written by tools/gen-syscalls.sh."
	echo "arch $arch"
	[ -z "$aliases" ] || echo "aliases $aliases"
	echo "token $token"
	echo "bits $bits"
	echo "endian $endian"
	echo "base $base"
	[ -z "$traits" ] || echo "traits $traits"
	[ -z "$pairs" ] || echo "pairs $pairs"
	echo "built $built"
	{
		echo "#include <$header>"
		for name in $(names); do
			short=${name#*NR_}
			echo "@ @$short ($name)"
		done
	} | preprocess -P | sed -n 's/^@ @//p' | awk -v arch="$arch" -v base="$base" '
		# The value of a sum such as ((0x40000000 + 512)), or of a plain number.
		function value(text,    n, parts, i, sum) {
			gsub(/[()]/, "", text)
			n = split(text, parts, "+")
			for (i = 1; i <= n; i++)
				sum += number(parts[i])
			return sum
		}
		function number(text,    i, v) {
			gsub(/[ \t]/, "", text)
			if (text !~ /^0x/)
				return text + 0
			for (i = 3; i <= length(text); i++)
				v = v * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
			return v
		}
		function older(a, b,    x, y) {
			split(a, x, ".")
			split(b, y, ".")
			return x[1] + 0 < y[1] + 0 || x[1] + 0 == y[1] + 0 && x[2] + 0 < y[2] + 0
		}
		function add(nr, name) {
			if (nr in names) {
				if (names[nr] != name)
					print arch " " nr ": " names[nr] ", also called " name > "/dev/stderr"
				return
			}
			names[nr] = name
			if (nr > highest)
				highest = nr
		}
		/^#/ || NF == 0 { next }
		FILENAME == "tools/since.txt" && $1 ~ /^[0-9]+-[0-9]+$/ {
			split($1, block, "-")
			for (i = block[1]; i <= block[2]; i++)
				since_nr[i] = $2
			next
		}
		FILENAME == "tools/since.txt" && NF == 2 { since[$1] = $2; next }
		FILENAME == "tools/since.txt" {
			n = split($1, list, ",")
			for (i = 1; i <= n; i++)
				here[list[i], $2] = $3
			next
		}
		FILENAME == "tools/newer.txt" {
			wanted = NF == 2
			for (i = 3; i <= NF; i++)
				wanted = wanted || $i == arch
			if (wanted)
				add($1, $2)
			next
		}
		{ name = $1; $1 = ""; add(value($0) - number(base), name) }
		END {
			for (nr = 0; nr <= highest; nr++) {
				if (!(nr in names))
					continue
				v = (arch, names[nr]) in here ? here[arch, names[nr]] : since[names[nr]]
				if (nr in since_nr)
					v = since_nr[nr]
				if ((arch, "*") in here && older(v, here[arch, "*"]))
					v = here[arch, "*"]
				print nr " " names[nr] (v ? " " v : "")
			}
		}' tools/since.txt - tools/newer.txt
}

# shellcheck disable=SC2086
[ $# -gt 0 ] || set -- $all
for arch; do
	file=arch/data/$arch.txt
	write "$arch" >"$file.new"
	[ ! -e "$file" ] || sed -n '/^constants/,$p' "$file" >>"$file.new"
	mv "$file.new" "$file"
done

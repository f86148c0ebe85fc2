#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Writes arch/data/ARCH.txt: the syscall numbers of an architecture, from its kernel headers.
# usage: tools/gen-syscalls.sh ARCH...       (in the root of the sources; without ARCH: all that are known here)
#
# The headers come from linux-libc-dev (the build host's) or linux-libc-dev-ARCH-cross; what is newer than they are, from
# tools/newer.txt; when each call came, from tools/since.txt. Review the difference before you commit it.
set -eu
cd "$(dirname "$0")/.."

# ARCH: token, register bits, byte order, base, other names, what the compiler defines when it builds for it; then the
# header's place and what the preprocessor is told.
describe()
{
	endian=little base=0 aliases='' headers=/usr/include cflags=''
	case $1 in
	x86_64)
		token=0xc000003e bits=64 aliases="amd64 x86-64" cflags=-m64
		built="defined(__x86_64__) && !defined(__ILP32__)"
		;;
	i386)
		token=0x40000003 bits=32 aliases="x86 i486 i586 i686" cflags=-m32
		built="defined(__i386__)"
		;;
	x32)
		token=0xc000003e bits=64 base=0x40000000 cflags=-mx32
		built="defined(__x86_64__) && defined(__ILP32__)"
		;;
	*)
		echo "$0: unknown architecture \"$1\"" >&2
		exit 2
		;;
	esac
}

write()
{
	arch=$1
	describe "$arch"
	echo "# Syscall numbers of $arch: NUMBER NAME [SINCE], the number relative to base. Written by tools/gen-syscalls.sh."
	echo "arch $arch"
	[ -z "$aliases" ] || echo "aliases $aliases"
	echo "token $token"
	echo "bits $bits"
	echo "endian $endian"
	echo "base $base"
	echo "built $built"
	{
		printf '#include <asm/unistd.h>\n' | ${CC:-gcc} $cflags -isystem "$headers" -E -dM - |
			awk '$1 == "#define" && $2 ~ /^__NR_/ && $2 !~ /^__NR_(syscalls|Linux|arch_specific_syscall)$/ {
				print substr($2, 6) }'
		echo @
	} | {
		names=$(sed '/^@$/d')
		{
			echo '#include <asm/unistd.h>'
			for n in $names; do
				echo "@ $n (__NR_$n)"
			done
		} | ${CC:-gcc} $cflags -isystem "$headers" -E -P - | sed -n 's/^@ //p'
	} | awk -v arch="$arch" -v base="$base" '
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
			if (nr in names)
				return
			names[nr] = name
			if (nr > highest)
				highest = nr
		}
		/^#/ || NF == 0 { next }
		FILENAME == "tools/since.txt" && NF == 2 { since[$1] = $2; next }
		FILENAME == "tools/since.txt" { here[$1, $2] = $3; next }
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
				if ((arch, "*") in here && older(v, here[arch, "*"]))
					v = here[arch, "*"]
				print nr " " names[nr] (v ? " " v : "")
			}
		}' tools/since.txt - tools/newer.txt
}

[ $# -gt 0 ] || set -- x86_64 i386 x32
for arch; do
	write "$arch" >arch/data/"$arch".txt.new
	mv arch/data/"$arch".txt.new arch/data/"$arch".txt
done

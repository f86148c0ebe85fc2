#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Writes the named values of tools/constants.list, from the kernel's headers of every architecture: x86_64's into
# arch/data/constants.txt, and into arch/data/ARCH.txt what differs there. The C library's headers are not asked: they
# tell other values (O_LARGEFILE is 0 in glibc's).
# usage: tools/gen-constants.sh      (in the root of the sources; needs gcc with -m32 and -mx32, and Debian's
#        linux-libc-dev-ARCH-cross and gcc-12-TRIPLET of the others, see below)
#
# Every name becomes one element of an array in an object file, whose bytes are the values; so nothing has to run.
# Compilers of other architectures are asked because sizes and alignment of structures are part of an ioctl's number.
# Review the difference before you commit it.
set -eu
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
archs="x86_64 i386 x32 arm aarch64 mips mipsel mips64 mipsel64 mips64n32 mipsel64n32 parisc parisc64 ppc ppc64 ppc64le s390
	s390x riscv64 loongarch64 m68k sh sheb"

# What compiles for an architecture, where its headers lie, the order of its bytes, and the architecture whose values it
# shares for the most part (none: x86_64).
describe()
{
	flags='' endian=little like=''
	case $1 in
	x86_64) triplet='' flags=-m64 ;;
	i386) triplet='' flags=-m32 ;;
	x32) triplet='' flags=-mx32 like=i386 ;;
	arm) triplet=arm-linux-gnueabihf like=i386 ;;
	aarch64) triplet=aarch64-linux-gnu ;;
	mips) triplet=mips-linux-gnu flags='-EB -mabi=32' endian=big ;;
	mipsel) triplet=mips-linux-gnu flags='-EL -mabi=32' like=mips ;;
	mips64) triplet=mips64-linux-gnuabi64 flags='-EB -mabi=64' endian=big like=mips ;;
	mipsel64) triplet=mips64-linux-gnuabi64 flags='-EL -mabi=64' like=mips64 ;;
	mips64n32) triplet=mips64-linux-gnuabi64 flags='-EB -mabi=n32' endian=big like=mips ;;
	mipsel64n32) triplet=mips64-linux-gnuabi64 flags='-EL -mabi=n32' like=mips64n32 ;;
	parisc) triplet=hppa-linux-gnu endian=big ;;
	parisc64) triplet=hppa64-linux-gnu endian=big like=parisc ;;
	ppc) triplet=powerpc-linux-gnu endian=big ;;
	ppc64) triplet=powerpc64-linux-gnu flags=-mbig endian=big like=ppc ;;
	ppc64le) triplet=powerpc64-linux-gnu flags='-mlittle -mabi=elfv2' like=ppc64 ;;
	s390) triplet=s390x-linux-gnu flags=-m31 endian=big like=i386 ;;
	s390x) triplet=s390x-linux-gnu flags=-m64 endian=big like=aarch64 ;;
	riscv64) triplet=riscv64-linux-gnu like=aarch64 ;;
	# Debian 12 knows no loongarch64; like riscv64 it takes the generic headers for nearly everything.
	loongarch64) triplet=riscv64-linux-gnu like=riscv64 ;;
	m68k) triplet=m68k-linux-gnu endian=big like=i386 ;;
	sh) triplet=sh4-linux-gnu flags=-ml like=arm ;;
	sheb) triplet=sh4-linux-gnu flags=-mb endian=big like=sh ;;
	esac
	case $triplet in
	'') compiler=${CC:-gcc} objcopy=objcopy headers=/usr/include/x86_64-linux-gnu/asm ;;
	*) compiler=$triplet-gcc-12 objcopy=$triplet-objcopy headers=/usr/$triplet/include/asm ;;
	esac
	case $triplet in
	hppa64-*) headers=/usr/hppa-linux-gnu/include/asm ;;
	esac
}

# A folder with nothing but the kernel's headers, and one with what little of a C library they lean on.
lay_out()
{
	mkdir "$work/$1"
	for d in linux asm-generic mtd rdma sound drm video misc xen; do
		ln -s /usr/include/$d "$work/$1/$d"
	done
	ln -s "$headers" "$work/$1/asm"
}

libc()
{
	mkdir -p "$work/libc/sys" "$work/libc/net" "$work/libc/netinet"
	for h in limits.h string.h stdlib.h time.h sys/time.h sys/ioctl.h sys/types.h net/if.h signal.h unistd.h poll.h; do
		echo '#include <linux/types.h>' >"$work/libc/$h"
	done
	cat >"$work/libc/sys/socket.h" <<-'END'
		#ifndef LIBC_SOCKET
		#define LIBC_SOCKET
		#include <linux/socket.h>
		typedef __kernel_sa_family_t sa_family_t;
		struct sockaddr { sa_family_t sa_family; char sa_data[14]; };
		#define MSG_FIN 0x200
		#define sockaddr_storage __kernel_sockaddr_storage
		#endif
	END
	cat >"$work/libc/time.h" <<-'END'
		#ifndef LIBC_TIME
		#define LIBC_TIME
		#include <linux/time.h>
		#include <linux/types.h>
		typedef long time_t;
		typedef int clockid_t;
		#endif
	END
	echo '#include <time.h>' >"$work/libc/sys/time.h"
	echo '#include <linux/if.h>' >"$work/libc/net/if.h"
	echo '#include <linux/if_ether.h>' >"$work/libc/netinet/if_ether.h"
	echo '#include <asm/byteorder.h>' >"$work/libc/endian.h"
	{ echo '#include <linux/in.h>'; echo '#include <linux/in6.h>'; } >"$work/libc/netinet/in.h"
	cat >"$work/libc/sys/types.h" <<-'END'
		#ifndef LIBC_TYPES
		#define LIBC_TYPES
		#include <linux/types.h>
		#include <stdint.h>
		#include <stddef.h>
		typedef int pid_t;
		#endif
	END
}

compile()
{
	# shellcheck disable=SC2086
	$compiler $flags -ffreestanding -nostdinc -w -isystem "$($compiler -print-file-name=include)" -isystem "$work/$arch" \
		-isystem "$work/libc" "$@"
}

# All headers but those that do not compile, alone or after the others: the first culprit goes until none is left. What
# x86_64 could not compile is not tried elsewhere.
include_all()
{
	(cd "$work/$arch" && find -L linux asm mtd rdma sound drm misc -maxdepth 1 -name '*.h' | LC_ALL=C sort) |
		sed -e '1i #include <stdint.h>' -e '1i #include <sys/socket.h>' -e '/^asm\/unistd_/d' -e '/^asm\/posix_types_/d' \
			-e 's/^[a-z].*/#include <&>/' | grep -vxF -f "$work/culprits" >"$work/$arch.h"
	while ! compile -fsyntax-only -fmax-errors=1 "$work/$arch.h" 2>"$work/complaint"; do
		line=$(sed -n "s/.*$arch\\.h:\\([0-9]*\\).*/\\1/p" "$work/complaint" | head -1)
		[ -n "$line" ] || { cat "$work/complaint" >&2; exit 1; }
		[ "$arch" != x86_64 ] || sed -n "${line}p" "$work/$arch.h" >>"$work/culprits"
		sed "${line}d" "$work/$arch.h" >"$work/fewer.h"
		mv "$work/fewer.h" "$work/$arch.h"
	done
}

# The macros of a header (or of all, for "-") on any architecture: "NAME TEXT", sorted.
macros()
{
	for arch in $archs; do
		describe "$arch"
		if [ "$1" = - ]; then
			cat "$work/$arch.h"
		else
			echo "#include <$1>"
		fi >"$work/one.c"
		compile -E -dM "$work/one.c" 2>"$work/complaint" || echo "gen-constants.sh: $arch has no $1" >&2
	done | awk '$1 == "#define" && NF > 2 && $2 !~ /\(/' | cut -d ' ' -f 2- | LC_ALL=C sort -u
}

# The list with every match replaced by the names that it finds: "group NAME", or "NAME [= EXPRESSION]".
expand()
{
	awk '$1 == "match" || $1 == "text" { print $2 }' tools/constants.list | sort -u | while read -r header; do
		macros "$header" >"$work/macros.$(echo "$header" | tr / .)"
	done
	awk -v work="$work" '
		function flush(    i) {
			for (i = 1; i <= found; i++)
				if (!(names[i] in but) && !((group, names[i]) in printed)) {
					print names[i]
					printed[group, names[i]]
				}
			found = 0
			split("", but)
		}
		function find(kind, header, regex,    file, line, space, last, name) {
			gsub("/", ".", header)
			file = work "/macros." header
			while ((getline line < file) > 0) {
				space = index(line, " ")
				name = substr(line, 1, space - 1)
				if (name != last && (kind == "match" ? name : substr(line, space + 1)) ~ regex) {
					names[++found] = name
					last = name
				}
			}
			close(file)
		}
		/^#/ || NF == 0 { next }
		$1 == "but" {
			for (i = 2; i <= NF; i++)
				but[$i]
			next
		}
		{ flush() }
		$3 == "=" {
			line = $0
			sub(/^[^=]*= */, "", line)
			print $1, $2, line > (work "/own")
			$0 = $1
		}
		$1 == "match" || $1 == "text" {
			find($1, $2, "^(" $3 ")$")
			next
		}
		$1 == "group" { group = $2 }
		!((group, $1) in printed) {
			print
			printed[group, $1]
		}
		END { flush() }' tools/constants.list >"$work/list"
}

# Five lines before the declarations. A negative int that is a set of bits is no negative number: small ones alone keep
# their sign.
prelude()
{
	echo "#include \"$work/$arch.h\""
	echo '#define S(x) ((long long)(x))'
	echo '#define V(x) (S(x) < -0x7fffffffLL - 1 || S(x) >= -65536 ? (unsigned long long)S(x) : (unsigned int)(x))'
	echo "#include <stdbool.h>"
	echo "#include <sys/types.h>"
}

# Prints "NAME HEX" for each name of the list that this architecture knows.
values()
{
	awk -v arch="$arch" '
		FILENAME ~ /own$/ {
			n = split($2, list, ",")
			for (i = 1; i <= n; i++)
				if (list[i] == arch) {
					name = $1
					$1 = $2 = ""
					expression[name] = $0
				}
			next
		}
		$1 == "group" { next }
		$2 == "=" && !($1 in expression) { name = $1; sub(/^[^=]*= */, ""); expression[name] = $0; $0 = name }
		{ names[$1] }
		END {
			for (name in names)
				print name, expression[name]
		}' "$work/own" "$work/list" | LC_ALL=C sort >"$work/names"
	# What is neither a macro nor a word of the headers need not be tried: each costs the compiler a search for what may
	# have been meant.
	{
		compile -E -dM "$work/$arch.h" | awk '{ sub(/\(.*/, "", $2); print $2 }'
		compile -E -P "$work/$arch.h" | tr -cs 'A-Za-z0-9_' '\n'
	} | LC_ALL=C sort -u >"$work/words"
	awk 'FILENAME ~ /words$/ { word[$1]; next }
		!($1 in word) { $1 = "unknown " $1 }
		{ print }' "$work/words" "$work/names" >"$work/names.new"
	# One declaration a line, so that the compiler's complaints tell which names it does not know.
	{
		prelude
		awk '$1 == "unknown" { print ""; next }
			{ print "const unsigned long long value_" NR " = V(" $1 ");" }' "$work/names.new"
	} >"$work/try.c"
	# An unknown word is complained about once, where it stands first: so again until there is nothing to complain about.
	: >"$work/unknown"
	while ! compile -fmax-errors=0 -ftrack-macro-expansion=0 -fsyntax-only "$work/try.c" 2>"$work/complaint"; do
		sed -n 's/^[^:]*try\.c:\([0-9]*\):.*error.*/\1/p' "$work/complaint" | sort -un >"$work/lines"
		[ -s "$work/lines" ] || { cat "$work/complaint" >&2; exit 1; }
		awk '{ print $1 - 5 }' "$work/lines" >>"$work/unknown"
		awk 'FILENAME ~ /lines$/ { bad[$1]; next } FNR in bad { print ""; next } { print }' \
			"$work/lines" "$work/try.c" >"$work/try.new"
		mv "$work/try.new" "$work/try.c"
	done
	awk -v unknown="$work/unknown" '
		BEGIN { while ((getline line < unknown) > 0) bad[line] }
		$1 == "unknown" { bad[NR]; sub(/^unknown /, "") }
		!(NR in bad) { print $1, "(" $1 ")"; next }
		NF > 1 { name = $1; sub(/^[^ ]* /, ""); print name, "(" $0 ")" }' "$work/names.new" >"$work/known"
	{
		prelude
		echo 'const unsigned long long table[] __attribute__((section("wont"))) = {'
		awk '{ $1 = ""; print "V(" $0 ")," }' "$work/known"
		echo '};'
	} >"$work/values.c"
	compile -c -o "$work/values.o" "$work/values.c"
	$objcopy -O binary -j wont "$work/values.o" "$work/values.bin"
	od -An -v -tx8 -w8 --endian="$endian" "$work/values.bin" | awk '{ print $1 }' |
		paste -d ' ' "$work/known" - | awk '{ print $1, $NF }'
}

# What awk needs to know of all values: value[name, arch], the smallest form of a number.
load='
	function short(hex) {
		sub(/^0+/, "", hex)
		return hex == "" ? "0" : length(hex) == 1 && hex ~ /[0-9]/ ? hex : "0x" hex
	}
	function load(arch) {
		while ((getline < (work "/values." arch)) > 0)
			value[$1, arch] = short($2)
	}
	function known(name, arch) { return (name, arch) in value ? value[name, arch] : "-" }'

write_common()
{
	echo "# Named values of x86_64: \"group NAME\" and what belongs to it, the preferred name of a value first. NAME VALUE, a"
	echo "# \"-\" where it has no such name; NAME alone: its value stands in another group. What other architectures call"
	echo "# otherwise stands in their files. Written by tools/gen-constants.sh from tools/constants.list."
	awk -v archs="$archs" -v work="$work" "$load"'
		BEGIN {
			n = split(archs, arch, " ")
			for (i = 1; i <= n; i++)
				load(arch[i])
		}
		function is_anywhere(name,    i) {
			for (i = 1; i <= n; i++)
				if ((name, arch[i]) in value)
					return 1
		}
		$1 == "group" { print "\ngroup " $2; next }
		$1 in printed { print $1; next }
		!is_anywhere($1) {
			print "gen-constants.sh: no header has " $1 > "/dev/stderr"
			next
		}
		{
			print $1, known($1, "x86_64")
			printed[$1]
		}' "$work/list"
}

# What an architecture says otherwise than the one that it is like.
write_own()
{
	echo "constants${like:+ like $like}"
	awk -v arch="$1" -v like="${like:-x86_64}" -v work="$work" "$load"'
		BEGIN {
			load(arch)
			load(like)
		}
		$1 == "group" || $1 in printed { next }
		{
			printed[$1]
			v = known($1, arch)
			if (v != known($1, like))
				print $1, v
		}' "$work/list"
}

libc
echo '#include <nothing>' >"$work/culprits"
for arch in $archs; do
	describe "$arch"
	lay_out "$arch"
	include_all
done
: >"$work/own"
expand
for arch in $archs; do
	describe "$arch"
	values >"$work/values.$arch"
done
write_common >arch/data/constants.txt.new
mv arch/data/constants.txt.new arch/data/constants.txt
for arch in $archs; do
	describe "$arch"
	file=arch/data/$arch.txt
	[ "$arch" != x86_64 ] || continue
	{
		sed '/^constants/,$d' "$file"
		write_own "$arch"
	} >"$file.new"
	mv "$file.new" "$file"
done

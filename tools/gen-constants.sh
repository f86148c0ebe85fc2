#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Writes arch/data/constants.txt: the named values of tools/constants.list, from the kernel's headers of every
# architecture. The C library's headers are not asked: they tell other values (O_LARGEFILE is 0 in glibc's).
# usage: tools/gen-constants.sh      (in the root of the sources; needs gcc with -m32 and -mx32, objcopy, od)
#
# Every name becomes one element of an array in an object file, whose bytes are the values; so nothing has to run, and
# headers of other architectures serve as well. Review the difference before you commit it.
set -eu
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
archs="x86_64 i386 x32"

# What compiles for an architecture, its kernel headers, and the order of its bytes (for od).
describe()
{
	compiler=${CC:-gcc} objcopy=objcopy endian=little
	case $1 in
	x86_64) compiler="$compiler -m64" headers=/usr/include/x86_64-linux-gnu/asm ;;
	i386) compiler="$compiler -m32" headers=/usr/include/x86_64-linux-gnu/asm ;;
	x32) compiler="$compiler -mx32" headers=/usr/include/x86_64-linux-gnu/asm ;;
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
		#endif
	END
}

compile()
{
	$compiler -ffreestanding -nostdinc -w -isystem "$($compiler -print-file-name=include)" -isystem "$work/$arch" \
		-isystem "$work/libc" "$@"
}

# All headers but those that do not compile, alone or after the others: the first culprit goes until none is left.
include_all()
{
	(cd "$work/$arch" && find -L linux asm mtd rdma sound drm misc -maxdepth 1 -name '*.h' | LC_ALL=C sort) |
		sed -e '1i #include <stdint.h>' -e '1i #include <sys/socket.h>' -e '/^asm\/unistd_/d' -e '/^asm\/posix_types_/d' -e 's/^[a-z].*/#include <&>/' >"$work/$arch.h"
	while ! compile -fsyntax-only -fmax-errors=1 "$work/$arch.h" 2>"$work/complaint"; do
		line=$(sed -n "s/.*$arch\\.h:\\([0-9]*\\).*/\\1/p" "$work/complaint" | head -1)
		[ -n "$line" ] || { cat "$work/complaint" >&2; exit 1; }
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
		compile -E -dM "$work/one.c" || echo "gen-constants.sh: $arch has no $1" >&2
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

# Four lines before the declarations. A negative int that is a set of bits is no negative number: small ones alone keep
# their sign.
prelude()
{
	echo "#include \"$work/$arch.h\""
	echo '#define S(x) ((long long)(x))'
	echo '#define V(x) (S(x) < -0x7fffffffLL - 1 || S(x) >= -65536 ? (unsigned long long)S(x) : (unsigned int)(x))'
	echo "#include <stdbool.h>"
}

# Prints "NAME HEX" for each name of the list that this architecture knows.
values()
{
	awk '$1 != "group" && NF == 1 { print $1 }
		$2 == "=" { name = $1; sub(/^[^=]*= */, ""); print name, $0 }' "$work/list" | LC_ALL=C sort -u |
		awk '$1 != last && last != "" { print line } { last = $1; line = $0 } END { print line }' >"$work/names"
	# One declaration a line, so that the compiler's complaints tell which names it does not know.
	{
		prelude
		awk '{ print "const unsigned long long value_" NR " = V(" $1 ");" }' "$work/names"
	} >"$work/try.c"
	compile -fmax-errors=0 -ftrack-macro-expansion=0 -fsyntax-only "$work/try.c" 2>&1 |
		sed -n 's/^[^:]*try\.c:\([0-9]*\):.*error.*/\1/p' | awk '{ print $1 - 4 }' | sort -un >"$work/unknown"
	awk -v unknown="$work/unknown" '
		BEGIN { while ((getline line < unknown) > 0) bad[line] }
		!(NR in bad) { print $1, "(" $1 ")"; have[$1]; next }
		NF > 1 { name = $1; sub(/^[^ ]* /, ""); print name, "(" $0 ")" }' "$work/names" |
		awk '!seen[$1]++' >"$work/known"
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

libc
for arch in $archs; do
	describe "$arch"
	lay_out "$arch"
	include_all
done
expand
for arch in $archs; do
	describe "$arch"
	values >"$work/values.$arch"
done

{
	echo "# Named values: \"group NAME\" and what belongs to it, the preferred name of a value first. NAME VALUE [ARCH=VALUE]...,"
	echo "# a \"-\" where the architecture has no such name; NAME alone: its value stands in another group."
	echo "# Written by tools/gen-constants.sh from tools/constants.list."
	awk -v archs="$archs" -v work="$work" '
		function short(hex) {
			sub(/^0+/, "", hex)
			return hex == "" ? "0" : length(hex) == 1 && hex ~ /[0-9]/ ? hex : "0x" hex
		}
		BEGIN {
			n = split(archs, arch, " ")
			for (i = 1; i <= n; i++)
				while ((getline < (work "/values." arch[i])) > 0)
					value[$1, arch[i]] = short($2)
		}
		$1 == "group" { print "\ngroup " $2; next }
		$1 in printed { print $1; next }
		{
			line = ""
			if (($1, arch[1]) in value)
				line = value[$1, arch[1]]
			for (i = 2; i <= n; i++) {
				v = ($1, arch[i]) in value ? value[$1, arch[i]] : "-"
				if (line == "" && v != "-")
					line = "-"
				if (v != line && line != "")
					line = line " " arch[i] "=" v
				first = line
				sub(/ .*/, "", first)
			}
			if (line == "") {
				print "gen-constants.sh: no header has " $1 > "/dev/stderr"
				next
			}
			print $1, line
			printed[$1]
		}' "$work/list"
} >arch/data/constants.txt.new
mv arch/data/constants.txt.new arch/data/constants.txt

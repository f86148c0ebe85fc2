#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Fails on an #include that points against the layers (docs/hacking.md has the table), and on a header that does not
# compile alone.
set -u
cd "${top_srcdir:-$(dirname "$0")/..}" || exit 2

# FOLDER: what it may include besides itself; a name with a '/' allows that one header.
layers='base:
arch: base
policy: base arch
audit: base arch
tracer: base arch audit
store: base arch tracer/event.h
learn: base arch policy store/observation.h
enforce: base arch policy
interop: base arch audit policy tracer/event.h
compat: base arch policy enforce'

bad=0
for folder in base arch policy audit tracer store learn enforce interop compat; do
	allowed=" $folder $(printf '%s\n' "$layers" | sed -n "s/^$folder://p") "
	for file in "$folder"/*.[ch]; do
		[ -e "$file" ] || continue
		# shellcheck disable=SC2013
		for target in $(sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*"\([^"]*\)".*/\1/p' "$file"); do
			case "$target" in
			config.h) continue ;;
			esac
			case "$allowed" in
			*" ${target%%/*} "* | *" $target "*) ;;
			*)
				echo "$file includes \"$target\": $folder may include only:$allowed"
				bad=1
				;;
			esac
			case "$target" in
			*/internal.h)
				[ "${target%%/*}" = "$folder" ] || {
					echo "$file includes another folder's internal.h: $target"
					bad=1
				}
				;;
			esac
		done
	done
done

for header in base/*.h arch/*.h policy/*.h audit/*.h tracer/*.h store/*.h learn/*.h enforce/*.h interop/*.h compat/*.h cli/*.h; do
	[ -e "$header" ] || continue
	"${CC:-cc}" -std=gnu17 -D_GNU_SOURCE -I. -I"${top_builddir:-build}" -fsyntax-only -x c "$header" || {
		echo "$header does not compile alone"
		bad=1
	}
done
exit $bad

#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# tidy.sh BUILD FILE: clang-tidy on one file of the source tree, unless BUILD/tidy/ remembers that it found nothing in
# the same text. lint.sh calls it and sets tidy_salt, which stands for the checks and the tool.
set -u
build=$1
file=$2

set -- -std=gnu17 -D_GNU_SOURCE -DHAVE_LIBDW -I. -I"$build"
case $file in
tests/probes/server.c) set -- "$@" -DRELEASE=11 ;;
esac
sum=$( (printf '%s\n' "$tidy_salt" "$file" "$*" && clang -E -C "$@" "$file") 2>/dev/null | sha256sum)
clean=$build/tidy/${sum%% *}
[ ! -e "$clean" ] || exit 0
clang-tidy --quiet --warnings-as-errors='*' "$file" -- "$@" 2>"$clean.$$" || {
	grep -v 'warnings generated' "$clean.$$"
	rm -f "$clean.$$"
	exit 1
}
rm -f "$clean.$$"
: >"$clean"

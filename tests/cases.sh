#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Runs the snapshot tests: tests/cases/KIND/NAME.policy is handed to tests/cases/KIND/command, whose output must be
# NAME.want. A new case is two files, a new kind a folder with a command (a script that gets the file's name, in the
# file's folder, and fails when its tools do).
# usage: tests/cases.sh [--update] [KIND/NAME]...     --update rewrites the .want files: read them before you commit
set -u
top_srcdir=${top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
top_builddir=${top_builddir:-$PWD}
export top_srcdir top_builddir
PATH=$top_builddir:$top_builddir/tests:$PATH
export PATH
LC_ALL=C
export LC_ALL

update=
if [ "${1:-}" = --update ]; then
	update=1
	shift
fi
cd "$top_srcdir/tests/cases" || exit 99
got=$(mktemp) || exit 99
trap 'rm -f "$got"' EXIT
trap 'exit 99' HUP INT TERM

# What command says about the case; its failure is part of it.
run() {
	(cd "$1" && sh ./command "$2.policy") >"$got" 2>&1 || echo "command failed with status $?" >>"$got"
}

check() {
	kind=${1%/*} name=${1#*/}
	run "$kind" "$name"
	if [ "$update" ]; then
		cmp -s "$got" "$1.want" || {
			cp "$got" "$1.want" && chmod 644 "$1.want" && echo "updated $1"
		}
	elif [ ! -e "$1.want" ]; then
		echo "FAIL $1: there is no $1.want; tests/cases.sh --update writes it"
		return 1
	else
		diff -u "$1.want" "$got" || {
			echo "FAIL $1"
			return 1
		}
	fi
}

[ $# -gt 0 ] || set -- */*.policy
bad=0
count=0
for case; do
	check "${case%.policy}" || bad=$((bad + 1))
	count=$((count + 1))
done
for want in */*.want; do
	[ -e "${want%.want}.policy" ] || {
		echo "FAIL $want: there is no such case"
		bad=$((bad + 1))
	}
done
echo "$count cases, $bad bad"
[ "$bad" -eq 0 ]

#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every rule of a learned profile is needed: without it, the call that it admitted kills the program at its first use.
set -u

work=$(mktemp -d "${TMPDIR:-/tmp}/wont-rules.XXXXXX")
export WONT_DB="$work/wont.db"
trap 'rm -rf "$work"' EXIT
drop=$top_builddir/tests/drop_rule
failures=0

# every_rule NAME COMMAND...: single-process programs, so that the kill is the command's own end.
every_rule()
{
	name=$1
	shift
	for run in 1 2; do
		wont record -q -a "$name" -- "$@" >"$work/out" 2>&1 || { cat "$work/out"; echo "$name: recording $run"; exit 1; }
	done
	wont learn "$name" -o "$work/$name.wont" 2>"$work/err" || { cat "$work/err"; exit 1; }
	wont enforce "$work/$name.wont" -- "$@" >/dev/null 2>&1 || { echo "$name: dies under its whole profile: $?"; exit 1; }
	n=0 tried=0
	while :; do
		"$drop" "$work/$name.wont" "$n" >"$work/less.wont" 2>"$work/call"
		case $? in
		0) ;;
		3) break ;;
		4) n=$((n + 1)); continue ;;
		*) cat "$work/call"; exit 1 ;;
		esac
		call=$(cat "$work/call")
		# The launcher's pass admits exit_group, so that a failed execve can end the process.
		[ "$call" != exit_group ] || { n=$((n + 1)); continue; }
		wont enforce "$work/less.wont" -- "$@" >/dev/null 2>"$work/err"
		status=$?
		[ "$status" -eq 159 ] || {
			echo "$name without $call (rule $n): status $status instead of death by SIGSYS"
			failures=$((failures + 1))
		}
		wont enforce --explain "$work/less.wont" -- "$@" >/dev/null 2>"$work/err"
		grep -q "[^a-z0-9_]$call(" "$work/err" || {
			echo "$name without $call (rule $n): --explain does not name it:"
			cat "$work/err"
			failures=$((failures + 1))
		}
		n=$((n + 1)) tried=$((tried + 1))
	done
	[ "$tried" -gt 10 ] || { echo "$name: only $tried rules"; exit 1; }
	echo "$name: each of $tried rules is needed"
}

mkdir "$work/tree"
for i in 1 2 3 4 5; do
	mkdir "$work/tree/$i"
	seq 100 >"$work/tree/$i/seq"
done
sqlite3 "$work/x.db" 'create table t(a)'
every_rule find find "$work/tree" -type f -size +0
every_rule tar tar -C "$work" -cf "$work/t.tar" tree
every_rule sqlite sqlite3 -readonly "$work/x.db" 'select count(*), hex(randomblob(2)) > 1 from t; pragma integrity_check;'
[ "$failures" -eq 0 ]

#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Runs every command of the README's session, in order; `# status N` behind one says how it ends, else it ends with 0.
set -u

work=$(mktemp -d "${TMPDIR:-/tmp}/wont-readme.XXXXXX")
export WONT_DB="$work/wont.db"
trap 'rm -rf "$work"' EXIT
sed -n 's/^    \$ //p' "$top_srcdir/README.md" >"$work/commands"
[ "$(wc -l <"$work/commands")" -gt 5 ] || { echo 'the README shows no session'; exit 1; }
mkdir "$work/here"
cd "$work/here" || exit 1
failures=0
while read -r line; do
	want=$(printf '%s\n' "$line" | sed -n 's/.*# status \([0-9]*\)$/\1/p')
	sh -c "$line" >"$work/out" 2>&1 </dev/null
	status=$?
	[ "$status" -eq "${want:-0}" ] || {
		echo "status $status instead of ${want:-0}: $line"
		cat "$work/out"
		failures=$((failures + 1))
	}
	case $line in
	*--explain*) grep -q 'this rule would admit it, in arch x86_64: unlinkat' "$work/out" || failures=$((failures + 1)) ;;
	*'wont diff'*) cat "$work/out" comment.md 2>/dev/null | grep -q unlinkat || failures=$((failures + 1)) ;;
	esac
done <"$work/commands"
[ "$failures" -eq 0 ]

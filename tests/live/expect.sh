# shellcheck shell=sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Sourced by live tests: a private folder, commands whose output and status are compared, and a count at the end.
set -u
: "${top_srcdir:?run by make check}" "${top_builddir:?run by make check}"

here=$(mktemp -d) || exit 2
trap 'rm -rf "$here"' EXIT
trap 'exit 2' HUP INT TERM
WONT_DB=$here/wont.db
export WONT_DB
# shellcheck disable=SC3045
ulimit -c 0

checks=0
failures=0
command=
status=
watcher=

skip()
{
	echo "skipped: $*"
	exit 77
}

fail()
{
	failures=$((failures + 1))
	printf 'FAILED: %s\n  by: %s\n' "$*" "$command"
}

# begin_watch FILE OPTION...: wont watch, as $watcher, writes to the file; returns once it watches.
begin_watch()
{
	file=$1
	shift
	: >"$here/watch.err" # what the one before said there is not this one's
	wont watch "$@" >"$file" 2>"$here/watch.err" &
	watcher=$!
	until grep -q '^wont watch: watching' "$here/watch.err" 2>/dev/null; do
		kill -0 "$watcher" 2>/dev/null || break
		sleep 0.05
	done
}

end_watch()
{
	kill -INT "$watcher"
	wait "$watcher"
	status=$?
	watcher=
	expect_status 0
}

# run CMD...: its output in $here/out, its errors in $here/err, its status in $status.
run()
{
	command=$*
	"$@" >"$here/out" 2>"$here/err"
	status=$?
}

# check TEXT TEST...: the test holds, or TEXT is what is wrong.
check()
{
	text=$1
	shift
	checks=$((checks + 1))
	"$@" || fail "$text"
}

show()
{
	sed 's/^/  | /' "$1"
}

expect_status()
{
	checks=$((checks + 1))
	[ "$status" -eq "$1" ] || {
		fail "status $status instead of $1"
		show "$here/err"
	}
}

expect_output()
{
	checks=$((checks + 1))
	[ "$(cat "$here/out")" = "$1" ] || {
		fail "output is not \"$1\" but:"
		show "$here/out"
	}
}

# expect_line REGEX: a whole line of the output.
expect_line()
{
	checks=$((checks + 1))
	grep -q "^$1\$" "$here/out" || {
		fail "no line \"$1\" in the output:"
		show "$here/out"
	}
}

# expect_error TEXT: it stands somewhere on stderr.
expect_error()
{
	checks=$((checks + 1))
	grep -qF -e "$1" "$here/err" || {
		fail "no \"$1\" on stderr, but:"
		show "$here/err"
	}
}

expect_no_error()
{
	checks=$((checks + 1))
	[ ! -s "$here/err" ] || {
		fail "stderr is not empty:"
		show "$here/err"
	}
}

# Can wont work on this machine at all?
need_wont()
{
	wont doctor >"$here/doctor" 2>&1 && return
	grep '^NO' "$here/doctor"
	skip "wont cannot work on this machine"
}

# Tests that change audit's settings, so that records are lost, do not run meanwhile.
share_audit()
{
	[ "$(id -u)" -eq 0 ] || return 0
	exec 9>/run/lock/wont-tests-audit
	flock -s -w 300 9 || skip "another test has audit"
}

finish()
{
	echo "$checks checks, $failures failed"
	[ "$failures" -eq 0 ]
	exit $?
}

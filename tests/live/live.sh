# SPDX-License-Identifier: LGPL-2.1-or-later
# What the live tests share; sourced first. A test is a list of claims: `claim WORDS`, then commands that fail when it
# does not hold. $work is a folder of its own, gone at the end, with the database in it.
set -u
probes=$top_builddir/tests/probes
# shellcheck disable=SC2034 # for those that source this
programs=$top_builddir/tests/programs
work=$(mktemp -d "${TMPDIR:-/tmp}/wont-live.XXXXXX")
export WONT_DB="$work/wont.db" EVENTS="$work/events"
name=$(basename "$0" .sh)
# The leak checker traces its own process, which a recorded one cannot; signals are to be the same as everywhere.
export ASAN_OPTIONS="detect_leaks=0:handle_segv=0:${ASAN_OPTIONS:-}"
said=

at_exit()
{
	status=$?
	undo
	rm -rf "$work"
	exit $status
}

# What a test changed outside of $work it puts back in a function of this name.
undo()
{
	:
}
trap at_exit EXIT
trap 'exit 130' INT TERM HUP
cd "$work" || exit 1

skip()
{
	echo "$name: skipped: $*"
	exit 77
}

claim()
{
	said=$*
	echo "$name: $said"
}

fail()
{
	echo "$name: \"$said\" does not hold: $*"
	exit 1
}

# same EXPECTED GOT: two files are alike.
same()
{
	diff "$1" "$2" || fail "$1 and $2 differ"
}

# run FILE COMMAND...: its output and exit status to FILE.
run()
{
	file=$1
	shift
	"$@" >"$file" 2>&1 </dev/null
	echo "status $?" >>"$file"
}

# alike COMMAND...: it behaves under the recording back end as without; $EVENTS has what was told.
alike()
{
	run plain "$@"
	run traced "$probes/events" "$@"
	same plain traced
}

# calls NAME [WORDS]: how often the recording has that call, in lines that also match WORDS.
calls()
{
	grep '^call ' "$EVENTS" | awk -v name="$1" '$6 == name' | grep -c -- "${2:-}"
}

# One event to a line, the calls of a run as "NAME COUNT".
counts()
{
	awk '/^call/ { n[$6]++ } END { for (c in n) print c, n[c] }' "$EVENTS" | LC_ALL=C sort
}

# The same by strace, which is the witness; calls made before the program runs are cut off.
strace_counts()
{
	strace -f -qq -e signal=none -o strace.out "$@" >strace.said 2>&1 </dev/null
	sed -E '1d; /resumed>|\+\+\+|---/d; s/^[0-9]+ +//; s/\(.*//; s/^([a-z0-9_]+) .*/\1/' strace.out |
		awk '{ n[$1]++ } END { for (c in n) print c, n[c] }' | LC_ALL=C sort
}

# observed RUN: what a run of the store saw, by executable, ABI and name.
observed()
{
	wont show "$1" --json | jq -r '.observations[] | "\(.exe) \(.arch) \(.syscall) \(.count)"' | awk '
		{ key = $1 " " $2 " " $3; n[key] += $4 }
		END { for (key in n) print key, n[key] }' | LC_ALL=C sort
}

# Audit's settings are the machine's: tests that need audit wait for each other, and skip where it is not to be had.
audit_alone()
{
	[ "$(id -u)" -eq 0 ] || skip "audit is for root"
	exec 9>/run/lock/wont-tests-audit
	flock -w 300 9 || skip "another test has audit"
	wont record -q -b audit -a probe -- true 2>audit.err || {
		grep -q 'lost\|missing' audit.err || skip "$(cat audit.err)"
	}
	audit_state >audit.before
}

# What recording must leave as it was. What the kernel counts is not of it.
audit_state()
{
	"$probes/audits"
	find /run/wont -mindepth 1 ! -name lock 2>/dev/null | sort
	cat /proc/sys/kernel/seccomp/actions_logged
}

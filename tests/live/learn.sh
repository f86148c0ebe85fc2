#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# wont learn: which runs it takes and refuses, where the profile goes, what it says and with which status.
set -u

work=$(mktemp -d "${TMPDIR:-/tmp}/wont-learn.XXXXXX")
export WONT_DB="$work/wont.db"
recorder=
bad=0

cleanup()
{
	[ -z "$recorder" ] || kill -KILL "$recorder" 2>/dev/null
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

fail()
{
	echo "FAIL: $*"
	bad=1
}

# expect STATUS PATTERN COMMAND...: the status, and a line on standard error.
expect()
{
	status=$1
	pattern=$2
	shift 2
	"$@" >"$work/out" 2>"$work/err"
	got=$?
	[ "$got" -eq "$status" ] || fail "$*: status $got instead of $status"
	grep -q -- "$pattern" "$work/err" || { fail "$*: no \"$pattern\" in:"; cat "$work/err"; }
}

# start RELEASE: a recording that goes on until somebody ends it.
start()
{
	mkfifo "$work/fifo.$1"
	wont record -q -a app -r "$1" -- cat "$work/fifo.$1" &
	recorder=$!
	exec 9<>"$work/fifo.$1"
	tries=0
	until wont runs -a app 2>/dev/null | grep -q " $1 .*running"; do
		tries=$((tries + 1))
		[ "$tries" -lt 200 ] || { echo 'the recording did not start'; exit 1; }
		sleep 0.05
	done
}

expect 2 'wont learn: ' wont learn nothing
[ ! -e "$WONT_DB" ] || fail 'learn made a database'

wont record -q -a app -r 1 -- cat /dev/null || fail 'record'
expect 0 'proved' wont learn app
cp "$work/out" "$work/first"
expect 0 'proved' wont learn -o "$work/profile" app@1
cmp "$work/out" /dev/null || fail 'learn -o writes to standard output too'
expect 0 'action log app@1 -- ' wont learn 1
wont runs -a app@1 >"$work/out" || fail 'runs -a APP@RELEASE fails'
[ "$(grep -c ' app .* 1 ' "$work/out")" -eq 1 ] || fail 'runs -a APP@RELEASE does not list the release'
expect 2 'no runs of "app@0"' wont runs -a app@0
cmp "$work/first" "$work/profile" || fail 'learning twice makes two profiles'
wont check app >/dev/null || fail 'the stored profile does not check'
wont check "$work/profile" >/dev/null || fail 'the written profile does not check'
grep -q '^evidence runs 1 calls [0-9]* lost 0$' "$work/profile" || fail 'the evidence'
grep -q '^newer [0-9.]* *errno(ENOSYS)$' "$work/profile" || fail 'the newer clause'
grep -q '^exe /.*/cat$' "$work/profile" || fail 'the executable'

expect 2 'nearest' wont learn apq
expect 2 'one APP' wont learn
expect 2 'one APP' wont learn app more
expect 2 'unknown option' wont learn --wrong app
expect 2 'needs a value' wont learn app -o
expect 2 'unknown level' wont learn --level some app
expect 2 'takes a number' wont learn --min-runs -1 app
expect 2 'unknown danger' wont learn --accept nothing app
expect 2 'no/such/folder' wont learn -o "$work/no/such/folder" app
expect 1 '1 complete run, but --min-runs 2' wont learn --min-runs 2 app
wont record -q -a app -r 1 -- cat /dev/null || fail 'record'
expect 0 '2 runs' wont learn --min-runs 2 app

# A run that still goes on is left out, one whose recorder died is refused.
start 2
expect 2 'no run of "app@2" has ended' wont learn app@2
expect 2 'no run of "app" has ended' wont learn app
kill -KILL "$recorder"
wait "$recorder" 2>/dev/null
recorder=
exec 9>&-
expect 1 'truncated' wont learn app@2
expect 1 '--accept-loss' wont learn app@2
expect 0 'truncated' wont learn --accept-loss app@2
expect 1 '0 complete runs' wont learn --accept-loss --min-runs 1 app@2

# A run against a profile shows what is new; the two together are what the app does.
expect 0 'proved' wont learn -o "$work/known" app@1
wont record -q -a more -r 1 --known "$work/known" -- sh -c 'cat /dev/null; mkdir "$0"' "$work/folder" || fail 'record --known'
expect 0 'proved' wont learn -o "$work/joined" more
wont simulate "$work/joined" x86_64 mkdir 0 0777 | grep -q allow || fail 'what is new is missing'
wont simulate "$work/joined" x86_64 fadvise64 3 0 0 POSIX_FADV_SEQUENTIAL | grep -q allow || fail 'what was known is missing'
wont simulate "$work/joined" x86_64 rmdir 0 | grep -q kill || fail 'more than both is admitted'
expect 1 '0 complete runs' wont learn --min-runs 1 more

# A rule joins what two executables do: the danger is of the one that did it.
cp "$(command -v chmod)" "$work/tame"
cp "$(command -v chmod)" "$work/wild"
wont record -q -a two -- sh -c '"$0/tame" 644 "$0/first" && "$0/wild" 4755 "$0/first"' "$work" || fail 'record two'
expect 0 'note: setuid-file: fchmodat' wont learn -o "$work/two" two
grep 'setuid-file' "$work/err" | grep -q "($work/wild)\$" || { fail 'who made the file'; cat "$work/err"; }

# Every level admits what was seen, and a coarser one more.
for level in calls args exact; do
	expect 0 'proved' wont learn --level "$level" -o "$work/$level" app@1
	wont check "$work/$level" >/dev/null || fail "check of level $level"
done
grep -q '^	openat  *weight' "$work/calls" || fail 'level calls has conditions'
grep -q '^	openat: .*O_RDONLY' "$work/args" || fail 'level args has no access mode'
grep -q '^	read: .*fd ' "$work/exact" || fail 'level exact has no descriptors'

exit $bad

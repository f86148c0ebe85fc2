#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The database as a whole: it does not grow with calls, survives kills, two writers and a full disk, and says clearly what
# is wrong with a bad one. STORE_CALLS says how many simulated calls "many" are (bench/store.sh takes 100 million).
set -eu

: "${top_builddir:?is set by make check and ./dev bench}"
feed=$top_builddir/tests/live/feed
many=${STORE_CALLS:-3000000}
work=$(mktemp -d "${TMPDIR:-/tmp}/wont-store.XXXXXX")
export WONT_DB="$work/usual.db"
child=

cleanup()
{
	[ -z "$child" ] || kill -KILL "$child" 2>/dev/null || :
	find "$work" -type d -exec chmod 700 {} + # a link of the test would lead out of it
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

fail()
{
	echo "FAIL: $*" >&2
	exit 1
}

# says STATUS WORD COMMAND...: it ends with the status, and WORD is in what it says to stderr.
says()
{
	want=$1 word=$2
	shift 2
	status=0
	"$@" >"$work/out" 2>"$work/err" || status=$?
	[ "$status" = "$want" ] || fail "$* exited $status, not $want: $(cat "$work/err")"
	grep -q -- "$word" "$work/err" || fail "$*: no \"$word\" in: $(cat "$work/err")"
}

sound()
{
	wont runs -d "$1" >"$work/runs" || fail "cannot read $1"
	! command -v sqlite3 >/dev/null || [ "$(sqlite3 "$1" 'PRAGMA integrity_check')" = ok ] || fail "$1 is damaged"
}

does_not_grow_with_calls()
{
	"$feed" "$work/few.db" app 300000 >/dev/null
	"$feed" "$work/many.db" app "$many" >"$work/figures"
	few=$(stat -c %s "$work/few.db") much=$(stat -c %s "$work/many.db")
	[ "$much" -le $((few + few / 10)) ] || fail "$many calls take $much bytes, 300000 take $few"
	kib=$(sed 's/.* kib //' "$work/figures")
	[ "$kib" -lt 65536 ] || fail "the recorder took $kib KiB"
}

survives_kills()
{
	for delay in 0.02 0.05 0.11 0.17 0.23 0.31 0.38 0.46 0.53 0.61; do
		"$feed" "$work/kill.db" killed 1000000000 >/dev/null &
		child=$!
		sleep "$delay"
		kill -KILL "$child"
		wait "$child" 2>/dev/null || :
		child=
	done
	sound "$work/kill.db"
	! grep -q "running\|complete" "$work/runs" || fail "a killed run is not truncated: $(cat "$work/runs")"
	"$feed" "$work/kill.db" whole 1000 >/dev/null
	# The writer has marked them, and removed what they left.
	! ls "$work"/kill.db-run-* 2>/dev/null || fail "lock files are left"
}

takes_two_writers()
{
	"$feed" "$work/two.db" one 500000 >/dev/null &
	child=$!
	"$feed" "$work/two.db" other 500000 >/dev/null
	wait "$child" || fail "the other writer failed"
	child=
	sound "$work/two.db"
	[ "$(grep -c complete "$work/runs")" = 2 ] || fail "not both runs are complete: $(cat "$work/runs")"
}

# In a mount namespace of its own; the caller sees 77 where that is not to be had.
on_a_full_disk()
{
	unshare -m true 2>/dev/null || return 0
	mkdir "$work/small"
	export feed work
	unshare -m sh -eu -c '
		mount -t tmpfs -o size=600k none "$work/small" 2>/dev/null || exit 0
		"$feed" "$work/small/db" good 1000 10 >/dev/null
		"$feed" "$work/small/db" big 10000000 5000 >/dev/null 2>"$work/err" && exit 1
		grep -q "disk is full" "$work/err"
		wont runs -d "$work/small/db" >"$work/runs"
		grep -q "good.*complete" "$work/runs"
		grep -q "big.*truncated" "$work/runs"
		wont show -d "$work/small/db" good >"$work/out"
		dd if=/dev/zero of="$work/small/rest" bs=4k 2>/dev/null || :
		status=0
		wont record -q -d "$work/small/new.db" -- true 2>"$work/err" || status=$?
		[ "$status" = 125 ] && grep -q "disk is full" "$work/err"
	' || fail "a full disk: $(cat "$work/err" "$work/runs")"
}

on_a_disk_that_fills_up()
{
	unshare -m true 2>/dev/null || return 0
	mkdir "$work/filling"
	export work
	unshare -m sh -eu -c '
		mount -t tmpfs -o size=500k none "$work/filling" 2>/dev/null || exit 0
		wont record -q -a before -d "$work/filling/db" -- true
		status=0
		wont record -q -a grows -d "$work/filling/db" -- sh -c "
			long=\$(printf %01900d 0); i=0
			while :; do i=\$((i + 1)); true <\$long/\$i; done 2>/dev/null" 2>"$work/err" || status=$?
		[ "$status" = 125 ] && grep -q "command was killed.*disk is full" "$work/err"
		mount -o remount,size=8m "$work/filling"
		wont record -q -a after -d "$work/filling/db" -- true
		wont runs -d "$work/filling/db" >"$work/runs"
		grep -q "before.*complete" "$work/runs"
		grep -q "grows.*truncated" "$work/runs"
		grep -q "after.*complete" "$work/runs"
	' || fail "a disk that fills up: $(cat "$work/err" "$work/runs")"
}

reads_where_nobody_writes()
{
	mkdir "$work/ro"
	"$feed" "$work/ro/db" app 1000 10 >/dev/null
	export work
	unshare -m sh -eu -c '
		mount --bind "$work/ro" "$work/ro" && mount -o remount,ro,bind "$work/ro" || exit 0
		wont show -d "$work/ro/db" app >/dev/null
		wont runs -d "$work/ro/db" | grep -q complete
		status=0
		wont record -q -d "$work/ro/db" -- true 2>"$work/err" || status=$?
		[ "$status" = 125 ] && grep -q "read-only\|Read-only" "$work/err"
	' 2>/dev/null || { ! unshare -m true 2>/dev/null || fail "a read-only folder: $(cat "$work/err")"; }
}

says_what_is_wrong()
{
	says 2 "no database" wont runs
	says 2 "no database" wont show app
	head -c 5000 /dev/urandom >"$work/noise.db"
	says 2 "not a database" wont runs -d "$work/noise.db"
	says 125 "not a database" wont record -q -d "$work/noise.db" -- true
	says 2 "folder" wont runs -d "$work"
	says 2 "folder" wont runs -d "$work/missing/db"
	"$feed" "$work/one.db" app 1000 10 >/dev/null
	ln -s one.db "$work/link.db"
	says 2 "symbolic link" wont runs -d "$work/link.db"
	says 2 "nearest.*app" wont show -d "$work/one.db" appp
	says 2 "nearest.*app" wont runs -d "$work/one.db" -a appp
	says 2 "did you mean openat" wont explain -d "$work/one.db" app openta
	says 1 "never made" wont explain -d "$work/one.db" app ptrace
	says 2 "needs a value" wont runs -d
	says 2 "unknown option" wont show --jason app
	says 2 "names the database" wont merge "$work/one.db"
	says 2 "noise.db" wont merge -d "$work/out.db" "$work/noise.db"
	if command -v sqlite3 >/dev/null; then
		sqlite3 "$work/one.db" "PRAGMA user_version = 99"
		says 2 "newer wont" wont runs -d "$work/one.db"
		says 2 "newer wont" wont merge -d "$work/out.db" "$work/one.db"
	fi
}

escapes_what_programs_say()
{
	name=$(printf 'red\033[31m\202\n')
	"$feed" "$work/esc.db" "$name" 1000 10 >/dev/null
	for what in "runs" "runs --json" "show 1" "show --json 1" "explain 1 openat"; do
		# shellcheck disable=SC2086 # words on purpose
		set -- $what
		command=$1
		shift
		wont "$command" -d "$work/esc.db" "$@" >"$work/out"
		! LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177-\237]')" "$work/out" || fail "wont $what prints escapes"
	done
	grep -q 'red' "$work/out" || wont runs -d "$work/esc.db" | grep -q 'red\\x1b' || fail "the name is gone"
}

names_links()
{
	ln -s "$(command -v env)" "$work/linked"
	wont record -q -d "$work/links.db" -a links -- "$work/linked" true
	wont show -d "$work/links.db" links | grep -q '/env  (as linked)  x86_64' ||
		fail "show does not say by which link a program was started"
	wont explain -d "$work/links.db" links execve | grep -q '/env  (as linked)  x86_64' ||
		fail "explain does not say by which link a program was started"
	! wont show -d "$work/links.db" links | grep -q 'as true' || fail "a program's own name is told twice"
}

merges()
{
	for app in a b c; do
		"$feed" "$work/m-$app.db" "$app" 2000 10 >/dev/null
	done
	wont merge -d "$work/abc.db" "$work/m-a.db" "$work/m-b.db" "$work/m-c.db"
	wont merge -d "$work/cba.db" "$work/m-c.db" "$work/m-b.db" "$work/m-a.db" "$work/m-b.db"
	for app in a b c; do
		wont show --json -d "$work/abc.db" $app >"$work/abc.json"
		wont show --json -d "$work/cba.db" $app >"$work/cba.json"
		cmp "$work/abc.json" "$work/cba.json" || fail "the order of merging matters"
	done
}

does_not_grow_with_calls
survives_kills
takes_two_writers
on_a_full_disk
on_a_disk_that_fills_up
reads_where_nobody_writes
says_what_is_wrong
escapes_what_programs_say
names_links
merges

#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Killing the recorder kills what it records and leaves a sound database with a truncated run.
. "$top_srcdir/tests/live/live.sh"
rounds=${WONT_TESTS_FULL:+200}
rounds=${rounds:-12}
command -v sqlite3 >/dev/null || skip "sqlite3 is needed to look into the database"

# The tree that is recorded: a shell, a child of it, a daemon in a session of its own; all named after this test.
cp "$(readlink -f /bin/sleep)" "$work/victim"
tree="setsid $work/victim 60 & $work/victim 60 & while :; do $work/victim 0.001; done"

alive()
{
	pgrep -f "^$work/victim" >/dev/null
}

claim "after SIGKILL at any moment nothing recorded lives on"
i=0
while [ $i -lt "$rounds" ]; do
	i=$((i + 1))
	wont record -q -a victim sh -c "$tree" 2>>err &
	recorder=$!
	# 0 to 0.5 s, spread by a stride that is prime to it.
	sleep "$(awk -v i=$i 'BEGIN { print (i * 137 % 500) / 1000 }')"
	kill -KILL $recorder
	wait $recorder
	n=0
	while alive; do
		n=$((n + 1))
		[ $n -lt 100 ] || fail "round $i: there are still $(pgrep -f "^$work/victim" | wc -l)"
		sleep 0.05
	done
done

claim "the database is sound"
[ "$(sqlite3 "$WONT_DB" 'PRAGMA integrity_check')" = ok ] || fail "$(sqlite3 "$WONT_DB" 'PRAGMA integrity_check')"

claim "every run that had begun is truncated"
wont runs --json >runs
[ "$(grep -c '"state"' runs)" -ge 1 ] || fail "there is no run at all"
grep '"state"' runs | grep -v truncated && fail "there is another state"

claim "the next recording works"
wont record -q true || fail "it does not"

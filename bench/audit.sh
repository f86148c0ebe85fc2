#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What the audit back end costs beside the ptrace one, and how fast its reader is: find(1) and a loop of calls, untraced
# and under each, BENCH_ROUNDS times (5). Prints the median of the ratios to the untraced run of the same round, the
# events per second that were read without loss, and the CPU time that the recorder needs for an event, beside auditd's,
# which writes the same stream into a file.
set -eu
. "$top_srcdir/tests/live/auditd.sh"

rounds=${BENCH_ROUNDS:-5}
work=$(mktemp -d "${TMPDIR:-/tmp}/wont-bench.XXXXXX")
export WONT_DB="$work/wont.db"
trap 'end_daemon; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
[ "$(id -u)" -eq 0 ] || { echo "bench audit: for root" >&2; exit 2; }

exec 9>/run/lock/wont-tests-audit
flock 9

now()
{
	date +%s%N
}

mkdir "$work/tree"
for i in $(seq 1 40); do
	mkdir "$work/tree/$i"
	for j in $(seq 1 60); do : >"$work/tree/$i/$j"; done
done
cat >"$work/loop.py" <<'PY'
import os
for _ in range(60000):
    os.getppid()
PY

load()
{
	case $1 in
	find) shift && "$@" find "$work/tree" -type f -size +0 ;;
	loop) shift && "$@" /usr/bin/python3 -S "$work/loop.py" ;;
	esac >/dev/null 2>>"$work/stderr"
}

# run TOOL LOAD: nanoseconds of wall clock, and the recorder's own CPU milliseconds.
run()
{
	start=$(now)
	case $1 in
	untraced) load "$2" env ;;
	ptrace) load "$2" wont record -q -a "$2-ptrace" -- ;;
	audit) load "$2" wont record -q -b audit -a "$2-audit" -- ;;
	audit-args) load "$2" wont record -q -b audit --args -a "$2-audit-args" -- ;;
	esac
	echo $(($(now) - start))
}

for load in find loop; do
	for _ in $(seq "$rounds"); do
		base=$(run untraced $load)
		for tool in ptrace audit audit-args; do
			echo "$load $tool $base $(run $tool $load)"
		done
	done
done >"$work/samples"

awk '{ print $1, $2, $4 / $3 }' "$work/samples" | sort -k1,2 -k3,3n | awk '
	{ key = $1 " " $2; if (key != last && last != "") tell(); last = key; n = (key == former) ? n + 1 : 1; former = key; v[n] = $3 }
	function tell() { printf "%-6s %-11s x%.2f\n", substr(last, 1, index(last, " ") - 1), substr(last, index(last, " ") + 1), v[int((n + 1) / 2)] }
	END { tell() }'

for app in loop-audit loop-audit-args; do
	wont runs -a $app --json | jq -r --arg app $app '[.[] | select(.state == "complete")] |
		if length == 0 then "\($app): every run lost something" else
		"\($app): \((map(.calls / .seconds) | add / length) | floor) calls a second without loss, \(length) runs" end'
done

# Who reads: the command asks for the CPU time of its parent, the recorder, and of the daemon, before its calls and after.
cat >"$work/readers.py" <<'PY'
import os, sys, time

CALLS = 60000

def cpu(pid):
    tasks = os.listdir(f"/proc/{pid}/task")
    return sum(int(open(f"/proc/{pid}/task/{task}/schedstat").read().split()[0]) for task in tasks)

readers = [os.getppid()] + [int(pid) for pid in sys.argv[1:]]
before = [cpu(pid) for pid in readers]
for _ in range(CALLS):
    os.getppid()
time.sleep(0.5)
print(*((cpu(pid) - then) / CALLS / 1000 for pid, then in zip(readers, before)))
PY

median()
{
	sort -n | awk '{ v[NR] = $1 } END { printf "%.2f", v[int((NR + 1) / 2)] }'
}

begin_daemon "$work/daemon" RAW || echo "bench audit: the recorder alone: $daemon_error" >&2
pid=$(daemon_pid)
for args in '' --args; do
	for _ in $(seq "$rounds"); do
		# shellcheck disable=SC2086
		wont record -q -b audit $args -a readers -- /usr/bin/python3 -S "$work/readers.py" ${pid#0} 9>&-
	done >"$work/readers"
	printf '%-12s recorder %s us of CPU an event' "audit $args" "$(cut -d' ' -f1 "$work/readers" | median)"
	[ "$pid" -eq 0 ] || printf ', auditd %s, ratio %s' "$(cut -d' ' -f2 "$work/readers" | median)" \
		"$(awk '{ print $1 / $2 }' "$work/readers" | median)"
	echo
done
wont runs -a readers --json | jq -r '"\(length) runs, \(map(select(.state != "complete")) | length) of them lossy"'

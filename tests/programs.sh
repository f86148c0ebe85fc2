#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# programs.sh tests/programs/NAME.prog
#
# A real program, the whole way: run it plain; record it several times with the same output and status, each time
# against an independent witness; learn; run it under its profile with the same output and status, several times.
#
#   PROGRAM_RECORDINGS  how many runs to learn from (3)
#   PROGRAM_ROUNDS      how many enforced runs must be alike (3; 10 in the full check)
#
# The script's comments may say
#   # witness: strace        the program installs seccomp filters of its own, so that the witness in the kernel, which
#                            stands behind seccomp, would not see everything: a run under strace is the witness then
#   # differs: CALL, REASON  a call that the program makes under strace and, knowingly, not under a filter
#   # chance: CALL, REASON   a call that runs of the same program make or not
#   # accept: NAME...        dangers that learn is told to accept
set -u

prog=$1
name=$(basename "$prog" .prog)
case $prog in
/*) ;;
*) [ -e "$prog" ] && prog=$PWD/$prog || prog=$top_srcdir/$prog ;;
esac
recordings=${PROGRAM_RECORDINGS:-3}
rounds=${PROGRAM_ROUNDS:-3}
here=$top_srcdir/tests/programs

work=$(mktemp -d "${TMPDIR:-/tmp}/wont-prog.XXXXXX")
export WONT_DB="$work/wont.db"

trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

fail()
{
	echo "$name: $*"
	exit 1
}

# Every test has ports of its own, below the ephemeral range: from its name, moved on while somebody listens.
PORT=$((10000 + $(printf '%s' "$name" | cksum | cut -d' ' -f1) % 20000))
while grep -q "$(printf ':%04X 00000000:0000 0A' "$PORT")" /proc/net/tcp; do
	PORT=$((PORT + 1))
done
export PORT

# run OUTPUT COMMAND...: runs a command in a fresh folder; stdout to OUTPUT, then the status.
run()
{
	out=$1
	shift
	rm -rf "$work/run"
	mkdir "$work/run"
	(cd "$work/run" && "$@" >"$out" 2>"$out.err" </dev/null)
	echo "status $?" >>"$out"
}

same()
{
	cmp -s "$1" "$2" || {
		diff "$1" "$2"
		tail -n 20 "$2.err"
		fail "$3: output or status differs from the plain run"
	}
}

# What wont recorded in run $1: lines "INODE ENTRY NR COUNT", entry being 2 for i386, or "EXE ARCH SYSCALL" for strace.
recorded_for_kernel()
{
	wont show "$1" --json >"$work/show.json" || fail "show failed"
	jq -r '.observations[].exe' "$work/show.json" | sort -u | while read -r exe; do
		printf '%s\t%s\n' "$exe" "$(stat -c %i "$exe" 2>/dev/null || echo gone)"
	done >"$work/inodes"
	# clone3 is answered by the recorder (docs/design.md, "Recording"): it never passes seccomp.
	jq -r '.observations[] | select(.syscall != "clone3") | [.exe, (if .arch == "i386" then 2 else 0 end), .nr, .count] |
		@tsv' "$work/show.json" |
		awk -F'\t' 'NR == FNR { inode[$1] = $2; next }
			{ sum[inode[$1] " " $2 " " $3] += $4 } END { for (k in sum) print k, sum[k] }' "$work/inodes" - | sort
}

# Records into $1 beside the witness, which starts the recording once it is ready. tracefs is mounted for it alone, in a
# mount namespace that goes with it; private from /sys on and not from / on, which in a chroot may be no mount point.
record_witnessed()
{
	rm -rf "$work/run"
	mkdir "$work/run"
	cat >"$work/witnessed" <<SH
cd "$work/run" || exit 1
wont record -q -a "$name" -- "$work/start" "$prog" >"$1" 2>"$1.err" </dev/null
echo "status \$?" >>"$1"
SH
	BPFTRACE_MAP_KEYS_MAX=65536 BPFTRACE_STRLEN=200 unshare -m --propagation unchanged sh -c '
		[ -e /sys/kernel/tracing/events ] || {
			mount --make-rprivate /sys && mount -t tracefs tracefs /sys/kernel/tracing
		} || exit 77
		exec bpftrace "$@"' sh -o "$work/witness.out" -c "/bin/sh $work/witnessed" "$here/witness.bt" "$work/start" \
		>"$work/witness.log" 2>&1
	[ $? -ne 77 ] || { echo 'tracefs cannot be mounted here'; exit 77; }
	sed -n 's/^@calls\[\([0-9]*\), \([0-9]*\), \(-\{0,1\}[0-9]*\)\]: \([0-9]*\)$/\1 \2 \3 \4/p' "$work/witness.out" | sort \
		>"$work/witness"
	sed -n 's/^@killed\[\([0-9]*\)\]: \([0-9]*\)$/\1 killed \2/p' "$work/witness.out" >"$work/killed"
	[ -s "$work/witness" ] || { cat "$work/witness.log"; fail 'the witness saw nothing'; }
}

# The same calls, and the same counts. A task that is killed at its stop has made the call as far as a filter is asked,
# which is what a recording tells, and not for the witness, which sits further in: an executable may have as many calls
# more, all in all, as its tasks were killed.
compare_with_kernel()
{
	recorded_for_kernel "$1" >"$work/recorded"
	awk '	$2 == "killed" { spare[$1] = $3; next }
		FILENAME == ARGV[2] { theirs[$1, $2, $3] = $4; next }
		{ ours[$1, $2, $3] = $4 }
		function differs(key,    part) {
			split(key, part, SUBSEP)
			if (ours[key] > theirs[key] && spare[part[1]] >= ours[key] - theirs[key]) {
				spare[part[1]] -= ours[key] - theirs[key]
				return 0
			}
			return ours[key] != theirs[key]
		}
		function tell(key,    text) {
			text = key
			gsub(SUBSEP, " ", text)
			print text ": witness " theirs[key] + 0 ", recorded " ours[key] + 0
		}
		END {
			for (key in ours) if (differs(key)) { tell(key); bad = 1 }
			for (key in theirs) if (!(key in ours)) { tell(key); bad = 1 }
			exit bad
		}' "$work/killed" "$work/witness" "$work/recorded" >"$work/differences" || {
		echo 'inode, entry, number:'
		head -n 40 "$work/differences"
		cat "$work/inodes"
		fail 'the recording differs from the witness in the kernel'
	}
	echo "$name: $(wc -l <"$work/recorded") calls agree with the kernel in number and count"
}

compare_with_strace()
{
	run "$work/straced" strace -f -y -v -s 0 -o "$work/strace.out" "$work/start" "$prog"
	awk -f "$here/strace.awk" "$work/strace.out" | grep -vxe "x86_64 ${differs:-nothing}" -e "x86_64 ${chance:-nothing}" |
		sort -u >"$work/witness"
	wont show "$name" --json >"$work/show.json" || fail "show failed"
	jq -r '.observations[] | select(.syscall != "clone3") | [.arch, .syscall] |
		join(" ")' "$work/show.json" | grep -vx "x86_64 ${chance:-nothing}" | sort -u >"$work/recorded"
	cmp -s "$work/witness" "$work/recorded" || {
		diff "$work/witness" "$work/recorded" | sed 's/^</only strace:/; s/^>/only wont:/' | head -n 40
		fail 'the recording differs from strace'
	}
	echo "$name: $(wc -l <"$work/recorded") calls agree with strace"
}

ln -s "$(command -v sh)" "$work/start"
witness=$(sed -n 's/^# witness: //p' "$prog")
differs=$(sed -n 's/^# differs: \([a-z0-9_]*\),.*/\1/p' "$prog")
chance=$(sed -n 's/^# chance: \([a-z0-9_]*\),.*/\1/p' "$prog")
accept=$(sed -n 's/^# accept: //p' "$prog")
mkdir "$work/run"
! grep -q "= setup \]" "$prog" || (cd "$work/run" && sh "$prog" setup) || fail 'the set-up failed'

run "$work/plain" "$work/start" "$prog"
grep -q . "$work/plain.err" && sed 's/^/plain stderr: /' "$work/plain.err" | head -n 5
[ "$(wc -l <"$work/plain")" -gt 1 ] || { cat "$work/plain" "$work/plain.err"; fail 'the plain run printed nothing'; }

for i in $(seq "$recordings"); do
	if [ "$i" -eq 1 ] && [ "$witness" != strace ]; then
		record_witnessed "$work/recorded.$i"
		compare_with_kernel "$(wont runs -a "$name" --json | jq '.[-1].id')"
	else
		run "$work/recorded.$i" wont record -q -a "$name" -- "$work/start" "$prog"
	fi
	same "$work/plain" "$work/recorded.$i" "recording $i"
done
[ "$witness" != strace ] || compare_with_strace

set --
for danger in $accept; do
	set -- "$@" --accept "$danger"
done
wont learn "$name" -o "$work/profile.wont" "$@" 2>"$work/learn.err" || { cat "$work/learn.err"; fail 'learn refused'; }
wont check "$work/profile.wont" >"$work/check.out" || { cat "$work/check.out"; fail 'check failed'; }
for i in $(seq "$rounds"); do
	run "$work/enforced.$i" wont enforce --action kill "$work/profile.wont" -- "$work/start" "$prog"
	same "$work/plain" "$work/enforced.$i" "enforced run $i"
done
echo "$name: $rounds enforced runs alike, learned from $recordings recordings"

#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Programs that were built for libseccomp run on our library unchanged: they do what they do with libseccomp, their
# filter is loaded, and it is proved to be the rules that they added.
. "$top_srcdir/tests/live/live.sh"

# The folder that LD_LIBRARY_PATH names. Sanitized libraries cannot be loaded into programs that are not.
compat=$top_builddir/compat
dump=$work/dump
mkdir "$dump"

# ours COMMAND...: on our library, watched by strace, which writes to $work/seen.
ours()
{
	rm -f "$dump"/*
	strace -f -qq -e trace=seccomp,prctl -o "$work/seen" -E LD_LIBRARY_PATH="$compat" -E WONT_SECCOMP_DUMP="$dump" "$@"
}

# Every filter that was loaded was also left with its rules, and is what they say.
proved()
{
	grep -Eq 'SECCOMP_SET_MODE_FILTER, [^,]*, \{len=' "$work/seen" || fail "no filter was loaded"
	for rules in "$dump"/*.wont; do
		wont check --filter "${rules%.wont}.bpf" "$rules" >"$work/proof" 2>&1 || fail "$rules: $(cat "$work/proof")"
	done
}

# within SECONDS COMMAND...: tries until it succeeds.
within()
{
	tries=$(($1 * 10))
	shift
	until "$@" >"$work/tried" 2>&1; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || return 1
		sleep 0.1
	done
}

claim "the library has libseccomp's name and functions"
LD_LIBRARY_PATH=$compat ldd "$(command -v scmp_sys_resolver)" | grep -q "$compat/libseccomp.so.2" ||
	fail "$(LD_LIBRARY_PATH=$compat ldd "$(command -v scmp_sys_resolver)")"

claim "scmp_sys_resolver resolves names and numbers as before"
for question in 59 socket nonsense '-t socket' '-a x86 socket' '-a x86 -t socket' '-a x32 read' '-a x86 102'; do
	# shellcheck disable=SC2086
	run theirs scmp_sys_resolver $question
	# shellcheck disable=SC2086
	run mine env LD_LIBRARY_PATH="$compat" scmp_sys_resolver $question
	same theirs mine
done

claim "man formats its pages under its filters"
mkdir -p share/man1
cat >share/man1/wonted.1 <<'MAN'
.TH WONTED 1
.SH NAME
wonted \- usual
MAN
run theirs man -P cat -E ascii ./share/man1/wonted.1
run mine env LD_LIBRARY_PATH="$compat" man -P cat -E ascii ./share/man1/wonted.1
same theirs mine
ours man -P cat -E ascii ./share/man1/wonted.1 >mine 2>&1 || fail "$(cat mine)"
proved

claim "file tells what a file is"
run theirs file -b /bin/sh "$work/share"
run mine env LD_LIBRARY_PATH="$compat" file -b /bin/sh "$work/share"
same theirs mine

if [ "$(id -u)" -eq 0 ]; then
	mkdir -m 700 chrony
	cat >chrony.conf <<CONF
server 127.0.0.1 port 9
bindcmdaddress $work/chrony/socket
cmdport 0
pidfile $work/chrony/pid
CONF
	for level in 1 2; do
		claim "chronyd serves its clients at filter level $level"
		ours chronyd -x -d -U -u root -F "$level" -f "$work/chrony.conf" >chronyd.out 2>&1 &
		within 10 chronyc -h "$work/chrony/socket" -n sources || fail "$(cat chronyd.out tried)"
		grep -q 127.0.0.1 tried || fail "$(cat tried)"
		kill "$(cat chrony/pid)"
		wait
		grep -q "Loaded seccomp filter (level $level)" chronyd.out || fail "$(cat chronyd.out)"
		proved
	done
fi

claim "tor answers its controller in its sandbox"
cat >torrc <<CONF
Sandbox 1
DisableNetwork 1
DataDirectory $work/tor
SocksPort 0
ControlPort auto
ControlPortWriteToFile $work/port
PidFile $work/pid
Log notice stdout
CONF
ours tor -f "$work/torrc" >tor.out 2>&1 &
within 20 test -s port || fail "$(cat tor.out)"
python3 - >answer <<'PYTHON' || fail "$(cat tor.out answer)"
import re, socket
port = int(re.search(r":(\d+)", open("port").read()).group(1))
with socket.create_connection(("127.0.0.1", port), timeout=10) as tor:
    tor.sendall(b"AUTHENTICATE\r\nGETINFO version\r\nGETINFO status/bootstrap-phase\r\nQUIT\r\n")
    while data := tor.recv(4096):
        print(data.decode(), end="")
PYTHON
grep -q 'BOOTSTRAP PROGRESS' answer || fail "$(cat answer)"
# TERM would do, were it not for tor's own slip: the first mask it restores in its sandbox was never filled in.
kill -KILL "$(cat pid)"
wait
proved

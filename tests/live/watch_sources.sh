#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# watch where others keep the records: auditd's file across a rotation, the journal; and the table of a terminal. In a mount
# namespace of its own, which hides the host's logs.
. "${top_srcdir:?}/tests/live/expect.sh"

if [ -z "${WATCH_SOURCES_INSIDE:-}" ]; then
	[ "$(id -u)" -eq 0 ] && unshare -m true 2>/dev/null || skip "a mount namespace is not to be had"
	rm -rf "$here"
	WATCH_SOURCES_INSIDE=1 exec unshare -m sh "$0"
fi
mkdir -p /var/log/audit
mount -t tmpfs none /var/log/audit && mount -t tmpfs none /run || skip "nothing can be mounted"

record()
{
	printf 'auid=1 uid=0 gid=0 ses=1 pid=77 comm="a" exe="/opt/%s" sig=31 arch=c000003e syscall=101 compat=0 ip=0x1 code=0x80000000' "$1"
}

wait_for()
{
	checks=$((checks + 1))
	for _ in $(seq 100); do
		grep -q "\"exe\":\"/opt/$1\"" "$here/watch" && return
		sleep 0.05
	done
	fail "no record of $1"
}

# --- auditd's file: what is new in it, and in the one that takes its place.
log=/var/log/audit/audit.log
echo "type=SECCOMP msg=audit(1795315722.388:9): $(record old)" >$log
begin_watch "$here/watch" --from log
echo "type=SECCOMP msg=audit(1795315722.388:10): $(record one)" >>$log
wait_for one
mv $log $log.1
echo "type=SECCOMP msg=audit(1795315722.389:11): $(record two)" >$log
wait_for two
end_watch
check 'what was there before is told' [ "$(grep -c /opt/old "$here/watch")" -eq 0 ]

# --- The journal: what the kernel has written there, and nobody else.
mkdir -p /run/systemd/journal "$here/bin"
: >/run/systemd/journal/socket
cat >"$here/bin/journalctl" <<TXT
#!/bin/sh
cat <<'JSON'
{"_TRANSPORT":"audit","_AUDIT_TYPE":"1326","_AUDIT_ID":"12","_SOURCE_REALTIME_TIMESTAMP":"1795315722388000","MESSAGE":"SECCOMP $(record three | sed 's/"/\\"/g')"}
{"_TRANSPORT":"kernel","SYSLOG_FACILITY":"0","MESSAGE":"audit: type=1326 audit(1795315722.390:13): $(record four | sed 's/"/\\"/g')"}
{"_TRANSPORT":"kernel","SYSLOG_FACILITY":"1","MESSAGE":"audit: type=1326 audit(1795315722.390:15): $(record forged | sed 's/"/\\"/g')"}
{"_TRANSPORT":"syslog","MESSAGE":"audit: type=1326 audit(1795315722.390:14): $(record forged | sed 's/"/\\"/g')"}
JSON
exec sleep 1000
TXT
chmod +x "$here/bin/journalctl"
PATH=$here/bin:$PATH begin_watch "$here/watch" --from journal
wait_for three
wait_for four
end_watch
check 'a forged entry was believed' [ "$(grep -c forged "$here/watch")" -eq 0 ]

# --- A source without an end, and without a record in it: SIGTERM and --for end the watch all the same.
timeout -k 2 10 wont watch --from /dev/zero --for 0.3 >"$here/out" 2>"$here/err"
status=$?
command='watch --from /dev/zero --for'
expect_status 0
begin_watch "$here/watch" --from /dev/zero
end_watch

# --- On a terminal it is a table, which is drawn over.
if command -v script >/dev/null; then
	run script -qec "TERM=xterm wont watch --from $log" "$here/typescript"
	check 'there is no table' grep -q 'two .*ptrace .*kill_process .*needs ptrace' "$here/typescript"
	run script -qec "TERM=dumb wont watch --from $log" "$here/dumb"
	check 'it is drawn over on a dumb terminal' grep -q '^{.*"exe":"/opt/two"' "$here/dumb"
	check 'it is not drawn over' grep -q "$(printf '\033')\[[0-9]*F" "$here/typescript"
fi
finish

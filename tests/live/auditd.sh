# shellcheck shell=sh disable=SC2034 # what seems unused is for those that source this
# SPDX-License-Identifier: LGPL-2.1-or-later
# Sourced by what wants an audit daemon, beside which nothing else may happen: the machine's, or a real one with a
# configuration of its own. $daemon is the pid of ours, $daemon_log what is written.
probes=$top_builddir/tests/probes
daemon=
daemon_error=
daemon_log=/var/log/audit/audit.log

# What the kernel says is the daemon's pid; 0: there is none.
daemon_pid()
{
	"$probes/audits" | sed -n 's/^pid //p'
}

# begin_daemon FOLDER FORMAT: one that writes there, RAW or ENRICHED, where the machine has none. 1: there is none, and the reason in $daemon_error.
begin_daemon()
{
	[ "$(daemon_pid)" -eq 0 ] || return 0
	auditd=$(PATH=$PATH:/usr/sbin command -v auditd) || {
		daemon_error="auditd is missing"
		return 1
	}
	daemon_log=$1/audit.log
	mkdir -p "$1/plugins.d"
	cat >"$1/auditd.conf" <<CONF
log_file = $daemon_log
log_format = $2
flush = INCREMENTAL_ASYNC
freq = 50
max_log_file = 1000
max_log_file_action = IGNORE
space_left = 2
space_left_action = IGNORE
admin_space_left = 1
admin_space_left_action = IGNORE
disk_full_action = IGNORE
disk_error_action = IGNORE
plugin_dir = $1/plugins.d
CONF
	# It goes with whoever began it, however that ends.
	setpriv --pdeathsig TERM "$auditd" -n -s nochange -c "$1" >"$1/out" 2>&1 9>&- &
	daemon=$!
	for _ in $(seq 100); do
		[ "$(daemon_pid)" != "$daemon" ] || return 0
		sleep 0.05
	done
	daemon_error="auditd does not come up: $(cat "$1/out")"
	end_daemon
	return 1
}

end_daemon()
{
	[ -n "$daemon" ] || return 0
	kill "$daemon" 2>/dev/null
	wait "$daemon"
	daemon=
}

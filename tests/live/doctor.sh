#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# doctor says what works, and what to do where it does not.
. "${top_srcdir:?}/tests/live/expect.sh"

need_wont
run wont doctor
expect_status 0
expect_no_error
for name in kernel filter actions ptrace store audit landlock; do
	expect_line "\\(ok\\|no\\)  $name  *.*"
done
expect_line 'record and enforce work here.'

run wont doctor --json
expect_status 0
expect_line '  "works": true,'
if command -v jq >/dev/null; then
	check 'the JSON is not as documented' jq -e \
		'.works and ([.checks[] | select((.ok | type) == "boolean" and (.needed | type) == "boolean"
			and has("name") and has("found") and has("remedy"))] | length) == (.checks | length)' "$here/out" >/dev/null
fi

# --- What is missing is found, and the remedy told.
echo "no database at all, in more than sixteen bytes" >"$here/text.db"
run wont doctor -d "$here/text.db"
expect_status 1
expect_line 'NO  store .*'
expect_line ' *-> name another.*'
run wont doctor -d "$here/no/folder/wont.db"
expect_status 1
expect_line 'NO  store .*no/folder/wont.db cannot be written: No such file.*'
run wont doctor -d "$here/none.db"
expect_status 0
expect_line 'ok  store .*none.db (not there yet; record makes it)'
if [ "$(id -u)" -eq 0 ] && unshare -m true 2>/dev/null; then
	wont record -q -d "$here/wont.db" true
	mkdir "$here/fixed"
	chmod 755 "$here" "$here/fixed"
	mv "$here/wont.db" "$here/fixed"
	# shellcheck disable=SC2016
	run unshare -m sh -c 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && wont doctor -d "$0/wont.db"' "$here/fixed"
	expect_status 1
	expect_line 'NO  store .*wont.db cannot be written: Read-only.*'
	# shellcheck disable=SC2016
	run unshare -m sh -c 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && WONT_DB= XDG_DATA_HOME=$0/a/b \
		setpriv --reuid 54321 --clear-groups wont doctor' "$here/fixed"
	expect_status 1
	expect_line 'NO  store .*b/wont/wont.db cannot be written: .*'
fi
run wont doctor --json -d "$here/text.db"
expect_status 1
expect_line '  "works": false,'

# refuse CALL: a machine whose kernel or container refuses it.
refuse()
{
	printf 'wont 1\ndefault allow\nforeign-arch allow\narch x86_64 {\n\t%s: -> errno(EPERM)\n}\n' "$1" >"$here/less.wont"
	run wont enforce "$here/less.wont" -- wont doctor
}
if [ "$(uname -m)" = x86_64 ]; then
	refuse seccomp
	expect_status 1
	expect_line 'NO  filter .*'
	expect_line 'record or enforce cannot work here: see NO above.'
	refuse ptrace
	expect_status 1
	expect_line 'NO  ptrace .*'
	refuse landlock_create_ruleset
	expect_status 0
	expect_line 'no  landlock .*'
fi

run wont doctor --no-such-option
expect_status 2
run wont doctor word
expect_status 2
finish

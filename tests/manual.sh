#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The manual is the program's: every option that a command takes is in its --help, in the list and in the synopsis of its
# page, and nothing else is; every command has a page, every page that is referred to is there, and the tables that pages repeat are
# the program's.
set -u
: "${top_srcdir:?run by make check}"

pages=$top_srcdir/docs/man
work=$(mktemp -d "${TMPDIR:-/tmp}/wont-manual.XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT
failures=0

complain()
{
	echo "$*"
	failures=$((failures + 1))
}

# "-d --db" or "--json" a line, from --help.
helped()
{
	wont "$1" --help | sed -nE 's/^ {2,6}((-[A-Za-z]), )?(--[a-z0-9-]+).*/\2 \3/p' | sed 's/^ //' | LC_ALL=C sort -u
}

# The same from the list of options of a page.
listed()
{
	sed -nE 's/^\.It Fl ([A-Za-z]) , Fl -([a-z0-9-]+).*/-\1 --\2/p; s/^\.It Fl -([a-z0-9-]+).*/--\1/p' "$1" | LC_ALL=C sort -u
}

# Each once, by its letter where it has one, from the synopsis: "-d".
shown()
{
	sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESCRIPTION/p' "$1" | grep -oE '\bFl -?[A-Za-z][a-z0-9-]*' | sed 's/^Fl /-/' | LC_ALL=C sort -u
}

# The same from the command's table of options.
taken()
{
	grep -oE "\{ \"[a-z0-9-]+\", ('[A-Za-z]'|0)," "$top_srcdir/cli/$1.c" |
		sed -E "s/\{ \"([^\"]+)\", '(.)',/-\2 --\1/; s/\{ \"([^\"]+)\", 0,/--\1/" | LC_ALL=C sort -u
}

# alike WHAT FILE FILE
alike()
{
	diff "$2" "$3" >"$work/diff" && return
	complain "$1:"
	sed -n 's/^[<>]/    &/p' "$work/diff"
}

commands=$(wont help | sed -n 's/^  \([a-z]*\)  .*/\1/p')
[ "$(echo "$commands" | wc -w)" -gt 10 ] || complain "wont help lists no commands"
for command in $commands; do
	page=$pages/wont-$command.1
	[ -f "$page" ] || {
		complain "wont-$command.1 is missing"
		continue
	}
	helped "$command" >"$work/helped"
	listed "$page" >"$work/listed"
	taken "$command" >"$work/taken"
	shown "$page" >"$work/shown"
	sed 's/ .*//' "$work/listed" | LC_ALL=C sort -u >"$work/names"
	[ -s "$work/helped" ] || complain "$command --help lists no options"
	alike "$command: its --help (<) and its page (>) differ" "$work/helped" "$work/listed"
	alike "$command: its --help (<) and what it takes (>) differ" "$work/helped" "$work/taken"
	alike "wont-$command.1: its synopsis (<) and its list (>) differ" "$work/shown" "$work/names"
	grep -q "^\.It Xr wont-$command 1\$" "$pages/wont.1" || complain "wont.1 does not name wont-$command(1)"
done

# The tables that a page repeats: dangers by how they are judged, doctor's lines.
for kind in REFUSE NOTE; do
	sed -nE "s/^	$kind\(\"([a-z0-9-]+)\".*/\1/p" "$top_srcdir/learn/danger_table.c" | LC_ALL=C sort -u >"$work/table-$kind"
done
# What is refused under one condition is not listed again for being told under another.
LC_ALL=C comm -13 "$work/table-REFUSE" "$work/table-NOTE" >"$work/noted"
sed -n '/^Refused:/,/^Listed:/s/^\.It //p' "$pages/wont-learn.1" | LC_ALL=C sort -u >"$work/page-refused"
sed -n '/^Listed:/,/^\.Sh/s/^\.It //p' "$pages/wont-learn.1" | LC_ALL=C sort -u >"$work/page-noted"
alike "the dangers that are refused (<) and wont-learn.1 (>) differ" "$work/table-REFUSE" "$work/page-refused"
alike "the dangers that are told (<) and wont-learn.1 (>) differ" "$work/noted" "$work/page-noted"

wont doctor 2>/dev/null | sed -nE 's/^(ok|no|NO)  (.{11}) .*/\2/p' | sed 's/ *$//' | LC_ALL=C sort >"$work/doctor"
sed -n 's/^\.It \([a-z].*\)/\1/p' "$pages/wont-doctor.1" | sed 's/ , /\n/g' | LC_ALL=C sort >"$work/page-doctor"
[ "$(uname -m)" = x86_64 ] && alike "doctor's lines (<) and its page (>) differ" "$work/doctor" "$work/page-doctor"

for page in "$pages"/*; do
	sed -nE 's/^\.Xr (wont[a-z-]*) ([0-9]).*/\1.\2/p; s/^\.It Xr (wont[a-z-]*) ([0-9]).*/\1.\2/p' "$page" | sort -u |
		while read -r other; do
			[ -f "$pages/$other" ] || echo "${page##*/} refers to $other, which is missing"
		done
	grep -q '^\.Sh EXIT STATUS' "$page" || case $page in *.1) echo "${page##*/} says nothing about exit statuses" ;; esac
done >"$work/pages"
[ ! -s "$work/pages" ] || complain "$(cat "$work/pages")"

[ "$failures" -eq 0 ] && echo 'the manual and the program agree'

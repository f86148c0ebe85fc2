#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Breaks the compiler on purpose, one small mistake at a time, and sees whether random calls and the proof each notice
# (fuzz/compile.c). A mutant that survives either of them is a hole in the tests.
# usage: tools/mutants.sh [SECONDS [NUMBER...]]      SECONDS of processor time for each judge, 20 where none are given
set -u
top=$(cd "$(dirname "$0")/.." && pwd)
seconds=${1:-20}
[ $# -eq 0 ] || shift
scratch=$(mktemp -d) || exit 2
trap 'rm -rf "$scratch"' EXIT
trap 'exit 2' HUP INT TERM

# FILE, a sed command for it, and what it breaks.
mutants()
{
	cat <<'TXT'
emit.c@s/code.len - 1 - e->places/code.len - e->places/@jumps land one instruction late
emit.c@s/distance\(e, yes\), \(uint8_t\)distance\(e, no\)/distance(e, no), (uint8_t)distance(e, yes)/@jumps are swapped
graph.c@s/return test\(g, BPF_JGE, o, k, yes, no\);/return test(g, BPF_JGE, o, k - 1, yes, no);/@bounds are off by one
graph.c@s/word, o.mask, no, yes\)/word, o.mask, yes, no)/@a test for no bits is turned round
graph.c@s/k == o.mask \&\& \(k \& \(k - 1\)\) == 0/(k \& (k - 1)) == 0/@one bit of several stands for all
graph.c@s/return graph_equal\(g, o, 0, no, yes\);/return graph_equal(g, o, 0, yes, no);/@at least 1 means 0
graph.c@s/operand_equal\(a->operand, b->operand\) \&\& //@nodes of different words are one
graph.c@s/high != is_big_endian/high == is_big_endian/@halves of arguments are swapped
layout.c@s/n->operand.offset == held.offset \&\& held.mask == UINT32_MAX/n->operand.offset == held.offset/@a masked word counts as the word
layout.c@s/operand_equal\(n->operand, held\)\)/n->operand.offset == held.offset)/@a mask is dropped
layout.c@s/: ENTRY_LOAD\] = true/: ENTRY_TEST] = true/@the first word is not loaded
lower.c@s/t->is_signed \&\& t->mask == UINT64_MAX \? SIGN : 0/0/@signed is compared as unsigned
lower.c@s/slice\(\&low, set, 0, 0, SIGN32 - 1, yes\)/slice(\&low, set, 0, 0, SIGN32, yes)/@the sign's edge is off by one
lower.c@s/\(uint32_t\)\(t->mask >> 32\) : 0;/0 : 0;/@a sign is not extended
lower.c@s/v < UINT64_MAX \? add\(set, key, v \+ 1/v < UINT64_MAX ? add(set, key, v/@more than means at least
lower.c@s/if \(last - first > 1\)/if (last - first > 2)/@a range loses its middle
lower.c@s/\(uint32_t\)\(r->low >> 32\), last = /(uint32_t)(r->low), last = /@high words are mistaken for low ones
dispatch.c@s/cut\(c, high \+ 1\)/cut(c, high)/@ranges lose their last value
dispatch.c@s/last->target == cell->target/last->target != cell->target/@the wrong neighbours are joined
cases.c@s/\.value \? a : b;/.value ? b : a;/@conditions are turned round
cases.c@s/s->at \+ 1 >= n->count/s->at + 2 >= n->count/@diagrams lose their last cell
tree.c@s/return cube_count.*count \+ in_holes;/return true;/@any set is taken for a mask
tree.c@s/p->cells\[c.at\].low, yes, no/p->cells[c.at].low + 1, yes, no/@trees are cut beside the cell
tree.c@s/return p->rank_of\[cell\] < s.rank;/return p->rank_of[cell] <= s.rank;/@a value is forgotten before it is asked for
forest.c@s/!operand_equal\(m->operand, o\) \|\| //; s/\(uint64_t\)o.offset << 32 . o.mask/0/@another word's tree is taken
errand.c@s/a->otherwise != b->otherwise/0/@calls with another default are grouped
rank.c@s/int c = compare\(a->action.kind, b->action.kind\)/int c = compare(b->action.kind, a->action.kind)/@the mildest action wins
arrange.c@s/graph_leaf\(g, errand->otherwise\)/graph_leaf(g, action_ret(errand->rules[0]->action))/@what no rule matches gets a rule's action
arrange.c@s/cases_leaf\(c, errand->otherwise\)/cases_leaf(c, action_ret(errand->rules[0]->action))/@the same in diagrams
compile.c@s/NEWER_REACH = 1023/NEWER_REACH = 1024/@newer reaches one number too far
compile.c@s/arch_highest_nr\(arch, p->newer.version\) \+ 1/arch_highest_nr(arch, p->newer.version)/@newer begins one number early
compile.c@s/\{ 0xc0000000, 0xfffffffe \}, \{ 0xffffffff, 0xffffffff \}/{ 0xc0000000, 0xffffffff }/@number -1 is x32's
compile.c@s/\{ 0x40000000, 0x7fffffff \}/{ 0x40000001, 0x7fffffff }/@x32 has a gap
compile.c@s/forest_tree\(\&c->forest, token, \&tokens\)/cells_target(\&tokens, c->blocks.len ? c->blocks.data[0]->arch->token : 0)/@the arch is not checked
compile.c@s/node = arg_equal\(c, 2, c->pass->envp, allow, no\)/node = allow/@the pass forgets a pointer
TXT
}

mkdir "$scratch/src" "$scratch/build"
(cd "$top" && git ls-files -z | xargs -0 cp --parents -t "$scratch/src") || exit 2
(cd "$scratch/src" && ./autogen.sh) >/dev/null 2>&1 || exit 2
cd "$scratch/build" || exit 2
../src/configure -q && make -s -j2 fuzz/compile >/dev/null || exit 2
fuzz/compile --random 1 5 >/dev/null || {
	echo "the compiler as it is does not pass"
	exit 2
}

# judged NAME: does the judge notice?
judged()
{
	! WONT_JUDGE=$1 timeout $((10 * seconds + 60)) fuzz/compile --random 1 "$seconds" >/dev/null 2>&1
}

number=0
survivors=0
mutants >"$scratch/list"
while IFS=@ read -r file change what; do
	number=$((number + 1))
	[ $# -eq 0 ] || case " $* " in *" $number "*) ;; *) continue ;; esac
	source=$scratch/src/enforce/$file
	cp "$source" "$scratch/kept"
	sed -E "$change" "$scratch/kept" >"$source"
	if cmp -s "$source" "$scratch/kept"; then
		result="NOT MADE: the source has changed"
	elif ! make -s fuzz/compile >"$scratch/log" 2>&1; then
		result="NOT MADE: it does not compile"
	else
		calls=survives proof=survives
		judged calls && calls=killed
		judged proof && proof=killed
		result="calls: $calls, proof: $proof"
	fi
	printf '%2d %-12s %-52s %s\n' "$number" "$file" "$what" "$result"
	case "$result" in *survives* | NOT*) survivors=$((survivors + 1)) ;; esac
	cp "$scratch/kept" "$source"
done <"$scratch/list"
echo "$number mutants, $survivors not killed by both"
[ $survivors -eq 0 ]

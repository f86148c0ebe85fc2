# SPDX-License-Identifier: LGPL-2.1-or-later
# Turns arch/data/ into the C tables that arch/tables.h declares. Runs at build time, under any POSIX awk.
# usage: awk -f generate.awk constants.txt signatures.txt ARCH.txt... >tables.c
# Values stay hexadecimal text all along: an awk's numbers hold 53 bits.

# What a type tells: "s" or "u", and the width: 32, 64 (two registers where they are narrower), or N, a register's.
BEGIN {
	types("s32", "int,pid_t,clockid_t,timer_t,key_t,key_serial_t,rwf_t,compat_long_t,compat_ssize_t")
	types("u32", "unsigned int,mode_t,uid_t,gid_t,old_uid_t,old_gid_t,qid_t,old_sigset_t,u32,compat_ulong_t," \
		     "compat_size_t,compat_aio_context_t")
	types("sN", "long,off_t")
	types("uN", "unsigned long,size_t,aio_context_t,cap_user_header_t,cap_user_data_t,const cap_user_data_t")
	types("s64", "loff_t")
	types("u64", "u64")
	n = split("none selector flags mode fd pointer pid id path sockaddr argv length offset count time address " \
		  "value", words, " ")
	for (i = 1; i <= n; i++)
		is_class[words[i]]
	group_name[0] = "none"
	group_count = 1
}

function types(kind, names,    n, list, i)
{
	n = split(names, list, ",")
	for (i = 1; i <= n; i++)
		type_kind[list[i]] = kind
}

function fail(text)
{
	print FILENAME ":" FNR ": " text > "/dev/stderr"
	failed = 1
	exit 1
}

/^#/ || /^[ \t]*$/ { next }

# --- constants.txt

FILENAME ~ /constants\.txt$/ && $1 == "group" {
	group = group_count++
	group_name[group] = $2
	group_of[$2] = group
	next
}

FILENAME ~ /constants\.txt$/ {
	if (NF > 1)
		define_constant()
	else if (!($1 in value))
		fail("no value of " $1)
	member[group, ++member_count[group]] = $1
	next
}

function define_constant()
{
	if ($1 in value)
		fail("a second value of " $1)
	value[$1] = hex($2)
	constant_names[++constant_count] = $1
}

# 16 digits, so that the order of text is that of the values; "-" stays.
function hex(text)
{
	sub(/^0x/, "", text)
	return text == "-" ? text : substr("0000000000000000", 1, 16 - length(text)) text
}

# A constant's 16 digits on an arch, or "-" when it has none of that name: its own, or those of the arch that it is like.
function constant(arch, name)
{
	for (; arch != ""; arch = like[arch])
		if ((arch, name) in own)
			return own[arch, name]
	return name in value ? value[name] : "-"
}

# --- signatures.txt

FILENAME ~ /signatures\.txt$/ && /^\t/ {
	sub(/^\t/, "")
	variant[call, ++variant_count[call]] = $0
	next
}

FILENAME ~ /signatures\.txt$/ {
	call = $1
	sub(/^[^ ]+ */, "")
	split(call, at, "@")
	if (!(2 in at))
		at[2] = "*"
	n = split(at[2], where, ",")
	for (i = 1; i <= n; i++) {
		if ((at[1], where[i]) in spelled)
			fail("a second signature of " call)
		spelled[at[1], where[i]] = call
	}
	arguments[call] = $0
	split("", at)
	next
}

# --- ARCH.txt

$1 == "arch" {
	arch = $2
	arches[++arch_count] = arch
	in_constants = 0
	next
}

$1 == "constants" {
	in_constants = 1
	like[arch] = $3
	next
}

in_constants {
	if (!($1 in value))
		fail("no group has " $1)
	if ((arch, $1) in own)
		fail("a second value of " $1)
	own[arch, $1] = hex($2)
	has_own[$1]
	next
}

$1 ~ /^[a-z]/ {
	word = $1
	sub(/^[a-z]+ /, "")
	header[arch, word] = $0
	next
}

{
	nr[arch, ++syscall_count[arch]] = $1
	name[arch, syscall_count[arch]] = $2
	since[arch, syscall_count[arch]] = $3
}

# --- sorting: index[1..n] by key[index], keeping the order of equals

function sort(list, n, key,    width, i, lo, mid, hi, a, b, k, out)
{
	for (width = 1; width < n; width *= 2) {
		for (lo = 1; lo <= n; lo += 2 * width) {
			mid = lo + width
			hi = mid + width
			a = lo
			b = mid
			for (k = lo; k < hi && k <= n; k++) {
				if (a < mid && a <= n && (b >= hi || b > n || key[list[a]] <= key[list[b]]))
					out[k] = list[a++]
				else
					out[k] = list[b++]
			}
		}
		for (i = 1; i <= n; i++)
			list[i] = out[i]
	}
}

# --- signatures: the arguments of a call on an arch, in a_name, a_type, a_class, a_group, a_kind[1..a_count]

function read_arguments(arch, text,    n, list, i)
{
	a_count = 0
	n = split(text, list, /, */)
	for (i = 1; i <= n; i++)
		read_argument(arch, list[i])
	if (a_count > 6)
		fail("more than six arguments: " text)
}

function read_argument(arch, text,    type, argument, meaning, group, kind, bits)
{
	if (!match(text, /: /))
		fail("no class in \"" text "\"")
	type = substr(text, 1, RSTART - 1)
	meaning = substr(text, RSTART + 2)
	match(type, /[A-Za-z_0-9]+$/)
	argument = substr(type, RSTART)
	type = substr(type, 1, RSTART - 1)
	sub(/ $/, "", type)
	if (type ~ /\*$/)
		kind = "uN"
	else if (type in type_kind)
		kind = type_kind[type]
	else
		fail("unknown type \"" type "\"")
	if (kind ~ /64/ && header[arch, "bits"] == 32) {
		put_pair(arch, argument, kind, meaning)
		return
	}
	put_argument(argument, type, kind, meaning)
}

# A 64-bit value in two registers, in the order of memory; some architectures begin a pair at an even register.
function put_pair(arch, argument, kind, meaning,    high)
{
	if (header[arch, "pairs"] == "aligned" && a_count % 2)
		put_argument("pad", "int", "s32", "none")
	high = substr(kind, 1, 1) "32"
	if (header[arch, "endian"] == "big")
		put_argument(argument "_hi", high == "s32" ? "long" : "unsigned long", high, meaning)
	put_argument(argument "_lo", "unsigned long", "u32", meaning)
	if (header[arch, "endian"] == "little")
		put_argument(argument "_hi", high == "s32" ? "long" : "unsigned long", high, meaning)
}

function put_argument(argument, type, kind, meaning)
{
	a_count++
	a_name[a_count] = argument
	a_type[a_count] = type
	a_kind[a_count] = kind
	set_meaning(a_count, meaning)
}

function set_meaning(i, meaning,    words)
{
	split(meaning, words, " ")
	if (!(words[1] in is_class))
		fail("unknown class \"" words[1] "\"")
	a_class[i] = words[1]
	a_group[i] = 0
	if (2 in words) {
		if (!(words[2] in group_of))
			fail("unknown group \"" words[2] "\"")
		a_group[i] = group_of[words[2]]
	}
}

# --- what is told by its place in one array instead of by a pointer, so that the loader has nothing to relocate

# The place of a text.
function text_at(text)
{
	if (!(text in place_of)) {
		place_of[text] = text_size + 0
		text_size += length(text) + 1
		texts[++text_count] = text
	}
	return place_of[text]
}

# The place of the first of n rows in the array of that name; equal stretches are shared.
function rows_at(array, n, rows)
{
	if (!((array, rows) in first_of)) {
		first_of[array, rows] = row_count[array] + 0
		row_count[array] += n
		stretches[array, ++stretch_count[array]] = rows
	}
	return first_of[array, rows]
}

function put_rows(array, type,    i)
{
	printf "\nconst %s %s[] = {\n", type, array
	for (i = 1; i <= stretch_count[array]; i++)
		printf "%s", stretches[array, i]
	print "};"
}

function put_texts(    i)
{
	print "\nconst char arch_texts[] ="
	for (i = 1; i <= text_count; i++)
		printf "\t\"%s\\0\"\n", texts[i]
	print "\t;"
}

# The identifier of the C object that holds these arguments; equal ones are shared.
function signature(arch,    i, text, bits)
{
	text = "{ " a_count ", {"
	for (i = 1; i <= a_count; i++) {
		bits = a_kind[i] ~ /N/ ? header[arch, "bits"] : substr(a_kind[i], 2)
		text = text "\n\t{ \"" a_name[i] "\", \"" a_type[i] "\", ARG_" toupper(a_class[i]) ", " bits ", " \
			(a_kind[i] ~ /^s/ ? "true" : "false") ", " a_group[i] " },"
	}
	return object("signature", "struct signature", text (a_count ? "\n} }" : " { 0 } } }"))
}

function object(kind, type, text)
{
	if (!((kind, text) in objects)) {
		objects[kind, text] = kind "_" ++object_count[kind]
		printf "static const %s %s = %s;\n", type, objects[kind, text] (kind == "signature" ? "" : "[]"), text
	}
	return objects[kind, text]
}

# --- variants: lines "ARG [& MASK]: VALUE... => CHANGES" of one ARG and MASK after another become one choice

# The identifier of the choices of a call, or NULL.
function choices(arch, call, text,    i, n, parts, line, list, last)
{
	split("", v_value)
	split("", v_signature)
	v_count = 0
	for (i = 1; i <= variant_count[call]; i++) {
		line = variant[call, i]
		n = index(line, " => ")
		split(substr(line, 1, n - 1), parts, /: /)
		if (last != "" && parts[1] != last) {
			list = list choice(arch, last, text)
			v_count = 0
		}
		last = parts[1]
		add_variant(arch, call, parts[2], text, substr(line, n + 4))
	}
	if (last != "")
		list = list choice(arch, last, text)
	return list == "" ? "NULL" : object("choices", "struct choice", "{\n" list "\t{ 0 },\n}")
}

function add_variant(arch, call, values, text, changes,    n, list, i, id, v)
{
	read_arguments(arch, text)
	n = split(changes, list, /, */)
	for (i = 1; i <= n; i++)
		change(call, list[i])
	id = signature(arch)
	n = split(values, list, " ")
	for (i = 1; i <= n; i++) {
		v = list[i] ~ /^[0-9]/ ? number(list[i]) : constant(arch, list[i])
		if (v == "-") {
			if (!(list[i] in value))
				fail(call ": unknown constant " list[i])
			continue
		}
		v_value[++v_count] = v
		v_signature[v_count] = id
	}
}

function number(text)
{
	return hex(text ~ /^0x/ ? text : sprintf("%x", text))
}

function change(call, text,    parts, i)
{
	split(text, parts, /: /)
	for (i = 1; i <= a_count; i++)
		if (a_name[i] == parts[1]) {
			set_meaning(i, parts[2])
			return
		}
	fail(call " has no argument \"" parts[1] "\"")
}

# One element of a struct choice array: SELECTOR is "ARG" or "ARG & MASK".
function choice(arch, selector, text,    parts, i, arg, list, bits, out, n, mask, names, m)
{
	split(selector, parts, / & /)
	read_arguments(arch, text)
	for (arg = 1; arg <= a_count && a_name[arg] != parts[1]; arg++)
		;
	if (arg > a_count)
		fail("no argument \"" parts[1] "\" in " text)
	bits = a_kind[arg] ~ /N/ ? header[arch, "bits"] : substr(a_kind[arg], 2)
	mask = bits == 32 ? "0xffffffffu" : "UINT64_MAX"
	if (2 in parts) {
		n = split(parts[2], names, "|")
		for (i = 1; i <= n; i++) {
			m = names[i] ~ /^0x/ ? hex(names[i]) : constant(arch, names[i])
			if (m == "-")
				fail("unknown constant " names[i])
			out = out (i > 1 ? " | " : "") "0x" short(m)
		}
		mask = "(" out ") & " mask
	}
	for (i = 1; i <= v_count; i++) {
		list[i] = i
		if (bits == 32)
			v_value[i] = "00000000" substr(v_value[i], 9)
	}
	sort(list, v_count, v_value)
	out = "{\n"
	for (i = 1; i <= v_count; i++)
		out = out "\t{ 0x" short(v_value[list[i]]) ", &" v_signature[list[i]] " },\n"
	return "\t{ " object("variants", "struct variant", out "}") ", " v_count ", " arg - 1 ", " mask " },\n"
}

function short(digits)
{
	sub(/^0+/, "", digits)
	return digits == "" ? "0" : digits
}

# --- the output

function put_syscalls(arch,    i, n, call, list, key, base)
{
	base = header[arch, "base"]
	n = syscall_count[arch]
	for (i = 1; i <= n; i++) {
		call = spelling(arch, name[arch, i])
		read_arguments(arch, arguments[call])
		call_signature[i] = signature(arch)
		call_choices[i] = choices(arch, call, arguments[call])
	}
	printf "\nstatic const struct syscall %s_syscalls[] = {\n", arch
	for (i = 1; i <= n; i++)
		printf "\t{ \"%s\", %s + %d, %s, &%s, %s },\n", name[arch, i], base, nr[arch, i],
			version(since[arch, i]), call_signature[i], call_choices[i]
	printf "};\n\nstatic const uint16_t %s_by_name[] = {", arch
	for (i = 1; i <= n; i++) {
		list[i] = i
		key[i] = name[arch, i]
	}
	sort(list, n, key)
	for (i = 1; i <= n; i++)
		printf "%s%d,", i % 16 == 1 ? "\n\t" : " ", list[i] - 1
	print "\n};"
}

# What signatures.txt calls it: by the architecture, by the first of its traits that it knows, by its width, or plainly.
function spelling(arch, call,    i, n, words)
{
	n = split(arch " " header[arch, "traits"] " " header[arch, "bits"] " *", words, " ")
	for (i = 1; i <= n; i++)
		if ((call, words[i]) in spelled)
			return spelled[call, words[i]]
	fail(arch ": no signature of " call)
}

function version(text,    parts)
{
	if (text == "")
		return 0
	split(text, parts, ".")
	return "LINUX(" parts[1] ", " parts[2] ")"
}

# Groups that are the same on several architectures are one stretch.
function put_groups(arch,    g, i, n, values, table)
{
	for (g = 1; g < group_count; g++) {
		values = ""
		n = 0
		for (i = 1; i <= member_count[g]; i++) {
			member_value[i] = constant(arch, member[g, i])
			n += member_value[i] != "-"
			values = values " " member_value[i]
		}
		if (!((g, values) in group_rows))
			group_rows[g, values] = group_at(g)
		table = table "\t{ " text_at(group_name[g]) ", " group_rows[g, values] ", " n " },\n"
	}
	printf "\nstatic const struct packed_group %s_groups[] = {\n\t{ %d, 0, 0 },\n%s};\n", arch, text_at("none"), table
}

# Where the members of a group begin that have a member_value, sorted by it.
function group_at(g,    i, n, list, text)
{
	for (i = 1; i <= member_count[g]; i++)
		if (member_value[i] != "-")
			list[++n] = i
	sort(list, n, member_value)
	for (i = 1; i <= n; i++)
		text = text "\t{ 0x" short(member_value[list[i]]) ", " text_at(member[g, list[i]]) " },\n"
	return rows_at("arch_constants", n, text)
}

function put_constant_names(    i, j, list, n, table)
{
	for (i = 1; i <= constant_count; i++) {
		list[i] = i
	}
	sort(list, constant_count, constant_names)
	for (i = 1; i <= constant_count; i++)
		if (constant_names[list[i]] in has_own) {
			own_index[list[i]] = ++n
			table = table own_values(constant_names[list[i]])
		}
	print "\nconst struct own_values own_values[] = {\n\t{ { 0 }, 0 },\n" table "};\n\nconst struct constant_name constant_names[] = {"
	for (i = 1; i <= constant_count; i++) {
		j = list[i]
		printf "\t{ 0x%s, %d, %d },\n", value[constant_names[j]] == "-" ? "0" : short(value[constant_names[j]]),
			text_at(constant_names[j]), own_index[j]
	}
	print "};\n\nconst size_t constant_name_count = countof(constant_names);"
}

# Each value once, and for each architecture which of them it is.
function own_values(name,    i, v, n, seen, picks, values)
{
	for (i = 1; i <= arch_count; i++) {
		v = constant(arches[i], name)
		if (v != "-" && !(v in seen)) {
			seen[v] = ++n
			values = values "\t0x" short(v) ",\n"
		}
		picks = picks (i > 1 ? ", " : "") (v == "-" ? 0 : seen[v])
	}
	return "\t{ { " picks " }, " rows_at("own_pool", n, values) " },\n"
}

function put_arch(arch,    n, list, i, aliases)
{
	n = split(header[arch, "aliases"], list, " ")
	for (i = 1; i <= n; i++)
		aliases = aliases "\"" list[i] "\", "
	printf "\nstatic const char *const %s_aliases[] = { %sNULL };\n", arch, aliases
	printf "static const struct arch arch_%s = {\n\t\"%s\", %s, %s, %d, %s,\n", arch, arch,
		header[arch, "token"], header[arch, "base"], header[arch, "bits"],
		header[arch, "endian"] == "big" ? "true" : "false"
	printf "\t%s_syscalls, countof(%s_syscalls), %s_groups, countof(%s_groups), %s_by_name,\n};\n",
		arch, arch, arch, arch, arch
}

# Every architecture in the order of the files; and again with the one that the program is built for first.
function put_arches(    i)
{
	print "\nconst struct arch_entry arch_entries[] = {"
	for (i = 1; i <= arch_count; i++)
		printf "\t{ &arch_%s, %s_aliases },\n", arches[i], arches[i]
	print "\t{ NULL, NULL },\n};\n"
	for (i = 1; i <= arch_count; i++)
		printf "#%s %s\n#define NATIVE &arch_%s\n", (i > 1 ? "elif" : "if"), header[arches[i], "built"],
			arches[i]
	print "#else\n#error \"arch/data/ has no file of the architecture that this is built for\"\n#endif\n"
	print "const struct arch *const arches[] = {\n\tNATIVE,"
	for (i = 1; i <= arch_count; i++)
		printf "#if !(%s)\n\t&arch_%s,\n#endif\n", header[arches[i], "built"], arches[i]
	print "\tNULL,\n};"
}

END {
	if (failed)
		exit 1
	if (arch_count > 32)
		fail("more architectures than ARCHES_MAX of arch/internal.h")
	print "/* Generated from arch/data/ by arch/generate.awk. */\n#include \"arch/internal.h\"\n"
	for (i = 1; i <= arch_count; i++) {
		put_syscalls(arches[i])
		put_groups(arches[i])
		put_arch(arches[i])
	}
	put_arches()
	put_constant_names()
	put_rows("arch_constants", "struct constant")
	put_rows("own_pool", "uint64_t")
	put_texts()
	printf "\nconst uint16_t group_errno = %d;\n", group_of["errno"]
}

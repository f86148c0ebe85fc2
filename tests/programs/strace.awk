# SPDX-License-Identifier: LGPL-2.1-or-later
# strace -f -o's lines -> "ARCH SYSCALL", one a call entered. The first line is strace's own exec of the program.
# clone3 stands for clone: under wont clone3 is answered ENOSYS, and libc makes the other call.
NR == 1 { next }
/ runs in [0-9]+ bit mode/ {
	match($0, /PID=[0-9]+/)
	pid = substr($0, RSTART + 4, RLENGTH - 4)
	is_32[pid] = / 32 bit mode/
	next
}
$2 ~ /^[a-z_][a-z_0-9]*\(/ {
	name = $2
	sub(/\(.*/, "", name)
	print (is_32[$1] ? "i386" : "x86_64"), (name == "clone3" ? "clone" : name)
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * forge NAME: sends the kernel audit records of every type that programs may send, each looking
 * like a killed call of the executable NAME, and tries to send a real SECCOMP record, too.
 */
#include <linux/audit.h>
#include <linux/netlink.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int send_record(int fd, uint16_t type, const char *text)
{
	struct {
		struct nlmsghdr header;
		char text[512];
	} message = { { 0 }, "" };
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	size_t len = strlen(text) + 1;

	memcpy(message.text, text, len);
	message.header = (struct nlmsghdr){
		.nlmsg_len = (uint32_t)(NLMSG_HDRLEN + len),
		.nlmsg_type = type,
		.nlmsg_flags = NLM_F_REQUEST,
	};
	return sendto(fd, &message, message.header.nlmsg_len, 0, (struct sockaddr *)&kernel,
		      sizeof(kernel)) < 0;
}

int main(int argc, char **argv)
{
	static const uint16_t types[] = { AUDIT_USER,		AUDIT_FIRST_USER_MSG,
					  AUDIT_LAST_USER_MSG,	AUDIT_FIRST_USER_MSG2,
					  AUDIT_LAST_USER_MSG2, AUDIT_SECCOMP };
	char text[400];
	int failed = 0, fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT);

	if (fd < 0 || argc != 2)
		return 2;
	snprintf(text, sizeof(text),
		 "type=1326 audit(1.001:9): auid=0 uid=0 gid=0 ses=1 pid=1 comm=\"x\" "
		 "exe=\"%.100s\" "
		 "sig=31 arch=c000003e syscall=101 compat=0 ip=0x1 code=0x80000000",
		 argv[1]);
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		failed |= send_record(fd, types[i], text);
	close(fd);
	return failed;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A small file server in two releases, for wont diff: RELEASE 10 or 11. What differs between them
 * is called through syscall(2), so that the C library has no say in it.
 *
 *   server SOCKET      serves files of the current folder on a Unix socket until told to quit
 *   server SOCKET GET  asks for one file and prints it; QUIT ends the server
 */
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static int make_socket(const char *path, struct sockaddr_un *addr)
{
	*addr = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof(addr->sun_path))
		errx(1, "%s: too long", path);
	strcpy(addr->sun_path, path);
	return (int)syscall(SYS_socket, AF_UNIX, SOCK_STREAM, 0);
}

static int ask(const char *path, const char *what)
{
	struct sockaddr_un addr;
	char buffer[512];
	int fd = make_socket(path, &addr);
	ssize_t n;

	/* The socket is there before somebody listens. */
	for (int tries = 0; connect(fd, (struct sockaddr *)&addr, sizeof(addr)); tries++) {
		if (tries == 200)
			err(1, "%s", path);
		usleep(50000);
	}
	if (write(fd, what, strlen(what)) < 0)
		err(1, "asking");
	while ((n = read(fd, buffer, sizeof(buffer))) > 0)
		fwrite(buffer, 1, (size_t)n, stdout);
	return 0;
}

/* 1.1 writes a log, watches the network, keeps code in memory, sleeps by another clock. */
static void start_up(void)
{
#if RELEASE >= 11
	int log = (int)syscall(SYS_openat, AT_FDCWD, "log", O_WRONLY | O_CREAT | O_APPEND, 0600);

	syscall(SYS_timerfd_create, CLOCK_MONOTONIC, 0);
	syscall(SYS_socket, AF_NETLINK, SOCK_RAW, 0);
	syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	syscall(SYS_write, log, "up\n", 3);
#else
	syscall(SYS_eventfd2, 0, 0);
#endif
}

static void prepare(int fd)
{
	syscall(SYS_fcntl, fd, F_SETFD, FD_CLOEXEC);
#if RELEASE >= 11
	syscall(SYS_fcntl, fd, F_SETFL, O_RDWR | O_NONBLOCK);
	syscall(SYS_fcntl, fd, F_SETFL, O_RDWR);
#endif
}

static void answer(int client, const char *name)
{
	char buffer[4096];
	int fd = (int)syscall(SYS_openat, AT_FDCWD, name, O_RDONLY);
	ssize_t n;

	if (fd < 0)
		return;
#if RELEASE < 11
	/* 1.0 wants to know the size first. */
	syscall(SYS_lseek, fd, 0, SEEK_END);
#endif
	syscall(SYS_lseek, fd, 0, SEEK_SET);
#if RELEASE >= 11
	n = syscall(SYS_sendfile, client, fd, NULL, sizeof(buffer));
	(void)n;
#else
	n = read(fd, buffer, sizeof(buffer));
	if (n > 0 && write(client, buffer, (size_t)n) != n)
		warn("answering");
#endif
	close(fd);
}

static int serve(const char *path)
{
	struct sockaddr_un addr;
	int fd = make_socket(path, &addr);

	start_up();
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) || listen(fd, 5))
		err(1, "%s", path);
	prepare(fd);
	for (;;) {
		char name[256];
		int client = accept(fd, NULL, NULL);
		ssize_t n = read(client, name, sizeof(name) - 1);

		if (n <= 0)
			errx(1, "nobody asks");
		name[n] = 0;
		if (strcmp(name, "QUIT") == 0)
			return 0;
		answer(client, name);
		close(client);
	}
}

int main(int argc, char **argv)
{
	if (argc == 3)
		return ask(argv[1], argv[2]);
	if (argc != 2)
		errx(2, "usage: server SOCKET [FILE|QUIT]");
	return serve(argv[1]);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Executable identity: the kernel's path and the build-id, or SHA-256 where there is none. */
#include "tracer/exe.h"

#include "base/cleanup.h"
#include "base/procfs.h"
#include "tracer/buildid.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* A larger file is not read: it may be sparse, and reading it would take for ever. */
#define HASHED_MAX ((off_t)1 << 30)

/* What tells one state of a file from another without reading it. */
struct file_key {
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec modified, changed;
};

static void exe_free(struct exe *exe)
{
	free((char *)exe->path);
	free((char *)exe->id);
	free(exe);
}

void exes_fini(struct exes *exes)
{
	vec_for(exe, &exes->all)
		exe_free(*exe);
	vec_fini(&exes->all);
	map_fini(&exes->by_file);
	map_fini(&exes->by_name);
}

static void put_hex(struct str *out, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		str_putf(out, "%02x", bytes[i]);
}

/* Appends "sha256:HEX" of the whole file, or nothing when it cannot be read to its end or would
 * take too long. */
static void put_sha256(struct str *out, int fd)
{
	uint8_t bytes[65536], digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx sha;
	off_t at = 0;
	ssize_t n;

	sha256_init(&sha);
	while ((n = pread(fd, bytes, sizeof(bytes), at)) > 0 && at <= HASHED_MAX) {
		sha256_update(&sha, (size_t)n, bytes);
		at += n;
	}
	if (n)
		return;
	sha256_digest(&sha, sizeof(digest), digest);
	str_put(out, "sha256:");
	put_hex(out, digest, sizeof(digest));
}

static void put_id(struct str *out, const char *link)
{
	autoclose int fd = open(link, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	uint8_t id[BUILDID_MAX];
	struct stat st;

	/* What the name was looked up for may be another file by now: a device without an end. */
	if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size > HASHED_MAX)
		return;
	size_t len = buildid_read(fd, id);
	if (!len) {
		put_sha256(out, fd);
		return;
	}
	str_put(out, "build-id:");
	put_hex(out, id, len);
}

/*
 * The kernel appends " (deleted)" to the name of a file that is no longer there under it. A file
 * may also be called so.
 */
static void cut_deleted(char *path, const struct stat *file)
{
	static const char tail[] = " (deleted)";
	size_t len = strlen(path);
	struct stat there;

	if (len < sizeof(tail) || strcmp(path + len - (sizeof(tail) - 1), tail) != 0)
		return;
	if (lstat(path, &there) || there.st_dev != file->st_dev || there.st_ino != file->st_ino)
		path[len - (sizeof(tail) - 1)] = 0;
}

static struct exe *exe_new(uint32_t number, const char *path, const char *id)
{
	struct exe *exe = calloc(1, sizeof(*exe));

	if (!exe)
		return NULL;
	*exe = (struct exe){ .number = number, .path = strdup(path), .id = strdup(id) };
	if (exe->path && exe->id)
		return exe;
	exe_free(exe);
	return NULL;
}

/* One more exe, owned by exes. */
static int add(struct exes *exes, const char *path, const char *id, struct exe **out)
{
	struct exe *exe = exe_new((uint32_t)exes->all.len, path, id);

	if (!exe)
		return -ENOMEM;
	if (vec_push(&exes->all, exe)) {
		exe_free(exe);
		return -ENOMEM;
	}
	*out = exe;
	return 0;
}

/* The exe of that path and id, made where it is missing: a file that was replaced by an equal one
 * is the same executable. */
static int by_name(struct exes *exes, const char *path, const char *id, struct exe **out)
{
	autostr struct str name = { 0 };
	int r = 0;

	str_put_bytes(&name, path, strlen(path) + 1);
	str_put(&name, id);
	if (name.failed)
		return -ENOMEM;
	struct exe *exe = map_get(&exes->by_name, name.data, name.len);
	if (!exe && exes->all.len > EXES_MAX) {
		exe = exes->all.data[EXES_MAX];
	} else if (!exe && exes->all.len == EXES_MAX) {
		r = add(exes, "?", "", &exe);
	} else if (!exe) {
		r = add(exes, path, id, &exe);
		if (!r)
			r = map_put(&exes->by_name, name.data, name.len, exe);
	}
	if (!r)
		*out = exe;
	return r;
}

/* The exe of a path whose file has that state; link is where to read it when it is new. */
static int by_file(struct exes *exes, const char *path, const struct stat *st, const char *link,
		   const struct exe **out)
{
	autostr struct str key = { 0 }, id = { 0 };
	struct exe *exe;
	struct file_key file = {
		.device = st->st_dev,
		.inode = st->st_ino,
		.size = st->st_size,
		.modified = st->st_mtim,
		.changed = st->st_ctim,
	};

	str_put_bytes(&key, &file, sizeof(file));
	str_put(&key, path);
	if (key.failed)
		return -ENOMEM;
	exe = map_get(&exes->by_file, key.data, key.len);
	if (!exe) {
		put_id(&id, link);
		int r = by_name(exes, path, str_text(&id), &exe);
		/* A file may take ever new states: then each is read again. */
		if (!r && exes->by_file.count < EXES_MAX)
			r = map_put(&exes->by_file, key.data, key.len, exe);
		if (r)
			return r;
	}
	*out = exe;
	return 0;
}

int exes_hidden(struct exes *exes, const struct exe **out)
{
	struct exe *hidden;
	int r = by_name(exes, "?", "", &hidden);

	if (!r)
		*out = hidden;
	return r;
}

int exes_find(struct exes *exes, pid_t pid, const struct exe **out)
{
	char link[64], path[PATH_MAX];
	struct stat st = { 0 };

	if (!procfs_is_ours())
		return exes_hidden(exes, out);
	snprintf(link, sizeof(link), "/proc/%d/exe", (int)pid);
	ssize_t len = readlink(link, path, sizeof(path) - 1);
	if (len < 0 && (errno == ENOENT || errno == ESRCH))
		return -ESRCH;
	if (len < 0)
		return exes_hidden(exes, out);
	path[len] = 0;
	if (stat(link, &st) == 0)
		cut_deleted(path, &st);
	return by_file(exes, path, &st, link, out);
}

/*
 * Pins the file that a process executes now: between two looks at the process it may execute
 * another. Only the file of that name will do: its state, and a link to it in *link; else -1.
 */
static int pin(pid_t pid, const char *told, struct stat *st, char link[64])
{
	char path[PATH_MAX];

	snprintf(link, 64, "/proc/%d/exe", (int)pid);
	autoclose int fd = open(link, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return -1;
	snprintf(link, 64, "/proc/self/fd/%d", fd);
	ssize_t len = readlink(link, path, sizeof(path) - 1);
	if (len < 0 || fstat(fd, st))
		return -1;
	path[len] = 0;
	return strcmp(path, told) == 0 ? take_fd(fd) : -1;
}

int exes_named(struct exes *exes, const char *told, pid_t pid, const struct exe **out)
{
	autofree char *path = strdup(told);
	struct stat own = { 0 }, there = { 0 };
	struct exe *named;
	char link[64];

	if (!path)
		return -ENOMEM;
	autoclose int fd = pid > 0 ? pin(pid, told, &own, link) : -1;
	cut_deleted(path, &own);
	/* Nothing that a program may have put there is to hold us up: a FIFO, a device. */
	bool is_there = pid > 0 && !stat(path, &there) && S_ISREG(there.st_mode);
	/* The process may go at any time: where the path is the same file, that is read. */
	if (is_there && (fd < 0 || (own.st_dev == there.st_dev && own.st_ino == there.st_ino)))
		return by_file(exes, path, &there, path, out);
	if (fd >= 0)
		return by_file(exes, path, &own, link, out);
	int r = by_name(exes, path, "", &named);
	if (!r)
		*out = named;
	return r;
}

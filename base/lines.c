/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One buffer of the file as it is, one of lines. */
#include "base/lines.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <lzma.h>
#include <string.h>
#include <zlib.h>

enum {
	PACKED = 1 << 16,
	GZIP_WINDOW = 15 + 16,	/* the largest, and gzip's header */
	XZ_MEMORY = 256u << 20, /* what an archive may ask for */
};

enum packing { PLAIN, GZIP, XZ };

struct lines {
	const char *path; /* borrowed */
	int fd;
	enum packing packing;
	z_stream gzip;
	lzma_stream xz;
	bool is_done;	  /* nothing comes any more */
	bool is_member;	  /* in the middle of a packed stream */
	bool is_cut;	  /* the line taken last goes on: its rest is to be dropped */
	bool is_rest;	  /* that was such a rest */
	size_t at, count; /* of packed: taken, there */
	size_t from, to;  /* of text: the bytes that were not handed out */
	unsigned char packed[PACKED];
	char text[LINES_MAX];
};

/* Reads more packed bytes, when all are taken. */
static int refill(struct lines *l, struct err *e)
{
	ssize_t n;

	if (l->at < l->count)
		return 0;
	do {
		n = read(l->fd, l->packed, sizeof(l->packed));
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_sys(e, -errno, "cannot read %s", l->path);
	l->at = 0;
	l->count = (size_t)n;
	return 0;
}

static int begin(struct lines *l, struct err *e)
{
	static const unsigned char gzip[] = { 0x1f, 0x8b }, xz[] = { 0xfd, '7', 'z', 'X', 'Z', 0 };
	int r = refill(l, e);

	if (r)
		return r;
	if (l->count >= sizeof(gzip) && memcmp(l->packed, gzip, sizeof(gzip)) == 0)
		l->packing = GZIP;
	else if (l->count >= sizeof(xz) && memcmp(l->packed, xz, sizeof(xz)) == 0)
		l->packing = XZ;
	if (l->packing == GZIP && inflateInit2(&l->gzip, GZIP_WINDOW) != Z_OK)
		return err_set(e, -ENOMEM, "out of memory");
	if (l->packing == XZ &&
	    lzma_stream_decoder(&l->xz, XZ_MEMORY, LZMA_CONCATENATED) != LZMA_OK)
		return err_set(e, -ENOMEM, "out of memory");
	return 0;
}

int lines_open(const char *path, struct lines **out, struct err *e)
{
	autolines struct lines *l = calloc(1, sizeof(*l));

	if (!l)
		return err_set(e, -ENOMEM, "out of memory");
	l->path = path;
	l->fd = strcmp(path, "-") == 0 ? 0 : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (l->fd < 0)
		return err_sys(e, -errno, "cannot open %s", path);
	int r = begin(l, e);
	if (r)
		return r;
	*out = take(l);
	return 0;
}

void lines_close(struct lines *l)
{
	if (!l)
		return;
	if (l->fd > 0)
		close(l->fd);
	if (l->packing == GZIP)
		inflateEnd(&l->gzip);
	lzma_end(&l->xz);
	free(l);
}

static int damaged(const struct lines *l, struct err *e)
{
	return err_set(e, -EBADMSG, "%s: the packed file is damaged or ends too early", l->path);
}

static int unpack_gzip(struct lines *l, struct err *e)
{
	int r;

	l->gzip.next_in = l->packed + l->at;
	l->gzip.avail_in = (unsigned)(l->count - l->at);
	l->gzip.next_out = (unsigned char *)l->text + l->to;
	l->gzip.avail_out = (unsigned)(sizeof(l->text) - l->to);
	r = inflate(&l->gzip, Z_NO_FLUSH);
	l->at = l->count - l->gzip.avail_in;
	l->to = sizeof(l->text) - l->gzip.avail_out;
	l->is_member = r != Z_STREAM_END;
	if (r == Z_STREAM_END)
		/* Another may follow: rotated logs are joined with cat. */
		r = inflateReset(&l->gzip);
	return r == Z_OK || r == Z_BUF_ERROR ? 0 : damaged(l, e);
}

static int unpack_xz(struct lines *l, struct err *e)
{
	lzma_ret r;

	l->xz.next_in = l->packed + l->at;
	l->xz.avail_in = l->count - l->at;
	l->xz.next_out = (uint8_t *)l->text + l->to;
	l->xz.avail_out = sizeof(l->text) - l->to;
	r = lzma_code(&l->xz, l->count ? LZMA_RUN : LZMA_FINISH);
	l->at = l->count - l->xz.avail_in;
	l->to = sizeof(l->text) - l->xz.avail_out;
	l->is_member = r != LZMA_STREAM_END;
	if (r == LZMA_STREAM_END)
		l->is_done = true;
	return r == LZMA_OK || r == LZMA_STREAM_END || (r == LZMA_BUF_ERROR && l->count)
		       ? 0
		       : damaged(l, e);
}

/* Adds bytes to the text, at the end of which there is room. */
static int extend(struct lines *l, struct err *e)
{
	int r = refill(l, e);
	size_t n;

	if (r)
		return r;
	if (!l->count) {
		/* The end of the file must be the end of what was packed. */
		if (l->packing == XZ && !l->is_done)
			return unpack_xz(l, e);
		l->is_done = true;
		return l->packing == GZIP && l->is_member ? damaged(l, e) : 0;
	}
	if (l->packing == GZIP)
		return unpack_gzip(l, e);
	if (l->packing == XZ)
		return unpack_xz(l, e);
	n = l->count - l->at;
	if (n > sizeof(l->text) - l->to)
		n = sizeof(l->text) - l->to;
	memcpy(l->text + l->to, l->packed + l->at, n);
	l->at += n;
	l->to += n;
	return 0;
}

/* Takes the next line, or as much of it as there is room for, out of the text: is there one? */
static bool take_line(struct lines *l, const char **line, size_t *len)
{
	const char *newline = memchr(l->text + l->from, '\n', l->to - l->from);
	bool is_full = !newline && l->from == 0 && l->to == sizeof(l->text);

	if (!newline && !is_full && (!l->is_done || l->from == l->to))
		return false;
	*line = l->text + l->from;
	*len = (size_t)((newline ? newline : l->text + l->to) - *line);
	l->from += *len + (newline != NULL);
	l->is_rest = l->is_cut;
	l->is_cut = is_full;
	return true;
}

int lines_next(struct lines *l, const char **line, size_t *len, struct err *e)
{
	for (;;) {
		while (take_line(l, line, len))
			if (!l->is_rest)
				return 0;
		if (l->is_done)
			return -ENODATA;
		memmove(l->text, l->text + l->from, l->to - l->from);
		l->to -= l->from;
		l->from = 0;
		int r = extend(l, e);
		if (r)
			return r;
	}
}

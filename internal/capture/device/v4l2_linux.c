#include "v4l2_linux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static int call(jv_device *d, unsigned long request, void *arg)
{
	int r;
	do
		r = ioctl(d->fd, request, arg);
	while (r < 0 && errno == EINTR);
	return r < 0 ? -errno : 0;
}

int jv_open(jv_device *d, const char *path)
{
	memset(d, 0, sizeof *d);
	d->fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (d->fd < 0) {
		int e = errno;
		return -e;
	}
	struct v4l2_capability cap = {0};
	int r = call(d, VIDIOC_QUERYCAP, &cap);
	uint32_t can = cap.capabilities & V4L2_CAP_DEVICE_CAPS ? cap.device_caps : cap.capabilities;
	if (r == 0 && !((can & V4L2_CAP_VIDEO_CAPTURE) && (can & V4L2_CAP_STREAMING)))
		r = -ENOTTY;
	if (r < 0)
		jv_close(d);
	return r;
}

int jv_enum_format(jv_device *d, int i, uint32_t *fourcc)
{
	struct v4l2_fmtdesc f = {.index = i, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
	int r = call(d, VIDIOC_ENUM_FMT, &f);
	*fourcc = f.pixelformat;
	return r;
}

int jv_enum_size(jv_device *d, uint32_t fourcc, int i, jv_size *o)
{
	struct v4l2_frmsizeenum f = {.index = i, .pixel_format = fourcc};
	int r = call(d, VIDIOC_ENUM_FRAMESIZES, &f);
	if (r < 0)
		return r;
	o->stepwise = f.type != V4L2_FRMSIZE_TYPE_DISCRETE;
	if (!o->stepwise) {
		o->min_w = o->max_w = f.discrete.width;
		o->min_h = o->max_h = f.discrete.height;
		o->step_w = o->step_h = 1;
		return 0;
	}
	o->min_w = f.stepwise.min_width;
	o->max_w = f.stepwise.max_width;
	o->step_w = f.stepwise.step_width;
	o->min_h = f.stepwise.min_height;
	o->max_h = f.stepwise.max_height;
	o->step_h = f.stepwise.step_height;
	return 0;
}

int jv_enum_interval(jv_device *d, uint32_t fourcc, uint32_t w, uint32_t h, int i, jv_interval *o)
{
	struct v4l2_frmivalenum f = {.index = i, .pixel_format = fourcc, .width = w, .height = h};
	int r = call(d, VIDIOC_ENUM_FRAMEINTERVALS, &f);
	if (r < 0)
		return r;
	o->stepwise = f.type != V4L2_FRMIVAL_TYPE_DISCRETE;
	struct v4l2_fract v = o->stepwise ? f.stepwise.min : f.discrete;
	o->num = v.numerator;
	o->den = v.denominator;
	return 0;
}

// select_area makes the whole of what the camera sees fill the whole picture:
// drivers keep crop and compose rectangles that other programs have set, and
// may leave the rest of the buffer blank. Many drivers have neither.
static void select_area(jv_device *d, uint32_t target, uint32_t from, uint32_t w, uint32_t h)
{
	struct v4l2_selection s = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .target = from};
	s.r.width = w;
	s.r.height = h;
	if (from && call(d, VIDIOC_G_SELECTION, &s) < 0)
		return;
	s.target = target;
	call(d, VIDIOC_S_SELECTION, &s);
}

int jv_set_format(jv_device *d, jv_format *f)
{
	select_area(d, V4L2_SEL_TGT_CROP, V4L2_SEL_TGT_CROP_DEFAULT, 0, 0);
	struct v4l2_format v = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
	v.fmt.pix.width = f->width;
	v.fmt.pix.height = f->height;
	v.fmt.pix.pixelformat = f->fourcc;
	v.fmt.pix.field = V4L2_FIELD_ANY;
	int r = call(d, VIDIOC_S_FMT, &v);
	if (r == 0) {
		select_area(d, V4L2_SEL_TGT_COMPOSE, 0, v.fmt.pix.width, v.fmt.pix.height);
		r = call(d, VIDIOC_G_FMT, &v); // what has become of it
	}
	f->width = v.fmt.pix.width;
	f->height = v.fmt.pix.height;
	f->fourcc = v.fmt.pix.pixelformat;
	f->stride = v.fmt.pix.bytesperline;
	f->size = v.fmt.pix.sizeimage;
	return r;
}

int jv_set_rate(jv_device *d, uint32_t fps, uint32_t *num, uint32_t *den)
{
	struct v4l2_streamparm p = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
	p.parm.capture.timeperframe.numerator = 1;
	p.parm.capture.timeperframe.denominator = fps;
	int r = call(d, VIDIOC_S_PARM, &p);
	if (r < 0)
		r = call(d, VIDIOC_G_PARM, &p);
	*num = p.parm.capture.timeperframe.numerator;
	*den = p.parm.capture.timeperframe.denominator;
	return r;
}

static struct v4l2_buffer blank(uint32_t index)
{
	struct v4l2_buffer b = {.index = index, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
	return b;
}

int jv_enqueue(jv_device *d, uint32_t index)
{
	struct v4l2_buffer b = blank(index);
	return call(d, VIDIOC_QBUF, &b);
}

int jv_start(jv_device *d)
{
	struct v4l2_requestbuffers q = {.count = JV_BUFFERS, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
	int r = call(d, VIDIOC_REQBUFS, &q);
	if (r < 0)
		return r;
	int count = q.count < JV_BUFFERS ? q.count : JV_BUFFERS;
	if (count < 2)
		return -ENOMEM;
	for (int i = 0; i < count; i++) {
		struct v4l2_buffer b = blank(i);
		if ((r = call(d, VIDIOC_QUERYBUF, &b)) < 0)
			return r;
		void *at = mmap(NULL, b.length, PROT_READ, MAP_SHARED, d->fd, b.m.offset);
		if (at == MAP_FAILED)
			return -errno;
		d->buffer[i].at = at;
		d->buffer[i].size = b.length;
		d->count = i + 1;
		if ((r = jv_enqueue(d, i)) < 0)
			return r;
	}
	int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
	if ((r = call(d, VIDIOC_STREAMON, &type)) == 0)
		d->streaming = 1;
	return r;
}

int jv_wait(jv_device *d, int ms)
{
	struct pollfd p = {.fd = d->fd, .events = POLLIN};
	int r = poll(&p, 1, ms);
	if (r < 0)
		return errno == EINTR ? 0 : -errno;
	return r > 0;
}

static int64_t age(const struct v4l2_buffer *b)
{
	struct timespec now;
	if ((b->flags & V4L2_BUF_FLAG_TIMESTAMP_MASK) != V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC)
		return -1;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return ((int64_t)now.tv_sec - b->timestamp.tv_sec) * 1000000000 + now.tv_nsec - (int64_t)b->timestamp.tv_usec * 1000;
}

int jv_dequeue(jv_device *d, jv_frame *o)
{
	struct v4l2_buffer b = blank(0);
	int r = call(d, VIDIOC_DQBUF, &b);
	if (r < 0)
		return r;
	if (b.index >= (uint32_t)d->count)
		return -EIO;
	o->index = b.index;
	o->bytes = b.bytesused < d->buffer[b.index].size ? b.bytesused : d->buffer[b.index].size;
	o->damaged = (b.flags & V4L2_BUF_FLAG_ERROR) != 0;
	o->age = age(&b);
	return 0;
}

void jv_close(jv_device *d)
{
	int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
	if (d->streaming)
		call(d, VIDIOC_STREAMOFF, &type);
	for (int i = 0; i < d->count; i++)
		munmap(d->buffer[i].at, d->buffer[i].size);
	if (d->fd >= 0)
		close(d->fd);
	memset(d, 0, sizeof *d);
	d->fd = -1;
}

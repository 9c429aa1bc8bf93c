// V4L2 capture through mapped buffers. Calls return 0 or more, or -errno.
#ifndef JASMIN_V4L2_H
#define JASMIN_V4L2_H
#include <stddef.h>
#include <stdint.h>

enum { JV_BUFFERS = 4 };

typedef struct {
	int fd, count, streaming;
	struct { void *at; size_t size; } buffer[JV_BUFFERS];
} jv_device;

typedef struct {
	uint32_t width, height, fourcc, stride, size;
} jv_format;

// Sizes or intervals: one value, or a range when stepwise.
typedef struct {
	int stepwise;
	uint32_t min_w, max_w, step_w, min_h, max_h, step_h;
} jv_size;

typedef struct {
	int stepwise;
	uint32_t num, den; // the shortest interval
} jv_interval;

typedef struct {
	uint32_t index, bytes;
	int damaged;
	int64_t age; // nanoseconds since the driver stamped it; -1: no usable stamp
} jv_frame;

int jv_open(jv_device *d, const char *path); // -ENOTTY: no camera
int jv_enum_format(jv_device *d, int i, uint32_t *fourcc);
int jv_enum_size(jv_device *d, uint32_t fourcc, int i, jv_size *out);
int jv_enum_interval(jv_device *d, uint32_t fourcc, uint32_t w, uint32_t h, int i, jv_interval *out);
int jv_set_format(jv_device *d, jv_format *f); // f becomes what the driver made of it
int jv_set_rate(jv_device *d, uint32_t fps, uint32_t *num, uint32_t *den); // of the interval, as granted
int jv_start(jv_device *d);
int jv_wait(jv_device *d, int ms); // 1: something to dequeue, 0: nothing yet
int jv_dequeue(jv_device *d, jv_frame *out);
int jv_enqueue(jv_device *d, uint32_t index);
void jv_close(jv_device *d);
#endif

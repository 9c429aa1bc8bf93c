/* The C face of OpenH264's C++ interface, as narrow as the Go side needs it. */
#ifndef JASMINCAM_OPENH264_BRIDGE_H
#define JASMINCAM_OPENH264_BRIDGE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct jc_encoder jc_encoder;
typedef struct jc_decoder jc_decoder;

typedef struct {
  int width, height;
  float fps;
  int bitrate; /* bit/s */
  int threads; /* also the number of slices */
} jc_encoder_config;

/* What one call coded. size 0: the library skipped the picture. */
typedef struct {
  int size; /* bytes */
  int key;  /* 1: IDR */
} jc_coded;

/* Every int result is 0 or one of OpenH264's error codes. */
int jc_encoder_new(const jc_encoder_config *config, jc_encoder **out);
void jc_encoder_free(jc_encoder *e);
/* Reads the three planes during the call only. The coded bytes stay inside e until the next call. */
int jc_encoder_encode(jc_encoder *e, const uint8_t *y, const uint8_t *cb, const uint8_t *cr, int y_stride,
                      int c_stride, int64_t milliseconds, int force_key, jc_coded *out);
/* Copies the bytes of the last jc_encoder_encode, at most size of them, and returns how many. */
int jc_encoder_take(const jc_encoder *e, uint8_t *to, int size);
int jc_encoder_set_bitrate(jc_encoder *e, int bitrate);
int jc_encoder_set_fps(jc_encoder *e, float fps);

typedef struct {
  int ready; /* 1: a picture came out */
  int width, height;
  int y_stride, c_stride;
  const uint8_t *planes[3]; /* the decoder's own memory, valid until its next call */
} jc_picture;

int jc_decoder_new(jc_decoder **out);
void jc_decoder_free(jc_decoder *d);
/* Returns OpenH264's DECODING_STATE bits. */
int jc_decoder_decode(jc_decoder *d, const uint8_t *data, int size, jc_picture *out);
/* Copies the picture's planes, without the padding at the end of each row. */
void jc_picture_copy(const jc_picture *p, uint8_t *y, uint8_t *cb, uint8_t *cr);

#ifdef __cplusplus
}
#endif
#endif

/*
 * poster.h: made-up film posters: flat shapes in a few warm colours, always the same for a number.
 */

#ifndef SIM_POSTER_H
#define SIM_POSTER_H

#include <stddef.h>
#include <stdint.h>

/* A PNG, half as high again as it is wide; the caller frees it. */
char *poster_png(uint32_t number, int width, size_t *ret_length);

/* Spreads numbers that lie close together. */
uint32_t poster_mix(uint32_t number);

#endif

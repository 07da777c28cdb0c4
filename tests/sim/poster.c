/*
 * poster.c: each pixel is mixed from shapes laid over one another. Across a poster is 1, down it is
 * 1.5. A shape is the distance to its edge, negative inside, so that edges come out smooth at any
 * size.
 */

#include "poster.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static const float pi = 3.14159265F, bottom = 1.5F;

enum { TONES = 5 };

/* Ground, two that stand out, a dark and a light one. */
static const uint32_t palettes[][TONES] = {
    {0xE9D8B4, 0xD9703F, 0xB23A2E, 0x2B2D42, 0xFFF3DC},
    {0x24364B, 0xE8A33D, 0xC8553D, 0x131C2B, 0xF6E7C8},
    {0xC9B79C, 0x7D5A50, 0xD98E5F, 0x33261D, 0xF7EEDD},
    {0x8C2F2B, 0xE9B872, 0xF2DDA4, 0x3A1210, 0xFBF1DA},
    {0xDDB892, 0x7F9172, 0x567568, 0x2F3E34, 0xFAF0DC},
    {0xF0C9A0, 0xC06C54, 0x6D597A, 0x355070, 0xFFF4E2},
    {0x3B3A36, 0xBFA77A, 0xD96C47, 0x1E1D1B, 0xEFE5CE},
    {0xE3C567, 0xC8963E, 0x8B4A2B, 0x273043, 0xFFF6DA},
    {0x5E7A73, 0xE0A96D, 0xF1D6AB, 0x22322F, 0xFAF3E3},
    {0xD8A48F, 0xBB5B54, 0xEFEBCE, 0x43302E, 0xFFF7EA},
    {0x1F3A40, 0xD9A05B, 0x8DA290, 0x0F2024, 0xF2E6CB},
    {0xEADBC8, 0xA3553A, 0x5C7C86, 0x3A3230, 0xFFFAF0},
};

struct tone {
    float red, green, blue;
};

struct canvas {
    uint32_t number;
    float pixel; /* the width of one */
    struct tone tones[TONES];
    float x, y;
    struct tone here;
};

uint32_t poster_mix(uint32_t number)
{
    number = (number ^ (number >> 16)) * 0x7FEB352DU;
    number = (number ^ (number >> 15)) * 0x846CA68BU;
    return number ^ (number >> 16);
}

/* The n-th made-up number of this poster, from low to high. */
static float chance(const struct canvas *canvas, unsigned n, float low, float high)
{
    uint32_t mixed = poster_mix(canvas->number * 31U + n * 7919U + 1U);
    return low + (high - low) * (float)(mixed & 0xFFFFU) / 65535.0F;
}

static float clamp(float value)
{
    return value < 0 ? 0 : value > 1 ? 1 : value;
}

static void blend(struct canvas *canvas, int tone, float strength)
{
    const struct tone *with = &canvas->tones[tone];
    canvas->here.red += (with->red - canvas->here.red) * strength;
    canvas->here.green += (with->green - canvas->here.green) * strength;
    canvas->here.blue += (with->blue - canvas->here.blue) * strength;
}

static void lay(struct canvas *canvas, int tone, float distance)
{
    blend(canvas, tone, clamp(0.5F - distance / canvas->pixel));
}

static float circle(const struct canvas *canvas, float x, float y, float radius)
{
    return hypotf(canvas->x - x, canvas->y - y) - radius;
}

static float box(const struct canvas *canvas, float left, float top, float right, float low)
{
    float across = fmaxf(left - canvas->x, canvas->x - right);
    float down = fmaxf(top - canvas->y, canvas->y - low);
    return fmaxf(across, down);
}

static void sky(struct canvas *canvas, int tone, float strength)
{
    blend(canvas, tone, strength * clamp(canvas->y / bottom));
}

static void sun_and_sea(struct canvas *canvas)
{
    float x = chance(canvas, 1, 0.35F, 0.65F), horizon = chance(canvas, 2, 0.85F, 1.0F);
    sky(canvas, 1, 0.55F);
    lay(canvas, 4, circle(canvas, x, horizon - 0.08F, chance(canvas, 3, 0.2F, 0.3F)));
    lay(canvas, 3, horizon - canvas->y);
    for (int i = 0; i < 6; i++) {
        float half = chance(canvas, 10U + (unsigned)i, 0.05F, 0.24F) * (1 - (float)i * 0.1F);
        float y = horizon + 0.05F + (float)i * 0.062F;
        lay(canvas, i % 2 ? 1 : 4, box(canvas, x - half, y, x + half, y + 0.014F));
    }
}

static void bands(struct canvas *canvas)
{
    float slope = chance(canvas, 1, 0.5F, 1.1F) * (canvas->number % 2 ? 1 : -1);
    float across = (canvas->y - 0.75F + slope * (canvas->x - 0.5F)) / sqrtf(1 + slope * slope);
    float at = chance(canvas, 2, -0.45F, -0.25F);
    for (int i = 0; i < 5; i++) {
        float thick = chance(canvas, 20U + (unsigned)i, 0.05F, 0.17F);
        lay(canvas, 1 + i % 4, fmaxf(at - across, across - at - thick));
        at += thick + (i % 2 ? 0.05F : 0);
    }
}

static void rings(struct canvas *canvas)
{
    float x = chance(canvas, 1, 0.3F, 0.7F), y = chance(canvas, 2, 0.45F, 0.8F);
    float step = chance(canvas, 3, 0.07F, 0.1F);
    static const int order[] = {3, 2, 4, 1, 3, 2};
    for (int i = 0; i < 6; i++)
        lay(canvas, order[i], circle(canvas, x, y, step * (float)(6 - i)));
}

static void houses(struct canvas *canvas, int tone, unsigned from, float low, float high, int count)
{
    float wide = 1.0F / (float)count;
    for (int i = 0; i < count; i++) {
        float top = chance(canvas, from + (unsigned)i, low, high);
        lay(canvas, tone, box(canvas, (float)i * wide, top, (float)(i + 1) * wide - 0.004F, 2));
    }
}

static void windows(struct canvas *canvas)
{
    for (int i = 0; i < 14; i++) {
        float x = 0.06F + 0.07F * floorf(chance(canvas, 60U + (unsigned)i, 0, 12.9F));
        float y = 1.12F + 0.05F * floorf(chance(canvas, 80U + (unsigned)i, 0, 5));
        lay(canvas, 1, box(canvas, x, y, x + 0.02F, y + 0.028F));
    }
}

static void city(struct canvas *canvas)
{
    sky(canvas, 2, 0.7F);
    lay(canvas, 4,
        circle(canvas, chance(canvas, 1, 0.25F, 0.75F), 0.38F, chance(canvas, 2, 0.09F, 0.16F)));
    houses(canvas, 1, 20, 0.55F, 0.95F, 9);
    houses(canvas, 2, 32, 0.75F, 1.05F, 7);
    houses(canvas, 3, 44, 0.92F, 1.1F, 6);
    windows(canvas);
}

static float peaks(const struct canvas *canvas, unsigned from, float wide)
{
    float height = 0;
    for (unsigned i = 0; i < 4; i++) {
        float x = chance(canvas, from + i, -0.1F, 1.1F),
              rise = chance(canvas, from + 9 + i, 0.1F, wide);
        height =
            fmaxf(height, rise - fabsf(canvas->x - x) * chance(canvas, from + 19 + i, 0.6F, 1));
    }
    return height;
}

static void mountains(struct canvas *canvas)
{
    sky(canvas, 4, 0.4F);
    lay(canvas, 1,
        circle(canvas, chance(canvas, 1, 0.3F, 0.7F), 0.45F, chance(canvas, 2, 0.1F, 0.2F)));
    lay(canvas, 4, (0.9F - peaks(canvas, 10, 0.45F) - canvas->y) * 0.75F);
    lay(canvas, 2, (0.98F - peaks(canvas, 50, 0.4F) - canvas->y) * 0.75F);
    lay(canvas, 1, (1.12F - peaks(canvas, 90, 0.3F) - canvas->y) * 0.75F);
    lay(canvas, 3, (1.24F - peaks(canvas, 130, 0.24F) - canvas->y) * 0.75F);
}

static void waves(struct canvas *canvas)
{
    float turns = chance(canvas, 1, 1.2F, 2.6F);
    static const int order[] = {2, 1, 4, 2, 3};
    lay(canvas, 4, circle(canvas, chance(canvas, 2, 0.25F, 0.75F), 0.36F, 0.13F));
    for (int i = 0; i < 5; i++) {
        float shift = chance(canvas, 30U + (unsigned)i, 0, 2 * pi);
        float edge = 0.62F + 0.16F * (float)i + 0.05F * sinf(turns * 2 * pi * canvas->x + shift);
        lay(canvas, order[i], (edge - canvas->y) * 0.8F);
    }
}

static void forest(struct canvas *canvas)
{
    sky(canvas, 1, 0.35F);
    lay(canvas, 4,
        circle(canvas, chance(canvas, 1, 0.35F, 0.65F), 0.5F, chance(canvas, 2, 0.2F, 0.3F)));
    for (int i = 0; i < 9; i++) {
        float x = 0.06F + 0.11F * (float)i + chance(canvas, 40U + (unsigned)i, -0.035F, 0.035F);
        float half = chance(canvas, 60U + (unsigned)i, 0.008F, 0.026F) * (0.7F + 0.3F * canvas->y);
        float lean = chance(canvas, 80U + (unsigned)i, -0.02F, 0.02F) * canvas->y;
        lay(canvas, i % 3 == 1 ? 2 : 3, fabsf(canvas->x - x - lean) - half);
    }
    lay(canvas, 3,
        1.2F - 0.03F * sinf(3 * pi * canvas->x + (float)(canvas->number % 7)) - canvas->y);
}

static void dots(struct canvas *canvas)
{
    float cell = 1.0F / 7;
    int column = (int)(canvas->x / cell), row = (int)(canvas->y / cell);
    unsigned odd = poster_mix(canvas->number + 5U) % 42U;
    float shrink = 0.44F - 0.32F * clamp(fabsf((float)row - chance(canvas, 1, 1, 7)) / 8);
    bool is_odd = (unsigned)(row * 7 + column) == odd + 7U;
    float d = circle(canvas, ((float)column + 0.5F) * cell, ((float)row + 0.5F) * cell,
                     cell * (is_odd ? 0.44F : shrink));
    if (row < 9)
        lay(canvas, is_odd ? 2 : (row + column) % 5 == 0 ? 1 : 3, d);
}

static const struct {
    void (*draw)(struct canvas *canvas);
    bool shows_ground; /* at the bottom */
} compositions[] = {
    {sun_and_sea, false}, {bands, true},  {rings, true},   {city, false},
    {mountains, false},   {waves, false}, {forest, false}, {dots, true},
};

/* Two bars where the words would stand; dark ones where the ground shows and is light. */
static void caption(struct canvas *canvas, bool on_ground)
{
    const struct tone *ground = &canvas->tones[0];
    bool is_light = ground->red + ground->green + ground->blue > 480;
    int tone = on_ground && is_light ? 3 : 4;
    float half = chance(canvas, 200, 0.14F, 0.3F);
    float left = canvas->number % 3 == 0 ? 0.09F : 0.5F - half;
    float second = canvas->number % 3 == 0 ? 0.09F : 0.5F - half * 0.5F;
    lay(canvas, tone, box(canvas, left, 1.345F, left + 2 * half, 1.37F));
    lay(canvas, tone, box(canvas, second, 1.4F, second + half, 1.412F));
}

static void begin(struct canvas *canvas, uint32_t number, int width)
{
    uint32_t mixed = poster_mix(number);
    size_t count = sizeof palettes / sizeof palettes[0];
    *canvas = (struct canvas){.number = mixed, .pixel = 1.0F / (float)width};
    for (int i = 0; i < TONES; i++) {
        uint32_t color = palettes[(mixed >> 8) % count][i];
        canvas->tones[i] = (struct tone){(float)(color >> 16), (float)(color >> 8 & 0xFFU),
                                         (float)(color & 0xFFU)};
    }
}

/* Rows of RGB, each after the number of its filter: none. */
static unsigned char *draw(uint32_t number, int width, int height)
{
    size_t kinds = sizeof compositions / sizeof compositions[0];
    unsigned char *pixels = malloc((size_t)height * ((size_t)width * 3 + 1));
    unsigned char *to = pixels;
    struct canvas canvas;
    if (pixels == NULL)
        abort();
    begin(&canvas, number, width);
    size_t kind = canvas.number % kinds;
    for (int row = 0; row < height; row++) {
        *to++ = 0;
        for (int column = 0; column < width; column++) {
            canvas.x = ((float)column + 0.5F) * canvas.pixel;
            canvas.y = ((float)row + 0.5F) * canvas.pixel;
            canvas.here = canvas.tones[0];
            compositions[kind].draw(&canvas);
            caption(&canvas, compositions[kind].shows_ground);
            *to++ = (unsigned char)(canvas.here.red + 0.5F);
            *to++ = (unsigned char)(canvas.here.green + 0.5F);
            *to++ = (unsigned char)(canvas.here.blue + 0.5F);
        }
    }
    return pixels;
}

static char *put_number(char *to, uint32_t number)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        *to++ = (char)(number >> shift & 0xFFU);
    return to;
}

/* Length, name, data (in place after the name already, when `data` is NULL), checksum. */
static char *put_chunk(char *to, const char *name, const char *data, size_t length)
{
    char *start = put_number(to, (uint32_t)length);
    memcpy(start, name, 4);
    if (data != NULL)
        memcpy(start + 4, data, length);
    uLong sum = crc32(0, (const Bytef *)start, (uInt)length + 4);
    return put_number(start + 4 + length, (uint32_t)sum);
}

char *poster_png(uint32_t number, int width, size_t *ret_length)
{
    int height = width * 3 / 2;
    size_t size = (size_t)height * ((size_t)width * 3 + 1);
    uLongf packed = compressBound((uLong)size);
    unsigned char *pixels = draw(number, width, height);
    char *png = malloc(packed + 100), *to = png;
    char head[13] = {0};
    if (png == NULL)
        abort();
    memcpy(put_number(put_number(head, (uint32_t)width), (uint32_t)height), "\x08\x02", 2);
    memcpy(to, "\x89PNG\r\n\x1A\n", 8);
    to = put_chunk(to + 8, "IHDR", head, sizeof head);
    if (compress2((Bytef *)to + 8, &packed, pixels, (uLong)size, 6) != Z_OK)
        abort();
    to = put_chunk(to, "IDAT", NULL, packed);
    to = put_chunk(to, "IEND", "", 0);
    free(pixels);
    *ret_length = (size_t)(to - png);
    return png;
}

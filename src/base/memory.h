/*
 * memory.h: allocation that does not fail, and locals that clean up after themselves.
 *
 * Running out of memory aborts: nothing sensible can be done half-way through a sync, and the
 * ledger makes an abort safe at any point. What a stranger can make grow goes through a capped
 * buffer (buffer.h) or a counted limit instead, so that it fails politely long before this.
 */
#ifndef LISTSYNC_BASE_MEMORY_H
#define LISTSYNC_BASE_MEMORY_H

#include <stdarg.h>
#include <stddef.h>

void *memory_new(size_t size);                             /* zeroed */
void *memory_array(size_t count, size_t size);             /* zeroed, overflow-checked */
void *memory_resize(void *old, size_t count, size_t size); /* contents kept, tail not zeroed */
char *memory_text(const char *text);                       /* copy; NULL stays NULL */
char *memory_text_n(const char *text, size_t length);      /* copy of the first bytes, terminated */
char *memory_print(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *memory_print_list(const char *format, va_list arguments)
    __attribute__((format(printf, 1, 0)));

/* Grows a vector by at least one place: doubles `*capacity` and moves `*items` when full. */
#define memory_grow(items, count, capacity)                                                        \
    do {                                                                                           \
        if ((count) >= *(capacity)) {                                                              \
            *(capacity) = *(capacity) ? *(capacity)*2 : 8;                                         \
            *(items) = memory_resize(*(items), *(capacity), sizeof(**(items)));                    \
        }                                                                                          \
    } while (0)

/* `AUTO_FREE char *text = ...;` is freed when it leaves its scope; TAKE(text) hands it on. */
#define AUTO_FREE     __attribute__((cleanup(memory_release_local)))
#define AUTO(release) __attribute__((cleanup(release)))
#define TAKE(pointer)                                                                              \
    __extension__({                                                                                \
        __auto_type taken_ = (pointer);                                                            \
        (pointer) = NULL;                                                                          \
        taken_;                                                                                    \
    })

void memory_release_local(void *pointer_to_pointer);

#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))

#endif

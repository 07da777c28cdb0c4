#include "web/answer_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct entry {
    char *key; /* NULL: free place */
    uint64_t hash;
    int64_t version;
    char *bytes;
    size_t length;
    uint64_t used; /* counts up with each use */
};

struct answer_cache {
    pthread_mutex_t lock;
    struct entry entries[ANSWER_CACHE_ENTRIES];
    size_t bytes;
    uint64_t uses, uses_tidied; /* now, and at the last answer_cache_tidy */
    int64_t found, missed;
};

struct answer_cache *answer_cache_new(void)
{
    struct answer_cache *cache = memory_new(sizeof(*cache));

    pthread_mutex_init(&cache->lock, NULL);
    return cache;
}

static size_t size_of(const struct entry *entry)
{
    return strlen(entry->key) + entry->length;
}

static void drop(struct answer_cache *cache, struct entry *entry)
{
    if (!entry->key)
        return;
    cache->bytes -= size_of(entry);
    free(entry->key);
    free(entry->bytes);
    *entry = (struct entry){0};
}

void answer_cache_free(struct answer_cache *cache)
{
    if (!cache)
        return;
    for (size_t i = 0; i < ANSWER_CACHE_ENTRIES; i++)
        drop(cache, &cache->entries[i]);
    pthread_mutex_destroy(&cache->lock);
    free(cache);
}

static uint64_t hash_of(const char *key)
{
    uint64_t hash = 0xcbf29ce484222325u;

    for (; *key; key++)
        hash = (hash ^ (unsigned char)*key) * 0x100000001b3u;
    return hash;
}

static struct entry *find(struct answer_cache *cache, const char *key, uint64_t hash)
{
    for (size_t i = 0; i < ANSWER_CACHE_ENTRIES; i++) {
        struct entry *entry = &cache->entries[i];
        if (entry->key && entry->hash == hash && strcmp(entry->key, key) == 0)
            return entry;
    }
    return NULL;
}

/* A free place, or that of the least recently used. */
static struct entry *oldest(struct answer_cache *cache, bool must_be_used)
{
    struct entry *oldest = NULL;

    for (size_t i = 0; i < ANSWER_CACHE_ENTRIES; i++) {
        struct entry *entry = &cache->entries[i];
        if (!entry->key && must_be_used)
            continue;
        if (!oldest || entry->used < oldest->used)
            oldest = entry;
    }
    return oldest;
}

bool answer_cache_find(struct answer_cache *cache, const char *key, int64_t version,
                       struct buffer *ret)
{
    uint64_t hash = hash_of(key);
    bool is_there;

    pthread_mutex_lock(&cache->lock);
    struct entry *entry = find(cache, key, hash);
    if (entry && entry->version != version) {
        drop(cache, entry);
        entry = NULL;
    }
    if ((is_there = entry != NULL)) {
        entry->used = ++cache->uses;
        buffer_append(ret, entry->bytes, entry->length);
    }
    *(is_there ? &cache->found : &cache->missed) += 1;
    pthread_mutex_unlock(&cache->lock);
    return is_there;
}

static void put(struct answer_cache *cache, struct entry fresh)
{
    struct entry *place = find(cache, fresh.key, fresh.hash);

    if (place)
        drop(cache, place);
    while (cache->bytes + size_of(&fresh) > ANSWER_CACHE_BYTES)
        drop(cache, oldest(cache, true));
    place = oldest(cache, false);
    drop(cache, place);
    fresh.used = ++cache->uses;
    *place = fresh;
    cache->bytes += size_of(place);
}

void answer_cache_keep(struct answer_cache *cache, const char *key, int64_t version,
                       const struct buffer *answer)
{
    if (answer->overflowed || !answer->length ||
        strlen(key) + answer->length > ANSWER_CACHE_LARGEST)
        return;
    struct entry fresh = {
        .key = memory_text(key),
        .hash = hash_of(key),
        .version = version,
        .bytes = memory_new(answer->length),
        .length = answer->length,
    };
    memcpy(fresh.bytes, answer->bytes, answer->length);
    pthread_mutex_lock(&cache->lock);
    put(cache, fresh);
    pthread_mutex_unlock(&cache->lock);
}

void answer_cache_tidy(struct answer_cache *cache)
{
    pthread_mutex_lock(&cache->lock);
    for (size_t i = 0; i < ANSWER_CACHE_ENTRIES; i++)
        if (cache->entries[i].used <= cache->uses_tidied)
            drop(cache, &cache->entries[i]);
    cache->uses_tidied = cache->uses;
    pthread_mutex_unlock(&cache->lock);
}

void answer_cache_figures(struct answer_cache *cache, struct answer_cache_figures *ret)
{
    *ret = (struct answer_cache_figures){0};
    pthread_mutex_lock(&cache->lock);
    ret->found = cache->found;
    ret->missed = cache->missed;
    ret->bytes = (int64_t)cache->bytes;
    for (size_t i = 0; i < ANSWER_CACHE_ENTRIES; i++)
        ret->entries += cache->entries[i].key != NULL;
    pthread_mutex_unlock(&cache->lock);
}

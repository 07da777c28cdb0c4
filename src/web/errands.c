#include "web/errands.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/memory.h"

enum { STACK_SIZE = 1 << 20 };

struct errand {
    errand_run *run;
    void *context;
};

struct errands {
    pthread_mutex_t lock;
    pthread_cond_t added;
    struct errand *waiting; /* a ring of `most` places */
    size_t most;
    size_t first;
    size_t count;
    size_t running;
    bool is_stopping;
    int thread_count;
    pthread_t threads[];
};

static bool take_first(struct errands *errands, struct errand *ret)
{
    if (errands->count == 0)
        return false;
    *ret = errands->waiting[errands->first];
    errands->first = (errands->first + 1) % errands->most;
    errands->count--;
    return true;
}

static bool wait_for_one(struct errands *errands, struct errand *ret)
{
    pthread_mutex_lock(&errands->lock);
    while (errands->count == 0 && !errands->is_stopping)
        pthread_cond_wait(&errands->added, &errands->lock);
    bool found = !errands->is_stopping && take_first(errands, ret);
    errands->running += found;
    pthread_mutex_unlock(&errands->lock);
    return found;
}

static void *work(void *context)
{
    struct errands *errands = context;
    struct errand errand;

    while (wait_for_one(errands, &errand)) {
        errand.run(errand.context, false);
        pthread_mutex_lock(&errands->lock);
        errands->running--;
        pthread_mutex_unlock(&errands->lock);
    }
    return NULL;
}

struct errands *errands_start(int threads, size_t waiting_most)
{
    size_t tail = (size_t)threads * sizeof(pthread_t);
    struct errands *errands = memory_new(sizeof(*errands) + tail);
    pthread_attr_t attributes;

    pthread_mutex_init(&errands->lock, NULL);
    pthread_cond_init(&errands->added, NULL);
    errands->waiting = memory_array(waiting_most, sizeof(*errands->waiting));
    errands->most = waiting_most;
    errands->thread_count = threads;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    for (int i = 0; i < threads; i++) {
        int rc = pthread_create(&errands->threads[i], &attributes, work, errands);
        CHECK(rc == 0);
    }
    pthread_attr_destroy(&attributes);
    return errands;
}

bool errands_add(struct errands *errands, errand_run *run, void *context)
{
    pthread_mutex_lock(&errands->lock);
    bool fits = !errands->is_stopping && errands->count < errands->most;
    if (fits) {
        size_t last = (errands->first + errands->count++) % errands->most;
        errands->waiting[last] = (struct errand){.run = run, .context = context};
        pthread_cond_signal(&errands->added);
    }
    pthread_mutex_unlock(&errands->lock);
    return fits;
}

size_t errands_count(struct errands *errands)
{
    pthread_mutex_lock(&errands->lock);
    size_t count = errands->count + errands->running;
    pthread_mutex_unlock(&errands->lock);
    return count;
}

void errands_stop(struct errands *errands)
{
    struct errand errand;

    pthread_mutex_lock(&errands->lock);
    errands->is_stopping = true;
    pthread_cond_broadcast(&errands->added);
    while (take_first(errands, &errand)) {
        pthread_mutex_unlock(&errands->lock);
        errand.run(errand.context, true);
        pthread_mutex_lock(&errands->lock);
    }
    pthread_mutex_unlock(&errands->lock);
    for (int i = 0; i < errands->thread_count; i++)
        pthread_join(errands->threads[i], NULL);
}

void errands_free(struct errands *errands)
{
    if (!errands)
        return;
    pthread_mutex_destroy(&errands->lock);
    pthread_cond_destroy(&errands->added);
    free(errands->waiting);
    free(errands);
}

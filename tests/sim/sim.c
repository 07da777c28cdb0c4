#include "sim.h"

#include <time.h>

enum { STEP_MS = 50 };

void sim_wait(struct sim *sim, int ms)
{
    while (ms > 0 && !atomic_load(&sim->stopping)) {
        int step = ms < STEP_MS ? ms : STEP_MS;
        struct timespec pause = {.tv_nsec = step * 1000000L};
        nanosleep(&pause, NULL);
        ms -= step;
    }
}

void sim_wait_unlocked(struct sim *sim, int ms)
{
    pthread_mutex_unlock(&sim->lock);
    sim_wait(sim, ms);
    pthread_mutex_lock(&sim->lock);
}

/*
 * main.c: starts the simulator and serves until it is told to end.
 */

#include "options.h"
#include "seerr_file.h"
#include "server.h"

#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Signals are taken by sigwait alone, so every thread has to start with them blocked. */
static sigset_t block_signals(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    return signals;
}

/* False when the parent was gone before the kernel knew that we want to follow it. */
static bool follow_parent(void)
{
    pid_t parent = getppid();
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    return getppid() == parent;
}

static void sim_free(struct sim *sim)
{
    catalogue_free(&sim->catalogue);
    seerr_state_clear(&sim->seerr);
    counters_free(&sim->counters);
    faults_clear(&sim->faults);
    json_decref(sim->list_edits);
    json_decref(sim->settings.headers);
    free(sim->settings.key);
    free(sim->settings.base_path);
    free(sim->settings.state_path);
    pthread_mutex_destroy(&sim->lock);
}

static bool sim_fill(struct sim *sim, const struct options *options)
{
    pthread_mutex_init(&sim->lock, NULL);
    counters_start(&sim->counters);
    seerr_state_clear(&sim->seerr);
    sim->list_edits = json_object();
    if (options->catalogue_path != NULL &&
        !catalogue_load(&sim->catalogue, options->catalogue_path))
        return false;
    catalogue_add_synthetic(&sim->catalogue, options->titles);
    return seerr_file_load(&sim->seerr, sim->settings.state_path);
}

static int serve(struct sim *sim, unsigned short port, const sigset_t *signals)
{
    struct MHD_Daemon *daemon = server_start(sim, &port);
    if (daemon == NULL) {
        perror("listsync-sim: cannot listen");
        return 1;
    }
    printf("listsync-sim listening on http://127.0.0.1:%u\n", (unsigned)port);
    fflush(stdout);
    int received;
    sigwait(signals, &received);
    server_stop(sim, daemon);
    return 0;
}

int main(int count, char **words)
{
    sigset_t signals = block_signals();
    static struct sim sim;
    struct options options;
    int status = 2;
    if (options_read(count, words, &options, &sim.settings, &status)) {
        bool alive = !options.die_with_parent || follow_parent();
        status = alive && sim_fill(&sim, &options) ? serve(&sim, options.port, &signals) : 1;
    }
    sim_free(&sim);
    return status;
}

#include "app/interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "app/command.h"

static volatile sig_atomic_t came;

static void on_signal(int number)
{
    (void)number;
    if (came)
        _exit(EXIT_CANCELLED);
    came = 1;
}

void interrupt_watch(void)
{
    struct sigaction action = {.sa_handler = on_signal};

    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool interrupt_came(void)
{
    return came;
}

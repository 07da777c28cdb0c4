#include "options.h"

#include "memory.h"
#include "route.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "listsync-sim: a stand-in Seerr and stand-ins for the list sources, for tests and the demo\n"
    "\n"
    "  --port N           port on 127.0.0.1 (default 0: a free one)\n"
    "  --catalogue FILE   titles, tab separated\n"
    "  --titles N         add N synthetic titles\n"
    "  --state FILE       keep Seerr's media and requests in FILE\n"
    "  --flavour NAME     seerr (default), jellyseerr or overseerr\n"
    "  --key KEY          Seerr's API key (default sim-key)\n"
    "  --base-path PATH   serve Seerr under PATH/api/v1\n"
    "  --latency-ms N     wait N ms before each answer of Seerr or a source\n"
    "  --die-with-parent  end when the process that started this one ends\n"
    "  --quiet            do not log the requests on stderr\n";

static const struct option long_options[] = {
    {"port", required_argument, NULL, 'p'},
    {"catalogue", required_argument, NULL, 'c'},
    {"titles", required_argument, NULL, 't'},
    {"state", required_argument, NULL, 's'},
    {"flavour", required_argument, NULL, 'f'},
    {"key", required_argument, NULL, 'k'},
    {"base-path", required_argument, NULL, 'b'},
    {"latency-ms", required_argument, NULL, 'l'},
    {"die-with-parent", no_argument, NULL, 'd'},
    {"quiet", no_argument, NULL, 'q'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

unsigned flavour_parse(const char *name)
{
    static const struct {
        const char *name;
        unsigned flavour;
    } names[] = {{"seerr", FLAVOUR_SEERR},
                 {"jellyseerr", FLAVOUR_JELLYSEERR},
                 {"overseerr", FLAVOUR_OVERSEERR}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i].name, name) == 0)
            return names[i].flavour;
    }
    return 0;
}

static void replace(char **text, const char *value)
{
    free(*text);
    *text = sim_copy(value);
}

static bool take_option(int letter, struct options *options, struct sim_settings *settings)
{
    switch (letter) {
    case 'p':
        options->port = (unsigned short)atoi(optarg);
        return true;
    case 'c':
        options->catalogue_path = optarg;
        return true;
    case 't':
        options->titles = strtoul(optarg, NULL, 10);
        return true;
    case 's':
        replace(&settings->state_path, optarg);
        return true;
    case 'f':
        settings->flavour = flavour_parse(optarg);
        return settings->flavour != 0;
    case 'k':
        replace(&settings->key, optarg);
        return true;
    case 'b':
        replace(&settings->base_path, optarg);
        return optarg[0] == '/' && optarg[strlen(optarg) - 1] != '/';
    case 'l':
        settings->latency_ms = atoi(optarg);
        return true;
    case 'd':
        options->die_with_parent = true;
        return true;
    case 'q':
        settings->quiet = true;
        return true;
    default:
        return false;
    }
}

bool options_read(int count, char **words, struct options *options, struct sim_settings *settings,
                  int *status)
{
    *options = (struct options){0};
    *settings = (struct sim_settings){
        .flavour = FLAVOUR_SEERR, .key = sim_copy("sim-key"), .base_path = sim_copy("")};
    *status = 2;
    int letter;
    while ((letter = getopt_long(count, words, "h", long_options, NULL)) != -1) {
        if (letter == 'h') {
            *status = 0;
            fputs(help, stdout);
            return false;
        }
        if (!take_option(letter, options, settings)) {
            fputs(help, stderr);
            return false;
        }
    }
    return optind == count;
}

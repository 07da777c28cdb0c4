#include <gnu/libc-version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/json_value.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/time_zone.h"
#include "model/title.h"
#include "net/html.h"
#include "net/transport_curl.h"
#include "store/inspection.h"
#include "sync/diagnostics_parts.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define BUILD_CHECKS ", with a sanitizer"
#else
#define BUILD_CHECKS ""
#endif

#ifdef __OPTIMIZE__
#define BUILD_KIND "optimized"
#else
#define BUILD_KIND "not optimized"
#endif

#ifdef __clang__
#define COMPILER "Clang " __clang_version__
#else
#define COMPILER "GCC " __VERSION__
#endif

void diagnostics_program(struct report *report)
{
    const struct diagnostics_library libraries[] = {
        {"libcurl", transport_curl_library_version()},
        {"SQLite", inspection_library_version()},
        {"libsodium", crypto_library_version()},
        {"libxml2", html_library_version()},
        {"jansson", json_library_version()},
        {"utf8proc", title_library_version()},
        {0},
    };
    const struct diagnostics_library *further = report->order->libraries;

    report_say(report, "version", "%s", LISTSYNC_VERSION);
    report_say(report, "built", "%s%s, by " COMPILER, BUILD_KIND, BUILD_CHECKS);
    report_say(report, "C library", "glibc %s", gnu_get_libc_version());
    for (const struct diagnostics_library *library = libraries; library->name; library++)
        report_say(report, library->name, "%s", library->version);
    for (; further && further->name; further++)
        report_say(report, further->name, "%s", further->version);
}

/* The first line of a file of the system; "" when there is none. */
static const char *first_line(struct report *report, const char *path)
{
    char line[256] = "";
    FILE *file = fopen(path, "re");

    if (!file)
        return "";
    if (!fgets(line, sizeof(line), file))
        line[0] = '\0';
    fclose(file);
    text_cut_at(line, "\r\n");
    return arena_text(report->arena, line);
}

/* PRETTY_NAME="Debian GNU/Linux 12 (bookworm)" */
static const char *system_name(struct report *report)
{
    const char *name = "";
    char line[256];
    FILE *file = fopen("/etc/os-release", "re");

    if (!file)
        return "no /etc/os-release";
    while (fgets(line, sizeof(line), file)) {
        if (!text_starts_with(line, "PRETTY_NAME="))
            continue;
        text_cut_at(line, "\r\n");
        char *value = line + strlen("PRETTY_NAME=");
        value += *value == '"';
        text_cut_at(value, "\"");
        name = arena_text(report->arena, value);
    }
    fclose(file);
    return name;
}

static const char *container_kind(void)
{
    const char *told = getenv("container");

    if (access("/.dockerenv", F_OK) == 0)
        return "yes, Docker";
    if (access("/run/.containerenv", F_OK) == 0)
        return "yes, Podman";
    if (getenv("KUBERNETES_SERVICE_HOST"))
        return "yes, Kubernetes";
    return told && *told ? "yes" : "no sign of one";
}

static void put_memory(struct report *report)
{
    struct sysinfo machine;
    const char *limit = first_line(report, "/sys/fs/cgroup/memory.max");

    if (sysinfo(&machine) == 0) {
        int64_t unit = machine.mem_unit;
        report_say(report, "memory", "%lld MB, %lld MB free",
                   (long long)((int64_t)machine.totalram * unit >> 20),
                   (long long)((int64_t)machine.freeram * unit >> 20));
        report_say(report, "up for", "%ld seconds", machine.uptime);
    }
    if (*limit)
        report_say(report, "memory allowed", "%s%s", limit, text_is_digits(limit) ? " bytes" : "");
}

static void put_time(struct report *report)
{
    const char *name = options_text(&report->live, "TZ");
    AUTO_TIME_ZONE struct time_zone *zone = NULL;
    struct local_time here;
    struct error error = {0};

    report_say(report, "time", "%s", report_time(report, clock_wall_ms()));
    if (time_zone_open(name, &zone, &error)) {
        report_say(report, "time zone", "%s: %s", name, report_discreet(report, error.message));
        return;
    }
    time_zone_local(zone, clock_wall_ms() / 1000, &here);
    report_say(report, "time zone", "%s, there it is %02d:%02d", name, here.hour, here.minute);
}

void diagnostics_machine(struct report *report)
{
    struct utsname system;

    if (uname(&system) == 0)
        report_say(report, "kernel", "%s %s, %s", system.sysname, system.release, system.machine);
    report_say(report, "system", "%s", system_name(report));
    report_say(report, "container", "%s", container_kind());
    report_say(report, "user and group", "%u, %u", (unsigned)geteuid(), (unsigned)getegid());
    report_say(report, "processors", "%ld", sysconf(_SC_NPROCESSORS_ONLN));
    put_memory(report);
    put_time(report);
}

void diagnostics_service(struct report *report)
{
    const struct diagnostics_service *service = report->order->service;
    char up[CLOCK_TEXT_SIZE];

    if (!service) {
        report_line(report, "%s",
                    report->order->is_held
                        ? "A service or a sync is at work on the data folder. This report was made "
                          "beside it, by the command: for its figures take the one of the web "
                          "interface."
                        : "Nothing is at work on the data folder.");
        return;
    }
    clock_format_duration(clock_wall_ms() - service->started_ms, up);
    report_say(report, "started", "%s, %s ago", report_time(report, service->started_ms), up);
    report_say(report, "memory", "%lld kB", (long long)(service->resident_bytes >> 10));
    report_say(report, "processor", "%.1f seconds", service->cpu_seconds);
    report_say(report, "open files", "%lld", (long long)service->open_files);
    report_say(report, "schedule", "%s, %s%s", service->schedule.is_on ? "on" : "off",
               service->schedule.words, service->schedule.paused_until ? ", paused" : "");
    report_say(report, "last full sync", "%s", report_time(report, service->schedule.last_ms));
    report_say(report, "next sync", "%s", report_time(report, service->schedule.next_ms));
    if (*service->schedule.problem)
        report_say(report, "trouble", "%s", report_discreet(report, service->schedule.problem));
    if (service->runner.run)
        report_say(report, "runs now", "run %lld, %lld of %lld done",
                   (long long)service->runner.run, (long long)service->runner.done,
                   (long long)service->runner.total);
    report_say(report, "runs that wait", "%lld", (long long)service->runner.queued);
}

void diagnostics_metrics(struct report *report)
{
    const struct diagnostics_service *service = report->order->service;
    const char *line = service && service->metrics ? service->metrics : NULL;

    if (!line) {
        report_line(report, "Only the running service has them.");
        return;
    }
    /* Comments of each figure say the same in every report. */
    for (; *line && report->text.length < DIAGNOSTICS_METRICS_MOST;
         line += line[strcspn(line, "\n")] != 0) {
        size_t length = strcspn(line, "\n");
        if (*line != '#')
            report_line(report, "%.*s", (int)length, line);
        line += length;
    }
}

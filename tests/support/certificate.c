#include "support/certificate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/patience.h"
#include "support/process.h"

void certificate_make(const char *certificate, const char *key)
{
    const char *words[] = {"/usr/bin/openssl",
                           "req",
                           "-x509",
                           "-newkey",
                           "ec",
                           "-pkeyopt",
                           "ec_paramgen_curve:prime256v1",
                           "-nodes",
                           "-days",
                           "2",
                           "-subj",
                           "/CN=listsync.test",
                           "-addext",
                           "subjectAltName=IP:127.0.0.1",
                           "-out",
                           certificate,
                           "-keyout",
                           key,
                           NULL};
    struct process_result result;

    process_run(&(struct process_call){.words = words}, PATIENCE_MOST_MS, &result);
    assert_int_equal(result.exit_code, 0);
    process_result_release(&result);
}

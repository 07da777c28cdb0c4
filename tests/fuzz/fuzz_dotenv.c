/* Any bytes as a .env file: each setting has a name, and what is none is named in a sentence. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "app/dotenv.h"
#include "base/check.h"
#include "base/memory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum error_code visit(void *context, const char *name, const char *value,
                             struct error *error)
{
    (void)context;
    (void)error;
    CHECK(name[0] && value);
    return ERROR_NONE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_FREE char *text = memory_text_n((const char *)data, size);
    struct error error = {0};

    CHECK(dotenv_read(text, ".env", visit, NULL, &error) == ERROR_NONE || error.message[0]);
    return 0;
}

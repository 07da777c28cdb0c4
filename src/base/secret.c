#include "base/secret.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void secret_release(struct secret *secret)
{
    if (secret->hidden)
        explicit_bzero(secret->hidden, strlen(secret->hidden));
    free(secret->hidden);
    secret->hidden = NULL;
}

void secret_set(struct secret *secret, const char *text)
{
    secret_release(secret);
    if (text && *text)
        secret->hidden = memory_text(text);
}

bool secret_is_set(const struct secret *secret)
{
    return secret->hidden != NULL;
}

const char *secret_reveal(const struct secret *secret)
{
    return secret->hidden ? secret->hidden : "";
}

/* First byte: a file of films, or what a person typed. */
#include "answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size && bytes[0] == 'f')
        answer_to_list("stevenlu", "movies", NULL, 200, bytes + 1, size - 1);
    if (size && bytes[0] == 'i')
        answer_to_input("stevenlu", bytes + 1, size - 1);
    return 0;
}

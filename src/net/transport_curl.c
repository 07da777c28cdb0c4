#include "net/transport_curl.h"

#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/address.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "net/transport_curl_failure.h"
#include "net/transport_curl_mail.h"
#include "net/transport_file.h"
#include "net/url.h"

enum {
    CONNECT_TIMEOUT_MS = 10000,
    STALL_BYTES = 10, /* a second; with fewer for CURL_STALL_SECONDS it is given up */
    KEPT_CONNECTIONS = 32,
    YOUNG_SECONDS = 3,             /* curl counts whole idle seconds: this is "less than 4 s" */
    UPLOAD_BUFFER = 16 * 1024,     /* curl's least; our bodies are small */
    HEADER_BYTES_MAX = 256 * 1024, /* all headers of one answer */
};

struct curl_transport {
    struct transport transport; /* first: the address of one is that of the other */
    CURLM *multi;
    CURLSH *share; /* TLS sessions: a new connection to a known host costs less */
    int connect_timeout_ms;
    atomic_bool was_woken;
    struct transfer *transfers; /* started and not yet done */
};

struct transfer {
    struct transfer *previous, *next;
    struct curl_transport *owner;
    const struct http_request *request;
    transport_done *done;
    void *context;
    CURL *easy;                 /* NULL for a file, which is answered at the next poll */
    struct curl_slist *headers; /* of mail: its recipients */
    struct mail_reading mail;
    struct http_response response;
    size_t header_bytes;
    bool headers_too_large;
    int64_t started_ms; /* steady */
    int sendings;
    bool was_refused, was_allowed; /* by the guard, one address and another */
    struct address refused;
    char details[CURL_ERROR_SIZE]; /* curl's own words about a failure */
};

static struct curl_transport *own(struct transport *transport)
{
    return (struct curl_transport *)transport;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;

    buffer_append(&transfer->response.body, bytes, size * count);
    return transfer->response.body.overflowed ? 0 : size * count;
}

static size_t take_header(char *line, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    size_t length = size * count;
    AUTO_FREE char *name = memory_text_n(line, length);
    char *colon = strchr(name, ':');

    transfer->header_bytes += length;
    transfer->headers_too_large = transfer->header_bytes > HEADER_BYTES_MAX;
    if (transfer->headers_too_large)
        return 0;
    if (text_starts_with(name, "HTTP/")) { /* what came before was "100 Continue" and the like */
        http_headers_release(&transfer->response.headers);
    } else if (colon) {
        *colon = '\0';
        http_headers_add(&transfer->response.headers, text_trim(name), text_trim(colon + 1), false);
    }
    return length;
}

/* curl asks this before each sending of a request, its own repetitions included. */
static int before_sending(void *context, char *remote_ip, char *local_ip, int remote_port,
                          int local_port)
{
    struct transfer *transfer = context;

    (void)remote_ip, (void)local_ip, (void)remote_port, (void)local_port;
    if (transfer->sendings++ > 0 && !transfer->request->repeatable)
        return CURL_PREREQFUNC_ABORT;
    if (transfer->request->may_have_arrived && !url_is_mail(transfer->request->url))
        *transfer->request->may_have_arrived = true;
    return CURL_PREREQFUNC_OK;
}

static bool may_connect(const struct http_request *request, const struct address *address)
{
    bool is_fine =
        request->guard_link_local ? !address_is_link_local(address) : address_is_public(address);

    return is_fine || address_ranges_hold(request->guard, address);
}

/* curl asks this for a socket to each address that a name has, until one of them answers. */
static curl_socket_t open_guarded(void *context, curlsocktype purpose, struct curl_sockaddr *to)
{
    struct transfer *transfer = context;
    struct address address = {0};

    (void)purpose;
    if (!address_of_socket(&to->addr, &address) || !may_connect(transfer->request, &address)) {
        transfer->was_refused = true;
        transfer->refused = address;
        return CURL_SOCKET_BAD;
    }
    transfer->was_allowed = true;
    return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static void set_guard(struct transfer *transfer)
{
    CURL *easy = transfer->easy;

    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_guarded);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer);
    if (transfer->request->guard_link_local)
        return;
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, ""); /* none, whatever the environment says */
}

static void set_headers(struct transfer *transfer)
{
    const struct http_headers *headers = &transfer->request->headers;
    /* No "Expect: 100-continue": it only adds a pause. */
    struct curl_slist *list = curl_slist_append(NULL, "Expect:");

    for (size_t i = 0; i < headers->count; i++) {
        const struct http_header *header = &headers->items[i];
        AUTO_FREE char *line = *header->value ? memory_print("%s: %s", header->name, header->value)
                                              : memory_print("%s;", header->name);
        list = curl_slist_append(list, line);
        CHECK(list);
    }
    transfer->headers = list;
    curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, list);
}

static void set_method(struct transfer *transfer)
{
    const struct http_request *request = transfer->request;
    CURL *easy = transfer->easy;

    if (request->method == HTTP_POST || request->body.length) {
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.length);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, buffer_string(&request->body));
    }
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, http_method_word(request->method));
}

static void set_limits(struct transfer *transfer)
{
    const struct http_request *request = transfer->request;
    CURL *easy = transfer->easy;

    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)request->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)transfer->owner->connect_timeout_ms);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)STALL_BYTES);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)CURL_STALL_SECONDS);
    curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)transfer->response.body.limit);
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, (long)UPLOAD_BUFFER);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* never wait for a hanging name look-up */
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, before_sending);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, transfer);
    if (!request->repeatable)
        curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, (long)YOUNG_SECONDS);
}

/* Of the service's threads only this one reads the environment, and nobody writes it. */
static void set_trust(CURL *easy)
{
    const char *file = getenv("SSL_CERT_FILE");

    if (file && *file)
        curl_easy_setopt(easy, CURLOPT_CAINFO, file);
}

static void set_web(struct transfer *transfer)
{
    CURL *easy = transfer->easy;

    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_DEFAULT_PROTOCOL, "https"); /* as net/url takes them */
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");       /* all that curl can undo */
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    set_method(transfer);
    set_headers(transfer);
}

static void set_up(struct transfer *transfer)
{
    CURL *easy = transfer->easy;

    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(easy, CURLOPT_URL, transfer->request->url);
    curl_easy_setopt(easy, CURLOPT_SHARE, transfer->owner->share);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->details);
    set_trust(easy);
    if (url_is_of_this_machine(transfer->request->url)) /* a proxy is another one */
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
    if (url_is_mail(transfer->request->url))
        transfer->headers =
            transport_curl_mail_set(easy, transfer->request, &transfer->owner->was_woken,
                                    &transfer->mail, &transfer->response);
    else
        set_web(transfer);
    set_limits(transfer);
    if (transfer->request->guard)
        set_guard(transfer);
}

static void start(struct transport *transport, const struct http_request *request,
                  transport_done *done, void *context)
{
    struct curl_transport *self = own(transport);
    struct transfer *transfer = memory_new(sizeof(*transfer));

    transfer->owner = self;
    transfer->request = request;
    transfer->done = done;
    transfer->context = context;
    transfer->started_ms = clock_steady_ms();
    transfer->next = self->transfers;
    if (transfer->next)
        transfer->next->previous = transfer;
    self->transfers = transfer;
    http_response_init(&transfer->response,
                       request->answer_limit ? request->answer_limit : BUFFER_LIMIT_ANSWER);
    if (transport_file_is_for(request))
        return;
    transfer->easy = curl_easy_init();
    CHECK(transfer->easy);
    set_up(transfer);
    CURLMcode rc = curl_multi_add_handle(self->multi, transfer->easy);
    CHECK(rc == CURLM_OK);
}

/* Takes it out of the list and of curl's hands; its easy handle is gone. */
static void detach(struct curl_transport *self, struct transfer *transfer)
{
    if (transfer->previous)
        transfer->previous->next = transfer->next;
    else
        self->transfers = transfer->next;
    if (transfer->next)
        transfer->next->previous = transfer->previous;
    if (transfer->easy) {
        curl_multi_remove_handle(self->multi, transfer->easy);
        curl_easy_cleanup(transfer->easy);
        transfer->easy = NULL;
    }
    curl_slist_free_all(transfer->headers);
    transfer->headers = NULL;
}

static void transfer_free(struct transfer *transfer)
{
    http_response_release(&transfer->response);
    free(transfer);
}

/* Hands out the end of a transfer: the answer, or `error` if it is set. */
static void finish(struct curl_transport *self, struct transfer *transfer,
                   const struct error *error)
{
    detach(self, transfer);
    transfer->done(transfer->context, error->code ? NULL : &transfer->response,
                   error->code ? error : NULL);
    transfer_free(transfer);
}

/* What explains a failed transfer. */
static void explain(const struct transfer *transfer, CURLcode code, struct error *error)
{
    const struct curl_failure failure = {
        .easy = transfer->easy,
        .code = code,
        .request = transfer->request,
        .details = transfer->details,
        .connect_timeout_ms = transfer->owner->connect_timeout_ms,
        .elapsed_ms = clock_steady_ms() - transfer->started_ms,
        .too_large = transfer->headers_too_large ? HEADER_BYTES_MAX : transfer->response.body.limit,
        .are_headers_too_large = transfer->headers_too_large,
        .refused = transfer->was_refused && !transfer->was_allowed ? &transfer->refused : NULL,
    };

    curl_failure_explain(&failure, error);
}

static void finish_network(struct curl_transport *self, CURLMsg *message)
{
    struct transfer *transfer = NULL;
    CURLcode code = message->data.result;
    struct error error = {0};
    long status = 0;

    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
    curl_easy_getinfo(message->easy_handle, CURLINFO_RESPONSE_CODE, &status);
    int refusal = code && url_is_mail(transfer->request->url)
                      ? transport_curl_mail_refusal(&transfer->response)
                      : 0;
    if (code && !refusal)
        explain(transfer, code, &error);
    transfer->response.status = refusal ? refusal : (int)status;
    transfer->response.url = memory_text(transfer->request->url);
    finish(self, transfer, &error);
}

static struct transfer *find_file(const struct curl_transport *self)
{
    struct transfer *transfer = self->transfers;

    while (transfer && transfer->easy)
        transfer = transfer->next;
    return transfer;
}

/* Lets curl work and hands out what has ended; how many that were. */
static size_t deliver(struct curl_transport *self)
{
    struct transfer *file = NULL;
    CURLMsg *message = NULL;
    size_t delivered = 0;
    int ignored = 0;

    while ((file = find_file(self))) {
        struct error error = {0};
        transport_file_answer(file->request, &file->response, &error);
        finish(self, file, &error);
        delivered++;
    }
    curl_multi_perform(self->multi, &ignored);
    while ((message = curl_multi_info_read(self->multi, &ignored))) {
        finish_network(self, message);
        delivered++;
    }
    return delivered;
}

static void wait_and_deliver(struct transport *transport, int wait_ms)
{
    struct curl_transport *self = own(transport);

    if (deliver(self))
        return;
    curl_multi_poll(self->multi, NULL, 0, wait_ms, NULL);
    deliver(self);
}

static void cancel(struct transport *transport, void *context)
{
    struct curl_transport *self = own(transport);
    struct transfer *transfer = self->transfers;

    while (transfer && transfer->context != context)
        transfer = transfer->next;
    if (!transfer)
        return;
    detach(self, transfer);
    transfer_free(transfer);
}

static void wake(struct transport *transport)
{
    atomic_store(&own(transport)->was_woken, true);
    curl_multi_wakeup(own(transport)->multi);
}

static void free_transport(struct transport *transport)
{
    struct curl_transport *self = own(transport);

    for (struct transfer *transfer = self->transfers, *next; transfer; transfer = next) {
        next = transfer->next;
        detach(self, transfer);
        transfer_free(transfer);
    }
    curl_multi_cleanup(self->multi);
    curl_share_cleanup(self->share);
    free(self);
}

/* A connection that goes away must not end the process; only the default is changed. */
static void prepare_process(void)
{
    struct sigaction action;

    curl_global_init(CURL_GLOBAL_DEFAULT);
    if (sigaction(SIGPIPE, NULL, &action) == 0 && action.sa_handler == SIG_DFL)
        signal(SIGPIPE, SIG_IGN);
}

struct transport *transport_curl_new(int connect_timeout_ms)
{
    static const struct transport_functions functions = {
        .start = start,
        .cancel = cancel,
        .poll = wait_and_deliver,
        .wake = wake,
        .free = free_transport,
    };
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct curl_transport *self = memory_new(sizeof(*self));

    pthread_once(&once, prepare_process);
    self->transport.functions = &functions;
    self->connect_timeout_ms = connect_timeout_ms ? connect_timeout_ms : CONNECT_TIMEOUT_MS;
    self->multi = curl_multi_init();
    self->share = curl_share_init();
    CHECK(self->multi && self->share);
    curl_multi_setopt(self->multi, CURLMOPT_MAXCONNECTS, (long)KEPT_CONNECTIONS);
    curl_share_setopt(self->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
    return &self->transport;
}

const char *transport_curl_library_version(void)
{
    return curl_version();
}
